"""Feeds one tenant's projections: a batch is read once, and rows and checkpoints move together."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.reading import HoleInLog, read_unread
from ledger.strand import EVERY_LANE
from projections.batch import Batch
from projections.batch_size import BatchSize
from projections.bisecting import apply_around
from projections.checkpoint import Overtaken, Part, Standing, begin, move, parts_of
from projections.fault import TooManyParked
from projections.parked import park, parked_strands
from projections.projection import Projection
from projections.streams import streams_of

PARKED_MAX: Final = 100
"""Accounts that a projection may park in a tenant; if it would park more, it stands still."""

_PAUSE_S: Final = 0.05
_PAUSE_MAX_S: Final = 5.0

log = structlog.get_logger()


@dataclass
class Trouble:
    """A projection that fails for a reason that lies in no event: it stands still, and rests."""

    tenant_id: str
    projection: str
    position: int
    """Of the first event that it has not taken."""
    error: Exception
    failures: int = 0
    resting_until: float = 0.0
    """On the monotonic clock."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Projections that stand at one position, each in some lanes; fed up to where others stand."""

    lanes: Mapping[str, frozenset[int]]
    position: int
    until: int

    @property
    def parts(self) -> Collection[Part]:
        return [(name, lane) for name, lanes in self.lanes.items() for lane in lanes]

    def only(self, names: Collection[str]) -> "_Group":
        lanes = {name: lanes for name, lanes in self.lanes.items() if name in names}
        return _Group(lanes, self.position, self.until)


class _Failed(Exception):
    """One projection failed; None: a record cannot be read, whoever asks."""

    def __init__(self, projection: str | None, error: Exception) -> None:
        super().__init__(projection, error)
        self.projection = projection
        self.error = error


