"""What must be true of every log, whatever happened to the programs that wrote it."""

from dataclasses import fields
from typing import Any
from uuid import UUID

import psycopg

from ledger.merkle import TILE_WIDTH, full_tiles, leaf_hash, parent_hash, root, root_of
from ledger.record import read_record
from ledger.recorded import Envelope

COPIES = [field.name for field in fields(Envelope) if field.name != "prev_in_stream"]
"""The columns that are copies of parts of the record."""


def assert_log_is_whole(url: str, tenant_id: str = "default") -> int:
    """Check positions, versions, links, leaves, columns, tiles and frontier; return the size."""
    with psycopg.connect(url) as connection:
        # One snapshot: what was killed a moment ago may still be committing.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        head = connection.execute(
            "SELECT size, frontier FROM ledger.log_head WHERE tenant_id = %s", (tenant_id,)
        ).fetchone()
        events = connection.execute(
            f"SELECT {', '.join(COPIES)}, record, leaf FROM ledger.event "  # noqa: S608  # constants
            "WHERE tenant_id = %s ORDER BY position",
            (tenant_id,),
        ).fetchall()
        tiles = connection.execute(
            "SELECT level, idx, hashes FROM ledger.log_tile WHERE tenant_id = %s", (tenant_id,)
        ).fetchall()
    assert head is not None
    size, frontier = head
    assert [event[1] for event in events] == list(range(1, size + 1))
    leaves = [leaf_hash(event[-2]) for event in events]
    assert [event[-1] for event in events] == leaves
    assert root(size, frontier) == root_of(leaves)
    _assert_tiles({(level, index): hashes for level, index, hashes in tiles}, leaves)
    _assert_records(events)
    return int(size)


def _assert_tiles(tiles: dict[tuple[int, int], bytes], leaves: list[bytes]) -> None:
    assert set(tiles) == set(full_tiles(0, len(leaves)))
    for (level, index), hashes in tiles.items():
        first, last = index * TILE_WIDTH, (index + 1) * TILE_WIDTH
        if level == 0:
            assert hashes == b"".join(leaves[first:last])
        else:
            lower = [tiles[level - 1, i] for i in range(first, last)]
            assert hashes == b"".join(parent_hash(tile) for tile in lower)


def _assert_records(events: list[tuple]) -> None:  # type: ignore[type-arg]  # rows of psycopg
    last: dict[UUID, tuple[int, bytes | None]] = {}
    recorded_before = None
    for *copies, record, leaf in events:
        envelope, _ = read_record(record)
        assert copies == [_as_column(getattr(envelope, column)) for column in COPIES]
        version_before, leaf_before = last.get(envelope.stream_id, (0, None))
        assert (envelope.version, envelope.prev_in_stream) == (version_before + 1, leaf_before)
        assert recorded_before is None or envelope.recorded_at >= recorded_before
        last[envelope.stream_id] = envelope.version, leaf
        recorded_before = envelope.recorded_at


def _as_column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
