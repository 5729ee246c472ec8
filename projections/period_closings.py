"""What was closed when, and which entries of a log restate what was closed before them."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from domain.counted_days import counted_days
from domain.period_closing import (
    CLOSED_PERIODS,
    NOTHING_CLOSED,
    PERIOD_CLOSING,
    ClosedPeriods,
    Closing,
)
from ledger.event_types import EventTypes
from ledger.reading import read_entry, read_stream
from ledger.recorded import Recorded

_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Closings:
    """What was closed after each of some positions, in their order."""

    positions: tuple[int, ...] = ()
    closed: tuple[ClosedPeriods, ...] = ()

    def before(self, position: int) -> ClosedPeriods:
        """Return what was closed when the entry at a position was recorded."""
        index = bisect_left(self.positions, position)
        return self.closed[index - 1] if index else NOTHING_CLOSED

    def restated_by(self, entry: Recorded) -> str | None:
        """Return the closed period that an entry restates; None: it restates none."""
        days = [entry.envelope.effective_at, *counted_days(entry.event)]
        closing = self.before(entry.position).restated_by(days)
        return None if closing is None else closing.period


@dataclass
class UnexplainedRestatements:
    """Finds what got into a closed period without a reason, past the writer (attack T12).

    Pure, and keeps no more than what is closed: `read` takes a log's entries in their order. So a
    verification can hold a whole log to it, without trust in whoever wrote it.
    """

    closed: ClosedPeriods = NOTHING_CLOSED

    def read(self, entry: Recorded) -> Closing | None:
        """Take the next entry; return the closing that it goes against, if it does."""
        found, reason = None, entry.envelope.reason
        if self.closed.closings and not (reason and reason.strip()):
            days = [entry.envelope.effective_at, *counted_days(entry.event)]
            found = self.closed.restated_by(days)
        if entry.envelope.stream_id == CLOSED_PERIODS.id:
            event: Any = entry.event
            self.closed = PERIOD_CLOSING.evolve(self.closed, event)
        return found


def closings_of(entries: Iterable[Recorded]) -> Closings:
    """Fold the entries of the closings' stream; pure, and passes over every other stream."""
    positions: list[int] = []
    closed: list[ClosedPeriods] = []
    for entry in entries:
        if entry.envelope.stream_id == CLOSED_PERIODS.id:
            event: Any = entry.event
            positions.append(entry.position)
            closed.append(PERIOD_CLOSING.evolve(closed[-1] if closed else None, event))
    return Closings(tuple(positions), tuple(closed))


async def read_closings(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str
) -> Closings:
    """Read all closings of a tenant, from their own stream: it is short, and up to date."""
    return closings_of(await read_stream(connection, types, tenant_id, CLOSED_PERIODS.id))


async def restatements(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str, positions: Sequence[int]
) -> Mapping[int, str]:
    """Return which of these positions restate a closed period, and which one."""
    closings = await read_closings(connection, types, tenant_id)
    if not closings.positions:
        return {}
    parameters = (tenant_id, closings.positions[0], list(positions))
    cursor = await connection.execute(_RECORDS_SQL, parameters, binary=True)
    entries = [read_entry(types, record) async for (record,) in cursor]
    named = {entry.position: closings.restated_by(entry) for entry in entries}
    return {position: period for position, period in named.items() if period is not None}
