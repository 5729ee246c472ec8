"""How much is known of accounts, and how well they fit the ideal customer profile."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.figure import Figure, percent
from domain.kpi import NoData

_WHOLE: Final = 100


def profile_completeness(known_weight: int, asked_weight: int, *, accounts: int = 1) -> Figure:
    """Return 100 x weight of what is known / weight of what is asked for: percent, to one decimal.

    What was said not to apply is known. The weights are those of `information.completeness`, and of
    several accounts they may be added up.

    Raises:
        NoData: `nothing-asked`; the policy asks for nothing at this tier.
    """
    if asked_weight == 0:
        raise NoData("nothing-asked", "the policy asks for no information at this tier")
    return percent(known_weight, asked_weight, count=accounts)


def fit(totals: Iterable[Decimal | None]) -> Figure:
    """Return the mean of fit scores: 0 to 100, shown to one decimal; of one account, its own.

    `totals` are the latest scores as they were recorded; None is an account that was not scored:
    it does not fit by 0, and is counted `apart`.

    Raises:
        NoData: `not-scored`; none of the accounts was scored.
    """
    every = list(totals)
    scored = [Fraction(each) for each in every if each is not None]
    if not scored:
        raise NoData("not-scored", "the fit was not scored yet")
    return percent(
        sum(scored, Fraction()),
        len(scored) * _WHOLE,
        count=len(scored),
        apart=len(every) - len(scored),
    )
