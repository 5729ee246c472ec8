"""The commands of a plan; each reads its account too, which must be open."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import plan_decisions, plan_recording, plan_work
from domain.account_decisions import refuse_closed
from domain.account_goals import ACCOUNT_GOALS, goal_of, goal_stream, goals_of
from domain.account_needs import refuse_unknown_needs
from domain.account_plans import ACCOUNT_PLANS, plan_of, plan_stream, plans_of
from domain.binding import account_stream, deal_of, deal_stream, up_to
from domain.collaboration_binding import refuse_unconfirmed
from domain.contributor import Contributor
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.event import Recording
from domain.goal import Assessment
from domain.override import Override
from domain.people import parties, require_ours
from domain.plan import PlanRevision, PlanTerms
from domain.plan_binding import by_ours, checked, naming, on_plan
from domain.plan_record import Feasibility, Solution, Tradeoff


def draw_up_plan(
    account_id: UUID, plan_id: UUID, *, terms: PlanTerms, on: date, today: date
) -> Decision:
    account, plan = account_stream(account_id), plan_stream(plan_id, account_id=account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        refuse_if_begun(states, plan)
        require_ours(states, terms.owner_id)
        return [plan.record(plan_decisions.draw_up_plan(account_id=account_id, terms=terms))]

    return up_to(today, on, Decision(plan, (account, plan, *parties(terms.owner_id)), decide))


def activate_plan(account_id: UUID, plan_id: UUID, *, on: date, today: date) -> Decision:
    account, plan = account_stream(account_id), plan_stream(plan_id, account_id=account_id)
    plans, goals = ACCOUNT_PLANS.of(account_id), ACCOUNT_GOALS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        others = plans_of(states, plans).without(plan_id)
        account_goals = goals_of(states, goals)
        events = plan_decisions.activate_plan(plan_of(states, plan), others, account_goals)
        return [plan.record(events)]

    return up_to(today, on, Decision(plan, (account, plan, plans, goals), decide))


def revise_plan(
    account_id: UUID,
    plan_id: UUID,
    *,
    revision: PlanRevision,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    account, plan = account_stream(account_id), plan_stream(plan_id, account_id=account_id)
    plans = ACCOUNT_PLANS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        require_ours(states, revision.owner_id)
        others = plans_of(states, plans).without(plan_id)
        events = plan_decisions.revise_plan(
            plan_of(states, plan), others, revision=revision, reason=reason
        )
        return [plan.record(events)]

    reads: tuple[Source, ...] = (account, plan, plans, *parties(revision.owner_id))
    return up_to(today, on, Decision(plan, reads, decide))


def review_plan(
    account_id: UUID,
    plan_id: UUID,
    *,
    assessment: Assessment,
    note: str | None = None,
    on: date,
    today: date,
) -> Decision:
    decide = plan_decisions.review_plan
    decision = on_plan(account_id, plan_id, decide, assessment=assessment, note=note, on=on)
    return up_to(today, on, decision)


def complete_plan(account_id: UUID, plan_id: UUID, *, on: date, today: date) -> Decision:
    return up_to(today, on, on_plan(account_id, plan_id, plan_decisions.complete_plan, on=on))


def abandon_plan(
    account_id: UUID, plan_id: UUID, *, reason_code: str, reason: str, on: date, today: date
) -> Decision:
    decide = plan_decisions.abandon_plan
    decision = on_plan(account_id, plan_id, decide, reason_code=reason_code, reason=reason, on=on)
    return up_to(today, on, decision)


def add_contributor(
    account_id: UUID,
    plan_id: UUID,
    *,
    party_id: UUID,
    contributor: Contributor,
    on: date,
    today: date,
) -> Decision:
    decide = plan_work.add_contributor
    decision = on_plan(account_id, plan_id, decide, party_id=party_id, contributor=contributor)
    return up_to(today, on, by_ours(decision, party_id))


def remove_contributor(
    account_id: UUID, plan_id: UUID, *, party_id: UUID, on: date, today: date
) -> Decision:
    decision = on_plan(account_id, plan_id, plan_work.remove_contributor, party_id=party_id)
    return up_to(today, on, decision)


def allocate_resource(
    account_id: UUID,
    plan_id: UUID,
    *,
    party_id: UUID,
    milestone_id: UUID | None = None,
    hours_per_month: int,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    decision = on_plan(
        account_id,
        plan_id,
        plan_work.allocate_resource,
        party_id=party_id,
        milestone_id=milestone_id,
        hours_per_month=hours_per_month,
        override=override,
    )
    approved_by = None if override is None else override.approved_by
    return up_to(today, on, by_ours(decision, approved_by))


def record_tradeoff(
    account_id: UUID,
    plan_id: UUID,
    tradeoff_id: UUID,
    *,
    tradeoff: Tradeoff,
    on: date,
    today: date,
) -> Decision:
    decide = plan_recording.record_tradeoff
    decision = on_plan(account_id, plan_id, decide, tradeoff_id, tradeoff=tradeoff)
    return up_to(today, on, naming(decision, tradeoff.agreed_with))


def design_solution(
    account_id: UUID,
    plan_id: UUID,
    solution_id: UUID,
    *,
    solution: Solution,
    on: date,
    today: date,
) -> Decision:
    def check(states: States) -> None:
        refuse_unknown_needs(states, account_id, solution.need_id)
        for goal_id in solution.goal_ids:
            goal_of(states, goal_stream(goal_id, account_id=account_id))
        for deal_id in solution.deal_ids:
            deal_of(states, deal_stream(deal_id, account_id=account_id))
        require_ours(states, solution.confirmed_by)
        says_so = solution.feasibility is Feasibility.FEASIBLE
        refuse_unconfirmed(states, account_id, solution.request_id, says_so=says_so)

    decide = plan_recording.design_solution
    decision = on_plan(account_id, plan_id, decide, solution_id, solution=solution)
    reads: tuple[Source, ...] = (
        *[goal_stream(goal_id, account_id=account_id) for goal_id in solution.goal_ids],
        *[deal_stream(deal_id, account_id=account_id) for deal_id in solution.deal_ids],
        *parties(solution.confirmed_by),
    )
    return up_to(today, on, checked(decision, check, reads))


def share_update(
    account_id: UUID,
    plan_id: UUID,
    update_id: UUID,
    *,
    to: tuple[UUID, ...],
    summary: str,
    on: date,
    today: date,
) -> Decision:
    decide = plan_recording.share_update
    decision = on_plan(account_id, plan_id, decide, update_id, to=to, summary=summary, on=on)
    return up_to(today, on, naming(decision, to))
