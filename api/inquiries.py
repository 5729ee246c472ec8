"""Inquiries over HTTP: to log and resolve them, and which wait for an answer."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.channel import Channel
from domain.words import Name
from projections.account_overview import find_account
from projections.inquiries import INQUIRY_LIST, InquiryRow, answered

router = APIRouter(tags=["inquiries"])

_INQUIRIES = "/accounts/{account_id}/inquiries"
_INQUIRY = "/accounts/{account_id}/inquiries/{inquiry_id}"

IsOpen = Annotated[
    bool | None, Query(alias="open", description="true: waits for an answer; false: resolved")
]


class NewInquiry(Body):
    channel: Channel
    topic: Name


class InquiryResolution(Body):
    outcome: Name


@command(router, _INQUIRIES)
async def log_inquiry(account_id: UUID, body: NewInquiry, asked: CommandAsked) -> Response:
    inquiry_id = asked.new_id()
    decision = commands.log_inquiry(
        account_id,
        inquiry_id,
        channel=body.channel,
        topic=body.topic,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/inquiries/{inquiry_id}"
    )


@command(router, f"{_INQUIRY}/resolutions")
async def resolve_inquiry(
    account_id: UUID, inquiry_id: UUID, body: InquiryResolution, asked: CommandAsked
) -> Response:
    decision = commands.resolve_inquiry(
        account_id, inquiry_id, outcome=body.outcome, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/inquiries", responses=LIST_ANSWERS, response_model=Listed[InquiryRow])
async def read_all_inquiries(
    paged: Paged, is_open: IsOpen = None, channel: Channel | None = None
) -> Any:
    beside = answered(is_open=is_open)
    return await paged.answer(INQUIRY_LIST, InquiryRow, {"channel": channel}, beside)


@router.get(_INQUIRIES, responses=LIST_ANSWERS, response_model=Listed[InquiryRow])
async def read_inquiries(
    account_id: UUID, paged: Paged, is_open: IsOpen = None, channel: Channel | None = None
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "channel": channel}
    return await paged.answer(INQUIRY_LIST, InquiryRow, wanted, answered(is_open=is_open))


@router.get(_INQUIRY, responses=READ_ANSWERS, response_model=InquiryRow)
async def read_inquiry(account_id: UUID, inquiry_id: UUID, view: Reading) -> Any:
    return await INQUIRY_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, inquiry_id=inquiry_id
    )
