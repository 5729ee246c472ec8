"""Reads what happened to accounts, as known at a position: the events that figures are made of."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.evidence import Occurrence
from ledger.event_types import EventTypes
from ledger.reading import read_entry

_FETCHED_AT_ONCE: Final = 500
_SQL: Final = """
    SELECT entry.subject_id, event.record
    FROM projections.kpi_entry AS entry
    JOIN ledger.event AS event
      ON event.tenant_id = entry.tenant_id AND event.position = entry.position
    WHERE entry.tenant_id = %(tenant_id)s AND entry.position <= %(known_at)s
      AND entry.name = ANY (%(names)s)
      AND (%(subjects)s::uuid[] IS NULL OR entry.subject_id = ANY (%(subjects)s::uuid[]))
    ORDER BY entry.subject_id, entry.position
"""


async def occurrences_by_subject(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    names: Collection[str],
    *,
    subjects: Sequence[UUID] | None,
    known_at: int,
) -> AsyncIterator[tuple[UUID, Sequence[Occurrence]]]:
    """Yield each account (or portfolio) that has any such event, with them in their order.

    `subjects` None: all there are. They are fetched as they are needed, never all at once.
    """
    parameters = {
        "tenant_id": tenant_id,
        "names": list(names),
        "subjects": None if subjects is None else list(subjects),
        "known_at": known_at,
    }
    current: UUID | None = None
    found: list[Occurrence] = []
    async with (
        connection.transaction(),
        connection.cursor("kpi_occurrences", binary=True) as cursor,
    ):
        cursor.itersize = _FETCHED_AT_ONCE
        await cursor.execute(_SQL, parameters)
        async for subject_id, record in cursor:
            if subject_id != current:
                if current is not None:
                    yield current, found
                current, found = subject_id, []
            entry = read_entry(types, record)
            envelope = entry.envelope
            found.append(
                Occurrence(
                    envelope.position, envelope.effective_at, envelope.stream_id, entry.event
                )
            )
        if current is not None:
            yield current, found
