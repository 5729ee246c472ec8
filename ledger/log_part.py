"""Replays a part of a log that nobody tampered with: fast, and not able to say what is wrong.

A part begins where a full subtree begins. What comes out of several parts, one after another, is
what comes out of the whole (`ledger.joined_log`). Where anything at all is not as it should be,
the part is `NotClean`, and the whole is read strictly instead (`ledger.replayed_log`).
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson

from ledger.canonical import (
    INTEGER_MAX,
    RECORD_BYTES_MAX,
    NotCanonical,
    encode_trusted,
    require_encodable,
)
from ledger.merkle import HASH_BYTES, TILE_WIDTH, extend, subtree_root
from ledger.record_texts import RecordTexts

PART_EVENTS: Final = 1 << 14
_NULL: Final = "null"
_QUOTED_HASH: Final = 2 + 2 * HASH_BYTES
_BACKSLASH: Final = "\\"
"""An escape may be written in several ways; whoever asks looks again where there is one."""
_LINK: Final = re.compile('"[0-9a-f]{64}"')
_PLAIN: Final = frozenset({str, bool, type(None)})
_LEVELS_QUICK: Final = 8
_FORMS_MAX: Final = 10_000
_forms: dict[tuple[Any, ...], tuple[str, ...]] = {}
"""By the keys of an object and the types of its values: those values that need a look.

There are but so many kinds of events."""


class NotClean(Exception):
    """Something is not as a writer leaves it."""


@dataclass(slots=True)
class Stream:
    """A stream within a part: the link of its first event there, and where its last one stands."""

    first_version: int
    first_link: bytes
    """The leaf that the first event names, 32 bytes; none for the first event of all."""
    version: int
    leaf: bytes


@dataclass
class LogPart:
    """What was found in a part that begins after `before` events."""

    before: int
    size: int = 0
    frontiers: dict[int, bytes] = field(default_factory=dict)
    """By size of the whole log: the frontier of the part alone, at its end and where wanted."""
    instants: dict[int, bytes] = field(default_factory=dict)
    """When events were recorded, by position; as PostgreSQL sends them."""
    tiles: list[bytes] = field(default_factory=list)
    """The roots of its full tiles."""
    tile_digests: list[bytes] = field(default_factory=list)
    """SHA-256 of the hashes of each of them."""
    streams: dict[bytes, Stream] = field(default_factory=dict)
    first_instant: bytes = b""
    last_instant: bytes = b""


class PartReader:
    """Takes the rows of a part, some at a time."""

    def __init__(self, before: int, sizes_wanted: Collection[int]) -> None:
        self.part = LogPart(before)
        self._sizes = sorted(size for size in sizes_wanted if size > before)
        self._wanted = {*sizes_wanted, *(size + 1 for size in sizes_wanted)}
        self._leaves: list[bytes] = []

    def read(self, rows: Iterable[RecordTexts]) -> None:
        """Take the next rows.

        Raises:
            NotClean: they are not as they should be.
        """
        position = self.part.before + self.part.size
        streams, leaves, wanted = self.part.streams, self._leaves, self._wanted
        data, values = [], []
        for at, record, leaf, head, before_link, after_link, stream_id, version, instant in rows:
            position += 1
            hashed = sha256(b"\x00" + record).digest()
            text = _text(record)
            stream = streams.get(stream_id)
            if stream is None:
                link = _first_link(text, len(after_link), version)
            elif stream.version + 1 == version:
                link = f'"{stream.leaf.hex()}"'
            else:
                raise NotClean
            tail = before_link + link + after_link
            if (
                at != position
                or hashed != leaf
                or instant < self.part.last_instant
                or not text.startswith(head)
                or not text.endswith(tail)
                or len(record) > RECORD_BYTES_MAX
                or _BACKSLASH in head
                or _BACKSLASH in tail
            ):
                raise NotClean
            middle = text[len(head) : -len(tail)]
            data.append(middle)
            values.append(_value(middle))
            leaves.append(hashed)
            if stream is None:
                first = b"" if link == _NULL else bytes.fromhex(link[1:-1])
                streams[stream_id] = Stream(version, first, version, hashed)
            else:
                stream.version, stream.leaf = version, hashed
            if position in wanted:
                self.part.instants[position] = instant
            self.part.last_instant = instant
            self.part.first_instant = self.part.first_instant or instant
        # No object begins another: if all of them, written again, are the same bytes, each one is.
        if encode_trusted(values) != f"[{','.join(data)}]".encode():
            raise NotClean
        self.part.size = position - self.part.before

    def end(self) -> LogPart:
        """Hash what was read."""
        part, leaves = self.part, self._leaves
        for at in range(0, len(leaves) - TILE_WIDTH + 1, TILE_WIDTH):
            tile = b"".join(leaves[at : at + TILE_WIDTH])
            part.tile_digests.append(sha256(tile).digest())
            part.tiles.append(subtree_root(tile))
        size = part.before + part.size
        for wanted in [each for each in self._sizes if each < size] + [size]:
            full, rest = divmod(wanted - part.before, TILE_WIDTH)
            after = leaves[full * TILE_WIDTH : full * TILE_WIDTH + rest]
            part.frontiers[wanted] = extend(0, b"", part.tiles[:full]) + extend(0, b"", after)
        return part


def _text(record: bytes) -> str:
    try:
        return record.decode()
    except UnicodeDecodeError as error:
        raise NotClean from error


def _first_link(record: str, length_after: int, version: int) -> str:
    """Return what a record names as its stream's previous event, where no event was seen yet."""
    if version == 1:
        return _NULL
    end = len(record) - length_after
    link = record[end - _QUOTED_HASH : end]
    if not _LINK.fullmatch(link):
        raise NotClean
    return link


def _value(data: str) -> dict[str, Any]:
    """Read the data of an event, and make sure that a record may hold it."""
    try:
        value = orjson.loads(data)
        if type(value) is not dict:
            raise NotClean
        if not _is_plain(value, _LEVELS_QUICK):
            require_encodable(value, levels_above=1)
    except (orjson.JSONDecodeError, NotCanonical) as error:
        raise NotClean from error
    return value


def _is_plain(value: dict[str, Any], levels: int) -> bool:
    """Tell what most data are at a third of the time of `require_encodable`; else nothing."""
    form = (*value, *map(type, value.values()))
    children = _forms.get(form)
    if children is None:
        require_encodable(dict.fromkeys(value))
        children = tuple(key for key, child in value.items() if type(child) not in _PLAIN)
        if len(_forms) < _FORMS_MAX:
            _forms[form] = children
    for key in children:
        child = value[key]
        kind = type(child)
        if kind is dict:
            if levels == 0 or not _is_plain(child, levels - 1):
                return False
        elif kind is int:
            if not -INTEGER_MAX <= child <= INTEGER_MAX:
                return False
        elif child != []:
            return False
    return True
