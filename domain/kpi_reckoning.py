"""The formulas of KPIs over sums of measures."""

from domain.evidence import Measure
from domain.figure import Figure, percent, tally, too_few
from domain.kpi import MoneyFigure, NoData, average_order_value, money_figure, revenue
from domain.kpi_definition import Reckon, Reckoning
from domain.kpi_feedback import ANSWERS_MIN, PromoterSplit, promoter_score
from domain.kpi_portfolio import revenue_concentration
from domain.kpi_value import Earned, historic_lifetime_value
from domain.policy import GrossMargin


def reckon_revenue(given: Reckoning) -> MoneyFigure:
    return revenue(
        given[Measure.ORDER_AMOUNT],
        given[Measure.REFUND_AMOUNT],
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def reckon_orders(given: Reckoning) -> Figure:
    number = given.count(Measure.ORDERS)
    return tally(number, of=number, flags=given.flags)


def reckon_average_order_value(given: Reckoning) -> MoneyFigure:
    net = given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT]
    orders = given.count(Measure.ORDERS)
    return average_order_value(net, orders, currency=given.currency or "")


def reckon_lifetime_value(given: Reckoning) -> MoneyFigure:
    net = given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT]
    return historic_lifetime_value(
        [Earned(net, given.policy(GrossMargin).margin)],
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def amount_of_deals(amount: Measure) -> Reckon:
    def reckon(given: Reckoning) -> MoneyFigure:
        if given[Measure.DEALS_EVER] == 0:
            raise NoData("no-deal-history", "no deal was won up to the end of the period")
        return money_figure(given[amount], given.currency or "", flags=given.flags)

    return reckon


def number_of(measure: Measure) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        number = given.count(measure)
        return tally(number, of=number, flags=given.flags)

    return reckon


def reckon_net_promoter_score(given: Reckoning) -> Figure:
    promoters, detractors = given.count(Measure.PROMOTERS), given.count(Measure.DETRACTORS)
    answers = given.count(Measure.RECOMMENDATION_ANSWERS)
    split = PromoterSplit(promoters, answers - promoters - detractors, detractors)
    return promoter_score(split, flags=given.flags)


def reckon_customer_satisfaction(given: Reckoning) -> Figure:
    answers = given.count(Measure.SATISFACTION_ANSWERS)
    if answers == 0:
        raise NoData("no-answers", "nobody has answered in the period")
    satisfied = given.count(Measure.SATISFIED_ANSWERS)
    flags = given.flags | too_few(answers, ANSWERS_MIN)
    return percent(satisfied, answers, count=answers, flags=flags)


def share(part: Measure, whole: Measure, reason_code: str, message: str) -> Reckon:
    """Divide what is counted by all that is; without any there is no share."""

    def reckon(given: Reckoning) -> Figure:
        if given[whole] == 0:
            raise NoData(reason_code, message)
        return percent(given[part], given[whole], count=int(given[whole]), flags=given.flags)

    return reckon


def mean(total: Measure, number: Measure, reason_code: str, message: str) -> Reckon:
    """Divide a sum of percent or points by how many there are."""

    def reckon(given: Reckoning) -> Figure:
        if given[number] == 0:
            raise NoData(reason_code, message)
        hundred = 100 * given[number]
        return percent(given[total], hundred, count=given.count(number), flags=given.flags)

    return reckon


def concentration(which: str) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        found: Figure = getattr(revenue_concentration(given.revenues, flags=given.flags), which)
        return found

    return reckon


def revenue_kept(kept: Measure) -> Reckon:
    return share(
        kept,
        Measure.RECURRING_AT_OPENING,
        "nothing-recurring",
        "nothing recurring was paid at the opening of the period",
    )
