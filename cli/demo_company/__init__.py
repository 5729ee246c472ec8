"""The company of the demo: a maker of warehouse machines, its clients, and two years."""

from collections.abc import Sequence
from typing import Final

from cli.demo_company import (
    closings,
    colleagues,
    fjordfrys,
    fjordfrys_deals,
    harbour,
    house_rules,
    lessons,
    lumen,
    nordhafen,
    nordhafen_goals,
    nordhafen_plan,
    people,
    portfolios,
    segura,
    segura_knowledge,
    selection,
    service_contracts,
    tamiko,
    tamiko_hand_over,
    three_lakes,
)
from cli.demo_company.book import SEED, book, managers
from cli.demo_company.story import Chapter

_FIRST: Final[Sequence[Chapter]] = (
    house_rules.STORY,
    people.OURS,
    people.THEIRS,
    nordhafen.STORY,
    segura.STORY,
    segura_knowledge.STORY,
    lessons.STORY,
    three_lakes.STORY,
    tamiko.STORY,
    lumen.STORY,
    fjordfrys.STORY,
    fjordfrys_deals.STORY,
    nordhafen_goals.STORY,
    nordhafen_plan.STORY,
    harbour.STORY,
    selection.STORY,
    tamiko_hand_over.STORY,
    managers.STORY,
)
_LAST: Final[Sequence[Chapter]] = (
    portfolios.STORY,
    colleagues.STORY,
    service_contracts.STORY,
    closings.STORY,
)


def chapters(seed: int = SEED) -> Sequence[Chapter]:
    """Return what was written by hand, and the book of clients that the seed makes up.

    They are in the order in which they are told; each builds on earlier ones alone.
    """
    return (*_FIRST, book(seed), *_LAST)
