"""The company of the demo: a maker of warehouse machines, its clients, and eighteen months."""

from collections.abc import Sequence
from typing import Final

from cli.demo_company import fjordfrys, lumen, nordhafen, people, segura, tamiko, three_lakes
from cli.demo_company.story import Chapter

CHAPTERS: Final[Sequence[Chapter]] = (
    people.OURS,
    people.THEIRS,
    nordhafen.STORY,
    segura.STORY,
    three_lakes.STORY,
    tamiko.STORY,
    lumen.STORY,
    fjordfrys.STORY,
)
"""In the order in which they are told; each builds on earlier ones alone."""
