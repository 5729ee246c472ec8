"""Break-glass over HTTP: to open access beyond one's role, give it back, and review what was done.

Whoever needs it opens it for themselves, at once; that is loud, ends by itself, and is asked about.
It stands in the read log, where `position` of the receipts lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict, Field

from api.business_day import today
from api.command import COMMAND, Asked, Reason, asked_by
from api.read_log import position_before
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, listed
from api.security import (
    MAY_ADMINISTER,
    MAY_READ_READS,
    MAY_SEE_PERSONAL,
    ReaderOfReads,
    authenticate,
    require_role,
)
from api.service import Service, ServiceOf
from domain.break_glass import (
    MINUTES_MAX,
    ScopeKind,
    Verdict,
    close_break_glass,
    open_break_glass,
    review_break_glass,
)
from domain.decision import Decision
from domain.refusal import NotFound, Refused
from ledger.api_keys import find_role
from ledger.break_glass import (
    Access,
    count_uses,
    database_clock,
    every_access,
    require_access,
)
from ledger.command import Command
from ledger.read_log import read_log_of
from projections.page import Page

router = APIRouter(prefix="/break-glass", tags=["read log"])

Status = Literal["open", "awaiting-review", "reviewed"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason = Field("", description="why, in a few words; do not name persons")


class AccessAsked(_Body):
    scope: ScopeKind
    scope_id: UUID | None = Field(None, description="the account or the person; none: everything")
    minutes: int = Field(ge=1, le=MINUTES_MAX, description="how long, from now on")
    for_key: UUID | None = Field(
        None, description="whose access, by an admin; without it, that of the key that asks"
    )


class AccessClosed(_Body):
    pass


class AccessJudged(_Body):
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One access beyond a role: who had it, to what, until when, and what came of it."""

    break_glass_id: UUID
    status: str
    holder: str
    opened_by: str
    scope: ScopeKind
    scope_id: UUID | None
    reason: str
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    closed_by: str | None
    uses: int
    verdict: Verdict | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review: str | None


async def _ask(request: Request) -> Asked:
    return await asked_by(request, await authenticate(request))


Asking = Annotated[Asked, Depends(_ask)]


@router.post("", **COMMAND)
async def open_access(body: AccessAsked, asked: Asking) -> Response:
    """Open access to personal values, for oneself or (as an admin) for another key.

    It takes effect at once. Each read through it says why in the header `Tenure-Reason`, is on
    record with the id of this access before it is answered, and is there for whoever reviews it.
    """
    principal = asked.principal
    key_id = body.for_key or principal.key_id
    if key_id != principal.key_id:
        require_role(principal, MAY_ADMINISTER)
    async with _connection(asked.service) as connection:
        role = await find_role(connection, principal.tenant_id, key_id)
        now = await database_clock(connection)
    if role is None:
        raise NotFound("api-key", key_id)
    if role in MAY_SEE_PERSONAL:
        raise Refused(
            "needs-no-break-glass", f"a key of the role {role} may see personal values anyway"
        )
    access_id = asked.new_id()
    decision = open_break_glass(
        access_id,
        holder=f"key:{key_id}",
        opened_by=principal.actor,
        scope=body.scope,
        scope_id=body.scope_id,
        minutes=body.minutes,
        reason=body.reason,
        now=now,
    )
    return await _carry_out(asked, decision, body.reason, location=f"/break-glass/{access_id}")


@router.post("/{break_glass_id}/closure", **COMMAND)
async def close_access(break_glass_id: UUID, body: AccessClosed, asked: Asking) -> Response:
    """Give access back before its time: whoever has it, or an admin."""
    access, now = await _find(asked, break_glass_id)
    if access.state.holder != asked.principal.actor:
        require_role(asked.principal, MAY_ADMINISTER)
    decision = close_break_glass(
        access.id, _account_of(access), closed_by=asked.principal.actor, now=now
    )
    return await _carry_out(asked, decision, body.reason)


