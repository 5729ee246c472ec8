"""How attention is spread: the load of portfolios, key accounts, concentration, what it returns."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.figure import Figure, percent, points
from domain.kpi import NO_FLAGS, Flag, Flags, NoData
from domain.rounding import Exact

_INDEX_SCALE: Final = 10_000
"""Percent squared, as competition authorities write the index."""


def portfolio_load(held: Exact, capacity: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x what the accounts ask / what can be borne: percent, shown to one decimal.

    Both are in the points of the policy, or both in hours. Above 100 it is flagged `over-capacity`.

    Raises:
        NoData: `no-capacity`; nobody is there to bear anything.
    """
    if capacity == 0:
        raise NoData("no-capacity", "the portfolio has no capacity to be measured against")
    over = frozenset({Flag.OVER_CAPACITY}) if held > capacity else NO_FLAGS
    return percent(held, capacity, count=1, flags=flags | over)


def key_account_share(key: Exact, active: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x key and strategic accounts / customers: 0 to 100 %, shown to one decimal.

    Customers are the open accounts above the tier of a prospect, as for the policy's limit.

    Raises:
        NoData: `no-customers`.
    """
    if active == 0:
        raise NoData("no-customers", "there is no customer at the end of the period")
    return percent(key, active, count=int(active), flags=flags)


def top_revenue_share(
    revenues: Iterable[Decimal], largest: int, *, flags: Flags = NO_FLAGS
) -> Figure:
    """Return 100 x revenue of the largest accounts / revenue of all: percent, to one decimal.

    `revenues` are those of each account, in one currency. Accounts whose refunds exceed their
    orders count as 0: a share is one of what came in.

    Raises:
        NoData: `no-revenue`.
    """
    came_in = _largest_first(revenues)
    top = sum(came_in[:largest], Fraction())
    return percent(top, sum(came_in), count=len(came_in), flags=flags)


def revenue_concentration(revenues: Iterable[Decimal], *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 10,000 x the sum of the squared shares of the accounts in the revenue, shown whole.

    The index of Hirschman (1945) and Herfindahl (1950): points from near 0 to 10,000, where one
    account is everything. Accounts whose refunds exceed their orders count as 0.

    Raises:
        NoData: `no-revenue`.
    """
    came_in = _largest_first(revenues)
    squares = sum((each**2 for each in came_in), Fraction())
    return points(squares, sum(came_in) ** 2, scale=_INDEX_SCALE, count=len(came_in), flags=flags)


def coverage_return(margin: Decimal, cost: Decimal, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x (margin - cost to serve) / cost to serve of a period, in one currency.

    Percent, -100 and less where the margin is negative; shown to one decimal.

    Raises:
        NoData: `cost-unknown`; without a cost every return is endless, or none is known.
    """
    if cost == 0:
        raise NoData("cost-unknown", "it is not known what it costs to serve")
    return percent(Fraction(margin) - Fraction(cost), cost, count=1, flags=flags)


def _largest_first(revenues: Iterable[Decimal]) -> Sequence[Fraction]:
    came_in = sorted((Fraction(each) for each in revenues if each > 0), reverse=True)
    if not came_in:
        raise NoData("no-revenue", "no account had revenue in the period")
    return came_in
