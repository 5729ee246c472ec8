"""Commitments over HTTP: to make, reschedule, keep, break and release them, and their lists."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from domain import commands
from domain.commitment import CommitmentStatus, CommitmentTerms, CommittedBy
from domain.day import Day
from domain.words import Name
from projections.commitments import (
    CommitmentFilter,
    CommitmentRow,
    find_commitment,
    list_commitments,
)
from projections.relationships import find_relationship

router = APIRouter(tags=["commitments"])

_COMMITMENTS = "/accounts/{account_id}/relationships/{relationship_id}/commitments"
_COMMITMENT = f"{_COMMITMENTS}/{{commitment_id}}"

OverdueAsOf = Annotated[
    Day | None, Query(description="only those that are open and were due before this day")
]


class NewCommitment(CommitmentTerms, Body):
    text: Name = Field(description="what is promised; do not name persons")


class CommitmentRescheduling(Body):
    due_on: Day


class CommitmentKeeping(Body):
    pass


class CommitmentBreach(Body):
    pass


class CommitmentRelease(Body):
    pass


@command(router, _COMMITMENTS)
async def make_commitment(
    account_id: UUID, relationship_id: UUID, body: NewCommitment, asked: CommandAsked
) -> Response:
    commitment_id = asked.new_id()
    decision = commands.make_commitment(
        account_id,
        relationship_id,
        commitment_id=commitment_id,
        terms=only(body, CommitmentTerms),
        on=body.on,
        today=today(),
    )
    location = f"/accounts/{account_id}/relationships/{relationship_id}/commitments/{commitment_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{_COMMITMENT}/reschedulings")
async def reschedule_commitment(
    account_id: UUID,
    relationship_id: UUID,
    commitment_id: UUID,
    body: CommitmentRescheduling,
    asked: CommandAsked,
) -> Response:
    decision = commands.reschedule_commitment(
        account_id,
        relationship_id,
        commitment_id=commitment_id,
        to=body.due_on,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_COMMITMENT}/keepings")
async def keep_commitment(
    account_id: UUID,
    relationship_id: UUID,
    commitment_id: UUID,
    body: CommitmentKeeping,
    asked: CommandAsked,
) -> Response:
    decision = commands.keep_commitment(
        account_id, relationship_id, commitment_id=commitment_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_COMMITMENT}/breaches")
async def break_commitment(
    account_id: UUID,
    relationship_id: UUID,
    commitment_id: UUID,
    body: CommitmentBreach,
    asked: CommandAsked,
) -> Response:
    decision = commands.break_commitment(
        account_id, relationship_id, commitment_id=commitment_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_COMMITMENT}/releases")
async def release_commitment(
    account_id: UUID,
    relationship_id: UUID,
    commitment_id: UUID,
    body: CommitmentRelease,
    asked: CommandAsked,
) -> Response:
    """Record that the other side asks for it no longer."""
    decision = commands.release_commitment(
        account_id, relationship_id, commitment_id=commitment_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/commitments", responses=LIST_ANSWERS, response_model=Listed[CommitmentRow])
async def read_all_commitments(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    view: Reading,
    response: Response,
    form: Form,
    account_id: UUID | None = None,
    status: CommitmentStatus | None = None,
    by: CommittedBy | None = None,
    overdue_as_of: OverdueAsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    wanted = CommitmentFilter(account_id, None, status, by, overdue_as_of)
    page = await list_commitments(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, CommitmentRow, response, form)


@router.get(_COMMITMENTS, responses=LIST_ANSWERS, response_model=Listed[CommitmentRow])
async def read_commitments(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    account_id: UUID,
    relationship_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    status: CommitmentStatus | None = None,
    by: CommittedBy | None = None,
    overdue_as_of: OverdueAsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_relationship(view.connection, view.tenant_id, account_id, relationship_id)
    wanted = CommitmentFilter(account_id, relationship_id, status, by, overdue_as_of)
    page = await list_commitments(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, CommitmentRow, response, form)


@router.get(_COMMITMENT, responses=READ_ANSWERS, response_model=CommitmentRow)
async def read_commitment(
    account_id: UUID, relationship_id: UUID, commitment_id: UUID, view: Reading
) -> Any:
    ids = (account_id, relationship_id, commitment_id)
    return await find_commitment(view.connection, view.tenant_id, *ids)
