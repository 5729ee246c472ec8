"""Who stays, and how much of what they pay: revenue retention, churn, and what a rate is worth."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.currency import Currency
from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, MoneyFigure, NoData, money_figure
from domain.rounding import Exact

_NOTHING: Final = Decimal(0)


def net_revenue_retention(kept: Exact, at_opening: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x kept / paid at the opening: percent, 0 and more, shown to one decimal.

    `kept` is what the accounts that paid something at the opening pay at the closing, all in one
    currency: opening + expansion - contraction - churned. New and returned accounts are no part of
    it. Above 100 those who stayed pay more than was lost.

    Raises:
        NoData: `nothing-recurring`; nothing was paid at the opening.
    """
    return _retained(kept, at_opening, flags)


def gross_revenue_retention(kept: Exact, at_opening: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x kept / paid at the opening: 0 to 100 %, shown to one decimal.

    `kept` takes of each account the lesser of what it paid at the opening and at the closing, in
    one currency: opening - contraction - churned. What one account adds never hides what another
    takes.

    Raises:
        NoData: `nothing-recurring`.
    """
    return _retained(kept, at_opening, flags)


def logo_churn(lost: Exact, at_opening: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x customers lost / customers at the opening: 0 to 100 %, shown to one decimal.

    `lost` counts only those who were customers at the opening. The number at the closing does not
    come in: new customers would hide the loss.

    Raises:
        NoData: `no-customers`; there was none at the opening.
    """
    if at_opening == 0:
        raise NoData("no-customers", "there was no customer at the opening of the period")
    return percent(lost, at_opening, count=int(at_opening), flags=flags)


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


def _retained(kept: Exact, at_opening: Exact, flags: Flags) -> Figure:
    if at_opening == 0:
        raise NoData("nothing-recurring", "nothing recurring was paid at the opening of the period")
    return percent(kept, at_opening, count=int(at_opening), flags=flags)
