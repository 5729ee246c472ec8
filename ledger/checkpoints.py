"""Reads what was sealed: checkpoints, the keys that signed them, and what the log says of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row

# The log goes on under the origin of the last key; what was sealed under others is past.
_CHECKPOINT_SQL: Final = """
    SELECT origin, size, root, note, signed_at FROM ledger.log_checkpoint
    WHERE tenant_id = %(tenant_id)s AND origin = (
        SELECT origin FROM ledger.log_key
        WHERE tenant_id = %(tenant_id)s ORDER BY signed_at DESC, size DESC LIMIT 1)
      AND (%(size)s::bigint IS NULL OR size = %(size)s)
    ORDER BY size DESC LIMIT 1
"""
_KEYS_SQL: Final = """
    SELECT verifier_key, origin, size, signed_at FROM ledger.log_key
    WHERE tenant_id = %s ORDER BY signed_at, size
"""


class NotSealed(Exception):
    """There is no checkpoint yet, or none of the size that is asked for."""


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint, and the signed note that is the evidence."""

    origin: str
    size: int
    root: bytes
    note: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class LogKey:
    """A public key, and the size of the first checkpoint that it signed."""

    verifier_key: str
    origin: str
    size: int
    signed_at: datetime


async def find_checkpoint(
    connection: AsyncConnection[Any], tenant_id: str, size: int | None = None
) -> StoredCheckpoint | None:
    """Return the last checkpoint, or the one of this size."""
    async with connection.cursor(binary=True, row_factory=class_row(StoredCheckpoint)) as cursor:
        await cursor.execute(_CHECKPOINT_SQL, {"tenant_id": tenant_id, "size": size})
        return await cursor.fetchone()


async def require_checkpoint(
    connection: AsyncConnection[Any], tenant_id: str, size: int | None = None
) -> StoredCheckpoint:
    """Return the last checkpoint, or the one of this size.

    Raises:
        NotSealed: there is none.
    """
    found = await find_checkpoint(connection, tenant_id, size)
    if found is None:
        what = "nothing has been sealed yet" if size is None else f"no checkpoint is of size {size}"
        raise NotSealed(f"{what}; /readyz says whether the log is being sealed")
    return found


async def read_log_keys(connection: AsyncConnection[Any], tenant_id: str) -> Sequence[LogKey]:
    """Return every key that has signed for a tenant, in that order."""
    async with connection.cursor(row_factory=class_row(LogKey)) as cursor:
        await cursor.execute(_KEYS_SQL, (tenant_id,))
        return await cursor.fetchall()
