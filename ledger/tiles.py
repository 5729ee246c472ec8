"""Reads tiles of the Merkle tree, full or partial, in one query: what proofs are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from ledger.merkle import HASH_BYTES, TILE_WIDTH
from ledger.proofs import (
    Leaves,
    Proof,
    Tile,
    consistency_path,
    inclusion_path,
    make_proof,
    tiles_of,
)

# A full tile is stored; a partial one is made of leaves, or of the roots of full tiles below it.
TILES_SQL: Final = """
    SELECT wanted.level, wanted.idx, coalesce(
        (SELECT substr(hashes, 1, wanted.width * 32) FROM ledger.log_tile
         WHERE tenant_id = %(tenant_id)s AND level = wanted.level AND idx = wanted.idx),
        CASE wanted.level WHEN 0 THEN
            (SELECT string_agg(leaf, ''::bytea ORDER BY position) FROM ledger.event
             WHERE tenant_id = %(tenant_id)s AND position > wanted.idx * 256
               AND position <= wanted.idx * 256 + wanted.width)
        ELSE
            (SELECT string_agg(root, ''::bytea ORDER BY idx) FROM ledger.log_tile
             WHERE tenant_id = %(tenant_id)s AND level = wanted.level - 1
               AND idx >= wanted.idx * 256 AND idx < wanted.idx * 256 + wanted.width)
        END, ''::bytea)
    FROM unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(widths)s::integer[])
        AS wanted (level, idx, width)
"""
_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position <= %s ORDER BY position
"""
_RECORD_SQL: Final = """
    SELECT record, leaf FROM ledger.event WHERE tenant_id = %s AND position = %s
"""


class TreeBroken(Exception):
    """The stored tree lacks hashes that it must have: it has been tampered with."""


async def read_tiles(
    connection: AsyncConnection[Any], tenant_id: str, wanted: Sequence[Tile]
) -> dict[tuple[int, int], bytes]:
    """Return the hashes of tiles that are within the log, by level and index.

    Raises:
        TreeBroken: hashes are missing.
    """
    if not wanted:
        return {}
    parameters = {
        "tenant_id": tenant_id,
        "levels": [tile.level for tile in wanted],
        "indexes": [tile.index for tile in wanted],
        "widths": [tile.width for tile in wanted],
    }
    cursor = await connection.execute(TILES_SQL, parameters, binary=True)
    tiles = {(level, index): hashes async for level, index, hashes in cursor}
    for tile in wanted:
        found = len(tiles[tile.level, tile.index])
        if found != tile.width * HASH_BYTES:
            raise TreeBroken(
                f"tile {tile.index} of level {tile.level} of {tenant_id} has {found} bytes "
                f"instead of {tile.width * HASH_BYTES}"
            )
    return tiles


async def read_bundle(
    connection: AsyncConnection[Any], tenant_id: str, index: int, width: int
) -> list[bytes]:
    """Return the records below one tile of level 0.

    Raises:
        TreeBroken: one is missing.
    """
    first = index * TILE_WIDTH
    cursor = await connection.execute(_RECORDS_SQL, (tenant_id, first, first + width), binary=True)
    records = [record async for (record,) in cursor]
    if len(records) != width:
        raise TreeBroken(f"{len(records)} records of {tenant_id} instead of {width} from {first}")
    return records


async def read_record_and_leaf(
    connection: AsyncConnection[Any], tenant_id: str, position: int
) -> tuple[bytes, bytes] | None:
    """Return the bytes of a record and its leaf hash, as they are stored."""
    cursor = await connection.execute(_RECORD_SQL, (tenant_id, position), binary=True)
    return await cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A leaf, the root of a tree, and the proof that the one is in the other."""

    leaf: bytes
    root: bytes
    proof: Proof


@dataclass(frozen=True, slots=True)
class Consistency:
    """The roots of two trees, and the proof that one is the beginning of the other."""

    root_before: bytes
    root: bytes
    proof: Proof


async def prove_inclusion(
    connection: AsyncConnection[Any], tenant_id: str, *, index: int, size: int
) -> Inclusion:
    """Prove that a leaf is in the tree of this size; the log must have as many events.

    Raises:
        ValueError: there is no such leaf.
        TreeBroken: hashes are missing.
    """
    path = [(index, index + 1), (0, size), *inclusion_path(index, size)]
    leaf, root, *proof = await _read_subtrees(connection, tenant_id, path, size)
    return Inclusion(leaf, root, proof)


async def prove_consistency(
    connection: AsyncConnection[Any], tenant_id: str, *, size_before: int, size: int
) -> Consistency:
    """Prove that the tree of one size has grown out of that of a smaller one.

    Raises:
        ValueError: no tree grows so.
        TreeBroken: hashes are missing.
    """
    path = [(0, size_before), (0, size), *consistency_path(size_before, size)]
    root_before, root, *proof = await _read_subtrees(connection, tenant_id, path, size)
    return Consistency(root_before, root, proof)


async def read_consistency_proof(
    connection: AsyncConnection[Any], tenant_id: str, *, size_before: int, size: int
) -> Proof:
    """Return the proof alone, for whoever knows the roots.

    Raises:
        ValueError, TreeBroken: as `prove_consistency`.
    """
    path = consistency_path(size_before, size)
    return await _read_subtrees(connection, tenant_id, path, size)


async def _read_subtrees(
    connection: AsyncConnection[Any], tenant_id: str, path: Sequence[Leaves], size: int
) -> Proof:
    return make_proof(path, await read_tiles(connection, tenant_id, tiles_of(path, size)))
