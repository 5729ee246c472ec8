"""Who stays, and how much of what they pay: revenue retention, churn, and what a rate is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from domain.currency import Currency
from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, MoneyFigure, NoData, money_figure
from domain.money import Money

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class RecurringAccount:
    """What an account pays every month in one currency: as the period opens, and as it closes.

    `paid_between`: it paid something on some day within the period, whatever stands at its ends.
    """

    account_id: UUID
    opening: Money
    closing: Money
    paid_between: bool = False


@dataclass(frozen=True, slots=True)
class RetentionSums:
    """What became of the opening amount, in one currency; sums may be added to one another.

    `accounts` counts those that paid at the opening. `flags`: `partial` while the period runs.
    """

    opening: Decimal
    expansion: Decimal = _NOTHING
    contraction: Decimal = _NOTHING
    churned: Decimal = _NOTHING
    accounts: int = 0
    flags: Flags = NO_FLAGS


@dataclass(frozen=True, slots=True)
class LogoSums:
    """How many accounts paid at the opening, and how many of these pay nothing at the closing.

    `came_and_went`: those that began and ended within the period, which the churn does not count.
    """

    at_opening: int
    lost: int
    came_and_went: int = 0
    flags: Flags = NO_FLAGS


def retention_sums(
    accounts: Iterable[RecurringAccount], *, currency: Currency, flags: Flags = NO_FLAGS
) -> RetentionSums:
    """Add up what became of what was paid in a currency at the opening, account by account.

    An account that paid nothing then, new or come back, is left out whatever it pays now.
    """
    paying = [
        (each.opening.amount, each.closing.amount)
        for each in accounts
        if each.opening.currency == currency and each.opening.amount > 0
    ]
    return RetentionSums(
        opening=sum((was for was, _ in paying), _NOTHING),
        expansion=sum((now - was for was, now in paying if now > was), _NOTHING),
        contraction=sum((was - now for was, now in paying if 0 < now < was), _NOTHING),
        churned=sum((was for was, now in paying if now == 0), _NOTHING),
        accounts=len(paying),
        flags=flags,
    )


def logo_sums(accounts: Iterable[RecurringAccount], *, flags: Flags = NO_FLAGS) -> LogoSums:
    """Count accounts, whatever the currencies they pay in: only who pays in none is lost."""
    at_opening, at_closing, between = set(), set(), set()
    for each in accounts:
        at_opening |= {each.account_id} if each.opening.amount > 0 else set()
        at_closing |= {each.account_id} if each.closing.amount > 0 else set()
        between |= {each.account_id} if each.paid_between else set()
    return LogoSums(
        at_opening=len(at_opening),
        lost=len(at_opening - at_closing),
        came_and_went=len(between - at_opening - at_closing),
        flags=flags,
    )


def net_revenue_retention(sums: RetentionSums) -> Figure:
    """Return 100 x (opening + expansion - contraction - churned) / opening.

    Percent, 0 and more, shown to one decimal. Above 100 those who stayed pay more than was lost.

    Raises:
        NoData: `nothing-recurring`; nothing was paid at the opening.
    """
    kept = sums.opening + sums.expansion - sums.contraction - sums.churned
    return _retained(kept, sums)


def gross_revenue_retention(sums: RetentionSums) -> Figure:
    """Return 100 x (opening - contraction - churned) / opening.

    Percent, 0 to 100, shown to one decimal: what one account adds never hides what another takes.

    Raises:
        NoData: `nothing-recurring`.
    """
    return _retained(sums.opening - sums.contraction - sums.churned, sums)


def logo_churn(sums: LogoSums) -> Figure:
    """Return 100 x lost / at opening: percent, 0 to 100, shown to one decimal.

    The accounts at the closing do not come in: new ones would hide the loss.

    Raises:
        NoData: `nothing-recurring`; no account paid at the opening.
    """
    if sums.at_opening == 0:
        raise _nothing_recurring()
    return percent(
        sums.lost,
        sums.at_opening,
        count=sums.at_opening,
        apart=sums.came_and_went,
        flags=sums.flags,
    )


def margin_multiple(*, retention: Decimal | None, discount: Decimal) -> Fraction:
    """Return how many yearly margins an account is worth: r / (1 + i - r).

    `retention` and `discount` are shares of 1 a year: 0.8 is 80 %. The margin comes at the end of
    each year, and stays the same as long as the account does (Gupta and Lehmann, Journal of
    Interactive Marketing 17(1), 2003).

    Raises:
        NoData: `retention-unknown`; `retention-too-high`: the sum would have no end.
    """
    if retention is None:
        raise NoData("retention-unknown", "it is not known which share of accounts stays")
    rate, interest = Fraction(retention), Fraction(discount)
    if rate >= 1 + interest:
        raise NoData(
            "retention-too-high",
            f"with a retention of {retention} and a discount of {discount} the value has no bound",
        )
    return rate / (1 + interest - rate)


def retention_lifetime_value(
    margin: Decimal,
    *,
    retention: Decimal | None,
    discount: Decimal,
    currency: Currency,
    acquisition_cost: Decimal = _NOTHING,
) -> MoneyFigure:
    """Return what an account with this yearly margin is worth, less what it cost to win it.

    Raises:
        NoData: `retention-unknown`, `retention-too-high`.
    """
    multiple = margin_multiple(retention=retention, discount=discount)
    value = Fraction(margin) * multiple - Fraction(acquisition_cost)
    return money_figure(value, currency)


def _retained(kept: Decimal, sums: RetentionSums) -> Figure:
    if sums.opening == 0:
        raise _nothing_recurring()
    return percent(kept, sums.opening, count=sums.accounts, flags=sums.flags)


def _nothing_recurring() -> NoData:
    return NoData("nothing-recurring", "nothing recurring was paid at the opening of the period")
