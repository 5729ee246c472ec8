"""From the sums that a figure is asked of to its formula: which measure stands for what."""

from typing import Protocol

from domain.evidence import Measure
from domain.figure import Figure
from domain.kpi import Flags, MoneyFigure
from domain.kpi_definition import Reckon, Reckoning
from domain.kpi_feedback import net_promoter_score
from domain.kpi_portfolio import revenue_concentration, top_revenue_share
from domain.kpi_sales import (
    amount_of_kind,
    average_order_value,
    deal_revenue,
    deals_of_kind,
    number_of_orders,
    revenue,
)
from domain.kpi_value import historic_lifetime_value
from domain.policy import GrossMargin
from domain.rounding import Exact


class Ratio(Protocol):
    """A formula that divides one sum by another."""

    def __call__(self, part: Exact, whole: Exact, /, *, flags: Flags) -> Figure: ...


def ratio(formula: Ratio, part: Measure, whole: Measure) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        return formula(given[part], given[whole], flags=given.flags)

    return reckon


def reckon_revenue(given: Reckoning) -> MoneyFigure:
    return revenue(
        given[Measure.ORDER_AMOUNT],
        given[Measure.REFUND_AMOUNT],
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def reckon_orders(given: Reckoning) -> Figure:
    return number_of_orders(given.count(Measure.ORDERS), flags=given.flags)


def reckon_average_order_value(given: Reckoning) -> MoneyFigure:
    net = given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT]
    orders = given.count(Measure.ORDERS)
    return average_order_value(net, orders, currency=given.currency or "")


def reckon_lifetime_value(given: Reckoning) -> MoneyFigure:
    return historic_lifetime_value(
        given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT],
        given.policy(GrossMargin).margin,
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def reckon_deal_revenue(given: Reckoning) -> MoneyFigure:
    return deal_revenue(
        given[Measure.DEAL_AMOUNT],
        given.count(Measure.DEALS_EVER),
        currency=given.currency or "",
        flags=given.flags,
    )


def number_of(deals: Measure) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        return deals_of_kind(given.count(deals), flags=given.flags)

    return reckon


def amount_of(deals: Measure) -> Reckon:
    def reckon(given: Reckoning) -> MoneyFigure:
        return amount_of_kind(
            given[deals],
            given.count(Measure.DEALS_EVER),
            currency=given.currency or "",
            flags=given.flags,
        )

    return reckon


def reckon_net_promoter_score(given: Reckoning) -> Figure:
    return net_promoter_score(
        given.count(Measure.PROMOTERS),
        given.count(Measure.DETRACTORS),
        given.count(Measure.RECOMMENDATION_ANSWERS),
        flags=given.flags,
    )


def reckon_concentration(given: Reckoning) -> Figure:
    return revenue_concentration(given.revenues, flags=given.flags)


def share_of_largest(accounts: int) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        return top_revenue_share(given.revenues, accounts, flags=given.flags)

    return reckon
