"""A figure: what a formula of `domain/kpi.py` makes of the sums of one account and period."""

from dataclasses import dataclass
from decimal import Decimal

from domain.kpi import (
    AVERAGE_ORDER_VALUE,
    EVERY_KPI,
    ORDERS,
    REVENUE,
    Kpi,
    NoData,
    average_order_value,
    number_of_orders,
    revenue,
)


@dataclass(frozen=True, slots=True)
class Sums:
    """What facts of one currency add up to in a period."""

    order_amount: Decimal = Decimal(0)
    refund_amount: Decimal = Decimal(0)
    orders: int = 0
    orders_ever: int = 0
    """Up to the end of the period, cancelled ones too."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a KPI, or the reason why there is none, with what it was made of.

    `value` is exact to 10 decimals, `shown` rounded as people see it; both are None where there is
    no value, and `no_data` says why. `denominator` is None for a KPI that is no ratio. `currency`
    is None for an account that has no fact in any.
    """

    kpi: str
    formula_version: int
    unit: str
    currency: str | None
    value: Decimal | None
    shown: Decimal | None
    no_data: str | None
    numerator: Decimal
    denominator: Decimal | None
    position: int | None
    """Of the last event behind it: known, as it is, from there on. None: there is none."""


def figure(kpi: Kpi, sums: Sums, *, currency: str | None, position: int | None) -> Figure:
    """Reckon one figure."""
    numerator, denominator = _parts(kpi, sums)
    value, shown, no_data = None, None, None
    try:
        value, shown = _value(kpi, sums, currency)
    except NoData as reason:
        no_data = reason.reason_code
    return Figure(
        kpi=kpi.name,
        formula_version=kpi.formula_version,
        unit=kpi.unit.value,
        currency=currency,
        value=value,
        shown=shown,
        no_data=no_data,
        numerator=numerator,
        denominator=denominator,
        position=position,
    )


def kpi_named(name: str) -> Kpi | None:
    """Return the KPI of this name, if there is one."""
    return next((kpi for kpi in EVERY_KPI if kpi.name == name), None)


def _parts(kpi: Kpi, sums: Sums) -> tuple[Decimal, Decimal | None]:
    net = sums.order_amount - sums.refund_amount
    if kpi is AVERAGE_ORDER_VALUE:
        return net, Decimal(sums.orders)
    return (Decimal(sums.orders) if kpi is ORDERS else net), None


def _value(kpi: Kpi, sums: Sums, currency: str | None) -> tuple[Decimal, Decimal]:
    """Return the value, exact and as shown.

    Raises:
        NoData: always where there is no currency, but for the number of orders.
    """
    if kpi is ORDERS:
        count = Decimal(number_of_orders(sums.orders))
        return count, count
    if kpi is REVENUE:
        money = revenue(
            sums.order_amount,
            sums.refund_amount,
            orders_ever=sums.orders_ever,
            currency=currency or "",
        )
    elif kpi is AVERAGE_ORDER_VALUE:
        net = sums.order_amount - sums.refund_amount
        money = average_order_value(net, sums.orders, currency=currency or "")
    else:
        raise ValueError(f"there is no formula for {kpi.name}")
    return money.exact, money.shown.amount
