"""Whether we are in touch as often as we mean to be."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, NoData
from domain.rounding import Exact


class DueStatus(StrEnum):
    """Whether a check-in came in time; `open`: its grace is not over yet."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class CadenceFrom:
    """The cadence from a day on, until that of a later day; None: there is none."""

    day: date
    every_days: int | None
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class DueDate:
    """A day by which a check-in was due, what became of it, and when the one that met it was."""

    day: date
    status: DueStatus
    met_on: date | None = None


def due_dates(
    started_on: date, cadences: Iterable[CadenceFrom], check_ins: Collection[date], *, as_of: date
) -> list[DueDate]:
    """List the days up to `as_of` on which a check-in was due, as far as is known on that day.

    `check_ins` are the days of those that qualify: held, not void, by a channel that counts. A
    check-in is due the cadence's days after the last one, or after the start. It is met by the next
    check-in, however early, if that comes within the days of grace. The next due day then counts
    from that check-in, late or not. As long as none comes, a missed day falls due again every time
    the cadence's days have passed: silence is counted in each period, not only in its first.

    A change of cadence moves the due day that is still to come, though never to before the change;
    where there was none, its days count from the change. The end of a relationship is a change to
    no cadence.
    """
    changes = _up_to(as_of, cadences)
    held = _held(started_on, check_ins, as_of)
    due = [
        each
        for since, following in zip(held, [*held[1:], None], strict=True)
        for each in _due_between(since, following, changes, as_of)
    ]
    return sorted(due, key=lambda each: each.day)


def cadence_adherence(in_time: Exact, due: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x due days met / due days of the period: 0 to 100 %, shown to one decimal.

    Both may be of many relationships. A day that is still within its grace is neither met nor
    missed: it is no part of `due`.

    Raises:
        NoData: `nothing-due`; no due day of the period is decided yet.
    """
    if due == 0:
        raise NoData("nothing-due", "no check-in was due in the period")
    return percent(in_time, due, count=int(due), flags=flags)


def next_due_on(
    started_on: date, cadences: Iterable[CadenceFrom], check_ins: Collection[date], *, as_of: date
) -> date | None:
    """Return the first due day after the last check-in, or the start; None without a cadence.

    It may lie in the past: then a check-in has been wanting since, unless there was a time without
    a cadence in between.
    """
    changes = _up_to(as_of, cadences)
    pauses = [each.day for each in changes if each.every_days is None]
    since = max([_held(started_on, check_ins, as_of)[-1], *pauses])
    first = _first_due(since, None, changes)
    return None if first is None else first[0]


def days_overdue(due_on: date, *, as_of: date, grace_days: int = 0) -> int:
    """Count the days since the grace of a due day was over; 0 until then."""
    return max(0, (as_of - due_on).days - grace_days)


def _due_between(
    since: date, following: date | None, changes: Sequence[CadenceFrom], as_of: date
) -> Iterator[DueDate]:
    """Yield what was due after one check-in until the next (None: there is none yet)."""
    found = _first_due(since, following, changes)
    while found is not None and found[0] <= as_of:
        day, last_day = found
        if following is not None and following <= last_day:
            yield DueDate(day, DueStatus.MET, following)
            return
        if as_of <= last_day:
            yield DueDate(day, DueStatus.OPEN)  # not missed, so it does not fall due again yet
            return
        yield DueDate(day, DueStatus.MISSED)
        found = _first_due(day, following, changes)
        if found is not None and following is not None and following < found[0]:
            return


def _first_due(
    since: date, following: date | None, changes: Sequence[CadenceFrom]
) -> tuple[date, date] | None:
    """Return the first due day after a day, and the last day of its grace."""
    found, counted_from = None, since
    for change in changes:
        if change.day > since:
            too_late = found is not None and change.day > found[0]
            if too_late or (following is not None and change.day > following):
                break
            if found is None:
                counted_from = change.day
        found = _due_from(counted_from, change)
    return found


def _due_from(day: date, cadence: CadenceFrom) -> tuple[date, date] | None:
    if cadence.every_days is None:
        return None
    due_on = max(day + timedelta(days=cadence.every_days), cadence.day)
    return due_on, due_on + timedelta(days=cadence.grace_days)


def _up_to(as_of: date, cadences: Iterable[CadenceFrom]) -> list[CadenceFrom]:
    return sorted((each for each in cadences if each.day <= as_of), key=lambda each: each.day)


def _held(started_on: date, check_ins: Collection[date], as_of: date) -> list[date]:
    """Return the start and the days of check-ins after it, up to a day, each once."""
    return [started_on, *sorted({day for day in check_ins if started_on < day <= as_of})]
