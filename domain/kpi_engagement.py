"""How well we use the time with a client: check-ins, those who decide, and promises."""

from typing import Final

from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, NoData
from domain.rounding import Exact
from domain.stakeholder import BuyingRole

DECISION_ROLES: Final = frozenset({BuyingRole.DECISION_MAKER, BuyingRole.ECONOMIC_BUYER})
"""Who says yes, and who lets the money go."""


def check_in_quality(of_substance: Exact, held: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x check-ins of substance / check-ins held: 0 to 100 %, shown to one decimal.

    Of substance: a need or a solution was spoken of, or something promised, and somebody who
    decides took part.

    Raises:
        NoData: `no-check-ins`; none was held in the period.
    """
    if held == 0:
        raise NoData("no-check-ins", "no check-in was held in the period")
    return percent(of_substance, held, count=int(held), flags=flags)


def decision_maker_coverage(met: Exact, known: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x those who decide and were met in the period / all who are known to decide.

    0 to 100 %, shown to one decimal.

    Raises:
        NoData: `no-decision-makers`; not to know who decides is a gap, no coverage of 0.
    """
    if known == 0:
        raise NoData("no-decision-makers", "nobody is known who decides; find out who does")
    return percent(met, known, count=int(known), flags=flags)


def commitments_kept(kept: Exact, due: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x promises of one side kept in time / those due: 0 to 100 %, to one decimal.

    A promise belongs to the period of its due day. One that the other side released in time was
    never due.

    Raises:
        NoData: `no-commitments-due`.
    """
    if due == 0:
        raise NoData("no-commitments-due", "no commitment was due in the period")
    return percent(kept, due, count=int(due), flags=flags)
