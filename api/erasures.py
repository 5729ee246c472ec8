"""Erasures over HTTP: to ask for one, to decide on another's, and to see how far it has come."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.command import Asked, Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from api.security import MAY_ADMINISTER, MAY_READ_HISTORY, asker_of, require_role
from domain import commands
from domain.erasure import ErasureStatus, LegalBasis, SubjectKind
from ledger.erasing import approval, register_erasures
from ledger.erasure_register import ErasureRegister
from projections.acknowledgements import ViewAcknowledgement, read_acknowledgements
from projections.erasures import ERASURE_LIST, ErasureRow

router = APIRouter(prefix="/erasures", tags=["erasures"])


class NewErasure(Body):
    """Ask for everything personal of a subject to be erased; `reason` is required."""

    subject_kind: SubjectKind = Field(
        SubjectKind.PARTY,
        description="a party; or the account or relationship whose texts are to go",
    )
    subject_id: UUID
    legal_basis: LegalBasis = Field(description="GDPR, Article 17(1), or other law")


class ErasureWithdrawal(Body):
    pass


class ErasureRejection(Body):
    pass


class ErasureApproval(Body):
    pass


class ErasureProgress(BaseModel):
    """An erasure, and whether every view has taken it in."""

    erasure: ErasureRow
    complete: bool = Field(description="erased, and acknowledged by every view")
    acknowledgements: list[ViewAcknowledgement] = Field(description="empty before it is erased")


@command(router, "")
async def request_erasure(body: NewErasure, asked: CommandAsked) -> Response:
    """Ask for an erasure, which somebody else must approve."""
    decision = commands.request_erasure(
        asked.new_id(),
        subject_id=body.subject_id,
        subject_kind=body.subject_kind,
        legal_basis=body.legal_basis,
        by=asker_of(asked.principal),
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body, location="/erasures/{id}")


@command(router, "/{erasure_id}/withdrawals")
async def withdraw_erasure(
    erasure_id: UUID, body: ErasureWithdrawal, asked: CommandAsked
) -> Response:
    """Take back one's own request."""
    by = asker_of(asked.principal)
    decision = commands.withdraw_erasure(erasure_id, by=by, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, "/{erasure_id}/rejections")
async def reject_erasure(erasure_id: UUID, body: ErasureRejection, asked: CommandAsked) -> Response:
    """Decide against another's request."""
    require_role(asked.principal, MAY_ADMINISTER)
    by = asker_of(asked.principal)
    decision = commands.reject_erasure(
        erasure_id, by=by, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/{erasure_id}/approvals")
async def approve_erasure(erasure_id: UUID, body: ErasureApproval, asked: CommandAsked) -> Response:
    """Erase what another has asked for: at once, and for ever."""
    require_role(asked.principal, MAY_ADMINISTER)
    ledger, tenant_id = asked.service.ledger, asked.principal.tenant_id
    async with ledger.pool.connection() as connection:
        decision = await approval(
            connection,
            ledger.types,
            tenant_id,
            erasure_id,
            by=asker_of(asked.principal),
            on=body.on,
            today=today(),
        )
    answer = await asked.carry_out(decision, body)
    await asyncio.shield(_register(asked))
    return answer


@router.get("", responses=LIST_ANSWERS, response_model=Listed[ErasureRow])
async def read_erasures(
    paged: Paged, status: ErasureStatus | None = None, subject_id: UUID | None = None
) -> Any:
    require_role(paged.view.principal, MAY_READ_HISTORY)
    wanted = {"status": status, "subject_id": subject_id}
    return await paged.answer(ERASURE_LIST, ErasureRow, wanted)


@router.get("/{erasure_id}", responses=READ_ANSWERS, response_model=ErasureProgress)
async def read_erasure(erasure_id: UUID, view: Reading) -> Any:
    require_role(view.principal, MAY_READ_HISTORY)
    row = await ERASURE_LIST.one(view.connection, view.tenant_id, erasure_id=erasure_id)
    acknowledged: list[ViewAcknowledgement] = []
    if row.status is ErasureStatus.ERASED:
        acknowledged = await read_acknowledgements(view.connection, view.tenant_id, row.position)
    complete = bool(acknowledged) and all(each.acknowledged for each in acknowledged)
    return ErasureProgress(erasure=row, complete=complete, acknowledgements=acknowledged)


async def _register(asked: Asked) -> None:
    """Let the register know, so that no restore brings back who was erased."""
    service = asked.service
    register = ErasureRegister.of(service.settings)
    await register_erasures(service.ledger, register, asked.principal.tenant_id)
