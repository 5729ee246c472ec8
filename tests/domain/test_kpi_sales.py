"""Orders and deals in figures; published examples stand with their source."""

from decimal import Decimal

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.figure import Figure
from domain.kpi import EXACT_DECIMALS, Flag, MoneyFigure, NoData
from domain.kpi_sales import (
    amount_of_kind,
    average_order_value,
    deal_revenue,
    deals_of_kind,
    number_of_orders,
    revenue,
)
from domain.money import Money

AMOUNTS = st.decimals(0, 10**12, places=6)
COUNTS = st.integers(1, 10**6)
PARTIAL = frozenset({Flag.PARTIAL})


def figure(exact: str, shown: str, currency: str = "EUR") -> MoneyFigure:
    return MoneyFigure(Decimal(exact), Money(amount=Decimal(shown), currency=currency))


@pytest.mark.parametrize(
    ("revenue", "orders", "shown", "source"),
    [
        ("10000", 200, "50.00", "Japio (A6)"),
        ("428000", 6_240, "68.59", "Calclet (A7)"),
        ("1250.00", 10, "125.00", "DOMAIN 6"),
    ],
)
def test_the_published_average_order_values(
    revenue: str, orders: int, shown: str, source: str
) -> None:
    average = average_order_value(Decimal(revenue), orders, currency="EUR")

    assert str(average.shown.amount) == shown, source


def test_revenue_is_what_was_ordered_less_what_was_refunded() -> None:
    assert revenue(Decimal("1250.005"), Decimal(250), orders_ever=9, currency="EUR") == (
        figure("1000.005", "1000.01")
    )


def test_revenue_may_be_negative_by_late_refunds() -> None:
    assert revenue(Decimal(0), Decimal("10.005"), orders_ever=1, currency="EUR") == (
        figure("-10.005", "-10.01")
    )


def test_a_period_without_orders_has_a_revenue_of_zero_once_there_was_an_order() -> None:
    assert revenue(Decimal(0), Decimal(0), orders_ever=1, currency="JPY") == (
        figure("0", "0", "JPY")
    )


def test_before_the_first_order_revenue_is_unknown_not_zero() -> None:
    with pytest.raises(NoData, match="no order up to the end") as unknown:
        revenue(Decimal(0), Decimal(0), orders_ever=0, currency="EUR")

    assert unknown.value.reason_code == "no-order-history"


def test_no_order_is_a_count() -> None:
    assert [number_of_orders(orders).shown for orders in (0, 7)] == [0, 7]
    assert number_of_orders(0, flags=PARTIAL) == (
        Figure(Decimal(0), Decimal(0), Decimal(0), None, count=0, flags=PARTIAL)
    )


def test_ten_orders_over_1250_euro_are_125_euro_on_average() -> None:
    assert average_order_value(Decimal("1250.00"), 10, currency="EUR") == figure("125", "125.00")


def test_an_average_of_no_orders_is_unknown_not_zero() -> None:
    with pytest.raises(NoData) as unknown:
        average_order_value(Decimal("1250.00"), 0, currency="EUR")

    assert unknown.value.reason_code == "no-orders"


@pytest.mark.parametrize(
    ("amount", "orders", "currency", "exact", "shown"),
    [
        ("100", 3, "EUR", "33.3333333333", "33.33"),
        ("200", 3, "EUR", "66.6666666667", "66.67"),
        ("-200", 3, "EUR", "-66.6666666667", "-66.67"),
        ("0.01", 2, "EUR", "0.005", "0.01"),
        ("-0.01", 2, "EUR", "-0.005", "-0.01"),
        ("100", 3, "JPY", "33.3333333333", "33"),
        ("1", 8, "KWD", "0.125", "0.125"),
        ("0", 5, "EUR", "0", "0.00"),
    ],
)
def test_an_average_is_rounded_to_the_minor_unit_when_shown(
    amount: str, orders: int, currency: str, exact: str, shown: str
) -> None:
    assert average_order_value(Decimal(amount), orders, currency=currency) == (
        figure(exact, shown, currency)
    )


def test_a_figure_is_rounded_once_never_the_rounded_again() -> None:
    nearly_a_half = average_order_value(Decimal("0.004999999999"), 1, currency="EUR")

    assert nearly_a_half == figure("0.0050000000", "0.00")


@for_any(AMOUNTS, COUNTS)
def test_the_average_times_the_orders_is_the_revenue(amount: Decimal, orders: int) -> None:
    average = average_order_value(amount, orders, currency="EUR")

    assert abs(average.exact * orders - amount) <= orders * Decimal(1).scaleb(-EXACT_DECIMALS) / 2
    assert average.exact.as_tuple().exponent == -EXACT_DECIMALS
    assert abs(average.shown.amount - average.exact) <= Decimal("0.005")


@for_any(AMOUNTS, AMOUNTS)
def test_revenue_loses_no_digit(ordered: Decimal, refunded: Decimal) -> None:
    assert revenue(ordered, refunded, orders_ever=1, currency="EUR").exact == ordered - refunded


def test_deals_bring_what_they_come_to() -> None:
    found = deal_revenue(Decimal("250.005"), 3, currency="EUR", flags=PARTIAL)

    assert found == MoneyFigure(
        Decimal("250.005"), Money(amount=Decimal("250.01"), currency="EUR"), PARTIAL
    )


def test_a_period_without_deals_brought_zero_once_one_was_won() -> None:
    for reckon in (deal_revenue, amount_of_kind):
        assert reckon(Decimal(0), 1, currency="JPY") == figure("0", "0", "JPY")


def test_before_the_first_deal_what_they_bring_is_unknown() -> None:
    for reckon in (deal_revenue, amount_of_kind):
        with pytest.raises(NoData, match="no deal was won") as unknown:
            reckon(Decimal(0), 0, currency="EUR")

        assert unknown.value.reason_code == "no-deal-history"


def test_deals_of_a_kind_are_a_number_and_none_is_one() -> None:
    assert deals_of_kind(2, flags=PARTIAL) == (
        Figure(Decimal(2), Decimal(2), Decimal(2), None, count=2, flags=PARTIAL)
    )
    assert deals_of_kind(0).shown == 0


def test_deals_of_a_kind_are_told_in_money_too() -> None:
    found = amount_of_kind(Decimal("99.50"), 4, currency="EUR", flags=PARTIAL)

    assert (str(found.shown), found.flags) == ("99.50 EUR", PARTIAL)
