"""What is put on record beside a plan's milestones: trade-offs, solutions, updates shared."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Event
from domain.words import Label, Name


class Feasibility(StrEnum):
    """Whether those who would deliver a solution say that they can."""

    UNCONFIRMED = "unconfirmed"
    FEASIBLE = "feasible"
    WITH_CONDITIONS = "with-conditions"
    NOT_FEASIBLE = "not-feasible"


class Tradeoff(BaseModel):
    """Which of several things that cannot all be had was chosen, why, and who agreed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: tuple[Name, ...]
    chosen: Name
    rationale: Name
    agreed_with: tuple[UUID, ...] = ()


class Solution(BaseModel):
    """What is offered for a need or for goals, sold by which deals, delivered by whom.

    `confirmed_by` is the party of ours who says whether it is feasible, `request_id` the
    collaboration request in which that was asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Name
    need_id: UUID | None = None
    goal_ids: tuple[UUID, ...] = ()
    deal_ids: tuple[UUID, ...] = ()
    departments: tuple[Label, ...] = ()
    feasibility: Feasibility = Feasibility.UNCONFIRMED
    confirmed_by: UUID | None = None
    request_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class PlanTradeoffRecorded(Event):
    NAME: ClassVar[str] = "plan.tradeoff-recorded"
    tradeoff_id: UUID
    tradeoff: Tradeoff


class PlanSolutionDesigned(Event):
    NAME: ClassVar[str] = "plan.solution-designed"
    solution_id: UUID
    solution: Solution


class PlanUpdateShared(Event):
    """Somebody was told how the plan stands."""

    NAME: ClassVar[str] = "plan.update-shared"
    update_id: UUID
    shared_on: Day
    to: tuple[UUID, ...]
    summary: Name


PlanRecord = PlanTradeoffRecorded | PlanSolutionDesigned | PlanUpdateShared
