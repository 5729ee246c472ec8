"""The figures of account management: pure formulas over sums of additive measures.

No data is not zero: a figure that cannot be known raises `NoData`, with the reason as a code.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Final

from domain.currency import Currency, minor_units
from domain.money import Money

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""Amounts have 21 digits: with 60 no quotient can be taken for a half that it is not, so that it
may be rounded once to the stored and once to the shown form."""

EXACT_DECIMALS: Final = 10
_EXACT_UNIT: Final = Decimal(1).scaleb(-EXACT_DECIMALS)


class Unit(StrEnum):
    MONEY = "money"
    COUNT = "count"


class NoData(Exception):
    """There is nothing to reckon from. `reason_code` is for programs: `no-orders`, ..."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure's stored name, and the version of the formula behind it.

    `formula_version` rises with every change that makes the same facts give another figure.
    """

    name: str
    formula_version: int
    unit: Unit


REVENUE: Final = Kpi("revenue", 1, Unit.MONEY)
ORDERS: Final = Kpi("orders", 1, Unit.COUNT)
AVERAGE_ORDER_VALUE: Final = Kpi("average-order-value", 1, Unit.MONEY)

EVERY_KPI: Final = (REVENUE, ORDERS, AVERAGE_ORDER_VALUE)


@dataclass(frozen=True, slots=True)
class MoneyFigure:
    """A figure in money: `exact` to 10 decimals, halves away from zero, and as it is shown."""

    exact: Decimal
    shown: Money


def revenue(
    order_amount: Decimal, refund_amount: Decimal, *, orders_ever: int, currency: Currency
) -> MoneyFigure:
    """Subtract what was refunded in the period from what was ordered in it, both by their own day.

    `order_amount` is net of discounts, without taxes, of the orders that are not cancelled.
    `orders_ever` counts all orders up to the end of the period, cancelled ones too: with a history
    of orders a period without any has a revenue of 0. It may be negative, by late refunds.

    Raises:
        NoData: `no-order-history`; `orders_ever` is 0.
    """
    if orders_ever == 0:
        raise NoData("no-order-history", "there was no order up to the end of the period")
    return _money(_EXACT.subtract(order_amount, refund_amount), currency)


def number_of_orders(orders: int) -> int:
    """Count the orders of the period that are not cancelled; none is 0, which is a figure."""
    return orders


def average_order_value(revenue_amount: Decimal, orders: int, *, currency: Currency) -> MoneyFigure:
    """Divide the revenue of the period by its number of orders (DOMAIN 6).

    Orders of 0.00 count, cancelled ones do not. Shown in the currency's minor unit, halves rounded
    away from zero.

    Raises:
        NoData: `no-orders`; an average of nothing is not 0, it is unknown.
    """
    if orders == 0:
        raise NoData("no-orders", "there is no order in the period to take an average of")
    return _money(_EXACT.divide(revenue_amount, Decimal(orders)), currency)


def _money(amount: Decimal, currency: Currency) -> MoneyFigure:
    """Round twice from the same amount, never the rounded once again."""
    unit = Decimal(1).scaleb(-minor_units(currency))
    return MoneyFigure(
        exact=amount.quantize(_EXACT_UNIT, context=_EXACT),
        shown=Money(amount=amount.quantize(unit, context=_EXACT), currency=currency),
    )
