"""What must be true of every log, whatever happened to the programs that wrote it."""

import psycopg

from ledger.merkle import TILE_WIDTH, full_tiles, leaf_hash, parent_hash, root, root_of
from ledger.record import read_record


def assert_log_is_whole(url: str, tenant_id: str = "default") -> int:
    """Check positions, versions, links, leaves, columns, tiles and frontier; return the size."""
    with psycopg.connect(url) as connection:
        head = connection.execute(
            "SELECT size, frontier FROM ledger.log_head WHERE tenant_id = %s", (tenant_id,)
        ).fetchone()
        events = connection.execute(
            "SELECT position, stream_id, version, name, recorded_at, effective_at, record, leaf "
            "FROM ledger.event WHERE tenant_id = %s ORDER BY position",
            (tenant_id,),
        ).fetchall()
        tiles = connection.execute(
            "SELECT level, idx, hashes FROM ledger.log_tile WHERE tenant_id = %s", (tenant_id,)
        ).fetchall()
    assert head is not None
    size, frontier = head
    assert [event[0] for event in events] == list(range(1, size + 1))
    leaves = [leaf_hash(event[6]) for event in events]
    assert [event[7] for event in events] == leaves
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
    last: dict[object, tuple[int, bytes]] = {}
    recorded_before = None
    for position, stream_id, version, name, recorded_at, effective_at, record, leaf in events:
        envelope, _ = read_record(record)
        version_before, leaf_before = last.get(stream_id, (0, None))
        assert (envelope.position, envelope.stream_id, envelope.version, envelope.name) == (
            position,
            stream_id,
            version,
            name,
        )
        assert (envelope.recorded_at, envelope.effective_at) == (recorded_at, effective_at)
        assert (version, envelope.prev_in_stream) == (version_before + 1, leaf_before)
        assert recorded_before is None or recorded_at >= recorded_before
        last[stream_id] = version, leaf
        recorded_before = recorded_at
