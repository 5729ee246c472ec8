"""What orders and deals bring: revenue, the average order, deal revenue, cross-sells, upsells."""

from decimal import Decimal
from fractions import Fraction

from domain.currency import Currency
from domain.figure import Figure, tally
from domain.kpi import NO_FLAGS, Flags, MoneyFigure, NoData, money_figure


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
    return money_figure(Fraction(order_amount) - Fraction(refund_amount), currency)


def number_of_orders(orders: int, *, flags: Flags = NO_FLAGS) -> Figure:
    """Count the orders of the period that are not cancelled; none is 0, which is a figure."""
    return tally(orders, of=orders, flags=flags)


def average_order_value(revenue_amount: Decimal, orders: int, *, currency: Currency) -> MoneyFigure:
    """Divide the revenue of the period by its number of orders (DOMAIN 6).

    Orders of 0.00 count, cancelled ones do not. Shown in the currency's minor unit, halves rounded
    away from zero.

    Raises:
        NoData: `no-orders`; an average of nothing is not 0, it is unknown.
    """
    if orders == 0:
        raise NoData("no-orders", "there is no order in the period to take an average of")
    return money_figure(Fraction(revenue_amount) / orders, currency)


def deal_revenue(
    amount: Decimal, deals_ever: int, *, currency: Currency, flags: Flags = NO_FLAGS
) -> MoneyFigure:
    """Return what the deals won in the period come to. Never to be added to the revenue of orders.

    Shown in the currency's minor unit. Deals that were reversed are no part of `amount`.
    `deals_ever` counts those won up to the end of the period: with such a history a period without
    any has 0.

    Raises:
        NoData: `no-deal-history`; `deals_ever` is 0.
    """
    if deals_ever == 0:
        raise NoData("no-deal-history", "no deal was won up to the end of the period")
    return money_figure(amount, currency, flags=flags)


def deals_of_kind(deals: int, *, flags: Flags = NO_FLAGS) -> Figure:
    """Count the deals of one kind that were won in the period: cross-sells, or upsells.

    Deals that were reversed do not count. None is 0, which is a figure. A renewal at a higher price
    is no upsell: its kind says so.
    """
    return tally(deals, of=deals, flags=flags)


def amount_of_kind(
    amount: Decimal, deals_ever: int, *, currency: Currency, flags: Flags = NO_FLAGS
) -> MoneyFigure:
    """Return what the deals of one kind come to: a part of the deal revenue, known when that is.

    Raises:
        NoData: `no-deal-history`; `deals_ever`, of deals of any kind, is 0.
    """
    return deal_revenue(amount, deals_ever, currency=currency, flags=flags)
