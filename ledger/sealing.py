"""Seals one log as it stands: what must be so before a checkpoint is signed, and its storing."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final

from psycopg import AsyncConnection

from domain.seal import SEAL, SEAL_STREAM, UNCHANGED, Seal
from ledger.checkpoint import Checkpoint
from ledger.event_types import EventTypes
from ledger.merkle import root
from ledger.proofs import Proof
from ledger.reading import read_stream
from ledger.seal_state import Sealed
from ledger.signer import (
    Signer,
    SignerRefused,
    origin_of,
    require_continuation,
)
from ledger.tiles import read_consistency_proof

_HEADS_SQL: Final = "SELECT tenant_id, size, frontier FROM ledger.log_head ORDER BY tenant_id"
_SEALED_SQL: Final = """
    SELECT size, signed_at FROM ledger.log_checkpoint
    WHERE tenant_id = %s AND origin = %s ORDER BY size DESC LIMIT 1
"""
_ANY_KEY_SQL: Final = "SELECT EXISTS (SELECT FROM ledger.log_key)"
_OTHER_KEY_SQL: Final = """
    SELECT verifier_key FROM ledger.log_key
    WHERE tenant_id = %s AND verifier_key <> %s ORDER BY signed_at DESC LIMIT 1
"""
_KEY_SQL: Final = """
    INSERT INTO ledger.log_key (tenant_id, verifier_key, origin, size)
    VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_CHECKPOINT_SQL: Final = """
    INSERT INTO ledger.log_checkpoint (tenant_id, origin, size, root, note)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends now."""

    tenant_id: str
    size: int
    frontier: bytes


async def read_seal(connection: AsyncConnection[Any], types: EventTypes, tenant_id: str) -> Seal:
    """Return what the log itself says about its key and epoch."""
    entries = await read_stream(connection, types, tenant_id, SEAL_STREAM.id)
    events: list[Any] = [entry.event for entry in entries]
    return reduce(SEAL.evolve, events, UNCHANGED)


async def ensure_key(connection: AsyncConnection[Any], signer: Signer) -> None:
    """Make a signing key where nothing was ever sealed; else one that is missing is missed.

    A new key in the place of a lost one would hide that it was lost.
    """
    row = await (await connection.execute(_ANY_KEY_SQL)).fetchone()
    if row == (False,) and not signer.has_key:
        with suppress(SignerRefused):  # the sealer will say so, in its own time
            await asyncio.to_thread(signer.create_key, new_installation_name())


def new_installation_name() -> str:
    """Make a name that no other installation has, for the origins of its logs."""
    return f"tenure-{secrets.token_hex(8)}"


async def read_heads(connection: AsyncConnection[Any]) -> list[Head]:
    return [Head(*row) async for row in await connection.execute(_HEADS_SQL, binary=True)]


async def check_key(
    connection: AsyncConnection[Any], tenant_id: str, verifier: str, seal: Seal
) -> None:
    """Make sure that a key is the one that the log names, or the only one that ever signed it.

    Raises:
        SignerRefused: it is another.
    """
    signs = seal.key
    if signs is None:
        other = await connection.execute(_OTHER_KEY_SQL, (tenant_id, verifier))
        row = await other.fetchone()
        signs = verifier if row is None else row[0]
    if signs != verifier:
        raise SignerRefused(
            f"the log is signed by {signs}, and the signing key is {verifier}; put the right one "
            "back, finish with `tenure keys rotate` what it has begun, or let the log go on under "
            "another origin with `tenure keys new-epoch`"
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A checkpoint that may be signed, and what shows that it continues the last."""

    checkpoint: Checkpoint
    verifier: str
    last: Sealed | None
    proof: Proof
    stored_at: datetime | None
    """When a checkpoint of this very head was stored; None: it is not."""


async def seal_log(
    connection: AsyncConnection[Any], types: EventTypes, signer: Signer, head: Head
) -> datetime | None:
    """Sign a checkpoint of this head and store it; does nothing where there is one.

    Returns when it was stored, None where another process was first: look again.

    Raises:
        SignerRefused: it must not be sealed.
        TreeBroken: it cannot be, since hashes are missing.
    """
    due = await require_sealable(connection, types, signer, head)
    if due.stored_at is not None:
        return due.stored_at
    checkpoint = due.checkpoint
    note = await asyncio.to_thread(signer.sign, checkpoint, due.last, due.proof)
    if note is None:
        return None
    row = (head.tenant_id, checkpoint.origin, checkpoint.size, checkpoint.root, note)
    async with connection.transaction():
        await connection.execute(
            _KEY_SQL, (head.tenant_id, due.verifier, checkpoint.origin, checkpoint.size)
        )
        await connection.execute(_CHECKPOINT_SQL, row)
    return datetime.now(UTC)


async def require_sealable(
    connection: AsyncConnection[Any], types: EventTypes, signer: Signer, head: Head
) -> Due:
    """Return the checkpoint of this head, if the signer may sign it.

    Raises:
        SignerRefused: it may not.
        TreeBroken: hashes are missing.
    """
    key = await asyncio.to_thread(signer.key)
    seal = await read_seal(connection, types, head.tenant_id)
    origin = origin_of(key.name, head.tenant_id, seal.epoch)
    verifier = str(key.named(origin).verifier)
    await check_key(connection, head.tenant_id, verifier, seal)
    found = await connection.execute(_SEALED_SQL, (head.tenant_id, origin))
    stored: tuple[int, datetime] | None = await found.fetchone()
    last = await asyncio.to_thread(signer.last, origin)
    if stored is not None and (last is None or last.size < stored[0]):
        raise SignerRefused(
            f"{stored[0]} events of {origin} were sealed, and the signing state does not know it; "
            "put the right one back, or let the log go on under another origin with `tenure keys "
            "new-epoch`"
        )
    checkpoint = Checkpoint(origin, head.size, root(head.size, head.frontier))
    proof: Proof = []
    if last is not None:
        if last.size <= head.size:
            proof = await read_consistency_proof(
                connection, head.tenant_id, size_before=last.size, size=head.size
            )
        require_continuation(checkpoint, last, proof)
    stored_at = stored[1] if stored is not None and stored[0] == head.size else None
    return Due(checkpoint, verifier, last, proof, stored_at)
