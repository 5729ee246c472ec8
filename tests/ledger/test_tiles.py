"""Tiles and proofs come out of what the writer has stored, in one query, at any size."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from domain.commands import place_order
from ledger.merkle import HASH_BYTES, TILE_WIDTH, extend, full_tiles, leaf_hash, parent_hash, root
from ledger.migrate import runtime_conninfo
from ledger.proofs import Tile, tile_width, verify_consistency, verify_inclusion
from ledger.tiles import (
    TreeBroken,
    prove_consistency,
    prove_inclusion,
    read_bundle,
    read_consistency_proof,
    read_record_and_leaf,
    read_tiles,
)
from tests.ledger.processes.setting import DAY, command, opening, order_of, writer_on

pytestmark = pytest.mark.anyio

ACME = UUID(int=1)
BIG = 273 * TILE_WIDTH
"""Leaves of the example of C2SP tlog-tiles, less those of its last tile."""


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    conninfo = runtime_conninfo(database_url)
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def leaves(database_url: str, tmp_path: Path) -> list[bytes]:
    """Write 700 events and return their leaf hashes."""
    async with writer_on(database_url, tmp_path / "master.key") as writer:
        orders = [
            command(place_order(ACME, order_id=uuid4(), content=order_of("1.00"), today=DAY))
            for _ in range(699)
        ]
        await writer.execute_many([opening(ACME), *orders])
    with psycopg.connect(database_url) as owner:
        rows = owner.execute("SELECT record FROM ledger.event ORDER BY position").fetchall()
    return [leaf_hash(record) for (record,) in rows]


@pytest.fixture
def big(database_url: str) -> list[bytes]:
    """Store the tiles of a log of 69,888 leaves, as the writer would have stored them."""
    leaves = [leaf_hash(str(number).encode()) for number in range(BIG)]
    tiles: dict[tuple[int, int], bytes] = {}
    for level, index in full_tiles(0, BIG):
        below = range(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        hashes = [leaves[i] if level == 0 else parent_hash(tiles[level - 1, i]) for i in below]
        tiles[level, index] = b"".join(hashes)
    rows = [("big", level, index, hashes) for (level, index), hashes in tiles.items()]
    with psycopg.connect(database_url) as owner, owner.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger.log_tile VALUES (%s, %s, %s, %s)", rows)
    return leaves


def frontier_root(leaves: list[bytes]) -> bytes:
    return root(len(leaves), extend(0, b"", leaves))


@pytest.mark.usefixtures("leaves")
async def test_the_database_knows_the_root_of_each_full_tile(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        rows = owner.execute("SELECT hashes, root FROM ledger.log_tile ORDER BY idx").fetchall()

    assert len(rows) == 2
    assert all(parent_hash(hashes) == kept for hashes, kept in rows)


async def test_tiles_are_read_full_and_partial(
    leaves: list[bytes], connection: AsyncConnection[Any]
) -> None:
    wanted = [Tile(0, 0, 256), Tile(0, 1, 7), Tile(0, 2, 188), Tile(1, 0, 2)]

    tiles = await read_tiles(connection, "default", wanted)

    assert tiles[0, 0] == b"".join(leaves[:256])
    assert tiles[0, 1] == b"".join(leaves[256:263])
    assert tiles[0, 2] == b"".join(leaves[512:700])
    assert tiles[1, 0] == b"".join(parent_hash(b"".join(leaves[at : at + 256])) for at in (0, 256))
    assert await read_tiles(connection, "default", []) == {}


async def test_every_proof_of_a_written_log_is_right(
    leaves: list[bytes], connection: AsyncConnection[Any]
) -> None:
    for size in (1, 2, 255, 256, 257, 512, 699, 700):
        expected = frontier_root(leaves[:size])
        for index in {0, size // 2, size - 1}:
            made = await prove_inclusion(connection, "default", index=index, size=size)
            assert (made.leaf, made.root) == (leaves[index], expected)
            verify_inclusion(made.proof, leaf=leaves[index], index=index, size=size, root=expected)
        grown = await prove_consistency(connection, "default", size_before=size, size=700)
        assert (grown.root_before, grown.root) == (expected, frontier_root(leaves))
        verify_consistency(
            grown.proof, size_before=size, size=700, root_before=expected, root=grown.root
        )


async def test_proofs_of_a_larger_log_reach_over_three_levels(
    big: list[bytes], connection: AsyncConnection[Any]
) -> None:
    expected = frontier_root(big)
    chosen = random.Random(5)  # noqa: S311  # any will do
    for index in [0, 65_535, 65_536, BIG - 1, *chosen.sample(range(BIG), 10)]:
        made = await prove_inclusion(connection, "big", index=index, size=BIG)
        assert (made.leaf, made.root) == (big[index], expected)
        verify_inclusion(made.proof, leaf=big[index], index=index, size=BIG, root=expected)
    for before in [1, 65_535, 65_536, 65_537, BIG - 1, BIG, *chosen.sample(range(1, BIG), 10)]:
        proof = await read_consistency_proof(connection, "big", size_before=before, size=BIG)
        verify_consistency(
            proof,
            size_before=before,
            size=BIG,
            root_before=frontier_root(big[:before]),
            root=expected,
        )


async def test_the_tiles_of_a_larger_log_have_the_widths_of_the_specification(
    big: list[bytes], connection: AsyncConnection[Any]
) -> None:
    wanted = [
        Tile(level, index, tile_width(level, index, BIG))
        for level, index in [(0, 272), (1, 0), (1, 1), (2, 0)]
    ]

    tiles = await read_tiles(connection, "big", wanted)

    assert [len(hashes) // HASH_BYTES for hashes in tiles.values()] == [256, 256, 17, 1]
    assert tiles[2, 0] == frontier_root(big[: TILE_WIDTH**2])


async def test_records_are_read_to_the_byte(
    leaves: list[bytes], connection: AsyncConnection[Any]
) -> None:
    bundle = await read_bundle(connection, "default", 2, 188)
    found = await read_record_and_leaf(connection, "default", 513)

    assert [leaf_hash(record) for record in bundle] == leaves[512:]
    assert found == (bundle[0], leaves[512])
    assert await read_record_and_leaf(connection, "default", 701) is None


@pytest.mark.usefixtures("leaves")
async def test_what_the_tree_lacks_is_noticed(connection: AsyncConnection[Any]) -> None:
    with pytest.raises(TreeBroken, match="tile 2 of level 0 of default has 6016 bytes"):
        await read_tiles(connection, "default", [Tile(0, 2, 189)])
    with pytest.raises(TreeBroken, match="188 records of default instead of 189"):
        await read_bundle(connection, "default", 2, 189)
    with pytest.raises(TreeBroken):
        await prove_inclusion(connection, "default", index=3, size=1_000)
