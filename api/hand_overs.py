"""Hand-overs over HTTP: from the brief to the introduction, and what waits for whom."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.day import Day
from domain.hand_over import HandOverBrief, HandOverStatus, HandOverTerms
from domain.manager import ManagerRole
from domain.override import Override
from domain.words import Name
from projections.account_overview import find_account
from projections.hand_overs import HAND_OVER_LIST, HandOverRow, standing

router = APIRouter(tags=["hand-overs"])

_HAND_OVERS = "/accounts/{account_id}/hand-overs"
_HAND_OVER = "/accounts/{account_id}/hand-overs/{hand_over_id}"

IsOpen = Annotated[
    bool | None,
    Query(
        alias="open",
        description="true: waits for somebody; false: completed, cancelled, or of an account that "
        "is closed or merged",
    ),
]
OverdueAsOf = Annotated[
    Day | None, Query(description="due before this day, initiated by then, and not ended then")
]


CapacityOverride = Annotated[
    Override | None,
    Field(description="whose word lets the manager's portfolio hold too much, and why"),
]


class NewHandOver(HandOverTerms, Body):
    pass


class HandOverAcceptance(Body):
    pass


class HandOverReturn(Body):
    gaps: tuple[Name, ...] = Field((), max_length=50, description="what the brief leaves open")


class HandOverResubmission(Body):
    brief: HandOverBrief


class HandOverCompletion(Body):
    relationship_id: UUID
    check_in_id: UUID = Field(description="the introduction that the manager took part in")
    override: CapacityOverride = None


class HandOverCancellation(Body):
    pass


class ImmediateHandOver(Body):
    deal_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    role: ManagerRole = ManagerRole.ACCOUNT_MANAGER
    override: CapacityOverride = None


@command(router, "/accounts/{account_id}/immediate-hand-overs")
async def hand_over(account_id: UUID, body: ImmediateHandOver, asked: CommandAsked) -> Response:
    """Hand the account over at once, without a brief."""
    decision = commands.hand_over(
        account_id,
        deal_id=body.deal_id,
        from_party_id=body.from_party_id,
        to_party_id=body.to_party_id,
        role=body.role,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, _HAND_OVERS)
async def initiate_hand_over(account_id: UUID, body: NewHandOver, asked: CommandAsked) -> Response:
    """Offer the account to a manager; it changes hands when the hand-over is completed."""
    hand_over_id = asked.new_id()
    decision = commands.initiate_hand_over(
        account_id, hand_over_id, terms=only(body, HandOverTerms), on=body.on, today=today()
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/hand-overs/{hand_over_id}"
    )


@command(router, f"{_HAND_OVER}/acceptances")
async def accept_hand_over(
    account_id: UUID, hand_over_id: UUID, body: HandOverAcceptance, asked: CommandAsked
) -> Response:
    decision = commands.accept_hand_over(account_id, hand_over_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_HAND_OVER}/returns")
async def return_hand_over(
    account_id: UUID, hand_over_id: UUID, body: HandOverReturn, asked: CommandAsked
) -> Response:
    decision = commands.return_hand_over(
        account_id,
        hand_over_id,
        gaps=body.gaps,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_HAND_OVER}/resubmissions")
async def resubmit_hand_over(
    account_id: UUID, hand_over_id: UUID, body: HandOverResubmission, asked: CommandAsked
) -> Response:
    decision = commands.resubmit_hand_over(
        account_id, hand_over_id, brief=body.brief, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_HAND_OVER}/completions")
async def complete_hand_over(
    account_id: UUID, hand_over_id: UUID, body: HandOverCompletion, asked: CommandAsked
) -> Response:
    """End the hand-over: the manager stands in the executive's place."""
    decision = commands.complete_hand_over(
        account_id,
        hand_over_id,
        relationship_id=body.relationship_id,
        check_in_id=body.check_in_id,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_HAND_OVER}/cancellations")
async def cancel_hand_over(
    account_id: UUID, hand_over_id: UUID, body: HandOverCancellation, asked: CommandAsked
) -> Response:
    decision = commands.cancel_hand_over(
        account_id, hand_over_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/hand-overs", responses=LIST_ANSWERS, response_model=Listed[HandOverRow])
async def read_all_hand_overs(
    paged: Paged,
    is_open: IsOpen = None,
    status: HandOverStatus | None = None,
    from_party_id: UUID | None = None,
    to_party_id: UUID | None = None,
    overdue_as_of: OverdueAsOf = None,
) -> Any:
    """Read the hand-overs of all accounts, the latest first; `open=true`: those under way."""
    wanted = {"status": status, "from_party_id": from_party_id, "to_party_id": to_party_id}
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    return await paged.answer(HAND_OVER_LIST, HandOverRow, wanted, beside)


@router.get(_HAND_OVERS, responses=LIST_ANSWERS, response_model=Listed[HandOverRow])
async def read_hand_overs(
    account_id: UUID,
    paged: Paged,
    is_open: IsOpen = None,
    status: HandOverStatus | None = None,
    overdue_as_of: OverdueAsOf = None,
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "status": status}
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    return await paged.answer(HAND_OVER_LIST, HandOverRow, wanted, beside)


@router.get(_HAND_OVER, responses=READ_ANSWERS, response_model=HandOverRow)
async def read_hand_over(account_id: UUID, hand_over_id: UUID, view: Reading) -> Any:
    return await HAND_OVER_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, hand_over_id=hand_over_id
    )
