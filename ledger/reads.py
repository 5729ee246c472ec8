"""Searches the read log: who read what, the last first, straight out of its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed

from domain.read import ReadKind
from ledger.event_types import EventTypes
from ledger.read_log import read_log_of
from ledger.reading import read_entry
from ledger.recorded import Recorded

REFUSED: Final = "refusal"
"""As a kind: what was refused, not read."""
KINDS: Final = (*(kind.value for kind in ReadKind), REFUSED)

_SELECT_SQL: Final = SQL("SELECT record FROM ledger.event WHERE ")
_ORDER_SQL: Final = SQL(" ORDER BY position DESC LIMIT %(limit)s")
_KIND_SQL: Final = "convert_from(record, 'UTF8')::json -> 'data' ->> 'kind' = %(kind)s"
# Each is answered by an index of migration 0042, or that of an account's history; kinds and days
# are looked for on the way back from the last read.
_CONDITIONS: Final = {
    "actor": SQL("actor = %(actor)s"),
    "subject": SQL("ledger.subjects_of_read(record) @> ARRAY[%(subject)s]::uuid[]"),
    "account_id": SQL("account_id = %(account_id)s"),
    "break_glass_id": SQL("causation_id = %(break_glass_id)s"),
    "first": SQL("(recorded_at AT TIME ZONE 'UTC')::date >= %(first)s"),
    "last": SQL("(recorded_at AT TIME ZONE 'UTC')::date <= %(last)s"),
}


@dataclass(frozen=True, slots=True)
class ReadsWanted:
    """Which reads are looked for; None: any. `first` and `last` are days in UTC, both included."""

    actor: str | None = None
    subject: UUID | None = None
    account_id: UUID | None = None
    kind: str | None = None
    break_glass_id: UUID | None = None
    first: date | None = None
    last: date | None = None


async def find_reads(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    wanted: ReadsWanted,
    *,
    before: int | None,
    limit: int,
) -> Sequence[Recorded]:
    """Return up to `limit` reads before a position of the read log (None: its end)."""
    parameters: dict[str, Any] = {
        "log_id": read_log_of(tenant_id),
        "limit": limit,
        "before": before,
        "kind": wanted.kind,
    }
    parameters |= {name: getattr(wanted, name) for name in _CONDITIONS}
    query = _SELECT_SQL + _where(parameters) + _ORDER_SQL
    cursor = await connection.execute(query, parameters, binary=True)
    return [read_entry(types, record) async for (record,) in cursor]


def _where(parameters: Mapping[str, Any]) -> Composed:
    conditions = [SQL("tenant_id = %(log_id)s"), SQL("stream_type = 'read'")]
    conditions += [sql for name, sql in _CONDITIONS.items() if parameters[name] is not None]
    if parameters["before"] is not None:
        conditions.append(SQL("position < %(before)s"))
    if parameters["kind"] == REFUSED:
        conditions.append(SQL("name = 'read.refused'"))
    elif parameters["kind"] is not None:
        conditions += [SQL("name = 'read.answered'"), SQL(_KIND_SQL)]
    return SQL(" AND ").join(conditions)
