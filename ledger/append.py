"""Writes what a batch decided: rows, Merkle tiles, receipts and the head, in one transaction."""

from collections.abc import Collection
from typing import Any, Final

from psycopg import AsyncConnection

from ledger import disclosures
from ledger.batch import Batch
from ledger.merkle import TILE_WIDTH, extend, full_tiles, parent_hash
from ledger.vault import Vault

# The columns are copies of parts of the record, so it is the record that they are taken from.
EVENTS_SQL: Final = """
    INSERT INTO ledger.event (tenant_id, position, stream_id, stream_type, version, account_id,
        name, schema_version, recorded_at, effective_at, actor, on_behalf_of, reason,
        correlation_id, causation_id, command_id, record, leaf)
    SELECT part.*, new.record, new.leaf
    FROM unnest(%b::bytea[], %b::bytea[]) AS new (record, leaf),
        json_to_record(convert_from(new.record, 'UTF8')::json) AS part (
            tenant_id text, position bigint, stream_id uuid, stream_type text, version bigint,
            account_id uuid, name text, schema_version integer, recorded_at timestamptz,
            effective_at date, actor text, on_behalf_of text[], reason text, correlation_id uuid,
            causation_id uuid, command_id uuid)
"""
"""Stores events out of their records and leaf hashes."""

_LEAF_TILE_SQL: Final = """
    INSERT INTO ledger.log_tile
    SELECT %(tenant_id)s, 0, %(index)s, string_agg(leaf, ''::bytea ORDER BY position)
    FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND position > %(first)s AND position <= %(last)s
"""
_TILE_SQL: Final = "INSERT INTO ledger.log_tile VALUES (%s, %s, %s, %s)"
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

Kind = tuple[str, int]
"""A stored name and a schema version."""


async def append_batch(
    connection: AsyncConnection[Any],
    batch: Batch,
    vault: Vault,
    known_kinds: Collection[Kind] = frozenset(),
) -> None:
    """Store everything but the commit; all in one round trip if the caller opens a pipeline.

    `known_kinds` are on record already.
    """
    if batch.appended:
        await _store_events(connection, batch, known_kinds)
    await disclosures.store(connection, vault, batch.tenant_id, batch.personal)
    await disclosures.erase(connection, batch.tenant_id, batch.erased)
    if batch.receipts:
        kept = batch.receipts.values()
        hashes = [answer.request_hash for answer in kept]
        receipts = [answer.receipt.model_dump_json() for answer in kept]
        columns = (list(batch.receipts), hashes, receipts)
        await connection.execute(_RECEIPTS_SQL, (batch.tenant_id, batch.head.recorded_at, *columns))


def kinds_of(batch: Batch) -> set[Kind]:
    """Return the stored names and schema versions of what a batch records."""
    return {(e.envelope.name, e.envelope.schema_version) for e in batch.appended}


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


async def _store_events(
    connection: AsyncConnection[Any], batch: Batch, known_kinds: Collection[Kind]
) -> None:
    records = [entry.record for entry in batch.appended]
    leaves = [entry.leaf for entry in batch.appended]
    before, after = batch.head.size, batch.head.size + len(leaves)
    await connection.execute(EVENTS_SQL, (records, leaves))
    await _store_tiles(connection, batch.tenant_id, before, after)
    if kinds := kinds_of(batch).difference(known_kinds):
        await connection.execute(_KINDS_SQL, [list(c) for c in zip(*kinds, strict=True)])
    frontier = extend(before, batch.head.frontier, leaves)
    await connection.execute(_HEAD_SQL, (after, frontier, batch.tenant_id))


async def _store_tiles(
    connection: AsyncConnection[Any], tenant_id: str, size_before: int, size_after: int
) -> None:
    """Store the tiles of 256 hashes that have become full, from what the transaction now sees."""
    for level, index in full_tiles(size_before, size_after):
        first = index * TILE_WIDTH
        places = {"tenant_id": tenant_id, "index": index}
        if level == 0:
            places |= {"first": first, "last": first + TILE_WIDTH}
            await connection.execute(_LEAF_TILE_SQL, places)
            continue
        lower = (tenant_id, level - 1, first, first + TILE_WIDTH)
        tiles = await connection.execute(_TILES_SQL, lower, binary=True)
        hashes = b"".join([parent_hash(tile) async for (tile,) in tiles])
        await connection.execute(_TILE_SQL, (tenant_id, level, index, hashes))
