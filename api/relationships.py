"""Relationships over HTTP: to start, pace and end one, and how it stands."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from domain import commands
from domain.cadence import EveryDays, GraceDays
from domain.words import Label
from projections.account_overview import find_account
from projections.relationships import (
    RelationshipRow,
    RelationshipStatus,
    find_relationship,
    list_relationships,
)

router = APIRouter(prefix="/accounts/{account_id}/relationships", tags=["relationships"])


class NewRelationship(Body):
    scope: Label | None = Field(
        None, description="the part of the client it is with, such as a business unit; all of it"
    )


class AgreedCadence(Body):
    every_days: EveryDays
    grace_days: GraceDays = 0


class RelationshipEnding(Body):
    pass


@command(router, "")
async def start_relationship(
    account_id: UUID, body: NewRelationship, asked: CommandAsked
) -> Response:
    decision = commands.start_relationship(
        account_id, asked.new_id(), scope=body.scope, on=body.on, today=today()
    )
    location = f"/accounts/{account_id}/relationships/{{id}}"
    return await asked.carry_out(decision, body, location=location)


@command(router, "/{relationship_id}/cadences")
async def set_cadence(
    account_id: UUID, relationship_id: UUID, body: AgreedCadence, asked: CommandAsked
) -> Response:
    """Agree with the client on a cadence; it goes before that of the account's tier."""
    decision = commands.set_cadence(
        account_id,
        relationship_id,
        every_days=body.every_days,
        grace_days=body.grace_days,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{relationship_id}/endings")
async def end_relationship(
    account_id: UUID, relationship_id: UUID, body: RelationshipEnding, asked: CommandAsked
) -> Response:
    decision = commands.end_relationship(
        account_id, relationship_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[RelationshipRow])
async def read_relationships(  # each is a filter of the list
    account_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    status: RelationshipStatus | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_account(view.connection, view.tenant_id, account_id)
    page = await list_relationships(
        view.connection,
        view.tenant_id,
        account_id=account_id,
        status=status,
        after=after,
        limit=limit,
    )
    return listed(page, RelationshipRow, response, form)


@router.get("/{relationship_id}", responses=READ_ANSWERS, response_model=RelationshipRow)
async def read_relationship(
    account_id: UUID, relationship_id: UUID, view: Reading, response: Response
) -> Any:
    row = await find_relationship(view.connection, view.tenant_id, account_id, relationship_id)
    response.headers["ETag"] = f'"{row.version}"'
    return row
