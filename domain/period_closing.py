"""Which periods are closed: what is recorded later for one of their days restates it.

Closing is about knowledge, not about the world: it keeps nobody from putting a closed period right,
but whoever does so says why, and everybody sees that it was done after the close.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from pydantic import StringConstraints

from domain.day import Day
from domain.decision import States
from domain.event import Aggregate, Event, Stream
from domain.period import Period, PeriodKind
from domain.reason import require_reason
from domain.refusal import Refused

ClosingPeriod = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}|-Q[1-4])?$")]
"""A month (2026-05), a quarter (2026-Q2) or a year (2026)."""

_STREAM_ID: Final = UUID("c10f3a52-6d0e-4b8b-9a77-2f4e8b15d3c9")
"""Part of the stored form: chosen once, on 2026-11-28, never to change. Each tenant has one."""

_KINDS: Final = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})


# Events: these names and fields are the stored format. Add; never rename or remove.


class PeriodClosed(Event):
    """All days before `until` are closed; `first` is the first day that was not closed before.

    What was open before the first closing of all is closed with it, and `first` is that period's.
    """

    NAME: ClassVar[str] = "period.closed"
    period: ClosingPeriod
    first: Day
    until: Day
    closed_on: Day


class PeriodReopened(Event):
    """The closing of this period holds no longer; those before it do."""

    NAME: ClassVar[str] = "period.reopened"
    period: ClosingPeriod
    first: Day
    until: Day


PeriodClosingEvent = PeriodClosed | PeriodReopened


@dataclass(frozen=True, slots=True)
class Closing:
    """A period that is closed: the days before `until` that no earlier closing covers."""

    period: str
    until: date
    closed_on: date


@dataclass(frozen=True, slots=True)
class ClosedPeriods:
    """The closings that hold, in their order; each ends later than the one before."""

    closings: tuple[Closing, ...] = ()

    @property
    def until(self) -> date:
        """The first day that is open."""
        return self.closings[-1].until if self.closings else date.min

    def closing_of(self, day: date) -> Closing | None:
        """Return the closing that covers a day; None: the day is open."""
        if day >= self.until:  # nearly always: nobody looks further than needed
            return None
        return next(closing for closing in self.closings if day < closing.until)

    def restated_by(self, days: Iterable[date]) -> Closing | None:
        """Return the earliest closing that covers any of these days."""
        return self.closing_of(min(days, default=date.max))


NOTHING_CLOSED: Final = ClosedPeriods()


def evolve(closed: ClosedPeriods | None, event: PeriodClosingEvent) -> ClosedPeriods:
    """Fold one event into the state. Never refuses: what happened, happened."""
    closings = (closed or NOTHING_CLOSED).closings
    match event:
        case PeriodClosed(period=period, until=until, closed_on=closed_on):
            return ClosedPeriods((*closings, Closing(period, until, closed_on)))
        case PeriodReopened(until=until):
            return ClosedPeriods(tuple(each for each in closings if each.until != until))
        case _:
            assert_never(event)


PERIOD_CLOSING: Final[Aggregate[ClosedPeriods, PeriodClosingEvent]] = Aggregate(
    name="period-closing", events=(PeriodClosed, PeriodReopened), evolve=evolve
)

CLOSED_PERIODS: Final[Stream[ClosedPeriods, PeriodClosingEvent]] = PERIOD_CLOSING.stream(
    _STREAM_ID, account_id=None
)


def closed_periods_of(states: States) -> ClosedPeriods:
    """Return what is closed, also to a decision that did not name it beforehand."""
    return states.find(CLOSED_PERIODS) or NOTHING_CLOSED


def refuse_unexplained(closed: ClosedPeriods, days: Iterable[date], reason: str | None) -> None:
    """Refuse to record without a reason what counts on a day that is closed.

    Raises:
        Refused: `period-closed`.
    """
    if reason is not None and reason.strip():
        return
    for day in days:
        closing = closed.closing_of(day)
        if closing is not None:
            raise Refused(
                "period-closed",
                f"{day} was closed with {closing.period} on {closing.closed_on}; say in `reason` "
                f"why what is closed is restated, or give a day from {closed.until} on",
            )


def close_period(
    closed: ClosedPeriods, *, period: Period, reason: str, on: date
) -> Sequence[PeriodClosingEvent]:
    """Close a month, a quarter or a year that is over; periods are closed in their order.

    The first period that is ever closed closes all days before it as well.

    Raises:
        Refused: `reason-required`, `not-a-closing-period`, `period-not-over`,
            `period-already-closed`, `earlier-period-open`.
    """
    require_reason(reason)
    _refuse_other_kinds(period)
    last = period.until - timedelta(days=1)
    if on <= last:
        raise Refused(
            "period-not-over",
            f"{period} is not over on {on}; close it on {period.until} or later",
        )
    covering = closed.closing_of(last)
    if covering is not None:
        raise Refused(
            "period-already-closed",
            f"{period} was closed with {covering.period} on {covering.closed_on}; what is still "
            "missing in it is recorded with a reason",
        )
    if closed.closings and period.first > closed.until:
        raise Refused(
            "earlier-period-open",
            f"{closed.until} to {period.first - timedelta(days=1)} are still open; close those "
            f"days before {period}, or with it in a longer period",
        )
    first = max(period.first, closed.until)
    return [PeriodClosed(period=str(period), first=first, until=period.until, closed_on=on)]


def reopen_period(
    closed: ClosedPeriods, *, period: Period, reason: str
) -> Sequence[PeriodClosingEvent]:
    """Open the period that was closed last again, so that the one before it is the last.

    Raises:
        Refused: `reason-required`, `not-a-closing-period`, `period-not-closed`,
            `later-period-closed`.
    """
    require_reason(reason)
    _refuse_other_kinds(period)
    if not any(closing.period == str(period) for closing in closed.closings):
        names = ", ".join(closing.period for closing in closed.closings) or "nothing"
        raise Refused(
            "period-not-closed", f"{period} was not closed under this name; closed: {names}"
        )
    latest = closed.closings[-1]
    if latest.period != str(period):
        raise Refused(
            "later-period-closed",
            f"{latest.period} was closed after {period}; reopen {latest.period} first",
        )
    before = ClosedPeriods(closed.closings[:-1])
    first = max(period.first, before.until)
    return [PeriodReopened(period=latest.period, first=first, until=latest.until)]


def _refuse_other_kinds(period: Period) -> None:
    if period.kind not in _KINDS:
        raise Refused(
            "not-a-closing-period",
            f"{period} cannot be closed; give a month (2026-05), a quarter (2026-Q2) or a year",
        )