@router.post("/{break_glass_id}/review", **COMMAND)
async def review_access(break_glass_id: UUID, body: AccessJudged, asked: Asking) -> Response:
    """Say whether access was justified, once it has ended: not who had it, nor who gave it."""
    require_role(asked.principal, MAY_READ_READS)
    access, now = await _find(asked, break_glass_id)
    decision = review_break_glass(
        access.id,
        _account_of(access),
        reviewed_by=asked.principal.actor,
        verdict=body.verdict,
        reason=body.reason,
        now=now,
    )
    return await _carry_out(asked, decision, body.reason)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[AccessRow])
async def read_accesses(
    principal: ReaderOfReads,
    service: ServiceOf,
    response: Response,
    form: Form,
    *,
    status: Annotated[Status | None, Query(description="how far it has come; all")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """Read every access beyond a role, the last opened first."""
    before = None if after is None else position_before(after)
    async with _connection(service) as connection:
        found = [
            access
            for access in await every_access(connection, service.ledger.types, principal.tenant_id)
            if (status is None or _status(access) == status)
            and (before is None or access.position < before)
        ]
        shown = found[:limit]
        rows = await _rows(connection, principal.tenant_id, shown)
    following = str(shown[-1].position) if len(found) > limit else None
    return listed(Page(rows, following), AccessRow, response, form)


@router.get("/{break_glass_id}", responses=READ_ANSWERS, response_model=AccessRow)
async def read_access(break_glass_id: UUID, principal: ReaderOfReads, service: ServiceOf) -> Any:
    """Read one access; `GET /read-log?break_glass_id=` says what it was used for."""
    async with _connection(service) as connection:
        types = service.ledger.types
        access = await require_access(connection, types, principal.tenant_id, break_glass_id)
        (row,) = await _rows(connection, principal.tenant_id, [access])
    return row


def _connection(service: Service) -> Any:
    return service.ledger.pool.connection()


async def _find(asked: Asked, access_id: UUID) -> tuple[Access, datetime]:
    """Return an access, and what time it is by the database's clock."""
    async with _connection(asked.service) as connection:
        types, tenant_id = asked.service.ledger.types, asked.principal.tenant_id
        access = await require_access(connection, types, tenant_id, access_id)
    return access, access.now


async def _carry_out(
    asked: Asked, decision: Decision, reason: str, *, location: str = ""
) -> Response:
    """Hand the command to the read log, and answer with its receipt."""
    command = Command(
        tenant_id=read_log_of(asked.principal.tenant_id),
        decision=decision,
        actor=asked.principal.actor,
        effective_at=today(),
        command_id=asked.command_id,
        correlation_id=asked.correlation_id,
        causation_id=asked.causation_id,
        reason=reason or None,
        idempotency=asked.idempotency,
        expected_version=asked.expected_version,
    )
    outcome = await asked.service.ledger.reads.execute(command)
    return asked.answer(outcome.receipt, replayed=outcome.replayed, location=location)


async def _rows(
    connection: AsyncConnection[Any], tenant_id: str, accesses: Sequence[Access]
) -> list[AccessRow]:
    uses = await count_uses(connection, tenant_id, [access.id for access in accesses])
    return [
        AccessRow(
            break_glass_id=access.id,
            status=_status(access),
            holder=access.state.holder,
            opened_by=access.state.opened_by,
            scope=access.state.scope,
            scope_id=access.state.scope_id,
            reason=access.reason,
            opened_at=access.opened_at,
            ends_at=access.state.ends_at,
            ended_at=access.ended_at,
            closed_by=access.state.closed_by,
            uses=uses.get(access.id, 0),
            verdict=access.state.verdict,
            reviewed_by=access.state.reviewed_by,
            reviewed_at=access.reviewed_at,
            review=access.review,
        )
        for access in accesses
    ]


def _status(access: Access) -> Status:
    if access.is_open:
        return "open"
    return "awaiting-review" if access.awaits_review else "reviewed"


def _account_of(access: Access) -> UUID | None:
    return access.state.scope_id if access.state.scope is ScopeKind.ACCOUNT else None
