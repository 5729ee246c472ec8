"""What may be decided about the measurements of a goal, and about the metrics that support it."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from domain.goal import Goal, GoalEvent
from domain.goal_decisions import refuse_ended, require_set
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricAdded,
    GoalSupportingMetricMeasured,
    Measured,
    Measurement,
    SupportingMetric,
)
from domain.policy import Goals
from domain.reason import refuse_before, require_reason
from domain.refusal import NotFound, Refused


def measure_progress(
    goal: Goal,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    source: str | None,
    policy: Goals,
    today: date,
) -> Sequence[GoalEvent]:
    """Record where the goal's own metric stands on a day.

    Raises:
        Refused: `already-measured`, `goal-not-set`, `measured-in-the-future`,
            `measured-before-start`, `measured-after-end`.
    """
    if _is_repeated(goal, measurement_id, measurement, None):
        return []
    _refuse_outside(goal, measurement.measured_on, policy=policy, today=today)
    return [
        GoalProgressMeasured(
            measurement_id=measurement_id,
            value=measurement.value,
            measured_on=measurement.measured_on,
            source=source,
        )
    ]


def correct_measurement(
    goal: Goal,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    reason: str,
    policy: Goals,
    today: date,
) -> Sequence[GoalEvent]:
    """Put right a value or day that was recorded wrongly, also of a goal that has ended.

    Raises:
        NotFound: the goal has no such measurement.
        Refused: `reason-required`, and what `measure_progress` says about the day.
    """
    require_reason(reason)
    measured = goal.measurements.get(measurement_id)
    if measured is None:
        raise NotFound("measurement", measurement_id)
    if measured.measurement == measurement:
        return []
    if measured.measurement.measured_on != measurement.measured_on:
        _refuse_outside(goal, measurement.measured_on, policy=policy, today=today)
    return [
        GoalMeasurementCorrected(
            measurement_id=measurement_id, was=measured.measurement, now=measurement
        )
    ]


def add_supporting_metric(
    goal: Goal, metric_id: UUID, *, metric: SupportingMetric
) -> Sequence[GoalEvent]:
    """Follow another metric beside the goal's own, such as posts or clicks.

    Raises:
        Refused: `goal-ended`, `duplicate-metric`.
    """
    if goal.metrics.get(metric_id) == metric:
        return []
    refuse_ended(goal)
    if any(each.key == metric.key for each in goal.metrics.values()):
        raise Refused(
            "duplicate-metric",
            f"the goal has a supporting metric {metric.key} already; measure that one, "
            "or give another key",
        )
    return [GoalSupportingMetricAdded(metric_id=metric_id, metric=metric)]


def measure_supporting_metric(
    goal: Goal,
    metric_id: UUID,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    source: str | None,
    policy: Goals,
    today: date,
) -> Sequence[GoalEvent]:
    """Record where a supporting metric stands on a day.

    Raises:
        NotFound: the goal has no such supporting metric.
        Refused: as `measure_progress`.
    """
    if metric_id not in goal.metrics:
        raise NotFound("supporting-metric", metric_id)
    if _is_repeated(goal, measurement_id, measurement, metric_id):
        return []
    _refuse_outside(goal, measurement.measured_on, policy=policy, today=today)
    return [
        GoalSupportingMetricMeasured(
            metric_id=metric_id,
            measurement_id=measurement_id,
            value=measurement.value,
            measured_on=measurement.measured_on,
            source=source,
        )
    ]


def _is_repeated(
    goal: Goal, measurement_id: UUID, measurement: Measurement, metric_id: UUID | None
) -> bool:
    measured: Measured | None = goal.measurements.get(measurement_id)
    if measured is None:
        return False
    if (measured.measurement, measured.metric_id) == (measurement, metric_id):
        return True
    raise Refused(
        "already-measured",
        f"the measurement {measurement_id} is on record with another value or day; correct it",
    )


def _refuse_outside(goal: Goal, measured_on: date, *, policy: Goals, today: date) -> None:
    """Refuse a day outside the goal's span, which the policy lets run on for some days."""
    terms = require_set(goal)
    if measured_on > today:
        raise Refused(
            "measured-in-the-future",
            f"{measured_on} has not come yet; give a day up to today, {today}",
        )
    refuse_before(
        measured_on,
        earliest=terms.start_on,
        what=f"the start of the goal, {terms.start_on}",
        code="measured-before-start",
    )
    end = goal.ended_on or terms.due_on
    last = min(date.max - timedelta(days=3_660), end) + timedelta(days=policy.measuring_grace_days)
    if measured_on > last:
        raise Refused(
            "measured-after-end",
            f"the goal takes measurements until {last}, {policy.measuring_grace_days} days after "
            f"{end}; give a day up to that, or revise the due day",
        )
