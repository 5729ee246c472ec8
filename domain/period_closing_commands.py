"""The commands that close periods, and open them again."""

from collections.abc import Sequence
from datetime import date

from domain import period_closing as closings
from domain.binding import up_to
from domain.decision import Decision, States
from domain.event import Recording
from domain.period import Period
from domain.period_closing import CLOSED_PERIODS, closed_periods_of


def close_period(*, period: Period, reason: str, on: date, today: date) -> Decision:
    """Close a month, a quarter or a year that is over."""

    def decide(states: States) -> Sequence[Recording]:
        closed = closed_periods_of(states)
        events = closings.close_period(closed, period=period, reason=reason, on=on)
        return [CLOSED_PERIODS.record(events)]

    return up_to(today, on, Decision(CLOSED_PERIODS, (CLOSED_PERIODS,), decide))


def reopen_period(*, period: Period, reason: str, on: date, today: date) -> Decision:
    """Open the period that was closed last again."""

    def decide(states: States) -> Sequence[Recording]:
        closed = closed_periods_of(states)
        events = closings.reopen_period(closed, period=period, reason=reason)
        return [CLOSED_PERIODS.record(events)]

    return up_to(today, on, Decision(CLOSED_PERIODS, (CLOSED_PERIODS,), decide))
