"""Applies entries to a past view around those that it cannot take, and keeps what is left out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from ledger.recorded import Recorded
from ledger.strand import strand_of
from projections.bisecting import apply_around
from projections.fault import Fault, is_the_events
from projections.feeder import PARKED_MAX
from projections.projection import Projection

_PARKED_SQL: Final = """
    SELECT projection, strand_id, position FROM projections.parked WHERE tenant_id = %s
"""

Parked = Mapping[tuple[str, UUID], int]
"""The position from which on a live view leaves a strand out, by projection and strand."""


class LeftOut:
    """What a past view leaves out: of what is parked all that follows, else one entry at a time.

    A moment of a day may hold an entry and not what it builds on, which took effect later. Such an
    entry changes nothing as of that day, and what follows it does count. An entry that no view can
    take is another matter: live views leave the account out from there on, and so does the past.
    """

    def __init__(self, tenant_id: str, *, by_day: bool) -> None:
        self._tenant_id = tenant_id
        self._by_day = by_day
        self._strands: dict[tuple[str, UUID], int] = {}
        self._parked: Parked | None = None

    @property
    def told(self) -> Sequence[tuple[str, int]]:
        """The projections that leave a strand out, each with the position from which on."""
        return [(name, position) for (name, _), position in self._strands.items()]

    @property
    def strands(self) -> int:
        """How many accounts and streams are left out of some view."""
        return len({strand for _, strand in self._strands})

    async def apply(
        self,
        connection: AsyncConnection[Any],
        projection: Projection,
        entries: Sequence[Recorded],
    ) -> None:
        """Apply entries, in the open transaction, but for those that are left out.

        Raises:
            Exception: what fails for another reason than an event.
        """
        taken = self._without(projection.name, entries)
        if not taken:
            return
        try:
            async with connection.transaction():
                await projection.apply(connection, self._tenant_id, taken)
        except Exception as error:
            if connection.closed or not is_the_events(error):
                raise
            await self._apply_around(connection, projection, taken)

    async def leave(
        self, connection: AsyncConnection[Any], projection: str, faults: Sequence[Fault]
    ) -> None:
        """Leave out the strands of entries that failed, where it is not the day that made them."""
        for fault in faults:
            if await self._is_for_good(connection, projection, fault):
                self._strands[projection, fault.strand.id] = fault.position

    async def _apply_around(
        self, connection: AsyncConnection[Any], projection: Projection, entries: Sequence[Recorded]
    ) -> None:
        while entries:
            faults = await apply_around(
                connection, projection, self._tenant_id, entries, faults_max=PARKED_MAX
            )
            await self.leave(connection, projection.name, faults)
            reached = {fault.strand.id: fault.position for fault in faults}
            entries = [
                entry
                for entry in self._without(projection.name, entries)
                if entry.position > reached.get(_strand_id(entry), entry.position)
            ]

    async def _is_for_good(
        self, connection: AsyncConnection[Any], projection: str, fault: Fault
    ) -> bool:
        if not self._by_day:
            return True
        if self._parked is None:
            rows = await (await connection.execute(_PARKED_SQL, (self._tenant_id,))).fetchall()
            self._parked = {(name, strand): position for name, strand, position in rows}
        return self._parked.get((projection, fault.strand.id)) == fault.position

    def _without(self, projection: str, entries: Sequence[Recorded]) -> Sequence[Recorded]:
        if not self._strands:
            return entries
        return [e for e in entries if (projection, _strand_id(e)) not in self._strands]


def _strand_id(entry: Recorded) -> UUID:
    return strand_of(entry.envelope.account_id, entry.envelope.stream_id).id
