"""How far goals have come, and how many are reached.

The progress of one goal, and its status, are the house's rules (`goal_progress`): how many percent
points it lags behind the calendar.
"""

from datetime import date

from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, NoData
from domain.rounding import Exact


def goal_attainment_rate(achieved: Exact, due: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x goals achieved / goals due in the period: 0 to 100 %, shown to one decimal.

    A goal belongs to the period of its due day. One past it that nobody ended was not achieved:
    else the rate would rise by never admitting a miss. Abandoned goals are not due.

    Raises:
        NoData: `no-goals-due`.
    """
    if due == 0:
        raise NoData("no-goals-due", "no goal was due in the period")
    return percent(achieved, due, count=int(due), flags=flags)


def mean_goal_progress(total: Exact, measured: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return the mean progress of the goals that were measured: percent, shown to one decimal.

    `total` adds up the percent of each, 0 where its metric went the wrong way, more than 100 beyond
    its target. A goal without a measurement does not stand at 0: it is no part of either.

    Raises:
        NoData: `no-goals-measured`.
    """
    if measured == 0:
        raise NoData("no-goals-measured", "no goal of the period has been measured")
    return percent(total, 100 * measured, count=int(measured), flags=flags)


def expected_progress(start_on: date, due_on: date, *, as_of: date) -> Figure:
    """Return 100 x days passed / days in all, the first and the last counted, at a day's end.

    0 before the start, 100 from the due day on; percent, shown to one decimal.
    """
    total = (due_on - start_on).days + 1
    passed = min(max((as_of - start_on).days + 1, 0), total)
    return percent(passed, total, count=total)
