"""How far goals have come, and how many are reached.

The status of a goal is the house's rule (`goal_progress.assess`): how many percent points it lags
behind the calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from domain.figure import Figure, percent, running
from domain.goal import GoalState
from domain.goal_progress import Measures, progress
from domain.goal_terms import SmartGoal
from domain.kpi import NoData
from domain.period import Period

_WHOLE: Final = 100
_NONE: Final = Fraction()
_DECIDED: Final = frozenset({GoalState.ACHIEVED, GoalState.MISSED})


@dataclass(frozen=True, slots=True)
class DueGoal:
    """A goal that was set, the day it is due, and how and when it ended, if it did."""

    due_on: date
    state: GoalState = GoalState.ACTIVE
    ended_on: date | None = None


def goal_attainment(goal: SmartGoal, measured: Measures | None) -> Figure:
    """Return 100 x (current - baseline) / (target - baseline), or the share within the band.

    Percent, shown to one decimal; floored at 0, where the metric went the wrong way, and not
    capped: twice the way is 200.

    Raises:
        NoData: `not-measured`.
    """
    if measured is None:
        raise NoData("not-measured", "nothing was measured of the goal yet")
    return percent(max(progress(goal, measured), _NONE), _WHOLE, count=measured.count)


def expected_progress(start_on: date, due_on: date, *, as_of: date) -> Figure:
    """Return 100 x days passed / days in all, the first and the last counted, at a day's end.

    0 before the start, 100 from the due day on; percent, shown to one decimal.
    """
    total = (due_on - start_on).days + 1
    passed = min(max((as_of - start_on).days + 1, 0), total)
    return percent(passed, total, count=total)


def mean_goal_progress(progresses: Iterable[Fraction | None]) -> Figure:
    """Return the mean attainment of goals, each floored at 0: percent, shown to one decimal.

    None is a goal without a measurement: it does not stand at 0, and is counted `apart`.

    Raises:
        NoData: `not-measured`; none of the goals was measured.
    """
    every = list(progresses)
    known = [max(each, _NONE) for each in every if each is not None]
    if not known:
        raise NoData("not-measured", "none of the goals was measured")
    total = sum(known, _NONE)
    return percent(total, len(known) * _WHOLE, count=len(known), apart=len(every) - len(known))


def goal_attainment_rate(goals: Iterable[DueGoal], *, period: Period, as_of: date) -> Figure:
    """Return 100 x goals achieved / goals due in the period: percent, shown to one decimal.

    A goal belongs to the period of its due day, and is due when that day is over, or on it if it
    was decided. One past its due day that nobody ended was not achieved: else the rate would rise
    by never admitting a miss. Abandoned goals are counted `apart`.

    Raises:
        NoData: `nothing-due`.
    """
    states = [
        _state(each, as_of)
        for each in goals
        if each.due_on in period
        and (each.due_on < as_of or (each.due_on == as_of and _state(each, as_of) in _DECIDED))
    ]
    abandoned = states.count(GoalState.ABANDONED)
    due = len(states) - abandoned
    if due == 0:
        raise NoData("nothing-due", "no goal was due in the period")
    return percent(
        states.count(GoalState.ACHIEVED),
        due,
        count=due,
        apart=abandoned,
        flags=running(period, as_of),
    )


def _state(goal: DueGoal, as_of: date) -> GoalState:
    """Return the state on a day: before it ended, a goal was active."""
    ended = goal.ended_on is not None and goal.ended_on <= as_of
    return goal.state if ended else GoalState.ACTIVE
