"""A goal: what is to be reached with an account by a day, measured on the way, and what came of it.

Whether it is on track is never stored: `domain/goal_progress.py` reckons it for any day.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from immutables import Map
from pydantic import Field

from domain.change import Change
from domain.day import Day
from domain.event import Aggregate, Event
from domain.goal_terms import (
    Achievability,
    Band,
    Baseline,
    GoalDraft,
    Horizon,
    Metric,
    Priority,
    Relevance,
    SmartGoal,
)
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricAdded,
    GoalSupportingMetricMeasured,
    Measured,
    Measurement,
    SupportingMetric,
)
from domain.money import Amount
from domain.words import Code, Name

FinalValue = Annotated[Decimal, Field(max_digits=38, decimal_places=6, allow_inf_nan=False)]
"""What the measurements came to: a sum of amounts has more digits than each."""


class GoalState(StrEnum):
    """How far a goal's life has come, by decisions alone."""

    DRAFT = "draft"
    ACTIVE = "active"
    ACHIEVED = "achieved"
    MISSED = "missed"
    ABANDONED = "abandoned"


class GoalStatus(StrEnum):
    """How a goal stands as of a day; what is open is reckoned, what has ended was decided."""

    DRAFT = "draft"
    NO_DATA = "no-data"
    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"
    OVERDUE = "overdue"
    ACHIEVED = "achieved"
    MISSED = "missed"
    ABANDONED = "abandoned"


class RevisionReason(StrEnum):
    """Why a goal is adjusted on the way."""

    MARKET_CHANGE = "market-change"
    CLIENT_PRIORITY = "client-priority"
    RESOURCE_CHANGE = "resource-change"
    ERROR = "error"


class Assessment(StrEnum):
    """How a goal or a plan stands, in somebody's words or as reckoned."""

    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"


# Events: these names and fields are the stored format. Add; never rename or remove.


class GoalDrafted(Event):
    NAME: ClassVar[str] = "goal.drafted"
    account_id: UUID
    draft: GoalDraft


class GoalSet(Event):
    """The goal is SMART, and worked towards from now on; it may have been a draft before."""

    NAME: ClassVar[str] = "goal.set"
    account_id: UUID
    goal: SmartGoal


class GoalRevised(Event):
    """What was adjusted; a field of null stayed as it was."""

    NAME: ClassVar[str] = "goal.revised"
    reason_code: RevisionReason
    supports_goal_id: Change[UUID | None] | None = None
    statement: Change[Name | None] | None = None
    metric: Change[Metric | None] | None = None
    baseline: Change[Baseline | None] | None = None
    target: Change[Amount | None] | None = None
    band: Change[Band | None] | None = None
    achievability: Change[Achievability | None] | None = None
    realism: Change[Name | None] | None = None
    relevance: Change[Relevance | None] | None = None
    start_on: Change[Day | None] | None = None
    due_on: Change[Day | None] | None = None
    horizon: Change[Horizon | None] | None = None
    priority: Change[Priority | None] | None = None
    owner_id: Change[UUID | None] | None = None

    def changes(self) -> dict[str, Any]:
        """Return the new value of each field that changed."""
        return {field: change.now for field, change in self if isinstance(change, Change)}


class GoalReviewed(Event):
    """Somebody's assessment beside what was reckoned for that day, under which policy version."""

    NAME: ClassVar[str] = "goal.reviewed"
    reviewed_on: Day
    assessment: Assessment
    computed: GoalStatus
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)]
    note: Name | None = None


class GoalAchieved(Event):
    NAME: ClassVar[str] = "goal.achieved"
    achieved_on: Day
    final_value: FinalValue


class GoalMissed(Event):
    """`final_value` is null where nothing was ever measured."""

    NAME: ClassVar[str] = "goal.missed"
    missed_on: Day
    final_value: FinalValue | None


class GoalAbandoned(Event):
    NAME: ClassVar[str] = "goal.abandoned"
    abandoned_on: Day
    reason_code: Code


