"""What is to be imported: which file, as what, in which form."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from importers.failure import Unusable
from importers.ndjson_table import LINES
from importers.owners import NO_OWNERS, Owners
from importers.rows import REJECT_COLUMNS, Table
from importers.source import Source
from importers.summary import Summary
from importers.taking import Kind


@dataclass(frozen=True, slots=True)
class Import:
    """What is to be imported, and as what."""

    source: Source
    table: Table
    kind: Kind
    tenant_id: str
    system: str
    today: date
    ignored: frozenset[str] = frozenset()
    on_behalf_of: tuple[str, ...] = ()
    origin: str | None = None
    """What an export is a picture of, such as `imported from a hubspot snapshot of deals.csv`."""
    reason: str | None = None
    """Why all of it is recorded, where a row says nothing itself: closed periods ask for it."""
    owners: Owners = NO_OWNERS
    """Whom the rows mean by the owners that they name."""
    recorded: set[str] = field(default_factory=set)
    """Keys of what was recorded in this run: also by another file's rows, if they share the set."""


class Listener(Protocol):
    """Whoever shows how far the import is."""

    def rejected(self, complaint: str) -> None: ...

    def advanced(self, bytes_read: int, so_far: Summary) -> None: ...


def require_columns(asked: Import) -> None:
    """Make sure, before anything is recorded, that every column is known or ignored by name.

    Raises:
        Unusable: one is not, or one that is needed is missing.
    """
    name, there = asked.source.name, [c for c in asked.table.columns if c not in asked.ignored]
    known = {column.name for column in asked.kind.columns} | set(REJECT_COLUMNS)
    if asked.kind.columns_of_lines:
        known.add(LINES)
    complaints = [
        f"{name}:1:{column}: is not a known column, {column!r}; "
        f"leave it out with --ignore-column {column!r}"
        for column in there
        if column not in known
    ]
    complaints += [
        f"{name}:1:{column.name}: the column is missing, {column.name!r}"
        for column in asked.kind.columns
        if column.required and column.name not in there and (there or asked.table.columns)
    ]
    if complaints:
        raise Unusable("\n".join(complaints))
