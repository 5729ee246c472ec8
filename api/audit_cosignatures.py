"""Cosignatures that witnesses hand in: verified, kept, and served with their checkpoints."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.audit import AUDIT_ANSWERS
from api.problems import Forbidden
from api.security import Historian
from api.service import ServiceOf
from api.validation import BadField
from ledger.cosignatures import UnknownWitness, store_cosignatures
from ledger.note import NoteRefused

router = APIRouter(prefix="/log/cosignatures", tags=["audit"])


class CosignedNote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: str = Field(
        max_length=100_000,
        description="a checkpoint of this log as a signed note, with the cosignatures below it",
    )


class KeptCosignature(BaseModel):
    """A cosignature that was verified and kept."""

    witness: str = Field(description="the key of the witness (C2SP vkey of type 0x04)")
    cosigned_at: datetime


class KeptCosignatures(BaseModel):
    items: list[KeptCosignature]


@router.post("", status_code=201, responses=AUDIT_ANSWERS, response_model=KeptCosignatures)
async def add_cosignatures(body: CosignedNote, auditor: Historian, service: ServiceOf) -> Any:
    """Hand in cosignatures (C2SP tlog-cosignature) of witnesses that TENURE_WITNESSES names."""
    try:
        async with service.ledger.pool.connection() as connection:
            kept = await store_cosignatures(
                connection, auditor.tenant_id, body.note.encode(), service.witnesses
            )
    except UnicodeEncodeError as error:
        raise BadField("note", "is not UTF-8", code="not-a-checkpoint") from error
    except NoteRefused as error:
        raise BadField("note", str(error), code="not-a-checkpoint") from error
    except UnknownWitness as error:
        raise Forbidden(f"{error}; its operator names witnesses in TENURE_WITNESSES") from error
    return KeptCosignatures(
        items=[KeptCosignature(witness=str(key), cosigned_at=at) for key, at in kept]
    )
