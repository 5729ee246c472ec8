"""Stakeholders over HTTP: to identify, revise, assess them and see them off; the map of them."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.reading import LIST_ANSWERS, After, Form, Limit, Listed, Reading, listed
from domain import commands
from domain.stakeholder import BuyingRole, StakeholderAssessment, StakeholderDetails
from projections.relationships import find_relationship
from projections.stakeholders import StakeholderRow, list_stakeholders

router = APIRouter(
    prefix="/accounts/{account_id}/relationships/{relationship_id}/stakeholders",
    tags=["stakeholders"],
)


class NewStakeholder(StakeholderDetails, Body):
    party_id: UUID


class StakeholderRevision(StakeholderDetails, Body):
    """A field that is not given stays; null makes it unknown again."""


class NewAssessment(StakeholderAssessment, Body):
    """The whole judgement: what is not given was not judged."""


class StakeholderDeparture(Body):
    pass


@command(router, "")
async def identify_stakeholder(
    account_id: UUID, relationship_id: UUID, body: NewStakeholder, asked: CommandAsked
) -> Response:
    decision = commands.identify_stakeholder(
        account_id,
        relationship_id,
        party_id=body.party_id,
        details=only(body, StakeholderDetails),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{party_id}/revisions")
async def revise_stakeholder(
    account_id: UUID,
    relationship_id: UUID,
    party_id: UUID,
    body: StakeholderRevision,
    asked: CommandAsked,
) -> Response:
    decision = commands.revise_stakeholder(
        account_id,
        relationship_id,
        party_id=party_id,
        revision=only(body, StakeholderDetails),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{party_id}/assessments")
async def assess_stakeholder(
    account_id: UUID,
    relationship_id: UUID,
    party_id: UUID,
    body: NewAssessment,
    asked: CommandAsked,
) -> Response:
    decision = commands.assess_stakeholder(
        account_id,
        relationship_id,
        party_id=party_id,
        assessment=only(body, StakeholderAssessment),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{party_id}/departures")
async def mark_stakeholder_left(
    account_id: UUID,
    relationship_id: UUID,
    party_id: UUID,
    body: StakeholderDeparture,
    asked: CommandAsked,
) -> Response:
    """Record that this was the last day on which somebody counted."""
    decision = commands.mark_stakeholder_left(
        account_id, relationship_id, party_id=party_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[StakeholderRow])
async def read_stakeholders(  # each is a filter of the list
    account_id: UUID,
    relationship_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    buying_role: BuyingRole | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_relationship(view.connection, view.tenant_id, account_id, relationship_id)
    page = await list_stakeholders(
        view.connection,
        view.tenant_id,
        relationship_id,
        buying_role=buying_role,
        after=after,
        limit=limit,
    )
    return listed(page, StakeholderRow, response, form)
