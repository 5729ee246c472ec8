"""The engine: keeps every view level with the log, and lets readers wait until it is."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from ledger.event_types import EventTypes
from ledger.reading import HoleInLog
from ledger.strand import EVERY_LANE
from projections.arrivals import Arrivals
from projections.checkpoint import Standing, parts_of, survey
from projections.feeder import Feeder, Trouble
from projections.freshness import Freshness, NotYet, freshness
from projections.lease import LEASE_S, Leases
from projections.listening import listen
from projections.pace import Pace
from projections.projection import Projection
from projections.schemas import LIVE, write_to

_LEVEL_S: Final = 10.0
"""How long a tenant that was level is believed to be, unless its log grows."""
_FAILURES_MAX: Final = 3
"""How often a projection may fail in `catch_up`, each time after a rest, for whatever reason."""
_RECONNECT_PAUSES_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Round:
    moved: bool
    """Whether any view has come further."""
    level: bool
    """Whether all views hold what their logs held when the round began."""


class Engine:
    """Runs projections: `async with Engine(conninfo, types, projections) as engine: …`.

    Any number of engines may run on one database, in any number of processes: they share the lanes
    (lease.py), and should two do the same work, a checkpoint is moved by whoever comes first, in
    the transaction that writes the rows.

    Once level, and while nobody waits for a position, it lingers for `linger_s`: under load a few
    large batches cost a third of many small ones.
    """

    def __init__(
        self,
        conninfo: str,
        types: EventTypes,
        projections: Sequence[Projection],
        *,
        batch_max: int = 1_000,
        poll_s: float = 0.1,
        linger_s: float = 0.1,
        lease_s: float = LEASE_S,
    ) -> None:
        self.names: Final = tuple(projection.name for projection in projections)
        self._parts = parts_of(projections)
        self._leases = Leases(lease_s)
        self._conninfo = conninfo
        self._feeder = Feeder(types, projections, batch_max=batch_max)
        self._poll_s = poll_s
        self._linger_s = linger_s
        self._pool = AsyncConnectionPool(
            conninfo,
            kwargs={"autocommit": True},
            configure=_configure,
            min_size=1,
            max_size=4,
            open=False,
            name="projections",
        )
        self._task: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._closing = False
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._hurried = asyncio.Event()
        self._arrivals = Arrivals()
        self._pace = Pace()
        self._level: dict[str, int] = {}
        self._level_until = 0.0
        self._listeners: list[Callable[[str, int], None]] = []
        self._holes: dict[str, HoleInLog] = {}

    async def __aenter__(self) -> Self:
        await self._pool.open()
        self._task = asyncio.create_task(self._serve(), name="projections")
        self._listening = asyncio.create_task(listen(self._conninfo, self.wake), name="listening")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        try:
            tasks = [task for task in (self._task, self._listening) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._release()
        finally:
            await self._pool.close()

    @property
    def healthy(self) -> bool:
        """Tell whether it runs, and has found every log whole."""
        return self._task is not None and not self._task.done() and not self._holes

    @property
    def holes(self) -> dict[str, str]:
        """The tenants whose log is not whole: they are no longer fed until the next start."""
        return {tenant_id: str(hole) for tenant_id, hole in self._holes.items()}

    @property
    def troubles(self) -> Sequence[Trouble]:
        """The projections that fail at an event and are retried; their views stand still."""
        return self._feeder.troubles

    def events_per_second(self, tenant_id: str) -> float:
        """Tell how many events have come to be in every view lately, by the second."""
        return self._pace.events_per_second(tenant_id)

    def wake(self, tenant_id: str, size: int) -> None:
        """Hear that a log has grown to this size; else a poll would find it out a little later."""
        if self._arrivals.reached(tenant_id) < size:
            self._woken.set()

    def hurry(self, tenant_id: str, position: int) -> None:
        """Hear that somebody waits for a position."""
        if self._arrivals.reached(tenant_id) < position:
            self._woken.set()
            self._hurried.set()

    def on_progress(self, listener: Callable[[str, int], None]) -> None:
        """Have `listener(tenant_id, reached)` called as soon as every view has come so far."""
        self._listeners.append(listener)

    async def freshness(self, tenant_id: str) -> Freshness:
        """Tell how fresh all views of a tenant are, whoever keeps them so.

        Raises:
            NotFound: there is no such tenant.
        """
        async with self._pool.connection() as connection:
            return await freshness(connection, tenant_id, self.names)

    async def wait_for(self, tenant_id: str, position: int, timeout_s: float) -> Freshness:
        """Wait until every view holds the events up to `position`, then tell how fresh they are.

        Raises:
            NotYet: they did not within `timeout_s`.
            NotFound: there is no such tenant.
        """
        self.hurry(tenant_id, position)
        await self._arrivals.passed(tenant_id, position, timeout_s=timeout_s)
        reached = await self.freshness(tenant_id)
        if reached.position < position:
            raise NotYet(position, reached)
        return reached

    async def catch_up(self, tenant_id: str) -> int:
        """Run until every view is level with the log, and return its last position.

        It waits for nobody's lease. What views cannot take is parked, and does not keep it.

        Raises:
            HoleInLog: the log is not whole.
            Exception: what a projection failed with again and again, for no event's fault.
        """
        while True:
            async with self._turn, self._pool.connection() as connection:
                standings = await survey(connection, self._parts, waited=[tenant_id])
                standing = next((s for s in standings if s.tenant_id == tenant_id), None)
                if standing is None or standing.reached == standing.head:
                    return standing.head if standing else 0
                moved = await self._feed(connection, standing, EVERY_LANE)
            if hole := self._holes.get(tenant_id):
                raise hole
            for trouble in self._feeder.troubles:
                if trouble.tenant_id == tenant_id and trouble.failures >= _FAILURES_MAX:
                    raise trouble.error
            if not moved:
                await asyncio.sleep(self._poll_s)

    async def _serve(self) -> None:
        failures = 0
        while not self._closing:  # a library below may swallow the cancellation
            self._woken.clear()
            self._hurried.clear()
            try:
                async with self._turn, self._pool.connection() as connection:
                    done = await self._round(connection)
            except Exception as error:  # the outermost edge: views must go on when they can
                pause_s = _RECONNECT_PAUSES_S[min(failures, len(_RECONNECT_PAUSES_S) - 1)]
                is_lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
                log.warning(
                    "database lost" if is_lost else "engine failed",
                    retry_in_s=pause_s,
                    error=str(error).strip(),
                    exc_info=None if is_lost else error,
                )
                failures += 1
                self._level = {}  # a server that crashed may have lost the last checkpoints
                await asyncio.sleep(pause_s)
                continue
            failures = 0
            if not done.moved:
                await _wait(self._woken, self._poll_s)
            elif done.level:
                await _wait(self._hurried, self._linger_s)

    async def _round(self, connection: AsyncConnection[Any]) -> _Round:
        """Feed every tenant that is not level one batch, in the lanes that are ours."""
        moved, level = False, True
        if time.monotonic() >= self._level_until:
            self._level, self._level_until = {}, time.monotonic() + _LEVEL_S
        standings = await survey(
            connection, self._parts, waited=self._arrivals.waited, level=self._level
        )
        behind = [
            each
            for each in standings
            if each.reached != each.head and each.tenant_id not in self._holes
        ]
        await self._leases.renew(connection, [each.tenant_id for each in behind])
        for standing in standings:
            self._note(standing)
        for standing in behind:
            if lanes := self._leases.held(standing.tenant_id):
                moved |= await self._feed(connection, standing, lanes)
            level &= standing.reached == standing.head
        return _Round(moved, level)

    async def _feed(
        self, connection: AsyncConnection[Any], standing: Standing, lanes: Collection[int]
    ) -> bool:
        try:
            moved = await self._feeder.feed(connection, standing, lanes)
        except HoleInLog as hole:
            log.critical("log not whole", tenant=standing.tenant_id, error=str(hole))
            self._holes[standing.tenant_id] = hole
            return False
        self._note(standing)
        return moved

    def _note(self, standing: Standing) -> None:
        if standing.reached == standing.head:
            self._level[standing.tenant_id] = standing.head
        self._arrivals.note(standing.tenant_id, standing.reached)
        self._pace.note(standing.tenant_id, standing.reached)
        for listener in self._listeners:
            listener(standing.tenant_id, standing.reached)

    async def _release(self) -> None:
        """Leave the lanes to others at once; where that fails, they are free a little later."""
        with suppress(psycopg.Error):
            async with self._pool.connection(timeout=1) as connection:
                await self._leases.release(connection)


async def _wait(event: asyncio.Event, seconds_max: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds_max):
            await event.wait()


async def _configure(connection: AsyncConnection[Any]) -> None:
    """Write the live views; let commits return early, and leave the disk to the writer.

    A crash may take back the last rows and checkpoints, but only together, and never what they
    were made from: that was committed before. They are made again.
    """
    await write_to(connection, LIVE)
    await connection.execute("SET synchronous_commit = off")
