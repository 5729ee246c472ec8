"""A plan of an account: a period, milestones for its goals and needs, and those who contribute."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict

from domain.change import Change
from domain.contributor import (
    Contributor,
    PlanContributorAdded,
    PlanContributorRemoved,
    PlanResourceAllocated,
)
from domain.day import Day
from domain.event import Aggregate, Event
from domain.goal import Assessment
from domain.goal_terms import Horizon
from domain.milestone import (
    Milestone,
    MilestoneChange,
    MilestoneState,
    PlanMilestoneAdded,
    PlanMilestoneDropped,
    PlanMilestoneMissed,
    PlanMilestoneReached,
    PlanMilestoneRescheduled,
    PlanMilestoneStarted,
)
from domain.plan_record import (
    PlanRecord,
    PlanSolutionDesigned,
    PlanTradeoffRecorded,
    PlanUpdateShared,
)
from domain.words import Code, Name


class PlanState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class PlanTerms(BaseModel):
    """What a plan is about: both days belong to its period.

    `context` is what it goes by: trends of the market, rules of the industry, in short sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Name
    first_on: Day
    last_on: Day
    horizon: Horizon = Horizon.SHORT
    owner_id: UUID | None = None
    context: tuple[Name, ...] = ()


class PlanRevision(BaseModel):
    """New terms: one that is not given stays; only the owner may be null, for nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Name | None = None
    first_on: Day | None = None
    last_on: Day | None = None
    horizon: Horizon | None = None
    owner_id: UUID | None = None
    context: tuple[Name, ...] | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class PlanDrawnUp(Event):
    NAME: ClassVar[str] = "plan.drawn-up"
    account_id: UUID
    plan: PlanTerms


class PlanActivated(Event):
    NAME: ClassVar[str] = "plan.activated"


class PlanRevised(Event):
    """What was adjusted; a field of null stayed as it was."""

    NAME: ClassVar[str] = "plan.revised"
    title: Change[Name] | None = None
    first_on: Change[Day] | None = None
    last_on: Change[Day] | None = None
    horizon: Change[Horizon] | None = None
    owner_id: Change[UUID | None] | None = None
    context: Change[tuple[Name, ...]] | None = None

    def changes(self) -> dict[str, Any]:
        """Return the new value of each field that changed."""
        return {field: change.now for field, change in self if isinstance(change, Change)}


class PlanReviewed(Event):
    NAME: ClassVar[str] = "plan.reviewed"
    reviewed_on: Day
    assessment: Assessment
    note: Name | None = None


class PlanCompleted(Event):
    NAME: ClassVar[str] = "plan.completed"
    completed_on: Day


class PlanAbandoned(Event):
    NAME: ClassVar[str] = "plan.abandoned"
    abandoned_on: Day
    reason_code: Code


PlanEvent = (
    PlanDrawnUp
    | PlanActivated
    | PlanRevised
    | PlanMilestoneAdded
    | PlanMilestoneRescheduled
    | PlanMilestoneStarted
    | PlanMilestoneReached
    | PlanMilestoneMissed
    | PlanMilestoneDropped
    | PlanContributorAdded
    | PlanContributorRemoved
    | PlanResourceAllocated
    | PlanTradeoffRecorded
    | PlanSolutionDesigned
    | PlanUpdateShared
    | PlanReviewed
    | PlanCompleted
    | PlanAbandoned
)

Allotment = tuple[UUID, UUID | None]
"""What hours are kept under: a contributor, and a milestone or (None) the plan as a whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What decisions about a plan need to remember."""

    account_id: UUID
    terms: PlanTerms
    state: PlanState = PlanState.DRAFT
    ended_on: date | None = None
    milestones: Map[UUID, Milestone] = Map()  # noqa: RUF009 - immutable
    contributors: Map[UUID, Contributor] = Map()  # noqa: RUF009 - immutable
    allocations: Map[Allotment, int] = Map()  # noqa: RUF009 - immutable
    records: Map[UUID, PlanRecord] = Map()  # noqa: RUF009 - immutable
    last_review: PlanReviewed | None = None

    @property
    def open_milestones(self) -> Mapping[UUID, Milestone]:
        """The milestones still to be reached, those due first first."""
        still = [(id_, each) for id_, each in self.milestones.items() if each.is_open]
        return dict(sorted(still, key=lambda pair: (pair[1].terms.due_on, pair[0])))

    def hours_of(self, party_id: UUID) -> int:
        return sum(hours for (party, _), hours in self.allocations.items() if party == party_id)


def evolve(plan: Plan | None, event: PlanEvent) -> Plan:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, PlanDrawnUp):
        return Plan(event.account_id, event.plan)
    if plan is None:
        raise ValueError(f"{event.NAME} stands before {PlanDrawnUp.NAME}")
    match event:
        case PlanActivated():
            return replace(plan, state=PlanState.ACTIVE)
        case PlanRevised():
            return replace(plan, terms=plan.terms.model_copy(update=event.changes()))
        case PlanMilestoneAdded():
            added = plan.milestones.set(event.milestone_id, Milestone(event.milestone))
            return replace(plan, milestones=added)
        case (
            PlanMilestoneRescheduled()
            | PlanMilestoneStarted()
            | PlanMilestoneReached()
            | PlanMilestoneMissed()
            | PlanMilestoneDropped()
        ):
            id_ = event.milestone_id
            changed = plan.milestones.set(id_, _changed(plan.milestones[id_], event))
            return replace(plan, milestones=changed)
        case PlanContributorAdded():
            joined = plan.contributors.set(event.party_id, event.contributor)
            return replace(plan, contributors=joined)
        case PlanContributorRemoved():
            return replace(plan, contributors=plan.contributors.delete(event.party_id))
        case PlanResourceAllocated():
            return replace(plan, allocations=_allocated(plan.allocations, event))
        case PlanTradeoffRecorded():
            return replace(plan, records=plan.records.set(event.tradeoff_id, event))
        case PlanSolutionDesigned():
            return replace(plan, records=plan.records.set(event.solution_id, event))
        case PlanUpdateShared():
            return replace(plan, records=plan.records.set(event.update_id, event))
        case PlanReviewed():
            return replace(plan, last_review=event)
        case PlanCompleted():
            return replace(plan, state=PlanState.COMPLETED, ended_on=event.completed_on)
        case PlanAbandoned():
            return replace(plan, state=PlanState.ABANDONED, ended_on=event.abandoned_on)
        case _:
            assert_never(event)


def _changed(milestone: Milestone, event: MilestoneChange) -> Milestone:
    match event:
        case PlanMilestoneRescheduled():
            terms = milestone.terms.model_copy(update={"due_on": event.now})
            return replace(milestone, terms=terms)
        case PlanMilestoneStarted():
            return replace(milestone, state=MilestoneState.STARTED)
        case PlanMilestoneReached():
            return replace(milestone, state=MilestoneState.REACHED, ended_on=event.reached_on)
        case PlanMilestoneMissed():
            return replace(milestone, state=MilestoneState.MISSED, ended_on=event.missed_on)
        case PlanMilestoneDropped():
            return replace(milestone, state=MilestoneState.DROPPED, ended_on=event.dropped_on)
        case _:
            assert_never(event)


def _allocated(
    allocations: Map[Allotment, int], event: PlanResourceAllocated
) -> Map[Allotment, int]:
    key = (event.party_id, event.milestone_id)
    if event.now:
        return allocations.set(key, event.now)
    return allocations.delete(key) if key in allocations else allocations


PLAN: Aggregate[Plan, PlanEvent] = Aggregate(
    name="plan",
    events=(
        PlanDrawnUp,
        PlanActivated,
        PlanRevised,
        PlanMilestoneAdded,
        PlanMilestoneRescheduled,
        PlanMilestoneStarted,
        PlanMilestoneReached,
        PlanMilestoneMissed,
        PlanMilestoneDropped,
        PlanContributorAdded,
        PlanContributorRemoved,
        PlanResourceAllocated,
        PlanTradeoffRecorded,
        PlanSolutionDesigned,
        PlanUpdateShared,
        PlanReviewed,
        PlanCompleted,
        PlanAbandoned,
    ),
    evolve=evolve,
)
