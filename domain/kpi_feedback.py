"""What clients say of us: net promoter score and customer satisfaction."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.figure import Figure, percent, points, too_few
from domain.kpi import EXACT_DECIMALS, NO_FLAGS, Flags, NoData
from domain.rounding import Exact, half_up

ANSWERS_MIN: Final = 5
"""Fewer answers make a figure, but none to decide by."""

PROMOTER_FROM: Final = 9
PASSIVE_FROM: Final = 7
"""Those below are detractors (Reichheld, HBR December 2003)."""

SATISFIED_FROM: Final = 4
"""The top boxes of five: the two highest answers."""


def net_promoter_score(
    promoters: int, detractors: int, answers: int, *, flags: Flags = NO_FLAGS
) -> Figure:
    """Return 100 x (promoters - detractors) / answers: points from -100 to 100, shown whole.

    It is rounded once: shares that were rounded before would give another score (Reichheld, HBR
    December 2003). Fewer than `ANSWERS_MIN` are flagged as insufficient.

    Raises:
        NoData: `no-answers`; a score without answers is not 0, it is unknown.
    """
    if answers == 0:
        raise _no_answers()
    return points(
        promoters - detractors, answers, scale=100, count=answers, flags=flags | _few(answers)
    )


def customer_satisfaction(satisfied: Exact, answers: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x answers from `SATISFIED_FROM` up / answers: 0 to 100 %, shown to one decimal.

    Fewer than `ANSWERS_MIN` are flagged as insufficient.

    Raises:
        NoData: `no-answers`.
    """
    if answers == 0:
        raise _no_answers()
    return percent(satisfied, answers, count=int(answers), flags=flags | _few(answers))


def mean_satisfaction(total: Exact, answers: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return the mean of all answers: 0 to 100 %, shown to one decimal.

    `total` adds up `satisfaction_points`. Another figure than the share of the satisfied: it tells
    good answers from the best, and bad ones from the worst. Fewer than `ANSWERS_MIN` answers are
    flagged as insufficient.

    Raises:
        NoData: `no-answers`.
    """
    if answers == 0:
        raise _no_answers()
    return percent(total, 100 * answers, count=int(answers), flags=flags | _few(answers))


def satisfaction_points(score: int, scale: tuple[int, int]) -> Decimal:
    """Place an answer between the lowest of its scale, which is 0, and the highest, which is 100.

    Exact to 10 decimals. A scale has two answers at the least.
    """
    lowest, highest = scale
    return half_up(Fraction(100 * (score - lowest), highest - lowest), EXACT_DECIMALS)


def _few(answers: Exact) -> Flags:
    return too_few(int(answers), ANSWERS_MIN)


def _no_answers() -> NoData:
    return NoData("no-answers", "nobody whose answer counts has answered in the period")
