"""How a goal stands on a day: pure functions of its terms, its measurements and the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, assert_never

from domain.goal import GoalState, GoalStatus
from domain.goal_terms import Aggregation, Band, Direction, GoalDraft, SmartGoal
from domain.measurement import Measurement
from domain.policy import Goals
from domain.rounding import half_up

_WHOLE: Final = Fraction(100)


class NoDataReason(StrEnum):
    """Why the progress of a goal is not known: a goal without measurements is not at 0 %."""

    DRAFT = "draft"
    NOT_STARTED = "not-started"
    NOT_MEASURED = "not-measured"


@dataclass(frozen=True, slots=True)
class Measures:
    """What the measurements of a goal add up to: one at the least.

    `inside` counts those within the goal's band; 0 where it has none.
    """

    count: int
    total: Fraction
    last: Fraction
    last_on: date
    inside: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a goal stands; shares are percent, exact."""

    status: GoalStatus
    value: Fraction | None
    progress: Fraction | None
    elapsed: Fraction | None
    no_data_because: NoDataReason | None


def measures(
    measurements: Iterable[Measurement], *, band: Band | None, as_of: date | None = None
) -> Measures | None:
    """Add up what was measured up to a day (None: ever); None where that is nothing.

    `measurements` stand in the order in which they were recorded: of two of the same day, the one
    recorded later is the last.
    """
    known = [each for each in measurements if as_of is None or each.measured_on <= as_of]
    if not known:
        return None
    last = max(enumerate(known), key=lambda numbered: (numbered[1].measured_on, numbered[0]))[1]
    return Measures(
        count=len(known),
        total=sum((Fraction(each.value) for each in known), Fraction()),
        last=Fraction(last.value),
        last_on=last.measured_on,
        inside=sum(band is not None and band.holds(each.value) for each in known),
    )


def current_value(goal: SmartGoal, measured: Measures) -> Fraction:
    """Return the one value that stands for all measurements."""
    match goal.metric.aggregation:
        case Aggregation.LAST:
            return measured.last
        case Aggregation.SUM:
            return measured.total
        case Aggregation.MEAN:
            return measured.total / measured.count
        case _:
            assert_never(goal.metric.aggregation)


def meets_target(goal: SmartGoal, measured: Measures) -> bool:
    """Tell whether the current value has reached the target, or stands within the band."""
    value = current_value(goal, measured)
    if goal.band is not None:
        return Fraction(goal.band.low) <= value <= Fraction(goal.band.high)
    target = Fraction(goal.target or 0)
    return value >= target if goal.metric.direction is Direction.INCREASE else value <= target


def progress(goal: SmartGoal, measured: Measures) -> Fraction:
    """Return how much of the way from the baseline to the target is done, in percent.

    Below 0 the metric went the wrong way; above 100 it is beyond the target. To maintain, it is
    the share of measurements that stand within the band.
    """
    if goal.baseline is None or goal.target is None:
        return measured.inside * _WHOLE / measured.count
    baseline = Fraction(goal.baseline.value)
    way = Fraction(goal.target) - baseline
    return (current_value(goal, measured) - baseline) * _WHOLE / way


def elapsed(start_on: date, due_on: date, as_of: date) -> Fraction:
    """Return the share of the time from the start to the due day that has passed: 0 to 100."""
    days, passed = (due_on - start_on).days, (as_of - start_on).days
    return min(max(Fraction(passed, days), Fraction()), Fraction(1)) * _WHOLE


def assess(lag: Fraction, thresholds: Goals) -> GoalStatus:
    """Grade how many percent points a goal lags behind; the thresholds themselves are still met."""
    if lag <= Fraction(thresholds.at_risk_beyond):
        return GoalStatus.ON_TRACK
    if lag <= Fraction(thresholds.off_track_beyond):
        return GoalStatus.AT_RISK
    return GoalStatus.OFF_TRACK


def standing(
    terms: GoalDraft | SmartGoal,
    state: GoalState,
    ended_on: date | None,
    measured: Measures | None,
    *,
    as_of: date,
    thresholds: Goals,
) -> Standing:
    """Reckon how a goal stands at the end of a day, of which `measured` knows nothing later.

    An open goal lags by what its progress is less than the time elapsed. A value that is to be
    maintained does not grow with time: it lags by every measurement outside its band.
    """
    if isinstance(terms, GoalDraft):
        ended = ended_on is not None and ended_on <= as_of
        status = GoalStatus(state) if ended else GoalStatus.DRAFT
        return Standing(status, None, None, None, NoDataReason.DRAFT)
    passed = elapsed(terms.start_on, terms.due_on, as_of)
    value = None if measured is None else current_value(terms, measured)
    done = None if measured is None else progress(terms, measured)
    because = None
    if done is None:
        not_started = as_of < terms.start_on
        because = NoDataReason.NOT_STARTED if not_started else NoDataReason.NOT_MEASURED
    if ended_on is not None and ended_on <= as_of:
        status = GoalStatus(state)
    elif as_of > terms.due_on:
        status = GoalStatus.OVERDUE
    elif done is None:
        status = GoalStatus.NO_DATA
    else:
        expected = _WHOLE if terms.metric.direction is Direction.MAINTAIN else passed
        status = assess(expected - done, thresholds)
    return Standing(status, value, done, passed, because)


def rounded(exact: Fraction, decimals: int) -> Decimal:
    """Round halves away from zero, whatever the number of digits; without trailing zeros."""
    digits = f"{half_up(exact, decimals):f}"
    return Decimal(digits.rstrip("0").rstrip(".") if decimals else digits)
