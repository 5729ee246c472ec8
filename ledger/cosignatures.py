"""Stores cosignatures that witnesses hand in, and reads checkpoints together with theirs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from psycopg import AsyncConnection

from ledger.checkpoint import parse_checkpoint
from ledger.checkpoints import NotSealed
from ledger.cosignature import WitnessKey, seconds_of
from ledger.note import NoteRefused, Signature, parse_note, signature_line

_NOTE_SQL: Final = """
    SELECT note FROM ledger.log_checkpoint WHERE tenant_id = %s AND origin = %s AND size = %s
"""
_STORE_SQL: Final = """
    INSERT INTO ledger.log_cosignature (tenant_id, origin, size, witness_key, cosigned_at, line)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_LINES_SQL: Final = """
    SELECT line FROM (
        SELECT DISTINCT ON (witness_key) witness_key, line FROM ledger.log_cosignature
        WHERE tenant_id = %s AND origin = %s AND size = %s
        ORDER BY witness_key, cosigned_at DESC) AS latest
    ORDER BY witness_key LIMIT %s
"""
_COSIGNED_SQL: Final = """
    SELECT max(size) FROM ledger.log_cosignature WHERE tenant_id = %s AND origin = %s
"""
_SERVED_MAX: Final = 64
"""Readers need not take more than 16 signatures, but most take a hundred."""


class UnknownWitness(Exception):
    """A cosignature is by no witness that this service was told of."""


async def store_cosignatures(
    connection: AsyncConnection[Any], tenant_id: str, note: bytes, witnesses: Iterable[WitnessKey]
) -> list[tuple[WitnessKey, datetime]]:
    """Verify the cosignatures that stand in a checkpoint of ours, and keep them.

    Raises:
        NoteRefused: it is no checkpoint, or a cosignature is false.
        NotSealed: there is no such checkpoint.
        UnknownWitness: nobody has cosigned it whom the service was told of.
    """
    parsed = parse_note(note)
    checkpoint = parse_checkpoint(parsed.text)
    place = (tenant_id, checkpoint.origin, checkpoint.size)
    stored = await (await connection.execute(_NOTE_SQL, place, binary=True)).fetchone()
    if stored is None:
        raise NotSealed(f"no checkpoint of {checkpoint.origin} is of size {checkpoint.size}")
    if parse_note(stored[0]).text != parsed.text:
        raise NoteRefused(f"another checkpoint of {checkpoint.size} events than ours")
    made = _verified(parsed.text, parsed.signatures, witnesses)
    if not made:
        raise UnknownWitness("no witness that this service was told of has cosigned it")
    for key, at, signature in made:
        await connection.execute(_STORE_SQL, (*place, str(key), at, signature_line(signature)))
    return [(key, at) for key, at, _ in made]


async def with_cosignatures(
    connection: AsyncConnection[Any], tenant_id: str, origin: str, size: int, note: bytes
) -> bytes:
    """Return a checkpoint with the latest cosignature of each witness below its own signature."""
    asked = (tenant_id, origin, size, _SERVED_MAX)
    lines = await (await connection.execute(_LINES_SQL, asked)).fetchall()
    return note + "".join(line for (line,) in lines).encode()


async def last_cosigned_size(
    connection: AsyncConnection[Any], tenant_id: str, origin: str
) -> int | None:
    """Return the size of the last checkpoint that a witness has cosigned."""
    row = await (await connection.execute(_COSIGNED_SQL, (tenant_id, origin))).fetchone()
    return None if row is None else row[0]


def _verified(
    text: str, signatures: Sequence[Signature], witnesses: Iterable[WitnessKey]
) -> list[tuple[WitnessKey, datetime, Signature]]:
    known = {(key.name, key.key_id): key for key in witnesses}
    made = []
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.has_signed(text, signature.octets):
            raise NoteRefused(f"the cosignature of {key.name} is not of this text and key")
        at = datetime.fromtimestamp(seconds_of(signature.octets), UTC)
        made.append((key, at, signature))
    return made
