"""Tables that are derived from records, and from nothing else: one form, to the byte.

One table of all events, and one for each event's name, whose columns are what its records hold. A
null is an empty cell, every text is quoted, lists are canonical JSON; rows end as RFC 4180 has it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.bag_layout import EVENTS
from ledger.canonical import decode_trusted, encode_trusted
from ledger.merkle import leaf_hash

ENVELOPE: Final = (
    "position",
    "recorded_at",
    "effective_at",
    "name",
    "schema_version",
    "stream_type",
    "stream_id",
    "version",
    "account_id",
    "actor",
    "on_behalf_of",
    "reason",
    "correlation_id",
    "causation_id",
    "command_id",
)
SHORT: Final = (
    "position",
    "recorded_at",
    "effective_at",
    "account_id",
    "stream_id",
    "version",
    "actor",
    "reason",
)
STREAMS_HEADING: Final = ("stream_id", "stream_type", "first_version", "last_version", "records")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CARRIED_OUT: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell (OWASP, CSV injection)."""


@dataclass
class Columns:
    """The columns of each event's table: every path that a record of that name holds."""

    paths: dict[str, set[str]] = field(default_factory=dict)

    def read(self, name: str, data: Mapping[str, Any]) -> None:
        self.paths.setdefault(name, set()).update(path for path, _ in flattened(data))


class Tables:
    """Makes the rows of all tables, record by record."""

    def __init__(self, columns: Columns) -> None:
        self._paths = {name: sorted(paths) for name, paths in sorted(columns.paths.items())}

    def headings(self) -> Iterator[tuple[str, bytes]]:
        """Yield the first row of every table."""
        yield EVENTS, row((*ENVELOPE, "leaf", "data"))
        for name, paths in self._paths.items():
            yield name, row((*SHORT, *paths))

    def rows(self, record: bytes) -> tuple[int, list[tuple[str, bytes]]]:
        """Return its position, and its rows in the table of all events and in that of its name."""
        said = decode_trusted(record)
        data = said["data"]
        text = encode_trusted(data).decode()
        whole = (*(said[key] for key in ENVELOPE), leaf_hash(record).hex(), text)
        flat = dict(flattened(data))
        name = said["name"]
        own = (*(said[key] for key in SHORT), *(flat.get(path) for path in self._paths[name]))
        return said["position"], [(EVENTS, row(whole)), (name, row(own))]


def row(values: Iterable[Any]) -> bytes:
    return (",".join(map(_cell, values)) + "\r\n").encode()


def flattened(data: Mapping[str, Any], above: str = "data") -> Iterator[tuple[str, Any]]:
    """Yield path and value of all that is no object, or an empty one."""
    for key, value in data.items():
        path = f"{above}.{key}"
        if isinstance(value, dict) and value:
            yield from flattened(value, path)
        else:
            yield path, value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else encode_trusted(value).decode()
    if text.startswith(_CARRIED_OUT) and not _PLAIN_NUMBER.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'
