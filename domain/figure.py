"""A figure that is no money: exact inside, rounded once where it is shown, and what it is of."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.kpi import EXACT_DECIMALS, NO_FLAGS, Flag, Flags
from domain.period import LIFETIME, Period
from domain.rounding import Exact, half_up

PERCENT_DECIMALS: Final = 1
"""With how many decimals a share is shown; points and counts are shown whole."""

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, a score or a count.

    `exact` has 10 decimals and `shown` as many as people read, both rounded from the same fraction,
    halves away from zero. `denominator` is None for what is no ratio. `count` says from how many
    facts it was reckoned; `apart`, how many more belong to the subject but do not count.
    """

    exact: Decimal
    shown: Decimal
    numerator: Decimal
    denominator: Decimal | None
    count: int
    apart: int = 0
    flags: Flags = NO_FLAGS


def percent(
    numerator: Exact,
    denominator: Exact,
    *,
    count: int,
    flags: Flags = NO_FLAGS,
) -> Figure:
    """Return 100 x numerator / denominator, shown to one decimal; the denominator is not 0."""
    return _ratio(_WHOLE, numerator, denominator, PERCENT_DECIMALS, count, 0, flags)


def points(
    numerator: Exact,
    denominator: Exact,
    *,
    scale: int,
    count: int,
    apart: int = 0,
    flags: Flags = NO_FLAGS,
) -> Figure:
    """Return scale x numerator / denominator, shown whole; the denominator is not 0."""
    return _ratio(scale, numerator, denominator, 0, count, apart, flags)


def tally(number: int, *, of: int, flags: Flags = NO_FLAGS) -> Figure:
    """Return a number of things, reckoned from `of` facts: 0 is a value here."""
    whole = Decimal(number)
    return Figure(half_up(number, EXACT_DECIMALS), whole, whole, None, of, flags=flags)


def running(period: Period, as_of: date) -> Flags:
    """Flag a period whose last day is not over at the end of `as_of`; a lifetime has none."""
    if period == LIFETIME or as_of >= period.until - timedelta(days=1):
        return NO_FLAGS
    return frozenset({Flag.PARTIAL})


def too_few(count: int, minimum: int) -> Flags:
    """Flag what rests on fewer facts than it takes to trust it."""
    return frozenset({Flag.INSUFFICIENT_DATA}) if count < minimum else NO_FLAGS


def _ratio(
    scale: int,
    numerator: Exact,
    denominator: Exact,
    decimals: int,
    count: int,
    apart: int,
    flags: Flags,
) -> Figure:
    value = scale * Fraction(numerator) / Fraction(denominator)
    return Figure(
        exact=half_up(value, EXACT_DECIMALS),
        shown=half_up(value, decimals),
        numerator=_plain(numerator),
        denominator=_plain(denominator),
        count=count,
        apart=apart,
        flags=flags,
    )


def _plain(quantity: Exact) -> Decimal:
    """Write what is no whole number with 10 decimals at most."""
    if isinstance(quantity, Fraction):
        whole = quantity.denominator == 1
        return half_up(quantity, 0 if whole else EXACT_DECIMALS)
    return Decimal(quantity)
