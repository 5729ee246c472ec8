"""What may be decided about the work of a plan: its milestones, and who gives how many hours."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.contributor import (
    Contributor,
    PlanContributorAdded,
    PlanContributorRemoved,
    PlanResourceAllocated,
)
from domain.milestone import (
    Milestone,
    MilestoneState,
    MilestoneTerms,
    PlanMilestoneAdded,
    PlanMilestoneDropped,
    PlanMilestoneMissed,
    PlanMilestoneReached,
    PlanMilestoneRescheduled,
    PlanMilestoneStarted,
)
from domain.override import Override
from domain.plan import Plan, PlanEvent
from domain.plan_decisions import refuse_ended, refuse_out_of_period, released, require_active
from domain.reason import require_reason
from domain.refusal import NotFound, Refused


def add_milestone(plan: Plan, milestone_id: UUID, *, terms: MilestoneTerms) -> Sequence[PlanEvent]:
    """Add something to be reached within the plan's period.

    Raises:
        Refused: `already-exists`, `plan-ended`, `milestone-serves-nothing`,
            `milestone-out-of-period`.
    """
    added = PlanMilestoneAdded(milestone_id=milestone_id, milestone=terms)
    before = plan.milestones.get(milestone_id)
    if before is not None:
        if before.terms == terms:
            return []
        raise Refused("already-exists", f"the milestone {milestone_id} exists already")
    refuse_ended(plan)
    if terms.goal_id is None and terms.need_id is None:
        raise Refused(
            "milestone-serves-nothing", "a milestone serves a goal or a need; name the one it does"
        )
    refuse_out_of_period(plan.terms, terms.due_on)
    return [added]


def reschedule_milestone(
    plan: Plan, milestone_id: UUID, *, due_on: date, reason: str
) -> Sequence[PlanEvent]:
    """Let a milestone be due on another day of the plan.

    Raises:
        NotFound: the plan has no such milestone.
        Refused: `reason-required`, `milestone-ended`, `milestone-out-of-period`.
    """
    require_reason(reason)
    milestone = _open(plan, milestone_id)
    if milestone.terms.due_on == due_on:
        return []
    refuse_out_of_period(plan.terms, due_on)
    return [
        PlanMilestoneRescheduled(milestone_id=milestone_id, was=milestone.terms.due_on, now=due_on)
    ]


def start_milestone(plan: Plan, milestone_id: UUID, *, on: date) -> Sequence[PlanEvent]:
    """Begin to work towards a milestone.

    Raises:
        NotFound: the plan has no such milestone.
        Refused: `plan-ended`, `plan-not-active`, `milestone-ended`.
    """
    milestone = _open(plan, milestone_id)
    require_active(plan)
    if milestone.state is MilestoneState.STARTED:
        return []
    return [PlanMilestoneStarted(milestone_id=milestone_id, started_on=on)]


def reach_milestone(plan: Plan, milestone_id: UUID, *, on: date) -> Sequence[PlanEvent]:
    """Reach a milestone, once, before its due day or after; it needs no hours any more.

    Raises:
        NotFound: the plan has no such milestone.
        Refused: `plan-ended`, `plan-not-active`, `milestone-ended`.
    """
    if _has_become(plan, milestone_id, MilestoneState.REACHED, on):
        return []
    _open(plan, milestone_id)
    require_active(plan)
    reached = PlanMilestoneReached(milestone_id=milestone_id, reached_on=on)
    return [reached, *released(plan, milestone_id=milestone_id)]


def miss_milestone(plan: Plan, milestone_id: UUID, *, on: date) -> Sequence[PlanEvent]:
    """Give up on a milestone that is due.

    Raises:
        NotFound: the plan has no such milestone.
        Refused: `plan-ended`, `plan-not-active`, `milestone-ended`, `not-due`.
    """
    if _has_become(plan, milestone_id, MilestoneState.MISSED, on):
        return []
    milestone = _open(plan, milestone_id)
    require_active(plan)
    due_on = milestone.terms.due_on
    if on < due_on:
        raise Refused(
            "not-due",
            f"the milestone is due on {due_on}, not yet on {on}; "
            "miss it from that day on, or reschedule or drop it",
        )
    missed = PlanMilestoneMissed(milestone_id=milestone_id, missed_on=on)
    return [missed, *released(plan, milestone_id=milestone_id)]


def drop_milestone(
    plan: Plan, milestone_id: UUID, *, reason_code: str, reason: str, on: date
) -> Sequence[PlanEvent]:
    """Let go of a milestone that is no longer wanted.

    Raises:
        NotFound: the plan has no such milestone.
        Refused: `reason-required`, `milestone-ended`.
    """
    require_reason(reason)
    if _has_become(plan, milestone_id, MilestoneState.DROPPED, on):
        return []
    _open(plan, milestone_id)
    dropped = PlanMilestoneDropped(
        milestone_id=milestone_id, dropped_on=on, reason_code=reason_code
    )
    return [dropped, *released(plan, milestone_id=milestone_id)]


def add_contributor(plan: Plan, *, party_id: UUID, contributor: Contributor) -> Sequence[PlanEvent]:
    """Let somebody contribute, or contribute otherwise than before.

    Raises:
        Refused: `plan-ended`, `contributor-capacity` (below the hours already allocated).
    """
    refuse_ended(plan)
    if plan.contributors.get(party_id) == contributor:
        return []
    allocated = plan.hours_of(party_id)
    if contributor.hours_per_month < allocated:
        raise Refused(
            "contributor-capacity",
            f"{allocated} hours a month of {party_id} are allocated already, more than "
            f"{contributor.hours_per_month}; allocate fewer first",
        )
    return [PlanContributorAdded(party_id=party_id, contributor=contributor)]


def remove_contributor(plan: Plan, *, party_id: UUID) -> Sequence[PlanEvent]:
    """Let somebody contribute no longer; the hours allocated go back.

    Raises:
        Refused: `plan-ended`.
    """
    refuse_ended(plan)
    if party_id not in plan.contributors:
        return []
    return [*released(plan, party_id=party_id), PlanContributorRemoved(party_id=party_id)]


def allocate_resource(
    plan: Plan,
    *,
    party_id: UUID,
    milestone_id: UUID | None,
    hours_per_month: int,
    override: Override | None,
) -> Sequence[PlanEvent]:
    """Allocate hours of a contributor to a milestone, or (None) to the plan as a whole.

    They stand in place of what was allocated to the same before; 0 hours release it.

    Raises:
        NotFound: nobody of that id contributes, or the plan has no such milestone.
        Refused: `plan-ended`, `milestone-ended`, `contributor-capacity` without an override.
    """
    refuse_ended(plan)
    contributor = plan.contributors.get(party_id)
    if contributor is None:
        raise NotFound("contributor", party_id)
    if milestone_id is not None:
        _open(plan, milestone_id)
    was = plan.allocations.get((party_id, milestone_id), 0)
    if was == hours_per_month:
        return []
    total = plan.hours_of(party_id) - was + hours_per_month
    exceeds = hours_per_month > was and total > contributor.hours_per_month
    if exceeds and override is None:
        raise Refused(
            "contributor-capacity",
            f"{total} hours a month would be allocated of {party_id}, who can give "
            f"{contributor.hours_per_month}; allocate fewer, or name who approves it and why",
        )
    return [
        PlanResourceAllocated(
            party_id=party_id,
            milestone_id=milestone_id,
            was=was,
            now=hours_per_month,
            override=override if exceeds else None,
        )
    ]


def _milestone(plan: Plan, milestone_id: UUID) -> Milestone:
    milestone = plan.milestones.get(milestone_id)
    if milestone is None:
        raise NotFound("milestone", milestone_id)
    return milestone


def _has_become(plan: Plan, milestone_id: UUID, state: MilestoneState, on: date) -> bool:
    milestone = _milestone(plan, milestone_id)
    return (milestone.state, milestone.ended_on) == (state, on)


def _open(plan: Plan, milestone_id: UUID) -> Milestone:
    milestone = _milestone(plan, milestone_id)
    if not milestone.is_open:
        raise Refused(
            "milestone-ended",
            f"the milestone was {milestone.state} on {milestone.ended_on}; add a new one",
        )
    return milestone
