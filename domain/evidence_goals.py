"""What the goals of an account contribute: those due and achieved, and how far they have come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.goal import (
    GoalAbandoned,
    GoalAchieved,
    GoalMissed,
    GoalReopened,
    GoalRevised,
    GoalSet,
    GoalState,
)
from domain.goal_progress import measures, progress, rounded
from domain.goal_terms import SmartGoal
from domain.kpi import EXACT_DECIMALS
from domain.measurement import GoalMeasurementCorrected, GoalProgressMeasured, Measurement


@dataclass(slots=True)
class _Goal:
    terms: SmartGoal
    position: int
    measured_position: int = 0
    state: GoalState = GoalState.ACTIVE
    ended_on: date | None = None
    measurements: dict[UUID, Measurement] = field(default_factory=dict)


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    for goal_id, goal in _goals(occurrences, question.as_of).items():
        if goal.state is not GoalState.ABANDONED:
            yield from _due(goal_id, goal, question)
            yield from _progress(goal_id, goal, question)


def _goals(occurrences: Sequence[Occurrence], as_of: date) -> dict[UUID, _Goal]:
    """Fold what was set and revised by the day; a corrected measurement was never otherwise."""
    goals: dict[UUID, _Goal] = {}
    for each in occurrences:
        match each.event:
            case GoalSet(goal=terms) if each.on <= as_of:
                goals[each.stream_id] = _Goal(terms, each.position)
            case (
                GoalProgressMeasured(measurement_id=id_)
                | GoalMeasurementCorrected(measurement_id=id_) as event
            ) if each.stream_id in goals:
                _measure(goals[each.stream_id], id_, event, each.position)
            case event if each.stream_id in goals and each.on <= as_of:
                _follow(goals[each.stream_id], event, each)
            case _:
                pass
    return goals


def _measure(
    goal: _Goal,
    measurement_id: UUID,
    event: GoalProgressMeasured | GoalMeasurementCorrected,
    position: int,
) -> None:
    match event:
        case GoalProgressMeasured(value=value, measured_on=on):
            goal.measurements[measurement_id] = Measurement(value=value, measured_on=on)
        case GoalMeasurementCorrected(now=now) if measurement_id in goal.measurements:
            goal.measurements[measurement_id] = now
        case _:
            return  # of a supporting metric
    goal.measured_position = position


def _follow(goal: _Goal, event: object, each: Occurrence) -> None:
    match event:
        case GoalRevised() as revised:
            goal.terms = goal.terms.model_copy(update=revised.changes())
        case GoalAchieved(achieved_on=on):
            goal.state, goal.ended_on = GoalState.ACHIEVED, on
        case GoalMissed(missed_on=on):
            goal.state, goal.ended_on = GoalState.MISSED, on
        case GoalAbandoned(abandoned_on=on):
            goal.state, goal.ended_on = GoalState.ABANDONED, on
        case GoalReopened():
            goal.state, goal.ended_on = GoalState.ACTIVE, None
        case _:
            return
    goal.position = each.position


def _due(goal_id: UUID, goal: _Goal, question: Question) -> Iterator[Contribution]:
    """Count a goal on its due day: achieved, or not achieved once that day has passed."""
    achieved = goal.state is GoalState.ACHIEVED
    due_on = goal.terms.due_on
    if not question.counts(due_on) or not (goal.ended_on or due_on < question.as_of):
        return
    measured = (Measure.GOALS_DUE, Measure.GOALS_ACHIEVED) if achieved else (Measure.GOALS_DUE,)
    yield from counted(measured, goal.position, due_on, goal_id)


def _progress(goal_id: UUID, goal: _Goal, question: Question) -> Iterator[Contribution]:
    """Add the progress of a goal that was worked on in the period, at the end of it.

    Below 0 it counts as 0; beyond 100 percent it counts as it is.
    """
    closing = question.closing
    if goal.terms.start_on > closing or (goal.ended_on or date.max) < question.period.first:
        return
    measured = measures(goal.measurements.values(), band=goal.terms.band, as_of=closing)
    if measured is None:
        return
    done = max(rounded(progress(goal.terms, measured), EXACT_DECIMALS), Decimal(0))
    position = max(goal.position, goal.measured_position)
    yield from counted([Measure.GOALS_MEASURED], position, measured.last_on, goal_id)
    yield Contribution(Measure.GOAL_PROGRESS, done, measured.last_on, position, goal_id)


GOALS = Family(
    name="goals",
    events=(
        GoalSet,
        GoalRevised,
        GoalProgressMeasured,
        GoalMeasurementCorrected,
        GoalAchieved,
        GoalMissed,
        GoalAbandoned,
        GoalReopened,
    ),
    contribute=_contribute,
)
