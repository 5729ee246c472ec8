"""The figures; published examples stand with their source (DOMAIN 6)."""

from decimal import Decimal

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.kpi import (
    EVERY_KPI,
    EXACT_DECIMALS,
    MoneyFigure,
    NoData,
    Unit,
    average_order_value,
    number_of_orders,
    revenue,
)
from domain.money import Money

AMOUNTS = st.decimals(0, 10**12, places=6)
COUNTS = st.integers(1, 10**6)


def figure(exact: str, shown: str, currency: str = "EUR") -> MoneyFigure:
    return MoneyFigure(Decimal(exact), Money(amount=Decimal(shown), currency=currency))


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
    assert (number_of_orders(0), number_of_orders(7)) == (0, 7)


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


def test_every_figure_has_a_name_of_its_own_and_a_unit() -> None:
    assert len({each.name for each in EVERY_KPI}) == len(EVERY_KPI)
    assert {each.unit for each in EVERY_KPI} <= set(Unit)
    assert all(each.formula_version >= 1 for each in EVERY_KPI)
