"""Lifetime value: months, discount, and what a reader is warned of."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from domain.lifetime_value import (
    WEEKS_A_MONTH,
    amount_of,
    cautions,
    lifetime_value,
    outlook_of,
)
from domain.purchase_history import PurchaseHistory
from domain.purchasing import Purchasing, outlook
from domain.spending import Spending, expected_amount

PURCHASING = Purchasing(0.24259, 4.41353, 0.79289, 2.42575)
SPENDING = Spending(6.2488, 3.7446, 15.4477)
"""As fitted to the CDNOW sample (A20 and A24 of the catalogue of KPIs)."""

HISTORY = PurchaseHistory(2, 213, 272, Decimal("44.69"))
UNTIL = date(1997, 9, 30)


@pytest.mark.parametrize(
    ("repeats", "last", "age", "mean", "expected"),
    [
        (2, 30.43, 38.86, 22.35, 36.2785),
        (1, 1.71, 38.86, 11.77, 4.6375),
        (7, 29.43, 38.86, 73.74, 283.5236),
        (2, 35.71, 38.86, 25.55, 43.3536),
    ],
)
def test_customers_of_cdnow_are_worth_what_the_catalogue_says(
    repeats: int, last: float, age: float, mean: float, expected: float
) -> None:
    """A27: 12 months of 4.345 weeks, one percent a month, customers 1, 2, 6 and 9."""
    ahead = outlook(PURCHASING, repeats, last, age)
    amount = expected_amount(SPENDING, repeats, mean)

    value = lifetime_value(ahead, amount, months=12, monthly_discount=0.01)
    assert value.value == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("repeats", "last", "age", "mean", "printed"),
    [
        (2, 30.43, 38.86, 22.35, 140.096211),
        (1, 1.71, 38.86, 11.77, 18.943467),
        (7, 29.43, 38.86, 73.74, 1003.868107),
        (2, 35.71, 38.86, 25.55, 167.418216),
    ],
)
def test_with_months_of_thirty_weeks_the_figures_are_those_of_the_library(
    repeats: int, last: float, age: float, mean: float, printed: float
) -> None:
    """What the Quickstart of lifetimes prints: it took weeks for days, and a month for 30 of them.

    Wrong as an answer, and good to show that our formula is that of the library.
    """
    ahead = outlook(PURCHASING, repeats, last, age)
    amount = expected_amount(SPENDING, repeats, mean)

    value = lifetime_value(ahead, amount, months=12, monthly_discount=0.01, weeks_a_month=30)
    assert value.value == pytest.approx(printed, rel=2e-3)


def test_a_month_is_a_twelfth_of_a_year_in_weeks() -> None:
    assert pytest.approx(365.25 / 12 / 7, rel=1e-3) == WEEKS_A_MONTH


def test_without_a_discount_the_value_is_purchases_times_amount() -> None:
    ahead, amount = outlook_of(PURCHASING, HISTORY), amount_of(SPENDING, HISTORY)

    value = lifetime_value(ahead, amount, months=6, monthly_discount=0)
    assert value.value == pytest.approx(value.undiscounted)
    assert value.undiscounted == pytest.approx(value.purchases * value.amount)
    assert value.purchases == ahead.expected_purchases(6 * WEEKS_A_MONTH)
    assert (value.alive, value.amount) == (ahead.alive, amount)


def test_a_month_is_paid_at_its_end() -> None:
    ahead = outlook_of(PURCHASING, HISTORY)

    value = lifetime_value(ahead, 10.0, months=1, monthly_discount=0.25)
    assert value.value == pytest.approx(10 * ahead.expected_purchases(WEEKS_A_MONTH) / 1.25)


def test_more_months_are_worth_more_and_a_higher_discount_less() -> None:
    ahead = outlook_of(PURCHASING, HISTORY)
    by_months = [
        lifetime_value(ahead, 10.0, months=months, monthly_discount=0.01).value
        for months in (1, 2, 12, 120)
    ]
    by_discount = [
        lifetime_value(ahead, 10.0, months=12, monthly_discount=discount).value
        for discount in (0.0, 0.01, 0.5)
    ]

    assert all(fewer < more for fewer, more in pairwise(by_months))
    assert all(lower > higher for lower, higher in pairwise(by_discount))


def test_a_sound_figure_needs_no_caution() -> None:
    found = cautions(HISTORY, until=UNTIL, fitted_until=UNTIL, customers=1_000, correlation=0.3)

    assert found == []


def test_everything_doubtful_is_said() -> None:
    once = PurchaseHistory(0, 0, 272, Decimal(0))
    found = cautions(
        once,
        until=UNTIL,
        fitted_until=date(1996, 12, 31),
        customers=999,
        correlation=-0.31,
    )

    assert found == [
        "population-mean-amount",
        "bought-since-the-fit",
        "few-customers",
        "amount-goes-with-frequency",
    ]


def test_a_purchase_on_the_last_day_of_the_fit_is_known_to_it() -> None:
    last = date(1997, 8, 2)  # 213 days after the first of January

    on_the_day = cautions(HISTORY, until=UNTIL, fitted_until=last, customers=1_000, correlation=0)
    a_day_later = cautions(
        HISTORY, until=UNTIL, fitted_until=date(1997, 8, 1), customers=1_000, correlation=0
    )
    assert (on_the_day, a_day_later) == ([], ["bought-since-the-fit"])
