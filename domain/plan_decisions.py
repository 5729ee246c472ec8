"""What may be decided about a plan as a whole: to draw it up, activate, revise and end it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.account_goals import AccountGoals
from domain.account_plans import AccountPlans
from domain.change import Change
from domain.contributor import PlanResourceAllocated
from domain.goal import Assessment
from domain.milestone import PlanMilestoneDropped
from domain.plan import (
    Plan,
    PlanAbandoned,
    PlanActivated,
    PlanCompleted,
    PlanDrawnUp,
    PlanEvent,
    PlanReviewed,
    PlanRevised,
    PlanRevision,
    PlanState,
    PlanTerms,
)
from domain.reason import require_reason
from domain.refusal import Refused


def draw_up_plan(*, account_id: UUID, terms: PlanTerms) -> Sequence[PlanEvent]:
    """Begin a plan, as a draft.

    Raises:
        Refused: `period-reversed`.
    """
    _refuse_reversed(terms)
    return [PlanDrawnUp(account_id=account_id, plan=terms)]


def activate_plan(plan: Plan, others: AccountPlans, goals: AccountGoals) -> Sequence[PlanEvent]:
    """Let the plan be worked by, once it says what for, by when and by whom.

    Raises:
        Refused: `plan-ended`, `plan-incomplete` naming what is missing, `duplicate-active-plan`.
    """
    refuse_ended(plan)
    if plan.state is PlanState.ACTIVE:
        return []
    there = {
        "an active goal of the account": goals.has_active,
        "a milestone that is still to be reached": bool(plan.open_milestones),
        "an owner": plan.terms.owner_id is not None,
    }
    missing = [what for what, is_there in there.items() if not is_there]
    if missing:
        raise Refused(
            "plan-incomplete", f"the plan lacks {', '.join(missing)}; add that, then activate it"
        )
    others.refuse_second(plan.terms)
    return [PlanActivated()]


def revise_plan(
    plan: Plan, others: AccountPlans, *, revision: PlanRevision, reason: str
) -> Sequence[PlanEvent]:
    """Adjust the plan; its milestones must stay within its period.

    Raises:
        Refused: `reason-required`, `plan-ended`, `period-reversed`, `milestone-out-of-period`,
            `owner-required`, `duplicate-active-plan`.
    """
    require_reason(reason)
    refuse_ended(plan)
    given = {
        field: value
        for field in revision.model_fields_set
        if (value := getattr(revision, field)) is not None or field == "owner_id"
    }
    now = PlanTerms(**dict(plan.terms) | given)
    changes: dict[str, Any] = {
        field: Change(was=was, now=getattr(now, field))
        for field, was in plan.terms
        if was != getattr(now, field)
    }
    if not changes:
        return []
    _refuse_reversed(now)
    for milestone in plan.milestones.values():
        if milestone.is_open:
            refuse_out_of_period(now, milestone.terms.due_on)
    if plan.state is PlanState.ACTIVE:
        if now.owner_id is None:
            raise Refused(
                "owner-required", "an active plan has an owner; name another instead of nobody"
            )
        others.refuse_second(now)
    return [PlanRevised(**changes)]


def review_plan(
    plan: Plan, *, assessment: Assessment, note: str | None, on: date
) -> Sequence[PlanEvent]:
    """Say how the plan stands.

    Raises:
        Refused: `plan-ended`, `plan-not-active`.
    """
    require_active(plan)
    review = PlanReviewed(reviewed_on=on, assessment=assessment, note=note)
    return [] if review == plan.last_review else [review]


def complete_plan(plan: Plan, *, on: date) -> Sequence[PlanEvent]:
    """Close the plan, with every milestone reached, missed or dropped.

    Raises:
        Refused: `plan-ended`, `plan-not-active`, `open-milestones` naming them.
    """
    if (plan.state, plan.ended_on) == (PlanState.COMPLETED, on):
        return []
    require_active(plan)
    if plan.open_milestones:
        names = ", ".join(each.terms.name for each in plan.open_milestones.values())
        raise Refused(
            "open-milestones",
            f"these milestones are open: {names}; reach, miss or drop them first",
        )
    return [*released(plan), PlanCompleted(completed_on=on)]


def abandon_plan(plan: Plan, *, reason_code: str, reason: str, on: date) -> Sequence[PlanEvent]:
    """Give the plan up, and with it every milestone that is still open.

    Raises:
        Refused: `reason-required`, `plan-ended`.
    """
    require_reason(reason)
    if (plan.state, plan.ended_on) == (PlanState.ABANDONED, on):
        return []
    refuse_ended(plan)
    dropped = [
        PlanMilestoneDropped(milestone_id=id_, dropped_on=on, reason_code=reason_code)
        for id_ in plan.open_milestones
    ]
    return [*dropped, *released(plan), PlanAbandoned(abandoned_on=on, reason_code=reason_code)]


def released(
    plan: Plan, *, party_id: UUID | None = None, milestone_id: UUID | None = None
) -> Sequence[PlanEvent]:
    """Give hours back: all of them, those of one contributor, or those for one milestone."""
    kept = [
        (party, milestone, hours)
        for (party, milestone), hours in plan.allocations.items()
        if party_id in {None, party} and milestone_id in {None, milestone}
    ]
    return [
        PlanResourceAllocated(party_id=party, milestone_id=milestone, was=hours, now=0)
        for party, milestone, hours in sorted(kept, key=lambda each: (each[0], str(each[1])))
    ]


def refuse_ended(plan: Plan) -> None:
    """Refuse where the plan is completed or abandoned.

    Raises:
        Refused: `plan-ended`.
    """
    if plan.ended_on is not None:
        raise Refused(
            "plan-ended", f"the plan was {plan.state} on {plan.ended_on}; draw up a new one"
        )


def require_active(plan: Plan) -> None:
    """Refuse where the plan is not worked by.

    Raises:
        Refused: `plan-ended`, `plan-not-active`.
    """
    refuse_ended(plan)
    if plan.state is not PlanState.ACTIVE:
        raise Refused("plan-not-active", "the plan is a draft; activate it first")


def refuse_out_of_period(terms: PlanTerms, due_on: date) -> None:
    """Refuse a milestone that is not due within the plan's period.

    Raises:
        Refused: `milestone-out-of-period`.
    """
    if not terms.first_on <= due_on <= terms.last_on:
        raise Refused(
            "milestone-out-of-period",
            f"a milestone due on {due_on} is outside the plan, which runs from {terms.first_on} "
            f"to {terms.last_on}; give a day within it, or revise the period first",
        )


def _refuse_reversed(terms: PlanTerms) -> None:
    if terms.last_on < terms.first_on:
        raise Refused(
            "period-reversed",
            f"the plan would end on {terms.last_on}, before it begins on {terms.first_on}; "
            "give a last day from its first day on",
        )