class Feeder:
    """Keeps what is known of projections that rest; all else stands in the database.

    Its SQL names the tables of views without a schema: they are those of the connection's
    `search_path`, whether they are the live ones or are being built beside them.
    """

    def __init__(
        self, types: EventTypes, projections: Sequence[Projection], *, batch_max: int
    ) -> None:
        self._types = types
        self._projections = {projection.name: projection for projection in projections}
        self._batch_max = batch_max
        self._sizes: dict[str, BatchSize] = {}
        self._troubles: dict[tuple[str, str], Trouble] = {}

    @property
    def troubles(self) -> Sequence[Trouble]:
        return list(self._troubles.values())

    async def feed(
        self,
        connection: AsyncConnection[Any],
        standing: Standing,
        lanes: Collection[int] = EVERY_LANE,
    ) -> bool:
        """Feed what is not level in these lanes one batch; tell whether anything has come further.

        `standing` is kept up to date. No event is ever skipped but those of what is parked.

        Raises:
            HoleInLog: the log is not whole.
            psycopg.Error: the connection is lost.
        """
        moved = False
        for group in self._groups(standing, lanes):
            moved |= await self._feed(connection, standing, group)
        return moved

    def _groups(self, standing: Standing, lanes: Collection[int]) -> Sequence[_Group]:
        """Put together what stands at one position, those furthest behind first."""
        together: dict[int, dict[str, set[int]]] = {}
        for (name, lane), position in standing.positions.items():
            if position > standing.head:
                raise HoleInLog(
                    f"{name} has read {standing.tenant_id} up to position {position}, "
                    f"but the log ends at {standing.head}"
                )
            trouble = self._troubles.get((standing.tenant_id, name))
            rests = trouble is not None and trouble.resting_until > time.monotonic()
            if lane in lanes and position != standing.head and not rests:
                together.setdefault(position, {}).setdefault(name, set()).add(lane)
        ends = [*sorted(together)[1:], standing.head]
        return [
            _Group({name: frozenset(of) for name, of in together[position].items()}, position, end)
            for position, end in zip(sorted(together), ends, strict=False)
        ]

    async def _feed(
        self, connection: AsyncConnection[Any], standing: Standing, group: _Group
    ) -> bool:
        """Feed a group together, and apart from it whoever fails."""
        size = self._size(standing.tenant_id)
        try:
            await self._advance(connection, standing, group)
        except Overtaken:
            size.shrink()
            return True  # whoever was first has moved it: the next look at the checkpoints tells
        except HoleInLog:
            raise
        except _Failed as failed:
            if connection.closed:
                raise failed.error from failed
            names = list(group.lanes) if failed.projection is None else [failed.projection]
            others = group.only(group.lanes.keys() - names)
            moved = bool(others.lanes) and await self._feed(connection, standing, others)
            return await self._feed_around(connection, standing, group.only(names)) or moved
        except Exception as error:
            if connection.closed:
                raise
            self._stand_still(standing.tenant_id, group, error)
            return False
        return True

    async def _feed_around(
        self, connection: AsyncConnection[Any], standing: Standing, group: _Group
    ) -> bool:
        """Feed projections that fail one by one, and park what they cannot take."""
        moved = False
        for name in group.lanes:
            alone = group.only([name])
            try:
                await self._advance(connection, standing, alone, parking=True)
                moved = True
            except Overtaken:
                moved = True
            except HoleInLog:
                raise
            except Exception as error:
                if connection.closed:
                    raise
                self._stand_still(standing.tenant_id, alone, error)
        return moved

    async def _advance(
        self,
        connection: AsyncConnection[Any],
        standing: Standing,
        group: _Group,
        *,
        parking: bool = False,
    ) -> None:
        tenant_id, size, began = (
            standing.tenant_id,
            self._size(standing.tenant_id),
            time.monotonic(),
        )
        reached = min(group.position + size.entries, group.until)
        unread = await read_unread(
            connection,
            tenant_id,
            position=group.position,
            until=reached,
            lanes=frozenset().union(*[self._read_for(name, group) for name in group.lanes]),
            streams=streams_of(self._projections[name] for name in group.lanes),
        )
        batch = Batch(self._types, unread)
        async with connection.transaction():
            if group.position == 0:
                whole = [self._projections[name] for name in group.lanes]
                await begin(connection, tenant_id, parts_of(whole))
            await move(connection, tenant_id, group.parts, was=group.position, now=reached)
            parked = await parked_strands(connection, tenant_id, list(group.lanes))
            for name in group.lanes:
                write = self._park if parking else self._apply
                without = parked.get(name, frozenset())
                await write(
                    connection, tenant_id, name, batch, self._read_for(name, group), without
                )
        for part in group.parts:
            standing.positions[part] = reached
        for name in group.lanes:
            self._troubles.pop((tenant_id, name), None)
        size.took(reached - group.position, time.monotonic() - began)

    def _read_for(self, name: str, group: _Group) -> frozenset[int]:
        """Return the lanes whose entries a projection is fed."""
        return EVERY_LANE if self._projections[name].whole else group.lanes[name]

    async def _apply(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        name: str,
        batch: Batch,
        lanes: frozenset[int],
        without: Collection[Any],
    ) -> None:
        try:
            entries = batch.entries(lanes, without=without)
        except Exception as error:
            raise _Failed(None, error) from error
        try:
            if entries:
                await self._projections[name].apply(connection, tenant_id, entries)
        except Exception as error:
            raise _Failed(name, error) from error

    async def _park(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        name: str,
        batch: Batch,
        lanes: frozenset[int],
        without: Collection[Any],
    ) -> None:
        entries, unreadable = batch.readable(lanes, without=without)
        room = PARKED_MAX - len(without) - len(unreadable)
        if room < 0:
            raise TooManyParked(name, unreadable[-1].error)
        projection = self._projections[name]
        found = await apply_around(connection, projection, tenant_id, entries, faults_max=room)
        faults = {fault.strand: fault for fault in (*unreadable, *found)}
        await park(connection, tenant_id, name, faults.values())
        for fault in faults.values():
            log.error(
                "parked",
                tenant=tenant_id,
                projection=name,
                position=fault.position,
                error=repr(fault.error),
                # One traceback a batch: where many fail, they most often fail alike.
                exc_info=fault.error if fault is next(iter(faults.values())) else None,
                **{fault.strand.kind: str(fault.strand.id)},
            )

    def _stand_still(self, tenant_id: str, group: _Group, error: Exception) -> None:
        self._size(tenant_id).shrink()
        for name in group.lanes:
            trouble = self._troubles.setdefault(
                (tenant_id, name), Trouble(tenant_id, name, 0, error)
            )
            pause_s = min(_PAUSE_S * 2**trouble.failures, _PAUSE_MAX_S)
            trouble.position, trouble.error = group.position + 1, error
            trouble.failures = min(trouble.failures + 1, 20)
            trouble.resting_until = time.monotonic() + pause_s
            log.error(
                "projection stands still",
                tenant=tenant_id,
                projection=name,
                position=trouble.position,
                retry_in_s=pause_s,
                exc_info=error,
            )

    def _size(self, tenant_id: str) -> BatchSize:
        return self._sizes.setdefault(tenant_id, BatchSize(self._batch_max))
