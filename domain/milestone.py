"""A milestone of a plan: something to be reached by a day, for a goal or a need, by somebody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Event
from domain.words import Code, Label, Name


class MilestoneKind(StrEnum):
    """Something to show soon, or a step of the long run."""

    QUICK_WIN = "quick-win"
    STRATEGIC = "strategic"


class MilestoneState(StrEnum):
    PLANNED = "planned"
    STARTED = "started"
    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


class MilestoneTerms(BaseModel):
    """What is to be reached by when, by whom, and for which goal or need: one of the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    due_on: Day
    kind: MilestoneKind
    owner_id: UUID
    department: Label
    goal_id: UUID | None = None
    need_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class PlanMilestoneAdded(Event):
    NAME: ClassVar[str] = "plan.milestone-added"
    milestone_id: UUID
    milestone: MilestoneTerms


class PlanMilestoneRescheduled(Event):
    NAME: ClassVar[str] = "plan.milestone-rescheduled"
    milestone_id: UUID
    was: Day
    now: Day


class PlanMilestoneStarted(Event):
    NAME: ClassVar[str] = "plan.milestone-started"
    milestone_id: UUID
    started_on: Day


class PlanMilestoneReached(Event):
    NAME: ClassVar[str] = "plan.milestone-reached"
    milestone_id: UUID
    reached_on: Day


class PlanMilestoneMissed(Event):
    NAME: ClassVar[str] = "plan.milestone-missed"
    milestone_id: UUID
    missed_on: Day


class PlanMilestoneDropped(Event):
    NAME: ClassVar[str] = "plan.milestone-dropped"
    milestone_id: UUID
    dropped_on: Day
    reason_code: Code


MilestoneChange = (
    PlanMilestoneRescheduled
    | PlanMilestoneStarted
    | PlanMilestoneReached
    | PlanMilestoneMissed
    | PlanMilestoneDropped
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """What decisions about a milestone need to remember."""

    terms: MilestoneTerms
    state: MilestoneState = MilestoneState.PLANNED
    ended_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_on is None
