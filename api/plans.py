"""Account plans over HTTP: the commands about a plan as a whole, and what is recorded with it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from domain import commands
from domain.goal import Assessment
from domain.plan import PlanRevision, PlanTerms
from domain.plan_record import Solution, Tradeoff
from domain.words import Code, Name

router = APIRouter(tags=["plans"])

PLANS = "/accounts/{account_id}/plans"
PLAN = f"{PLANS}/{{plan_id}}"


class NewPlan(PlanTerms, Body):
    pass


class PlanAdjustment(PlanRevision, Body):
    pass


class PlanReview(Body):
    assessment: Assessment
    note: Name | None = None


class PlanAbandonment(Body):
    reason_code: Code


class NewTradeoff(Tradeoff, Body):
    pass


class NewSolution(Solution, Body):
    pass


class NewUpdate(Body):
    to: tuple[UUID, ...]
    summary: Name


@command(router, PLANS)
async def draw_up_plan(account_id: UUID, body: NewPlan, asked: CommandAsked) -> Response:
    decision = commands.draw_up_plan(
        account_id, asked.new_id(), terms=only(body, PlanTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location=f"/accounts/{account_id}/plans/{{id}}")


@command(router, f"{PLAN}/activations")
async def activate_plan(
    account_id: UUID, plan_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.activate_plan(account_id, plan_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/revisions")
async def revise_plan(
    account_id: UUID, plan_id: UUID, body: PlanAdjustment, asked: CommandAsked
) -> Response:
    decision = commands.revise_plan(
        account_id,
        plan_id,
        revision=only(body, PlanRevision),
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/reviews")
async def review_plan(
    account_id: UUID, plan_id: UUID, body: PlanReview, asked: CommandAsked
) -> Response:
    decision = commands.review_plan(
        account_id,
        plan_id,
        assessment=body.assessment,
        note=body.note,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/completions")
async def complete_plan(
    account_id: UUID, plan_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.complete_plan(account_id, plan_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/abandonments")
async def abandon_plan(
    account_id: UUID, plan_id: UUID, body: PlanAbandonment, asked: CommandAsked
) -> Response:
    decision = commands.abandon_plan(
        account_id,
        plan_id,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/tradeoffs")
async def record_tradeoff(
    account_id: UUID, plan_id: UUID, body: NewTradeoff, asked: CommandAsked
) -> Response:
    decision = commands.record_tradeoff(
        account_id,
        plan_id,
        asked.new_id(),
        tradeoff=only(body, Tradeoff),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/solutions")
async def design_solution(
    account_id: UUID, plan_id: UUID, body: NewSolution, asked: CommandAsked
) -> Response:
    decision = commands.design_solution(
        account_id,
        plan_id,
        asked.new_id(),
        solution=only(body, Solution),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/updates")
async def share_update(
    account_id: UUID, plan_id: UUID, body: NewUpdate, asked: CommandAsked
) -> Response:
    decision = commands.share_update(
        account_id,
        plan_id,
        asked.new_id(),
        to=body.to,
        summary=body.summary,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)
