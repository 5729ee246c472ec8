"""Puts the parts of a log together, one after another, as if it had been read in one go."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from ledger.log_part import PART_EVENTS, LogPart, NotClean
from ledger.merkle import TILE_WIDTH, extend, root, subtree_root
from ledger.replayed_log import Fault
from ledger.stream_table import StreamTable

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""What PostgreSQL counts microseconds from."""


@dataclass
class JoinedLog:
    """What came out of all parts; there are no faults, since a part that has one is not clean."""

    roots_wanted: Collection[int]
    part_events: int = PART_EVENTS
    """A power of two."""
    size: int = 0
    frontier: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    instants: dict[int, datetime] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    has_tree: bool = False
    _digests: dict[int, list[bytes]] = field(default_factory=dict)
    """SHA-256 of each full tile, by level."""
    _partial: dict[int, list[bytes]] = field(default_factory=dict)
    _streams: StreamTable = field(default_factory=StreamTable)
    _last_instant: bytes = b""

    def add(self, part: LogPart) -> None:
        """Take the next part.

        Raises:
            NotClean: it does not continue those before it.
        """
        if part.before != self.size or part.first_instant < self._last_instant:
            raise NotClean
        self._join_streams(part)
        self._join_tree(part)
        self.instants |= {at: _instant(octets) for at, octets in part.instants.items()}
        self._last_instant = part.last_instant or self._last_instant

    def check_tree(
        self, size: int, frontier: bytes, tiles: Iterable[tuple[int, int, bytes]]
    ) -> None:
        """Compare the stored head and tiles, in the order of level and index.

        Raises:
            NotClean: they differ.
        """
        left = {level: deque(digests) for level, digests in self._digests.items()}
        is_right = (size, frontier) == (self.size, self.frontier)
        for level, index, hashes in tiles:  # to the end, so that whoever gives them can close
            digests = left.get(level)
            is_next = digests and index == len(self._digests[level]) - len(digests)
            if not (digests and is_next and digests.popleft() == sha256(hashes).digest()):
                is_right = False
        if not is_right or any(left.values()):
            raise NotClean
        self.has_tree = True

    def _join_streams(self, part: LogPart) -> None:
        for stream_id, stream in part.streams.items():
            before = self._streams.get(stream_id) or (0, b"")
            if before != (stream.first_version - 1, stream.first_link):
                raise NotClean
            self._streams.put(stream_id, stream.version, stream.leaf)

    def _join_tree(self, part: LogPart) -> None:
        # A part begins where a full subtree ends: its frontier is what the whole one ends with.
        for size, frontier in part.frontiers.items():
            whole = self.frontier + frontier
            if size in self.roots_wanted and size - part.before < self.part_events:
                self.roots[size] = root(size, whole)
        self._digests.setdefault(0, []).extend(part.tile_digests)
        for hashed in part.tiles:
            self._add_to_tile(1, hashed)
        self.size += part.size
        inner = part.frontiers[self.size]
        if part.size == self.part_events:
            self.frontier = extend(part.before // self.part_events, self.frontier, [inner])
            if self.size in self.roots_wanted:
                self.roots[self.size] = root(self.size, self.frontier)
        else:
            self.frontier += inner

    def _add_to_tile(self, level: int, hashed: bytes) -> None:
        hashes = self._partial.setdefault(level, [])
        hashes.append(hashed)
        if len(hashes) == TILE_WIDTH:
            joined = b"".join(hashes)
            hashes.clear()
            self._digests.setdefault(level, []).append(sha256(joined).digest())
            self._add_to_tile(level + 1, subtree_root(joined))


def _instant(octets: bytes) -> datetime:
    return _EPOCH + timedelta(microseconds=int.from_bytes(octets, "big", signed=True))
