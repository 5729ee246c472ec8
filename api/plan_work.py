"""The work of account plans over HTTP: milestones, contributors, and the hours they give."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.plans import PLAN
from domain import commands
from domain.contributor import Contributor, MonthlyHours
from domain.day import Day
from domain.milestone import MilestoneTerms
from domain.override import Override
from domain.words import Code

router = APIRouter(tags=["plans"])

MILESTONES = f"{PLAN}/milestones"
MILESTONE = f"{MILESTONES}/{{milestone_id}}"
CONTRIBUTORS = f"{PLAN}/contributors"


class NewMilestone(MilestoneTerms, Body):
    pass


class MilestoneRescheduling(Body):
    due_on: Day


class MilestoneDrop(Body):
    reason_code: Code


class NewContributor(Contributor, Body):
    party_id: UUID


class NewAllocation(Body):
    """Hours in place of those that were allocated to the same before; 0 releases them."""

    party_id: UUID
    milestone_id: UUID | None = None
    hours_per_month: MonthlyHours
    override: Override | None = None


@command(router, MILESTONES)
async def add_milestone(
    account_id: UUID, plan_id: UUID, body: NewMilestone, asked: CommandAsked
) -> Response:
    milestone_id = asked.new_id()
    decision = commands.add_milestone(
        account_id,
        plan_id,
        milestone_id,
        terms=only(body, MilestoneTerms),
        on=body.on,
        today=today(),
    )
    location = f"/accounts/{account_id}/plans/{plan_id}/milestones/{milestone_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{MILESTONE}/reschedulings")
async def reschedule_milestone(
    account_id: UUID,
    plan_id: UUID,
    milestone_id: UUID,
    body: MilestoneRescheduling,
    asked: CommandAsked,
) -> Response:
    decision = commands.reschedule_milestone(
        account_id,
        plan_id,
        milestone_id,
        due_on=body.due_on,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{MILESTONE}/starts")
async def start_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.start_milestone(
        account_id, plan_id, milestone_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{MILESTONE}/reachings")
async def reach_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.reach_milestone(
        account_id, plan_id, milestone_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{MILESTONE}/misses")
async def miss_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.miss_milestone(account_id, plan_id, milestone_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{MILESTONE}/drops")
async def drop_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, body: MilestoneDrop, asked: CommandAsked
) -> Response:
    decision = commands.drop_milestone(
        account_id,
        plan_id,
        milestone_id,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, CONTRIBUTORS)
async def add_contributor(
    account_id: UUID, plan_id: UUID, body: NewContributor, asked: CommandAsked
) -> Response:
    decision = commands.add_contributor(
        account_id,
        plan_id,
        party_id=body.party_id,
        contributor=only(body, Contributor),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{CONTRIBUTORS}/{{party_id}}/removals")
async def remove_contributor(
    account_id: UUID, plan_id: UUID, party_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.remove_contributor(
        account_id, plan_id, party_id=party_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{PLAN}/allocations")
async def allocate_resource(
    account_id: UUID, plan_id: UUID, body: NewAllocation, asked: CommandAsked
) -> Response:
    decision = commands.allocate_resource(
        account_id,
        plan_id,
        party_id=body.party_id,
        milestone_id=body.milestone_id,
        hours_per_month=body.hours_per_month,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)
