"""The certificate of an erasure: its events to the byte, each with its proof; it needs no trust."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from psycopg import AsyncConnection
from pydantic import BaseModel, Field

from api.audit import AUDIT_ANSWERS, NOT_KEPT
from api.security import Historian
from api.service import ServiceOf
from domain.erasure import ERASURE
from domain.refusal import NotFound
from ledger.canonical import decode_trusted
from ledger.checkpoints import NotSealed, require_checkpoint
from ledger.tiles import prove_inclusion, read_record_and_leaf
from ledger.tlog_proof import TlogProof

router = APIRouter(prefix="/erasures", tags=["erasures"])

_POSITIONS_SQL = """
    SELECT position FROM ledger.event
    WHERE tenant_id = %s AND stream_id = %s AND stream_type = %s ORDER BY position
"""


class CertifiedEvent(BaseModel):
    """An event of the erasure, and the proof that it stands in the sealed log."""

    position: int
    name: str
    record: str = Field(description="the exact text of the record, in UTF-8")
    leaf: str = Field(description="SHA-256(0x00 ‖ record), 64 hex digits")
    proof: str = Field(description="a C2SP tlog-proof with its signed checkpoint; it travels alone")


class ErasureCertificate(BaseModel):
    """What shows that it was asked for by one, approved by another, and done; and nobody's name."""

    erasure_id: UUID
    tenant_id: str
    origin: str = Field(description="the log's, as its checkpoints have it")
    size: int = Field(description="of the log, when the checkpoint was signed")
    checkpoint: str = Field(description="the signed note")
    events: list[CertifiedEvent]


@router.get("/{erasure_id}/certificate", responses=AUDIT_ANSWERS, response_model=ErasureCertificate)
async def read_certificate(
    erasure_id: UUID, auditor: Historian, service: ServiceOf, response: Response
) -> Any:
    """Certify what has become of a request, as of the last checkpoint."""
    response.headers.update(NOT_KEPT)
    tenant_id = auditor.tenant_id
    async with service.ledger.pool.connection() as connection:
        asked = (tenant_id, erasure_id, ERASURE.name)
        cursor = await connection.execute(_POSITIONS_SQL, asked)
        positions = [position async for (position,) in cursor]
        if not positions:
            raise NotFound(ERASURE.name, erasure_id)
        checkpoint = await require_checkpoint(connection, tenant_id)
        if positions[-1] > checkpoint.size:
            raise NotSealed(f"position {positions[-1]} is not sealed yet; ask again in a moment")
        events = [
            await _certified(connection, tenant_id, position, checkpoint.size, checkpoint.note)
            for position in positions
        ]
    return ErasureCertificate(
        erasure_id=erasure_id,
        tenant_id=tenant_id,
        origin=checkpoint.origin,
        size=checkpoint.size,
        checkpoint=checkpoint.note.decode(),
        events=events,
    )


async def _certified(
    connection: AsyncConnection[Any], tenant_id: str, position: int, size: int, note: bytes
) -> CertifiedEvent:
    found = await read_record_and_leaf(connection, tenant_id, position)
    if found is None:
        raise NotFound("position", str(position))
    record, leaf = found
    made = await prove_inclusion(connection, tenant_id, index=position - 1, size=size)
    return CertifiedEvent(
        position=position,
        name=decode_trusted(record)["name"],
        record=record.decode(),
        leaf=leaf.hex(),
        proof=TlogProof(position - 1, made.proof, note).octets.decode(),
    )
