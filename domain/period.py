"""Periods of business days: half-open, from the first day up to but not including `until`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, assert_never

from typing_extensions import override


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TRAILING_TWELVE_MONTHS = "trailing-twelve-months"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first <= day < until`, of a kind that has a text of its own (`str`, `parse`)."""

    kind: PeriodKind
    first: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.until

    @override
    def __str__(self) -> str:
        match self.kind:
            case PeriodKind.MONTH:
                return self.first.isoformat()[:7]
            case PeriodKind.QUARTER:
                return f"{self.first.isoformat()[:4]}-Q{(self.first.month + 2) // 3}"
            case PeriodKind.YEAR:
                return self.first.isoformat()[:4]
            case PeriodKind.TRAILING_TWELVE_MONTHS:
                return f"ttm@{self.until - timedelta(days=1)}"
            case PeriodKind.LIFETIME:
                return "lifetime"
            case _:
                assert_never(self.kind)


LIFETIME: Final = Period(PeriodKind.LIFETIME, date.min, date.max)
"""All days; the last one of the calendar, 9999-12-31, stands for what never comes."""

_YEARS: Final = range(1, 10_000)
"""The years that `date` knows."""

_TEXT: Final = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})|-Q(?P<quarter>[1-4]))?|ttm@(?P<last>[0-9-]{10})"
)


def month_of(day: date) -> Period:
    return _calendar(PeriodKind.MONTH, day.replace(day=1), months=1)


def quarter_of(day: date) -> Period:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return _calendar(PeriodKind.QUARTER, first, months=3)


def year_of(day: date) -> Period:
    return _calendar(PeriodKind.YEAR, day.replace(month=1, day=1), months=12)


def trailing_twelve_months(last: date) -> Period:
    """Return the twelve months that end with the day `last`, which belongs to them.

    They begin on the same day of the month, one year before the day after `last`; where there is
    none, on the last day of February.
    """
    until = last + timedelta(days=1)
    return Period(PeriodKind.TRAILING_TWELVE_MONTHS, _months_after(until, -12), until)


def periods_of(day: date) -> tuple[Period, ...]:
    """Return the month, quarter, year and lifetime that the day falls into."""
    return month_of(day), quarter_of(day), year_of(day), LIFETIME


def periods_between(kind: PeriodKind, first: date, last: date) -> list[Period]:
    """Return the months, quarters or years that hold the days from `first` to `last`, in order.

    Raises:
        ValueError: periods of this kind do not follow one another.
    """
    of_day = {
        PeriodKind.MONTH: month_of,
        PeriodKind.QUARTER: quarter_of,
        PeriodKind.YEAR: year_of,
    }.get(kind)
    if of_day is None:
        raise ValueError(f"periods of the kind {kind} do not follow one another")
    found = [of_day(first)] if first <= last else []
    while found and found[-1].until <= last:
        found.append(of_day(found[-1].until))
    return found


def up_to_the_end_of(period: Period) -> Period:
    """Return all days up to the last one of the period."""
    return Period(PeriodKind.LIFETIME, date.min, period.until)


def period_before(period: Period) -> Period | None:
    """Return the period of the same kind that ends where this one begins; None: there is none."""
    if period.first == date.min:
        return None
    last = period.first - timedelta(days=1)
    match period.kind:
        case PeriodKind.MONTH:
            return month_of(last)
        case PeriodKind.QUARTER:
            return quarter_of(last)
        case PeriodKind.YEAR:
            return year_of(last)
        case PeriodKind.TRAILING_TWELVE_MONTHS:
            return trailing_twelve_months(last)
        case PeriodKind.LIFETIME:
            return None
        case _:
            assert_never(period.kind)


def parse(text: str) -> Period:
    """Read `2026-05`, `2026-Q2`, `2026`, `ttm@2026-05-31` or `lifetime`.

    Raises:
        ValueError: the text is none of these, or names no day of the calendar.
    """
    if text == "lifetime":
        return LIFETIME
    found = _TEXT.fullmatch(text)
    if found is None:
        raise _unreadable(text)
    try:
        if found["last"]:
            last = date.fromisoformat(found["last"])
            period = trailing_twelve_months(last)
        elif found["month"]:
            period = month_of(date(int(found["year"]), int(found["month"]), 1))
        elif found["quarter"]:
            period = quarter_of(date(int(found["year"]), int(found["quarter"]) * 3, 1))
        else:
            period = year_of(date(int(found["year"]), 1, 1))
    except (ValueError, OverflowError) as error:
        raise _unreadable(text) from error
    return period


def _calendar(kind: PeriodKind, first: date, *, months: int) -> Period:
    return Period(kind, first, _months_after(first, months))


def _months_after(day: date, months: int) -> date:
    """Add months; a day that the month does not have becomes its last one."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year not in _YEARS:
        raise ValueError(f"the year {year} is outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _unreadable(text: str) -> ValueError:
    return ValueError(
        f"{text!r} is not a period; give a month (2026-05), a quarter (2026-Q2), a year (2026), "
        "the twelve months up to a day (ttm@2026-05-31), or lifetime"
    )
