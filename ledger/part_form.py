"""How a part of a log comes from the process that read it: a line of JSON, then bytes."""

import json
import struct
from collections.abc import Callable
from typing import Final

from ledger.log_part import LogPart, Stream

_STREAM: Final = struct.Struct(">16sQ32sQ32s")
"""The id, the first version and the leaf it names (zeros: none), the last version and its leaf."""
_NO_LINK: Final = bytes(32)


def write_part(part: LogPart | None) -> bytes:
    """Write a part; None: it is not clean."""
    if part is None:
        return b"null\n"
    streams = b"".join(
        _STREAM.pack(stream_id, s.first_version, s.first_link or _NO_LINK, s.version, s.leaf)
        for stream_id, s in part.streams.items()
    )
    head = {
        "before": part.before,
        "size": part.size,
        "frontiers": {size: frontier.hex() for size, frontier in part.frontiers.items()},
        "instants": {at: octets.hex() for at, octets in part.instants.items()},
        "tiles": [hashed.hex() for hashed in part.tiles],
        "tile_digests": [digest.hex() for digest in part.tile_digests],
        "first_instant": part.first_instant.hex(),
        "last_instant": part.last_instant.hex(),
        "streams": len(part.streams),
    }
    return json.dumps(head).encode() + b"\n" + streams


def read_part(line: bytes, read: Callable[[int], bytes]) -> LogPart | None:
    """Read what `write_part` wrote: its line, and then so many bytes more."""
    head = json.loads(line)
    if head is None:
        return None
    streams = {
        stream_id: Stream(first, b"" if link == _NO_LINK and first == 1 else link, version, leaf)
        for stream_id, first, link, version, leaf in _STREAM.iter_unpack(
            read(head["streams"] * _STREAM.size)
        )
    }
    return LogPart(
        before=head["before"],
        size=head["size"],
        frontiers={int(size): bytes.fromhex(text) for size, text in head["frontiers"].items()},
        instants={int(at): bytes.fromhex(text) for at, text in head["instants"].items()},
        tiles=[bytes.fromhex(text) for text in head["tiles"]],
        tile_digests=[bytes.fromhex(text) for text in head["tile_digests"]],
        streams=streams,
        first_instant=bytes.fromhex(head["first_instant"]),
        last_instant=bytes.fromhex(head["last_instant"]),
    )
