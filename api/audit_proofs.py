"""Records to the byte, and the proofs that they stand in the log and that it has only grown."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.audit import (
    AUDIT_ANSWERS,
    FOR_EVER,
    NOT_KEPT,
    Auditor,
    read_head,
    require_within,
)
from api.problems import BeyondHead, NotInLog
from api.service import ServiceOf
from api.validation import BadField
from ledger.checkpoints import find_checkpoint, require_checkpoint
from ledger.tiles import prove_consistency, prove_inclusion, read_record_and_leaf
from ledger.tlog_proof import TlogProof

router = APIRouter(prefix="/log", tags=["audit"])

_HASH = "64 hex digits"
Size = Annotated[
    int | None,
    Query(ge=1, le=2**62, description="of the tree; without it, that of the last checkpoint"),
]


class InclusionProof(BaseModel):
    """That the record at a position is in the tree of a size and root (RFC 6962, 2.1.1)."""

    position: int
    leaf_index: int = Field(description="position - 1")
    leaf: str = Field(description=_HASH)
    size: int
    root: str = Field(description=_HASH)
    proof: list[str] = Field(description=f"from the leaf up, {_HASH} each")
    checkpoint: str | None = Field(description="the signed note of this size, if there is one")


class ConsistencyProof(BaseModel):
    """That the tree of `from` leaves is the beginning of that of `to` (RFC 6962, 2.1.2)."""

    from_size: int = Field(alias="from")
    to: int
    root_from: str = Field(description=_HASH)
    root_to: str = Field(description=_HASH)
    proof: list[str] = Field(description=f"{_HASH} each")


@router.get(
    "/records/{position}",
    responses=AUDIT_ANSWERS
    | {
        200: {
            "description": "The record",
            "content": {"application/json": {"schema": {"type": "object"}}},
            "headers": {
                "Tenure-Leaf": {
                    "description": f"SHA-256(0x00 ‖ record), {_HASH}",
                    "schema": {"type": "string"},
                }
            },
        }
    },
    response_class=Response,
)
async def read_record(
    position: Annotated[int, Path(ge=1, le=2**62)], auditor: Auditor, service: ServiceOf
) -> Response:
    """Read the exact bytes of a record: they are what is sealed."""
    async with service.ledger.pool.connection() as connection:
        found = await read_record_and_leaf(connection, auditor.tenant_id, position)
        if found is None:
            await require_within(connection, auditor.tenant_id, "position", position)
            raise NotInLog(f"position {position}", await read_head(connection, auditor.tenant_id))
    record, leaf = found
    headers = {**FOR_EVER, "Tenure-Leaf": leaf.hex(), "ETag": f'"{leaf.hex()}"'}
    return Response(record, headers=headers, media_type="application/json")


@router.get(
    "/proofs/inclusion",
    responses=AUDIT_ANSWERS
    | {
        200: {
            "description": "The proof",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
    response_model=InclusionProof,
)
async def read_inclusion_proof(
    request: Request,
    auditor: Auditor,
    service: ServiceOf,
    position: Annotated[int, Query(ge=1, le=2**62)],
    size: Size = None,
    format: Annotated[  # noqa: A002  # the parameter's public name
        Literal["json", "tlog-proof"] | None,
        Query(description="`tlog-proof` (C2SP) travels alone; `Accept: text/plain` asks for it"),
    ] = None,
) -> Any:
    """Prove that a record is in the log; as `tlog-proof`, together with the checkpoint."""
    as_text = format == "tlog-proof" or (
        format is None and "text/plain" in request.headers.get("accept", "")
    )
    tenant_id = auditor.tenant_id
    async with service.ledger.pool.connection() as connection:
        if size is not None:
            await require_within(connection, tenant_id, "size", size)
        find = find_checkpoint if size is not None and not as_text else require_checkpoint
        checkpoint = await find(connection, tenant_id, size)
        size = size or (checkpoint.size if checkpoint else 0)
        if position > size:
            await require_within(connection, tenant_id, "position", position)
            raise BadField(
                "position",
                f"lies beyond the {size} events of this tree; ask for a larger one, or wait until "
                "it is sealed",
                place="query",
                code="beyond-size",
            )
        made = await prove_inclusion(connection, tenant_id, index=position - 1, size=size)
    if as_text:
        note = checkpoint.note if checkpoint else b""
        octets = TlogProof(position - 1, made.proof, note).octets
        return Response(octets, headers=NOT_KEPT, media_type="text/plain; charset=utf-8")
    return InclusionProof(
        position=position,
        leaf_index=position - 1,
        leaf=made.leaf.hex(),
        size=size,
        root=made.root.hex(),
        proof=[hashed.hex() for hashed in made.proof],
        checkpoint=checkpoint.note.decode() if checkpoint else None,
    )


@router.get("/proofs/consistency", responses=AUDIT_ANSWERS, response_model=ConsistencyProof)
async def read_consistency_proof(
    auditor: Auditor,
    service: ServiceOf,
    from_size: Annotated[int, Query(alias="from", ge=1, le=2**62, description="a smaller size")],
    to: Size = None,
) -> Any:
    """Prove that the log of one size has grown out of that of a smaller one."""
    tenant_id = auditor.tenant_id
    async with service.ledger.pool.connection() as connection:
        head = await read_head(connection, tenant_id)
        size = to or (await require_checkpoint(connection, tenant_id)).size
        for asked in (from_size, size):
            if asked > head:
                raise BeyondHead(f"size {asked}", head)
        if from_size > size:
            problem = f"is larger than {size}; a log does not shrink"
            raise BadField("from", problem, place="query", code="sizes-reversed")
        made = await prove_consistency(connection, tenant_id, size_before=from_size, size=size)
    return ConsistencyProof.model_validate(
        {
            "from": from_size,
            "to": size,
            "root_from": made.root_before.hex(),
            "root_to": made.root.hex(),
            "proof": [hashed.hex() for hashed in made.proof],
        }
    )
