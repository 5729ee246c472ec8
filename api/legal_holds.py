"""Legal holds over HTTP: to place and release them, and to see what is kept, and why."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from api.security import MAY_ADMINISTER, MAY_READ_HISTORY, require_role
from domain import commands
from domain.day import Day
from domain.legal_hold import HoldScope
from projections.legal_holds import LEGAL_HOLD_LIST, LegalHoldRow
from projections.row_list import Condition

router = APIRouter(prefix="/legal-holds", tags=["legal holds"])


class NewLegalHold(Body):
    """Keep what would else be erased; `reason` is required."""

    scope: HoldScope = Field(
        description="the whole tenant; an account with everyone its history names; or a person"
    )
    subject_id: UUID | None = Field(None, description="the account or the person")
    until: Day | None = Field(None, description="its last day; until it is released, if not given")


class LegalHoldRelease(Body):
    pass


@command(router, "")
async def place_legal_hold(body: NewLegalHold, asked: CommandAsked) -> Response:
    require_role(asked.principal, MAY_ADMINISTER)
    hold_id = asked.new_id()
    decision = commands.place_hold(
        hold_id,
        scope=body.scope,
        subject_id=body.subject_id,
        until=body.until,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body, location=f"/legal-holds/{hold_id}")


@command(router, "/{hold_id}/releases")
async def release_legal_hold(
    hold_id: UUID, body: LegalHoldRelease, asked: CommandAsked
) -> Response:
    require_role(asked.principal, MAY_ADMINISTER)
    decision = commands.release_hold(hold_id, reason=body.reason, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[LegalHoldRow])
async def read_legal_holds(
    paged: Paged,
    scope: HoldScope | None = None,
    subject_id: UUID | None = None,
    in_force: Annotated[
        bool | None, Query(description="true: holding today; false: released or over")
    ] = None,
) -> Any:
    require_role(paged.view.principal, MAY_READ_HISTORY)
    wanted = {"scope": scope, "subject_id": subject_id}
    return await paged.answer(LEGAL_HOLD_LIST, LegalHoldRow, wanted, _holding(in_force, today()))


@router.get("/{hold_id}", responses=READ_ANSWERS, response_model=LegalHoldRow)
async def read_legal_hold(hold_id: UUID, view: Reading) -> Any:
    require_role(view.principal, MAY_READ_HISTORY)
    return await LEGAL_HOLD_LIST.one(view.connection, view.tenant_id, hold_id=hold_id)


def _holding(in_force: bool | None, day: date) -> list[Condition]:  # noqa: FBT001  # a filter's value
    if in_force is None:
        return []
    holding = "(released_on IS NULL AND (until IS NULL OR until >= %s::date))"
    return [(holding if in_force else f"NOT {holding}", (day,))]
