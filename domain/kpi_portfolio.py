"""How attention is spread: the load of portfolios, key accounts, concentration, what it returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.figure import Figure, percent, points
from domain.kpi import NO_FLAGS, Flag, Flags, NoData
from domain.rounding import Exact
from domain.tier import LOOKED_AFTER, Tier

_INDEX_SCALE: Final = 10_000
"""Percent squared, as competition authorities write the index."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """The share of revenue of the largest accounts, and the Herfindahl-Hirschman index of all."""

    top_1: Figure
    top_5: Figure
    top_10: Figure
    index: Figure


def portfolio_load(held: Exact, capacity: Exact) -> Figure:
    """Return 100 x what the accounts ask / what can be borne: percent, shown to one decimal.

    Both are in the points of the policy, or both in hours. Above 100 it is flagged `over-capacity`.

    Raises:
        NoData: `no-capacity`; nobody is there to bear anything.
    """
    if capacity == 0:
        raise NoData("no-capacity", "the portfolio has no capacity to be measured against")
    flags = frozenset({Flag.OVER_CAPACITY}) if held > capacity else NO_FLAGS
    return percent(held, capacity, count=1, flags=flags)


def key_account_share(tiers: Iterable[Tier]) -> Figure:
    """Return 100 x key and strategic accounts / open accounts above prospect, by their tiers.

    Percent, 0 to 100, shown to one decimal. Prospects do not count, as for the policy's limit.

    Raises:
        NoData: `no-accounts`.
    """
    covered = [tier for tier in tiers if tier is not Tier.PROSPECT]
    if not covered:
        raise NoData("no-accounts", "no account is above prospect")
    key = sum(tier in LOOKED_AFTER for tier in covered)
    return percent(key, len(covered), count=len(covered))


def revenue_concentration(revenues: Iterable[Decimal], *, flags: Flags = NO_FLAGS) -> Concentration:
    """Tell how much of the revenue comes from the largest 1, 5 and 10 accounts, in one currency.

    Shares are percent, shown to one decimal. The index is the sum of all squared shares (Hirschman
    1945, Herfindahl 1950), from near 0 to 10,000, where one account is everything. Accounts whose
    refunds exceed their orders count as 0: a share is one of what came in.

    Raises:
        NoData: `no-revenue`.
    """
    largest_first = sorted((Fraction(each) for each in revenues if each > 0), reverse=True)
    total = sum(largest_first, Fraction())
    if total == 0:
        raise NoData("no-revenue", "no account had revenue in the period")
    count = len(largest_first)

    def share_of_top(number: int) -> Figure:
        largest = sum(largest_first[:number], Fraction())
        return percent(largest, total, count=count, flags=flags)

    return Concentration(
        top_1=share_of_top(1),
        top_5=share_of_top(5),
        top_10=share_of_top(10),
        index=points(
            sum((each**2 for each in largest_first), Fraction()),
            total**2,
            scale=_INDEX_SCALE,
            count=count,
            flags=flags,
        ),
    )


def coverage_return(margin: Decimal, cost: Decimal, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x (margin - cost to serve) / cost to serve of a period, in one currency.

    Percent, -100 and less where the margin is negative; shown to one decimal.

    Raises:
        NoData: `cost-unknown`; without a cost every return is endless, or none is known.
    """
    if cost == 0:
        raise NoData("cost-unknown", "it is not known what it costs to serve")
    return percent(Fraction(margin) - Fraction(cost), cost, count=1, flags=flags)
