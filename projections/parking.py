"""Takes back what is parked: tries it again, or gives up the one event that is at fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import AsyncConnection
from psycopg.rows import args_row

from domain.refusal import Refused
from ledger.event_types import EventTypes
from ledger.reading import read_strand
from ledger.strand import lane_of
from projections.batch import Batch
from projections.bisecting import apply_around
from projections.fault import Fault
from projections.parked import COLUMNS, Parked, list_parked, said
from projections.projection import Projection, lanes_of

_ENTRIES_MAX: Final = 1_000
"""Read at once; all of them are written in one transaction."""

# Who holds this lock knows how far the engine has come, and keeps it from going on meanwhile.
_LOCK_SQL: Final = """
    SELECT position FROM checkpoint
    WHERE tenant_id = %s AND projection = %s AND lane = %s FOR UPDATE
"""
_FIND_SQL: Final = f"""
    SELECT {COLUMNS} FROM parked WHERE tenant_id = %s AND projection = %s AND strand_id = %s
"""  # noqa: S608 - our own constant
_UNPARK_SQL: Final = """
    DELETE FROM parked WHERE tenant_id = %s AND projection = %s AND strand_id = %s
"""
_RENEW_SQL: Final = """
    UPDATE parked SET position = %(position)s, error_class = %(class)s, error_text = %(text)s,
        attempts = CASE WHEN position = %(position)s THEN attempts + 1 ELSE 1 END,
        tried_at = clock_timestamp()
    WHERE tenant_id = %(tenant_id)s AND projection = %(projection)s AND strand_id = %(strand_id)s
"""
_DISCARD_SQL: Final = """
    INSERT INTO discarded (tenant_id, projection, position, strand_id, strand_kind, error_class,
        error_text, discarded_by, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""

log = structlog.get_logger()


class NotParked(Exception):
    """What was named is not parked; `parked` is what is."""

    def __init__(self, projection: str, strand_id: UUID, parked: Sequence[Parked]) -> None:
        self.parked = [
            f"{p.projection}: {p.strand_kind} {p.strand_id} at {p.position}" for p in parked
        ]
        known = f"parked are {'; '.join(self.parked)}" if self.parked else "nothing is parked"
        super().__init__(f"{projection} has not parked {strand_id}; {known}")


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of something parked: its rows are level with all others, or it stays so.

    `position`: the event that it fails at now; None: at none, it is not parked any more.
    """

    projection: str
    strand_id: UUID
    position: int | None
    error_class: str | None
    error_text: str | None


class Parking:
    """Works on the tables of the connection's `search_path`, beside a running engine or without."""

    def __init__(self, types: EventTypes, projections: Sequence[Projection]) -> None:
        self._types = types
        self._projections: Mapping[str, Projection] = {each.name: each for each in projections}

    async def retry(
        self, connection: AsyncConnection[Any], tenant_id: str, projection: str, strand_id: UUID
    ) -> Tried:
        """Take the entries that were left out, in order, up to where the projection stands.

        What goes well stays; the first that fails again stays parked, with its error.

        Raises:
            NotParked: it is not parked.
            Exception: the failure lies in no event; nothing has changed.
        """
        async with connection.transaction():
            parked, until = await self._lock(connection, tenant_id, projection, strand_id)
            return await self._replay(connection, tenant_id, parked, parked.position - 1, until)

    async def discard(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        projection: str,
        strand_id: UUID,
        *,
        reason: str,
        by: str,
    ) -> Tried:
        """Give up the one event at fault, and go on as `retry` does with those after it.

        Raises:
            Refused: there is no reason.
            NotParked, Exception: as `retry`.
        """
        if not reason.strip():
            raise Refused("reason-required", "an event is given up for a reason; say which")
        async with connection.transaction():
            parked, until = await self._lock(connection, tenant_id, projection, strand_id)
            error = (parked.error_class, parked.error_text)
            place = (tenant_id, projection, parked.position, strand_id, parked.strand_kind)
            await connection.execute(_DISCARD_SQL, (*place, *error, by, reason.strip()))
            tried = await self._replay(connection, tenant_id, parked, parked.position, until)
        log.warning(
            "event discarded",
            tenant=tenant_id,
            projection=projection,
            position=parked.position,
            by=by,
            reason=reason.strip(),
        )
        return tried

    async def _lock(
        self, connection: AsyncConnection[Any], tenant_id: str, projection: str, strand_id: UUID
    ) -> tuple[Parked, int]:
        """Return what is parked, and where the checkpoint stands, which is locked from now on."""
        known = self._projections.get(projection)
        if known is not None:
            strand_lane = lane_of(strand_id)
            lane = strand_lane if strand_lane in lanes_of(known) else 0
            cursor = await connection.execute(_LOCK_SQL, (tenant_id, projection, lane))
            row = await cursor.fetchone()
            async with connection.cursor(row_factory=args_row(Parked.from_columns)) as found:
                await found.execute(_FIND_SQL, (tenant_id, projection, strand_id))
                parked = await found.fetchone()
            if row is not None and parked is not None:
                return parked, row[0]
        raise NotParked(projection, strand_id, await list_parked(connection, tenant_id))

    async def _replay(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        parked: Parked,
        position: int,
        until: int,
    ) -> Tried:
        """Take the strand's entries after `position`, and unpark it if that goes well."""
        place = (tenant_id, parked.projection, parked.strand_id)
        fault = None
        while fault is None:
            unread = await read_strand(
                connection,
                tenant_id,
                parked.strand,
                position=position,
                until=until,
                limit=_ENTRIES_MAX,
            )
            if not unread:
                await connection.execute(_UNPARK_SQL, place)
                return Tried(parked.projection, parked.strand_id, None, None, None)
            fault = await self._take(
                connection, tenant_id, parked.projection, Batch(self._types, unread)
            )
            position = unread[-1].position
        error_class, error_text = said(fault.error)
        await connection.execute(
            _RENEW_SQL,
            {
                "tenant_id": tenant_id,
                "projection": parked.projection,
                "strand_id": parked.strand_id,
                "position": fault.position,
                "class": error_class,
                "text": error_text,
            },
        )
        return Tried(parked.projection, parked.strand_id, fault.position, error_class, error_text)

    async def _take(
        self, connection: AsyncConnection[Any], tenant_id: str, projection: str, batch: Batch
    ) -> Fault | None:
        """Apply entries of one strand up to the first that fails, and return that."""
        entries, unreadable = batch.readable()
        found = await apply_around(
            connection, self._projections[projection], tenant_id, entries, faults_max=1
        )
        return next(iter((*found, *unreadable)), None)
