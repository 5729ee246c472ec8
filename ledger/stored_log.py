"""Reads a log out of a database for its verification: one snapshot, bit by bit, whoever runs it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from ledger.partial_verification import ProvedRow
from ledger.proofs import (
    Leaves,
    Proof,
    consistency_path,
    inclusion_path,
    make_proof,
    tiles_of,
)
from ledger.replayed_log import COPIES, Row
from ledger.tiles import TILES_SQL, TreeBroken, tiles_asked, whole_tiles
from ledger.verification import Tree

_FETCHED_ROWS: Final = 2_000
_ROWS_SQL: Final = SQL(
    "SELECT {columns}, record, leaf FROM ledger.event WHERE tenant_id = %s ORDER BY position"
).format(columns=SQL(", ").join(map(Identifier, COPIES)))
_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND (%s::text[] IS NULL OR name = ANY(%s)) ORDER BY position
"""
_ROW_SQL: Final = SQL(
    "SELECT {columns}, record, leaf FROM ledger.event WHERE tenant_id = %s AND position = %s"
).format(columns=SQL(", ").join(map(Identifier, COPIES)))
_POSITIONS_SQL: Final = """
    SELECT position FROM ledger.event
    WHERE tenant_id = %s AND account_id = %s AND position <= %s ORDER BY position
"""
_NOTES_SQL: Final = """
    SELECT size, note FROM ledger.log_checkpoint
    WHERE tenant_id = %s AND origin = ANY(%s) ORDER BY size
"""
_ALL_NOTES_SQL: Final = """
    SELECT size, note FROM ledger.log_checkpoint WHERE tenant_id = %s ORDER BY signed_at, size
"""
_COSIGNED_SQL: Final = """
    SELECT size, array_agg(line ORDER BY witness_key, cosigned_at) FROM (
        SELECT size, witness_key, cosigned_at, line,
               row_number() OVER seen AS place, count(*) OVER (PARTITION BY size, witness_key) AS of
        FROM ledger.log_cosignature WHERE tenant_id = %s AND origin = ANY(%s)
        WINDOW seen AS (PARTITION BY size, witness_key ORDER BY cosigned_at)) AS every
    WHERE place = 1 OR place = of GROUP BY size
"""
_TIMES_SQL: Final = """
    SELECT size, signed_at FROM ledger.log_checkpoint WHERE tenant_id = %s AND origin = ANY(%s)
"""
_LAST_SQL: Final = "SELECT max(position) FROM ledger.event WHERE tenant_id = %s"
_HEAD_SQL: Final = "SELECT size, frontier FROM ledger.log_head WHERE tenant_id = %s"
_TILES_SQL: Final = """
    SELECT level, idx, hashes FROM ledger.log_tile WHERE tenant_id = %s ORDER BY level, idx
"""


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A tenant's log in a database (`ledger.verification.Source`)."""

    connection: psycopg.Connection[Any]
    tenant_id: str
    origins: Sequence[str]
    """Whose checkpoints to read: the names of the trusted keys."""

    def notes(self) -> Sequence[bytes]:
        """Return the checkpoints of these origins; those of others where there are none.

        Below each stand the first and the last cosignature of each witness.
        """
        asked = (self.tenant_id, list(self.origins))
        rows = self.connection.execute(_NOTES_SQL, asked, binary=True).fetchall()
        if not rows:
            rows = self.connection.execute(
                _ALL_NOTES_SQL, (self.tenant_id,), binary=True
            ).fetchall()
        lines: dict[int, list[str]] = dict(self.connection.execute(_COSIGNED_SQL, asked).fetchall())
        return [note + "".join(lines.get(size, [])).encode() for size, note in rows]

    def signed_at(self) -> dict[int, datetime]:
        """Return when the checkpoints of these origins were stored, by size."""
        asked = (self.tenant_id, list(self.origins))
        return dict(self.connection.execute(_TIMES_SQL, asked).fetchall())

    def last_position(self) -> int:
        """Return the position of the last row; 0 where there is none."""
        row = self.connection.execute(_LAST_SQL, (self.tenant_id,)).fetchone()
        return (row and row[0]) or 0

    def rows(self) -> Iterator[Row]:
        with self.connection.cursor("rows", binary=True) as cursor:
            cursor.itersize = _FETCHED_ROWS
            cursor.execute(_ROWS_SQL, (self.tenant_id,))
            for *copies, record, leaf in cursor:
                yield Row(record, dict(zip(COPIES, copies, strict=True)), leaf)

    def records_named(self, names: Sequence[str] | None) -> Iterator[bytes]:
        """Yield the records of events so named, in their order; None: of all."""
        wanted = None if names is None else list(names)
        asked = (self.tenant_id, wanted, wanted)
        with self.connection.cursor("records", binary=True) as cursor:
            cursor.itersize = _FETCHED_ROWS
            cursor.execute(_RECORDS_SQL, asked)
            for (record,) in cursor:
                yield record

    def tree(self) -> Tree:
        head = self.connection.execute(_HEAD_SQL, (self.tenant_id,), binary=True).fetchone()
        size, frontier = head or (0, b"")
        return Tree(size, frontier, self._tiles())

    def _tiles(self) -> Iterator[tuple[int, int, bytes]]:
        with self.connection.cursor("tiles", binary=True) as cursor:
            cursor.itersize = _FETCHED_ROWS
            cursor.execute(_TILES_SQL, (self.tenant_id,))
            yield from cursor

    def positions_of(self, account_id: UUID, size: int) -> list[int]:
        """Return where events of an account stand, up to a position."""
        asked = (self.tenant_id, account_id, size)
        return [at for (at,) in self.connection.execute(_POSITIONS_SQL, asked).fetchall()]

    def proved(self, position: int, size: int) -> ProvedRow:
        """Return a row with the proof that it is in the tree of a size.

        Raises:
            TreeBroken: the row, or hashes of the tree, are missing.
        """
        asked = (self.tenant_id, position)
        row = self.connection.execute(_ROW_SQL, asked, binary=True).fetchone()
        if row is None:
            raise TreeBroken(f"there is no event at position {position}")
        *copies, record, leaf = row
        columns = dict(zip(COPIES, copies, strict=True))
        proof = self._prove(inclusion_path(position - 1, size), size)
        return ProvedRow(position, Row(record, columns, leaf), proof)

    def consistency(self, size_before: int, size: int) -> Proof:
        """Return the proof that the tree of one size has grown out of a smaller one.

        Raises:
            TreeBroken: hashes are missing.
        """
        return self._prove(consistency_path(size_before, size), size)

    def _prove(self, path: Sequence[Leaves], size: int) -> Proof:
        wanted = tiles_of(path, size)
        if not wanted:
            return []
        asked = tiles_asked(self.tenant_id, wanted)
        rows = self.connection.execute(TILES_SQL, asked, binary=True).fetchall()
        return make_proof(path, whole_tiles(self.tenant_id, wanted, rows))


@contextmanager
def open_stored_log(url: str, tenant_id: str, origins: Sequence[str]) -> Iterator[StoredLog]:
    """Open a database to read, and see it in one state until the end.

    Raises:
        psycopg.Error: it cannot be read.
    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield StoredLog(connection, tenant_id, origins)
