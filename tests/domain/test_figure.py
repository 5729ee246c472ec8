"""Figures are exact inside, and rounded once."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.figure import Figure, percent, points, running, tally, too_few
from domain.kpi import CATALOGUE, EVERY_KPI, NO_FLAGS, Flag, Unit
from domain.period import LIFETIME, month_of, trailing_twelve_months
from domain.rounding import half_up

MAY = month_of(date(2026, 5, 1))
NUMBERS = st.integers(-(10**9), 10**9)
COUNTS = st.integers(1, 10**9)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Fraction(141, 2), 0, "71"),
        (Fraction(-141, 2), 0, "-71"),
        (Decimal("0.05"), 1, "0.1"),
        (Decimal("-0.04"), 1, "0.0"),
        (7, 2, "7.00"),
        (Fraction(1, 3), 3, "0.333"),
    ],
)
def test_halves_are_rounded_away_from_zero(
    value: Decimal | Fraction, decimals: int, shown: str
) -> None:
    assert str(half_up(value, decimals)) == shown


def test_a_share_is_exact_to_ten_decimals_and_shown_to_one() -> None:
    assert percent(2, 3, count=3, flags=frozenset({Flag.PARTIAL})) == Figure(
        exact=Decimal("66.6666666667"),
        shown=Decimal("66.7"),
        numerator=Decimal(2),
        denominator=Decimal(3),
        count=3,
        flags=frozenset({Flag.PARTIAL}),
    )


def test_a_score_is_shown_whole() -> None:
    found: Any = points(-1, 6, scale=100, count=6, apart=1)

    assert (found.exact, found.shown) == (Decimal("-16.6666666667"), Decimal(-17))
    assert (found.numerator, found.denominator) == (-1, 6)
    assert (found.count, found.apart) == (6, 1)


def test_what_is_no_whole_number_is_told_to_ten_decimals() -> None:
    found = percent(Fraction(1, 3), Fraction(4, 2), count=1)

    assert (found.numerator, found.denominator) == (Decimal("0.3333333333"), Decimal(2))


def test_a_number_of_things_is_no_ratio() -> None:
    assert tally(0, of=2) == Figure(Decimal(0), Decimal(0), Decimal(0), None, count=2)


def test_a_period_is_partial_until_its_last_day_is_over() -> None:
    last = date(2026, 5, 31)

    assert running(MAY, last - timedelta(days=1)) == {Flag.PARTIAL}
    assert running(MAY, last) == NO_FLAGS
    assert running(trailing_twelve_months(last), last) == NO_FLAGS
    assert running(LIFETIME, last) == NO_FLAGS


def test_too_few_facts_are_insufficient() -> None:
    assert too_few(4, 5) == {Flag.INSUFFICIENT_DATA}
    assert too_few(5, 5) == NO_FLAGS


@for_any(NUMBERS, COUNTS)
def test_what_is_shown_is_rounded_from_the_fraction_never_from_the_rounded(
    numerator: int, denominator: int
) -> None:
    share = percent(numerator, denominator, count=1)
    exact = Fraction(100 * numerator, denominator)

    assert abs(Fraction(share.shown) - exact) <= Fraction(1, 20)
    assert abs(Fraction(share.exact) - exact) <= Fraction(1, 2 * 10**10)
    assert share.shown == half_up(exact, 1)


def test_rounding_the_rounded_would_show_another_figure() -> None:
    nearly_a_half = percent(Fraction(Decimal("0.005499999999999")), 10, count=1)

    assert (nearly_a_half.exact, nearly_a_half.shown) == (Decimal("0.0550000000"), Decimal("0.1"))
    below = percent(Fraction(Decimal("0.00499999999999999")), 10, count=1)
    assert (below.exact, below.shown) == (Decimal("0.0500000000"), Decimal("0.0"))


def test_every_figure_of_the_catalogue_has_a_name_of_its_own() -> None:
    assert len({each.name for each in CATALOGUE}) == len(CATALOGUE)
    assert {each.unit for each in CATALOGUE} == set(Unit)
    assert all(each.formula_version >= 1 for each in CATALOGUE)
    assert CATALOGUE[: len(EVERY_KPI)] == EVERY_KPI
