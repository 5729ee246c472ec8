"""What was sealed: the last checkpoint, and the keys that have signed one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.audit import AUDIT_ANSWERS, NOT_KEPT, Auditor, octets_answers
from api.service import ServiceOf
from domain.seal import SEAL_STREAM
from ledger.checkpoints import LogKey, NotSealed, read_log_keys, require_checkpoint
from ledger.cosignatures import last_cosigned_size, with_cosignatures
from ledger.reading import read_stream

router = APIRouter(prefix="/log", tags=["audit"])


class SealChange(BaseModel):
    """A key that was rotated, or an epoch that was begun, as the log itself says."""

    position: int
    name: str
    recorded_at: datetime
    reason: str | None
    data: dict[str, Any] = Field(description="docs/events has the schemas")


class LogKeys(BaseModel):
    """Every key that has signed a checkpoint, the first first, and how each came after another."""

    items: list[LogKey]
    changes: list[SealChange]


@router.get(
    "/checkpoint",
    responses=octets_answers("text/plain"),
    response_class=Response,
)
async def read_checkpoint(
    auditor: Auditor,
    service: ServiceOf,
    cosigned: Annotated[  # noqa: FBT002  # a query parameter
        bool, Query(description="the last that a witness has cosigned, not the last of all")
    ] = False,
) -> Response:
    """Read the last checkpoint, a signed note (C2SP tlog-checkpoint), with its cosignatures.

    Keep it: whoever has one can hold the log to it.
    """
    tenant_id = auditor.tenant_id
    async with service.ledger.pool.connection() as connection:
        found = await require_checkpoint(connection, tenant_id)
        if cosigned:
            size = await last_cosigned_size(connection, tenant_id, found.origin)
            if size is None:
                raise NotSealed("no witness has cosigned a checkpoint of this log yet")
            found = await require_checkpoint(connection, tenant_id, size)
        note = await with_cosignatures(connection, tenant_id, found.origin, found.size, found.note)
    return Response(note, headers=NOT_KEPT, media_type="text/plain; charset=utf-8")


@router.get("/keys", responses=AUDIT_ANSWERS, response_model=LogKeys)
async def read_keys(auditor: Auditor, service: ServiceOf) -> Any:
    """Read the verifier keys (C2SP signed-note) of the log.

    Compare them with those that were handed to you: this answer proves nothing by itself.
    """
    types = service.ledger.types
    async with service.ledger.pool.connection() as connection:
        keys = await read_log_keys(connection, auditor.tenant_id)
        entries = await read_stream(connection, types, auditor.tenant_id, SEAL_STREAM.id)
    changes = [
        SealChange(
            position=entry.position,
            name=entry.envelope.name,
            recorded_at=entry.envelope.recorded_at,
            reason=entry.envelope.reason,
            data=entry.event.model_dump(mode="json"),
        )
        for entry in entries
    ]
    return LogKeys(items=list(keys), changes=changes)
