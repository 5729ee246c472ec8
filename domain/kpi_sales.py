"""What deals bring: deal revenue, cross-sells and upsells."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.currency import Currency
from domain.deal_terms import DealKind
from domain.figure import Figure, running, tally
from domain.kpi import NO_FLAGS, Flags, MoneyFigure, NoData, money_figure
from domain.money import Money
from domain.period import Period

_NOTHING: Final = Decimal(0)


class ReversalMethod(StrEnum):
    """Where a reversed deal is taken back: on the day of its reversal, or as if never won."""

    ON_ITS_DAY = "on-its-day"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class WonDeal:
    """A deal that was won on a day, and perhaps reversed on the same day or later."""

    kind: DealKind
    amount: Money
    won_on: date
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True)
class DealSums:
    """What deals of one currency add up to in a period: they may be added to others of it.

    `reversed_deals` are those to take back; `won_ever` counts all won up to the end of the period.
    """

    won: int = 0
    reversed_deals: int = 0
    won_amount: Decimal = _NOTHING
    reversed_amount: Decimal = _NOTHING
    won_ever: int = 0
    flags: Flags = NO_FLAGS


def deal_sums(
    deals: Iterable[WonDeal],
    *,
    currency: Currency,
    period: Period,
    as_of: date,
    kind: DealKind | None = None,
    method: ReversalMethod = ReversalMethod.ON_ITS_DAY,
) -> DealSums:
    """Add up the deals in a currency, of one kind or (None) of all, as they stand on a day.

    On its day, a reversal takes back what an earlier period may have shown, which stays as it was
    published. Restated, the deal leaves the period in which it was won.
    """
    known = [
        deal
        for deal in deals
        if deal.amount.currency == currency and kind in {None, deal.kind} and deal.won_on <= as_of
    ]
    won = [deal for deal in known if deal.won_on in period]
    taken_back = [deal for deal in known if deal.reversed_on and deal.reversed_on <= as_of]
    if method is ReversalMethod.RESTATED:
        back = [deal for deal in taken_back if deal.won_on in period]
    else:
        back = [deal for deal in taken_back if deal.reversed_on and deal.reversed_on in period]
    return DealSums(
        won=len(won),
        reversed_deals=len(back),
        won_amount=sum((deal.amount.amount for deal in won), _NOTHING),
        reversed_amount=sum((deal.amount.amount for deal in back), _NOTHING),
        won_ever=sum(deal.won_on < period.until for deal in known),
        flags=running(period, as_of),
    )


def deal_revenue(sums: DealSums, *, currency: Currency) -> MoneyFigure:
    """Subtract what was reversed from what was won. Never to be added to the revenue of orders.

    It may be negative, by late reversals. With a history of deals, a period without any has 0.

    Raises:
        NoData: `no-deal-history`; no deal was won up to the end of the period.
    """
    if sums.won_ever == 0:
        raise NoData("no-deal-history", "no deal was won up to the end of the period")
    return deal_amount(sums, currency=currency)


def deal_count(sums: DealSums) -> Figure:
    """Count the deals won, less those reversed: cross-sells or upsells, by what was added up.

    None is 0, which is a value. A renewal at a higher price is no upsell: its kind says so.
    """
    return tally(
        sums.won - sums.reversed_deals, of=sums.won + sums.reversed_deals, flags=sums.flags
    )


def deal_amount(sums: DealSums, *, currency: Currency) -> MoneyFigure:
    """Return what the deals won, less those reversed, come to; none come to 0."""
    return money_figure(sums.won_amount - sums.reversed_amount, currency, flags=sums.flags)
