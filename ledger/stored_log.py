"""Reads a log out of a database for its verification: one snapshot, bit by bit, whoever runs it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from ledger.replayed_log import COPIES, Row
from ledger.verification import Tree

_FETCHED_ROWS: Final = 2_000
_ROWS_SQL: Final = SQL(
    "SELECT {columns}, record, leaf FROM ledger.event WHERE tenant_id = %s ORDER BY position"
).format(columns=SQL(", ").join(map(Identifier, COPIES)))
_NOTES_SQL: Final = """
    SELECT note FROM ledger.log_checkpoint WHERE tenant_id = %s AND origin = ANY(%s) ORDER BY size
"""
_ALL_NOTES_SQL: Final = """
    SELECT note FROM ledger.log_checkpoint WHERE tenant_id = %s ORDER BY signed_at, size
"""
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
        """Return the checkpoints of these origins; those of others where there are none."""
        asked = (self.tenant_id, list(self.origins))
        rows = self.connection.execute(_NOTES_SQL, asked, binary=True).fetchall()
        if not rows:
            rows = self.connection.execute(
                _ALL_NOTES_SQL, (self.tenant_id,), binary=True
            ).fetchall()
        return [note for (note,) in rows]

    def rows(self) -> Iterator[Row]:
        with self.connection.cursor("rows", binary=True) as cursor:
            cursor.itersize = _FETCHED_ROWS
            cursor.execute(_ROWS_SQL, (self.tenant_id,))
            for *copies, record, leaf in cursor:
                yield Row(record, dict(zip(COPIES, copies, strict=True)), leaf)

    def tree(self) -> Tree:
        head = self.connection.execute(_HEAD_SQL, (self.tenant_id,), binary=True).fetchone()
        size, frontier = head or (0, b"")
        return Tree(size, frontier, self._tiles())

    def _tiles(self) -> Iterator[tuple[int, int, bytes]]:
        with self.connection.cursor("tiles", binary=True) as cursor:
            cursor.itersize = _FETCHED_ROWS
            cursor.execute(_TILES_SQL, (self.tenant_id,))
            yield from cursor


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
