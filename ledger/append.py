"""Writes what a batch decided: rows, Merkle tiles, receipts and the head, in one transaction."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection

from ledger import disclosures
from ledger.batch import Appended, Batch
from ledger.merkle import TILE_WIDTH, extend, full_tiles, parent_hash
from ledger.vault import Vault

COPY_SQL: Final = """
    COPY ledger.event (tenant_id, position, stream_id, stream_type, version, account_id, name,
        schema_version, recorded_at, effective_at, actor, on_behalf_of, reason, correlation_id,
        causation_id, command_id, record, leaf) FROM STDIN
"""
_TILE_SQL: Final = "INSERT INTO ledger.log_tile VALUES (%s, %s, %s, %s)"
_LEAVES_SQL: Final = """
    SELECT leaf FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position <= %s ORDER BY position
"""
_TILES_SQL: Final = """
    SELECT hashes FROM ledger.log_tile
    WHERE tenant_id = %s AND level = %s AND idx >= %s AND idx < %s ORDER BY idx
"""
_HEAD_SQL: Final = "UPDATE ledger.log_head SET size = %s, frontier = %s WHERE tenant_id = %s"
_KINDS_SQL: Final = """
    INSERT INTO ledger.event_kind SELECT * FROM unnest(%s::text[], %s::integer[])
    ON CONFLICT DO NOTHING
"""
_RECEIPTS_SQL: Final = """
    INSERT INTO ledger.command_outcome
        (tenant_id, idempotency_key, request_hash, receipt, recorded_at)
    SELECT %s, key, hash, receipt, %s
    FROM unnest(%s::text[], %s::bytea[], %s::text[]) AS kept (key, hash, receipt)
"""

_STORED_EVENT_SQL: Final = """
    SELECT leaf = %s FROM ledger.event WHERE tenant_id = %s AND position = %s
"""
_STORED_RECEIPT_SQL: Final = """
    SELECT request_hash = %s FROM ledger.command_outcome
    WHERE tenant_id = %s AND idempotency_key = %s
"""
_COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL: Final = "\\N"


async def append_batch(connection: AsyncConnection[Any], batch: Batch, vault: Vault) -> None:
    """Store everything but the commit."""
    before, after = batch.head.size, batch.head.size + len(batch.appended)
    await _copy_events(connection, batch.appended)
    await _store_tiles(connection, batch.tenant_id, before, after)
    await disclosures.store(connection, vault, batch.tenant_id, batch.personal)
    leaves = [entry.leaf for entry in batch.appended]
    frontier = extend(before, batch.head.frontier, leaves)
    async with connection.pipeline():
        if batch.appended:
            kinds = {(e.envelope.name, e.envelope.schema_version) for e in batch.appended}
            await connection.execute(_KINDS_SQL, [list(c) for c in zip(*kinds, strict=True)])
            await connection.execute(_HEAD_SQL, (after, frontier, batch.tenant_id))
        if batch.receipts:
            kept = batch.receipts.values()
            hashes = [answer.request_hash for answer in kept]
            receipts = [answer.receipt.model_dump_json() for answer in kept]
            columns = (list(batch.receipts), hashes, receipts)
            await connection.execute(
                _RECEIPTS_SQL, (batch.tenant_id, batch.head.recorded_at, *columns)
            )


async def is_stored(connection: AsyncConnection[Any], batch: Batch) -> bool:
    """Look for the last row of a batch; all or none of it is there."""
    if batch.appended:
        last = batch.appended[-1]
        found = await connection.execute(
            _STORED_EVENT_SQL, (last.leaf, batch.tenant_id, last.envelope.position)
        )
    else:
        key, kept = next(iter(batch.receipts.items()))
        row = (kept.request_hash, batch.tenant_id, key)
        found = await connection.execute(_STORED_RECEIPT_SQL, row)
    return await found.fetchone() == (True,)


async def _copy_events(connection: AsyncConnection[Any], appended: Sequence[Appended]) -> None:
    """Store events with COPY: the rate of a bulk load for one row or for thousands."""
    if not appended:
        return
    block = "".join([copy_line(entry) for entry in appended])
    async with connection.cursor().copy(COPY_SQL) as copy:
        await copy.write(block)


def copy_line(entry: Appended) -> str:
    """Write one row in COPY's text format; only what people typed can need escapes."""
    e = entry.envelope
    return (
        f"{e.tenant_id}\t{e.position}\t{e.stream_id}\t{e.stream_type}\t{e.version}\t"
        f"{e.account_id or _NULL}\t{e.name}\t{e.schema_version}\t{e.recorded_at.isoformat()}\t"
        f"{e.effective_at.isoformat()}\t{e.actor}\t{{{','.join(e.on_behalf_of)}}}\t"
        f"{_NULL if e.reason is None else e.reason.translate(_COPY_ESCAPES)}\t"
        f"{e.correlation_id}\t{e.causation_id or _NULL}\t{e.command_id}\t"
        f"\\\\x{entry.record.hex()}\t\\\\x{entry.leaf.hex()}\n"
    )


async def _store_tiles(
    connection: AsyncConnection[Any], tenant_id: str, size_before: int, size_after: int
) -> None:
    """Store the tiles of 256 hashes that have become full, from what the transaction now sees."""
    for level, index in full_tiles(size_before, size_after):
        first = index * TILE_WIDTH
        last = first + TILE_WIDTH
        if level == 0:
            leaves = await connection.execute(_LEAVES_SQL, (tenant_id, first, last), binary=True)
            hashes = b"".join([leaf async for (leaf,) in leaves])
        else:
            lower = (tenant_id, level - 1, first, last)
            tiles = await connection.execute(_TILES_SQL, lower, binary=True)
            hashes = b"".join([parent_hash(tile) async for (tile,) in tiles])
        await connection.execute(_TILE_SQL, (tenant_id, level, index, hashes))
