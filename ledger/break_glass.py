"""Who has access beyond their role now, who had, and what of that nobody has looked at yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.break_glass import BREAK_GLASS, MINUTES_MAX, BreakGlass
from domain.refusal import NotFound
from ledger.event_types import EventTypes
from ledger.read_log import read_log_of
from ledger.reading import read_entry
from ledger.recorded import Recorded

_CLOCK_SQL: Final = "SELECT clock_timestamp()"
_OF_STREAMS_SQL: Final = """
    SELECT record, clock_timestamp() FROM ledger.event
    WHERE tenant_id = %(log_id)s AND stream_id IN (
        SELECT stream_id FROM ledger.event
        WHERE tenant_id = %(log_id)s AND stream_type = 'break-glass'
"""
# Whatever was opened longer ago than any access lasts has ended.
_RECENT_SQL: Final = f"""{_OF_STREAMS_SQL}
            AND recorded_at > clock_timestamp() - interval '{MINUTES_MAX + 1} minutes'
    ) ORDER BY stream_id, version
"""
_ONE_SQL: Final = f"""{_OF_STREAMS_SQL}
            AND stream_id = %(access_id)s
    ) ORDER BY stream_id, version
"""
_ALL_SQL: Final = f"""{_OF_STREAMS_SQL}
    ) ORDER BY stream_id, version
"""
_USES_SQL: Final = """
    SELECT causation_id, count(DISTINCT stream_id) FROM ledger.event
    WHERE tenant_id = %s AND stream_type = 'read' AND causation_id = ANY(%s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Access:
    """One access, with what its envelopes say, as of `now` by the database's clock."""

    id: UUID
    position: int
    state: BreakGlass
    opened_at: datetime
    reason: str
    ended_at: datetime | None
    reviewed_at: datetime | None
    review: str | None
    """What the reviewer says of it."""
    now: datetime

    @property
    def is_open(self) -> bool:
        return self.state.is_open(self.now)

    @property
    def awaits_review(self) -> bool:
        return not self.is_open and self.state.verdict is None


async def database_clock(connection: AsyncConnection[Any]) -> datetime:
    row = await (await connection.execute(_CLOCK_SQL, binary=True)).fetchone()
    now: datetime = row[0]  # type: ignore[index]  # a SELECT of one value has one row
    return now


async def open_accesses(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str, holder: str
) -> Sequence[Access]:
    """Return what is open to somebody at this moment."""
    found = await _read(connection, types, _RECENT_SQL, log_id=read_log_of(tenant_id))
    return [access for access in found if access.is_open and access.state.holder == holder]


async def every_access(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str
) -> Sequence[Access]:
    """Return every access there ever was, the last opened first: they are meant to be few."""
    found = await _read(connection, types, _ALL_SQL, log_id=read_log_of(tenant_id))
    return sorted(found, key=lambda access: access.position, reverse=True)


async def require_access(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str, access_id: UUID
) -> Access:
    """Return one access.

    Raises:
        NotFound: there is none of this id.
    """
    log_id = read_log_of(tenant_id)
    found = await _read(connection, types, _ONE_SQL, log_id=log_id, access_id=access_id)
    if not found:
        raise NotFound(BREAK_GLASS.name, access_id)
    return found[0]


async def count_uses(
    connection: AsyncConnection[Any], tenant_id: str, access_ids: Sequence[UUID]
) -> Mapping[UUID, int]:
    """Return how many reads each access was used for; those without any are not among them."""
    cursor = await connection.execute(_USES_SQL, (read_log_of(tenant_id), list(access_ids)))
    return dict(await cursor.fetchall())


async def _read(
    connection: AsyncConnection[Any], types: EventTypes, query: str, **wanted: Any
) -> list[Access]:
    cursor = await connection.execute(query, wanted, binary=True)
    rows = [(read_entry(types, record), now) async for record, now in cursor]
    by_stream = groupby(rows, key=lambda row: row[0].envelope.stream_id)
    return [_access([*entries]) for _, entries in by_stream]


def _access(rows: Sequence[tuple[Recorded, datetime]]) -> Access:
    now = rows[0][1]
    entries = {entry.envelope.name: entry.envelope for entry, _ in rows}
    events: list[Any] = [entry.event for entry, _ in rows]
    state = reduce(BREAK_GLASS.evolve, events[1:], BREAK_GLASS.evolve(None, events[0]))
    opened = entries["break-glass.opened"]
    closed, reviewed = entries.get("break-glass.closed"), entries.get("break-glass.reviewed")
    ended_at = closed.recorded_at if closed else state.ends_at
    return Access(
        id=opened.stream_id,
        position=opened.position,
        state=state,
        opened_at=opened.recorded_at,
        reason=opened.reason or "",
        ended_at=None if state.is_open(now) else ended_at,
        reviewed_at=reviewed.recorded_at if reviewed else None,
        review=reviewed.reason if reviewed else None,
        now=now,
    )
