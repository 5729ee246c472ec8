"""The commands of a plan's milestones; each reads the account too, which must be open."""

from datetime import date
from uuid import UUID

from domain import plan_work
from domain.account_goals import goal_of, goal_stream
from domain.account_needs import refuse_unknown_needs
from domain.binding import up_to
from domain.decision import Decision, States
from domain.milestone import MilestoneTerms
from domain.people import parties, require_ours
from domain.plan_binding import checked, on_plan


def add_milestone(
    account_id: UUID,
    plan_id: UUID,
    milestone_id: UUID,
    *,
    terms: MilestoneTerms,
    on: date,
    today: date,
) -> Decision:
    def check(states: States) -> None:
        require_ours(states, terms.owner_id)
        refuse_unknown_needs(states, account_id, terms.need_id)
        if terms.goal_id is not None:
            goal_of(states, goal_stream(terms.goal_id, account_id=account_id))

    decision = on_plan(account_id, plan_id, plan_work.add_milestone, milestone_id, terms=terms)
    served = [] if terms.goal_id is None else [goal_stream(terms.goal_id, account_id=account_id)]
    return up_to(today, on, checked(decision, check, (*served, *parties(terms.owner_id))))


def reschedule_milestone(
    account_id: UUID,
    plan_id: UUID,
    milestone_id: UUID,
    *,
    due_on: date,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    decide = plan_work.reschedule_milestone
    decision = on_plan(account_id, plan_id, decide, milestone_id, due_on=due_on, reason=reason)
    return up_to(today, on, decision)


def start_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, *, on: date, today: date
) -> Decision:
    decision = on_plan(account_id, plan_id, plan_work.start_milestone, milestone_id, on=on)
    return up_to(today, on, decision)


def reach_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, *, on: date, today: date
) -> Decision:
    decision = on_plan(account_id, plan_id, plan_work.reach_milestone, milestone_id, on=on)
    return up_to(today, on, decision)


def miss_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, *, on: date, today: date
) -> Decision:
    decision = on_plan(account_id, plan_id, plan_work.miss_milestone, milestone_id, on=on)
    return up_to(today, on, decision)


def drop_milestone(
    account_id: UUID,
    plan_id: UUID,
    milestone_id: UUID,
    *,
    reason_code: str,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    decision = on_plan(
        account_id,
        plan_id,
        plan_work.drop_milestone,
        milestone_id,
        reason_code=reason_code,
        reason=reason,
        on=on,
    )
    return up_to(today, on, decision)