class GoalReopened(Event):
    NAME: ClassVar[str] = "goal.reopened"
    reopened_on: Day


GoalEvent = (
    GoalDrafted
    | GoalSet
    | GoalRevised
    | GoalProgressMeasured
    | GoalMeasurementCorrected
    | GoalReviewed
    | GoalSupportingMetricAdded
    | GoalSupportingMetricMeasured
    | GoalAchieved
    | GoalMissed
    | GoalAbandoned
    | GoalReopened
)


@dataclass(frozen=True, slots=True)
class Goal:
    """What decisions about a goal need to remember."""

    account_id: UUID
    terms: GoalDraft | SmartGoal
    state: GoalState
    ended_on: date | None = None
    measurements: Map[UUID, Measured] = Map()  # noqa: RUF009 - immutable
    metrics: Map[UUID, SupportingMetric] = Map()  # noqa: RUF009 - immutable
    last_review: GoalReviewed | None = None

    @property
    def measured(self) -> tuple[Measurement, ...]:
        """The measurements of its own metric, in the order in which they were recorded."""
        own = [each for each in self.measurements.values() if each.metric_id is None]
        return tuple(each.measurement for each in sorted(own, key=lambda each: each.number))


def evolve(goal: Goal | None, event: GoalEvent) -> Goal:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, GoalDrafted):
        return Goal(event.account_id, event.draft, GoalState.DRAFT)
    if isinstance(event, GoalSet):
        begun = goal or Goal(event.account_id, event.goal, GoalState.ACTIVE)
        return replace(begun, terms=event.goal, state=GoalState.ACTIVE)
    if goal is None:
        raise ValueError(f"{event.NAME} stands before {GoalDrafted.NAME} or {GoalSet.NAME}")
    match event:
        case GoalRevised():
            return replace(goal, terms=goal.terms.model_copy(update=event.changes()))
        case GoalProgressMeasured() | GoalSupportingMetricMeasured():
            return _measured(goal, event)
        case GoalMeasurementCorrected():
            was = goal.measurements[event.measurement_id]
            corrected = replace(was, measurement=event.now)
            return replace(
                goal, measurements=goal.measurements.set(event.measurement_id, corrected)
            )
        case GoalReviewed():
            return replace(goal, last_review=event)
        case GoalSupportingMetricAdded():
            return replace(goal, metrics=goal.metrics.set(event.metric_id, event.metric))
        case GoalAchieved():
            return replace(goal, state=GoalState.ACHIEVED, ended_on=event.achieved_on)
        case GoalMissed():
            return replace(goal, state=GoalState.MISSED, ended_on=event.missed_on)
        case GoalAbandoned():
            return replace(goal, state=GoalState.ABANDONED, ended_on=event.abandoned_on)
        case GoalReopened():
            is_draft = isinstance(goal.terms, GoalDraft)
            state = GoalState.DRAFT if is_draft else GoalState.ACTIVE
            return replace(goal, state=state, ended_on=None)
        case _:
            assert_never(event)


def _measured(goal: Goal, event: GoalProgressMeasured | GoalSupportingMetricMeasured) -> Goal:
    measured = Measured(
        Measurement(value=event.value, measured_on=event.measured_on),
        number=len(goal.measurements),
        metric_id=event.metric_id if isinstance(event, GoalSupportingMetricMeasured) else None,
    )
    return replace(goal, measurements=goal.measurements.set(event.measurement_id, measured))


GOAL: Aggregate[Goal, GoalEvent] = Aggregate(
    name="goal",
    events=(
        GoalDrafted,
        GoalSet,
        GoalRevised,
        GoalProgressMeasured,
        GoalMeasurementCorrected,
        GoalReviewed,
        GoalSupportingMetricAdded,
        GoalSupportingMetricMeasured,
        GoalAchieved,
        GoalMissed,
        GoalAbandoned,
        GoalReopened,
    ),
    evolve=evolve,
)
