"""Where each stream stands, for as many streams as there may be: 57 bytes a place, no objects.

A dict of a million streams takes some 250 MB; this takes some 85. It is hashed by the id itself,
which is random.
"""

from typing import Final

_ID_BYTES: Final = 16
_VERSION_BYTES: Final = 8
_LEAF_BYTES: Final = 32
_PLACE_BYTES: Final = 1 + _ID_BYTES + _VERSION_BYTES + _LEAF_BYTES
_PARTS: Final = 256
_PLACES_FIRST: Final = 8
_USED: Final = b"\x01"


class StreamTable:
    """The last version and leaf of each stream, by its id of 16 bytes."""

    def __init__(self) -> None:
        # Each part grows by itself, so that growing never takes twice the whole.
        self._parts = [_Part() for _ in range(_PARTS)]

    def get(self, stream_id: bytes) -> tuple[int, bytes] | None:
        return self._parts[stream_id[0]].get(stream_id)

    def put(self, stream_id: bytes, version: int, leaf: bytes) -> None:
        self._parts[stream_id[0]].put(stream_id, version.to_bytes(_VERSION_BYTES, "big") + leaf)


class _Part:
    """A table with open addressing, at most two thirds full."""

    def __init__(self) -> None:
        self._places = _PLACES_FIRST
        self._table = bytearray(self._places * _PLACE_BYTES)
        self._used = 0

    def get(self, stream_id: bytes) -> tuple[int, bytes] | None:
        at, is_used = self._find(stream_id)
        if not is_used:
            return None
        at += 1 + _ID_BYTES
        version = int.from_bytes(self._table[at : at + _VERSION_BYTES], "big")
        return version, bytes(self._table[at + _VERSION_BYTES : at + _VERSION_BYTES + _LEAF_BYTES])

    def put(self, stream_id: bytes, value: bytes) -> None:
        at, is_used = self._find(stream_id)
        self._table[at : at + _PLACE_BYTES] = _USED + stream_id + value
        if not is_used:
            self._used += 1
            if self._used * 3 > self._places * 2:
                self._grow()

    def _find(self, stream_id: bytes) -> tuple[int, bool]:
        """Return where a stream stands, or would, and whether it does."""
        mask = self._places - 1
        place = int.from_bytes(stream_id[1:], "big") % 0xFFFFFFFB & mask
        sought = _USED + stream_id
        while True:
            at = place * _PLACE_BYTES
            found = self._table[at : at + 1 + _ID_BYTES]
            if found == sought:
                return at, True
            if found[0] == 0:
                return at, False
            place = place + 1 & mask

    def _grow(self) -> None:
        old = self._table
        self._places *= 2
        self._table = bytearray(self._places * _PLACE_BYTES)
        for at in range(0, len(old), _PLACE_BYTES):
            if old[at]:
                entry = old[at : at + _PLACE_BYTES]
                place, _ = self._find(bytes(entry[1 : 1 + _ID_BYTES]))
                self._table[place : place + _PLACE_BYTES] = entry
