"""Replays a log out of its records' bytes, and holds against them whatever else is stored of it.

Pure. Nothing is ever serialised anew: bytes are hashed, and parsed to be compared.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from ledger.canonical import NotCanonical
from ledger.merkle import TILE_WIDTH, extend, leaf_hash, root, subtree_root
from ledger.record import read_record
from ledger.recorded import Envelope
from ledger.stream_table import StreamTable

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

    `roots_wanted` are sizes at which the root is remembered, and when the events on both sides of
    it were recorded.
    """

    roots_wanted: Collection[int] = frozenset()
    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    instants: dict[int, datetime] = field(default_factory=dict)
    """When events were recorded, by position."""
    faults: dict[str, Fault] = field(default_factory=dict)
    tenant_id: str | None = None
    has_tree: bool = False
    """Whether there was a stored tree to compare."""
    _frontier: bytes = b""
    _leaves: list[bytes] = field(default_factory=list)
    """Those that the frontier does not hold yet."""
    _tiles: dict[int, list[bytes]] = field(default_factory=dict)
    _partial: dict[int, list[bytes]] = field(default_factory=dict)
    _streams: StreamTable = field(default_factory=StreamTable)
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

    @property
    def frontier(self) -> bytes:
        """The frontier of what was read so far."""
        before = self.size - len(self._leaves)
        self._frontier = extend(before, self._frontier, self._leaves)
        self._leaves = []
        return self._frontier

    def check_tree(
        self, size: int, frontier: bytes, tiles: Iterable[tuple[int, int, bytes]]
    ) -> None:
        """Compare the stored head and tiles, in the order of level and index, with the replay."""
        self.has_tree = True
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
        self._leaves.append(leaf)
        self.size += 1
        if self.size in self.roots_wanted:
            self.roots[self.size] = self.root()
        elif len(self._leaves) == TILE_WIDTH:
            self._frontier = self.frontier
        self._add_to_tile(0, leaf)

    def _add_to_tile(self, level: int, hashed: bytes) -> None:
        hashes = self._partial.setdefault(level, [])
        hashes.append(hashed)
        if len(hashes) == TILE_WIDTH:
            joined = b"".join(hashes)
            hashes.clear()
            self._tiles.setdefault(level, []).append(sha256(joined).digest())
            self._add_to_tile(level + 1, subtree_root(joined))

    def _check_columns(self, row: Row, envelope: Envelope) -> None:
        different = different_column(row, envelope)
        if different is not None:
            column, said, found = different
            detail = f"the column {column} is not what the record says"
            self._fail("columns", detail, said, found, envelope)

    def _check_stream(self, envelope: Envelope, leaf: bytes) -> None:
        stream = envelope.stream_id.bytes
        version, before = self._streams.get(stream) or (0, None)
        if envelope.version != version + 1:
            detail = "the version is not the next of its stream"
            self._fail("streams", detail, version + 1, envelope.version, envelope)
        if envelope.prev_in_stream != before:
            detail = "the link is not the leaf of the stream's previous event"
            self._fail("streams", detail, before, envelope.prev_in_stream, envelope)
        if self._recorded_at is not None and envelope.recorded_at < self._recorded_at:
            detail = "recorded before the event before it"
            self._fail("streams", detail, self._recorded_at, envelope.recorded_at, envelope)
        self._streams.put(stream, envelope.version, leaf)
        self._recorded_at = envelope.recorded_at
        if self.size in self.roots_wanted or self.size - 1 in self.roots_wanted:
            self.instants[self.size] = envelope.recorded_at

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
        fault = Fault(detail, self.size or None, stream, shown(expected), shown(actual))
        self.faults.setdefault(step, fault)


def different_column(row: Row, envelope: Envelope) -> tuple[str, Any, Any] | None:
    """Return the first column that is not what the record says, with what both say."""
    if row.columns is None:
        return None
    for column in COPIES:
        said = getattr(envelope, column)
        said = list(said) if isinstance(said, tuple) else said
        if row.columns[column] != said:
            return column, said, row.columns[column]
    return None


def shown(value: Any) -> str | None:
    if value is None:
        return None
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
