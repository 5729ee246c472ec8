from datetime import date, timedelta

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.period import (
    LIFETIME,
    Period,
    PeriodKind,
    month_of,
    parse,
    period_before,
    periods_between,
    periods_of,
    quarter_of,
    trailing_twelve_months,
    up_to_the_end_of,
    year_of,
)

DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))


@pytest.mark.parametrize(
    ("text", "kind", "first", "until"),
    [
        ("2026-05", PeriodKind.MONTH, date(2026, 5, 1), date(2026, 6, 1)),
        ("2025-12", PeriodKind.MONTH, date(2025, 12, 1), date(2026, 1, 1)),
        ("2024-02", PeriodKind.MONTH, date(2024, 2, 1), date(2024, 3, 1)),
        ("2026-Q1", PeriodKind.QUARTER, date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", PeriodKind.QUARTER, date(2026, 10, 1), date(2027, 1, 1)),
        ("2026", PeriodKind.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
        (
            "ttm@2026-05-31",
            PeriodKind.TRAILING_TWELVE_MONTHS,
            date(2025, 6, 1),
            date(2026, 6, 1),
        ),
        ("lifetime", PeriodKind.LIFETIME, date.min, date.max),
    ],
)
def test_a_period_is_read_and_written(
    text: str, kind: PeriodKind, first: date, until: date
) -> None:
    period = parse(text)

    assert period == Period(kind, first, until)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-5",
        "26-05",
        "2026-Q0",
        "2026-Q5",
        "2026-q1",
        "0000",
        "0000-Q1",
        "9999",
        "9999-12",
        "9999-Q4",
        "ttm@",
        "ttm@2026-02-30",
        "ttm@2026-W22-1",
        "ttm@9999-12-31",
        "ttm@0001-06-30",
        "Lifetime",
        "2026-05-31",
        "2026-05\n",
        " 2026",
        "٢٠٢٦",
    ],
)
def test_what_is_no_period_is_told_with_what_to_give(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a period; give a month \(2026-05\)"):
        parse(text)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (date(2026, 5, 31), date(2025, 6, 1)),
        (date(2026, 5, 30), date(2025, 5, 31)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2025, 2, 28), date(2024, 3, 1)),
        (date(2024, 2, 28), date(2023, 2, 28)),
        (date(2025, 12, 31), date(2025, 1, 1)),
    ],
)
def test_twelve_months_end_with_their_last_day(last: date, first: date) -> None:
    period = trailing_twelve_months(last)

    assert (period.first, period.until) == (first, last + timedelta(days=1))
    assert last in period
    assert period.until not in period


def test_a_period_is_half_open() -> None:
    may = month_of(date(2026, 5, 17))

    assert date(2026, 5, 1) in may
    assert date(2026, 5, 31) in may
    assert date(2026, 4, 30) not in may
    assert date(2026, 6, 1) not in may


def test_every_day_but_the_one_that_never_comes_belongs_to_a_lifetime() -> None:
    assert date.min in LIFETIME
    assert date(9999, 12, 30) in LIFETIME
    assert date.max not in LIFETIME


@for_any(DAYS)
def test_a_day_lies_in_its_periods_and_they_within_each_other(day: date) -> None:
    month, quarter, year, lifetime = periods_of(day)

    assert all(day in period for period in (month, quarter, year, lifetime))
    assert year.first <= quarter.first <= month.first
    assert month.until <= quarter.until <= year.until
    assert (month, quarter, year) == (month_of(day), quarter_of(day), year_of(day))


@for_any(DAYS)
def test_what_is_written_is_read_again(day: date) -> None:
    for period in (*periods_of(day), trailing_twelve_months(day)):
        assert parse(str(period)) == period


@for_any(DAYS)
def test_periods_of_a_kind_follow_each_other_without_gap(day: date) -> None:
    for period_of in (month_of, quarter_of, year_of):
        period = period_of(day)

        assert period_of(period.until).first == period.until
        assert period_of(period.first) == period


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-05", "2026-04"),
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2026", "2025"),
        ("ttm@2026-05-31", "ttm@2025-05-31"),
        ("ttm@2024-02-29", "ttm@2023-02-28"),
    ],
)
def test_the_period_before_is_of_the_same_kind_and_ends_where_it_begins(
    text: str, before: str
) -> None:
    found = period_before(parse(text))

    assert found == parse(before)
    assert found is not None
    assert found.until == parse(text).first


def test_before_a_lifetime_or_the_first_day_of_the_calendar_there_is_no_period() -> None:
    first_year = Period(PeriodKind.YEAR, date.min, date(2, 1, 1))
    some_days = Period(PeriodKind.LIFETIME, date(2026, 1, 1), date(2026, 2, 1))

    assert [period_before(each) for each in (LIFETIME, first_year, some_days)] == [None] * 3


@for_any(DAYS)
def test_up_to_the_end_of_a_period_are_all_days_before_it_and_its_own(day: date) -> None:
    month = month_of(day)
    so_far = up_to_the_end_of(month)

    assert day in so_far
    assert date.min in so_far
    assert month.until not in so_far


def test_periods_follow_one_another_between_two_days() -> None:
    first, last = date(2025, 11, 30), date(2026, 2, 1)

    assert [str(each) for each in periods_between(PeriodKind.MONTH, first, last)] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert [str(each) for each in periods_between(PeriodKind.QUARTER, first, last)] == [
        "2025-Q4",
        "2026-Q1",
    ]
    assert [str(each) for each in periods_between(PeriodKind.YEAR, first, last)] == ["2025", "2026"]
    assert [str(each) for each in periods_between(PeriodKind.MONTH, last, last)] == ["2026-02"]
    assert periods_between(PeriodKind.MONTH, last, first) == []


def test_lifetimes_do_not_follow_one_another() -> None:
    with pytest.raises(ValueError, match="lifetime do not follow one another"):
        periods_between(PeriodKind.LIFETIME, date(2026, 1, 1), date(2026, 2, 1))
