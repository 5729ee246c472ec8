"""Reads the records of a bag out of a database, with their proofs: one pass, flat memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Connection

from domain.seal import SEAL_STREAM
from ledger.bag_plan import BagPlan
from ledger.bag_scope import BagProof, BagScope, frontier_path
from ledger.merkle import HASH_BYTES
from ledger.proofs import (
    Leaves,
    Proof,
    consistency_path,
    inclusion_path,
    make_proof,
    tiles_of,
)
from ledger.tiles import TILES_SQL, TreeBroken

_FETCHED_ROWS: Final = 2_000
_TILES_KEPT: Final = 512  # 4 MB

_RANGE_SQL: Final = """
    tenant_id = %(tenant_id)s AND position BETWEEN %(first)s AND %(last)s
"""
_OF_ACCOUNTS_SQL: Final = f"""
    {_RANGE_SQL} AND (account_id = ANY (%(accounts)s) OR stream_id = %(seal)s)
"""
_RECORDS_SQL: Final = "SELECT position, name, record FROM ledger.event WHERE {} ORDER BY position"
_STREAMS_SQL: Final = """
    SELECT stream_id, min(stream_type), min(version), max(version), count(*)
    FROM ledger.event WHERE {} GROUP BY stream_id ORDER BY stream_id
"""


def read_records(connection: Connection[Any], scope: BagScope) -> Iterator[tuple[int, str, bytes]]:
    """Yield position, name and bytes of each record, in order."""
    with connection.cursor("records", binary=True) as cursor:
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(_RECORDS_SQL.format(_which(scope)), _parameters(scope))
        yield from cursor


def read_streams(connection: Connection[Any], scope: BagScope) -> Iterator[tuple[Any, ...]]:
    """Yield id, type, first and last version and number of records of each stream."""
    with connection.cursor("streams", binary=True) as cursor:
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(_STREAMS_SQL.format(_which(scope)), _parameters(scope))
        for stream_id, *rest in cursor:
            yield str(stream_id), *rest


def _which(scope: BagScope) -> str:
    return _OF_ACCOUNTS_SQL if scope.of_accounts else _RANGE_SQL


def _parameters(scope: BagScope) -> dict[str, Any]:
    return {
        "tenant_id": scope.tenant_id,
        "first": scope.first,
        "last": scope.last,
        "accounts": list(scope.accounts),
        "seal": SEAL_STREAM.id,
    }


@dataclass
class Prover:
    """Makes proofs in the tree of a plan's checkpoint out of stored tiles; keeps the last ones."""

    connection: Connection[Any]
    plan: BagPlan
    _tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def inclusion(self, position: int) -> Proof:
        """Prove that a record is in the log.

        Raises:
            TreeBroken: hashes are missing.
        """
        return self._prove(inclusion_path(position - 1, self.plan.size))

    def range(self) -> BagProof:
        """Prove that all records of the scope are; a bag of accounts proves each by itself.

        Raises:
            TreeBroken: hashes are missing.
        """
        scope = self.plan.scope
        if scope.of_accounts:
            return BagProof([], [])
        return BagProof(
            self._prove(frontier_path(scope.first - 1)),
            self._prove(consistency_path(scope.last, self.plan.size))
            if scope.last < self.plan.size
            else [],
        )

    def _prove(self, path: Sequence[Leaves]) -> Proof:
        wanted = tiles_of(path, self.plan.size)
        missing = [tile for tile in wanted if (tile.level, tile.index) not in self._tiles]
        if missing:
            if len(self._tiles) > _TILES_KEPT:
                self._tiles.clear()
                missing = wanted
            parameters = {
                "tenant_id": self.plan.scope.tenant_id,
                "levels": [tile.level for tile in missing],
                "indexes": [tile.index for tile in missing],
                "widths": [tile.width for tile in missing],
            }
            found = self.connection.execute(TILES_SQL, parameters, binary=True).fetchall()
            self._tiles |= {(level, index): hashes for level, index, hashes in found}
        for tile in wanted:
            if len(self._tiles[tile.level, tile.index]) != tile.width * HASH_BYTES:
                raise TreeBroken(
                    f"tile {tile.index} of level {tile.level} of {self.plan.scope.tenant_id} lacks "
                    "hashes that it must have"
                )
        return make_proof(path, self._tiles)
