"""Replays a log out of its records' bytes, and holds against them whatever else is stored of it.

Pure. Nothing is ever serialised anew: bytes are hashed, and parsed to be compared.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from ledger.canonical import NotCanonical
from ledger.merkle import HASH_BYTES, TILE_WIDTH, extend, leaf_hash, root, subtree_root
from ledger.record import read_record
from ledger.recorded import Envelope

COPIES: Final = tuple(f.name for f in fields(Envelope) if f.name != "prev_in_stream")
"""The columns that are copies of parts of the record."""
_SHOWN_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A record, and what a database says of it: the copies by column, the leaf hash."""

    record: bytes
    columns: Mapping[str, Any] | None = None
    leaf: bytes | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a step failed."""

    detail: str
    position: int | None = None
    stream: str | None = None
    expected: str | None = None
    actual: str | None = None


@dataclass
class ReplayedLog:
    """Takes rows in the order of their positions; `faults` holds the first of each step.

    `roots_wanted` are sizes at which the root is remembered.
    """

    roots_wanted: Collection[int] = frozenset()
    size: int = 0
    frontier: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    tenant_id: str | None = None
    _tiles: dict[int, list[bytes]] = field(default_factory=dict)
    _partial: dict[int, bytes] = field(default_factory=dict)
    _streams: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    _recorded_at: datetime | None = None

    def read(self, row: Row) -> None:
        """Take the next row."""
        leaf = leaf_hash(row.record)
        self._grow(leaf)
        if row.leaf is not None and row.leaf != leaf:
            self._fail("columns", "the leaf is not the hash of the record", leaf, row.leaf)
        try:
            envelope, _ = read_record(row.record)
        except NotCanonical as error:
            self._fail("records", f"the bytes are no record: {error}")
            return
        if envelope.position != self.size:
            self._fail("records", "the position is not the next", self.size, envelope.position)
        self.tenant_id = self.tenant_id or envelope.tenant_id
        if envelope.tenant_id != self.tenant_id:
            self._fail("records", "of another tenant", self.tenant_id, envelope.tenant_id)
        self._check_columns(row, envelope)
        self._check_stream(envelope, leaf)

    def root(self) -> bytes:
        return root(self.size, self.frontier)

    def check_tree(
        self, size: int, frontier: bytes, tiles: Iterable[tuple[int, int, bytes]]
    ) -> None:
        """Compare the stored head and tiles, in the order of level and index, with the replay."""
        if size != self.size:
            self._fail("tree", "the head says another size", self.size, size)
        if frontier != self.frontier:
            self._fail("tree", "the stored frontier is not that of the records")
        expected = {
            (level, index): digest
            for level, digests in self._tiles.items()
            for index, digest in enumerate(digests)
        }
        for level, index, hashes in tiles:
            if expected.pop((level, index), None) != sha256(hashes).digest():
                first = index * TILE_WIDTH ** (level + 1) + 1
                detail = f"tile {index} of level {level} is not that of the records"
                self.faults.setdefault("tree", Fault(detail, position=first))
        for level, index in expected:
            self._fail("tree", f"tile {index} of level {level} is missing")

    def _grow(self, leaf: bytes) -> None:
        self.frontier = extend(self.size, self.frontier, [leaf])
        self.size += 1
        if self.size in self.roots_wanted:
            self.roots[self.size] = self.root()
        self._add_to_tile(0, leaf)

    def _add_to_tile(self, level: int, hashed: bytes) -> None:
        hashes = self._partial.get(level, b"") + hashed
        if len(hashes) < TILE_WIDTH * HASH_BYTES:
            self._partial[level] = hashes
            return
        self._partial[level] = b""
        self._tiles.setdefault(level, []).append(sha256(hashes).digest())
        self._add_to_tile(level + 1, subtree_root(hashes))

    def _check_columns(self, row: Row, envelope: Envelope) -> None:
        if row.columns is None:
            return
        for column in COPIES:
            said = getattr(envelope, column)
            said = list(said) if isinstance(said, tuple) else said
            if row.columns[column] != said:
                detail = f"the column {column} is not what the record says"
                self._fail("columns", detail, said, row.columns[column], envelope)

    def _check_stream(self, envelope: Envelope, leaf: bytes) -> None:
        version, before = self._streams.get(envelope.stream_id, (0, None))
        if envelope.version != version + 1:
            detail = "the version is not the next of its stream"
            self._fail("streams", detail, version + 1, envelope.version, envelope)
        if envelope.prev_in_stream != before:
            detail = "the link is not the leaf of the stream's previous event"
            self._fail("streams", detail, before, envelope.prev_in_stream, envelope)
        if self._recorded_at is not None and envelope.recorded_at < self._recorded_at:
            detail = "recorded before the event before it"
            self._fail("streams", detail, self._recorded_at, envelope.recorded_at, envelope)
        self._streams[envelope.stream_id] = envelope.version, leaf
        self._recorded_at = envelope.recorded_at

    def _fail(
        self,
        step: str,
        detail: str,
        expected: Any = None,
        actual: Any = None,
        envelope: Envelope | None = None,
    ) -> None:
        """Remember the first fault of a step, at the row that was read last."""
        stream = str(envelope.stream_id) if envelope else None
        fault = Fault(detail, self.size or None, stream, _shown(expected), _shown(actual))
        self.faults.setdefault(step, fault)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
