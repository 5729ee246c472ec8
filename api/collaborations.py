"""Collaboration requests over HTTP: what is asked of other departments, and their answers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.collaboration import (
    CollaborationAnswer,
    CollaborationPurpose,
    CollaborationStatus,
    CollaborationTerms,
)
from domain.day import Day
from domain.words import PRINTED, Code, Name
from projections.account_overview import find_account
from projections.collaborations import COLLABORATION_LIST, CollaborationRow, standing

router = APIRouter(tags=["collaboration requests"])

_REQUESTS = "/accounts/{account_id}/collaboration-requests"
_REQUEST = "/accounts/{account_id}/collaboration-requests/{request_id}"

Department = Annotated[str | None, Query(max_length=120, pattern=PRINTED)]
IsOpen = Annotated[
    bool | None,
    Query(alias="open", description="true: waits for an answer; false: answered, declined or off"),
]
OverdueAsOf = Annotated[
    Day | None, Query(description="due before this day, asked by then, and not answered then")
]


class NewRequest(CollaborationTerms, Body):
    pass


class Acknowledgement(Body):
    by: UUID


class Answer(Body):
    by: UUID
    answer: CollaborationAnswer
    text: Name | None = None


class Decline(Body):
    by: UUID
    reason_code: Code


class Escalation(Body):
    to: UUID


class Fulfilment(Body):
    pass


class Cancellation(Body):
    pass


@command(router, _REQUESTS)
async def request_collaboration(
    account_id: UUID, body: NewRequest, asked: CommandAsked
) -> Response:
    """Ask another department for advice, feasibility, delivery, capacity or sales context."""
    decision = commands.request_collaboration(
        account_id,
        asked.new_id(),
        terms=only(body, CollaborationTerms),
        on=body.on,
        today=today(),
    )
    location = f"/accounts/{account_id}/collaboration-requests/{{id}}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{_REQUEST}/acknowledgements")
async def acknowledge_collaboration(
    account_id: UUID, request_id: UUID, body: Acknowledgement, asked: CommandAsked
) -> Response:
    decision = commands.acknowledge_collaboration(
        account_id, request_id, by=body.by, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_REQUEST}/answers")
async def answer_collaboration(
    account_id: UUID, request_id: UUID, body: Answer, asked: CommandAsked
) -> Response:
    """Answer, as one of the department that was asked or as the one it was escalated to."""
    decision = commands.answer_collaboration(
        account_id,
        request_id,
        by=body.by,
        answer=body.answer,
        text=body.text,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_REQUEST}/declines")
async def decline_collaboration(
    account_id: UUID, request_id: UUID, body: Decline, asked: CommandAsked
) -> Response:
    decision = commands.decline_collaboration(
        account_id,
        request_id,
        by=body.by,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_REQUEST}/escalations")
async def escalate_collaboration(
    account_id: UUID, request_id: UUID, body: Escalation, asked: CommandAsked
) -> Response:
    decision = commands.escalate_collaboration(
        account_id, request_id, to=body.to, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_REQUEST}/fulfilments")
async def fulfil_collaboration(
    account_id: UUID, request_id: UUID, body: Fulfilment, asked: CommandAsked
) -> Response:
    decision = commands.fulfil_collaboration(account_id, request_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_REQUEST}/cancellations")
async def cancel_collaboration(
    account_id: UUID, request_id: UUID, body: Cancellation, asked: CommandAsked
) -> Response:
    decision = commands.cancel_collaboration(
        account_id, request_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get(
    "/collaboration-requests", responses=LIST_ANSWERS, response_model=Listed[CollaborationRow]
)
async def read_all_requests(
    paged: Paged,
    department: Department = None,
    purpose: CollaborationPurpose | None = None,
    status: CollaborationStatus | None = None,
    is_open: IsOpen = None,
    overdue_as_of: OverdueAsOf = None,
) -> Any:
    """Read the requests of all accounts, those asked last first."""
    wanted = {"department": department, "purpose": purpose, "status": status}
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    return await paged.answer(COLLABORATION_LIST, CollaborationRow, wanted, beside)


@router.get(_REQUESTS, responses=LIST_ANSWERS, response_model=Listed[CollaborationRow])
async def read_requests(
    account_id: UUID, paged: Paged, is_open: IsOpen = None, overdue_as_of: OverdueAsOf = None
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    wanted = {"account_id": account_id}
    return await paged.answer(COLLABORATION_LIST, CollaborationRow, wanted, beside)


@router.get(_REQUEST, responses=READ_ANSWERS, response_model=CollaborationRow)
async def read_request(
    account_id: UUID, request_id: UUID, view: Reading, response: Response
) -> Any:
    row = await COLLABORATION_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, request_id=request_id
    )
    response.headers["ETag"] = f'"{row.version}"'
    return row
