"""A rebuild: views are built from the log beside the live ones, compared, and take their place."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from psycopg import AsyncConnection, IsolationLevel
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.strand import LANES
from projections.feeder import Feeder
from projections.projection import Projection
from projections.rebuilding.connecting import connect
from projections.rebuilding.copies import begin, discard, names_of, tables_of, unlike_live
from projections.rebuilding.level import (
    Progress,
    Stuck,
    catch_up_live,
    feed_to_head,
    follow_live,
    how_far,
    standings,
)
from projections.rebuilding.processes import BATCH_MAX, FeedingProcesses
from projections.rebuilding.program import fingerprint
from projections.rebuilding.swap import LOCK_CHECKPOINTS, PATIENCE_MS, swap
from projections.schemas import LIVE, NEXT, PREVIOUS, write_to

_LOCK: Final = 7_346_001_924
"""An advisory lock of this number is held while views are rebuilt."""
_LOOK_S: Final = 0.1
_EVENTS_WORTH_PROCESSES: Final = 50_000
"""How many events a copy must be behind for it to be worth a second's start of processes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A snapshot in which live views and their copies can be compared."""

    connection: AsyncConnection[Any]
    """In a transaction; it reads whatever else goes on."""
    schema: str
    """Of the copies."""
    stuck: str | None
    """Why a live view stands further back than its copy, if one does."""


class Rebuild:
    """The views that are rebuilt, and the schema they stand in until they are swapped.

    `async with Rebuild(url, types, projections) as rebuild:`; by the owner of the tables. Killed
    at any moment it can be done again, and goes on where it was; every live view stays in place
    until all of them are swapped at once. With several `processes`, projections must be of
    EVERY_PROJECTION.
    """

    def __init__(
        self,
        url: str,
        types: EventTypes,
        projections: Sequence[Projection],
        *,
        batch_max: int = BATCH_MAX,
        processes: int = 1,
        events_worth_processes: int = _EVENTS_WORTH_PROCESSES,
    ) -> None:
        self._conninfo = make_conninfo(url, application_name="tenure rebuild")
        self._projections = projections
        self._processes = min(processes, LANES)
        self._events_worth_processes = events_worth_processes
        self.tables: Final = tables_of(projections)
        self._feeder = Feeder(types, projections, batch_max=batch_max)
        self._live_feeder = Feeder(types, projections, batch_max=batch_max)
        self._schema = NEXT
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Connect, and keep others from rebuilding meanwhile.

        Raises:
            CannotStart: somebody else rebuilds views.
        """
        async with AsyncExitStack() as stack:
            self._beside = await stack.enter_async_context(await connect(self._conninfo))
            self._live = await stack.enter_async_context(await connect(self._conninfo))
            self._reader = await stack.enter_async_context(await connect(self._conninfo))
            await self._reader.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            # Held by the session, so that a killed program leaves no lock behind.
            cursor = await self._beside.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
            if await cursor.fetchone() != (True,):
                raise CannotStart(
                    "views of this database are being rebuilt by another `tenure rebuild`; "
                    "run this one when that has ended"
                )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def begin(self) -> list[str]:
        """Begin copies of the views, or take up those begun before; return the names of these."""
        self._schema = NEXT
        return await begin(self._beside, self._projections, fingerprint())

    async def take_previous(self) -> None:
        """Have the views that were swapped out last take the place of copies.

        Raises:
            CannotStart: they are not there any more.
        """
        self._schema = PREVIOUS
        missing = await unlike_live(self._beside, PREVIOUS, self.tables)
        if missing:
            raise CannotStart(
                f"there is no going back: {PREVIOUS} does not hold {', '.join(missing)} in the "
                "form that the live views have; build them again with `tenure rebuild`"
            )

    async def build(self, progress: Progress) -> None:
        """Feed the copies up to the head of every log.

        Raises:
            Stuck: an event cannot be taken.
            HoleInLog: a log is not whole.
        """
        await write_to(self._beside, self._schema)
        await self._build_in_processes(progress)
        await feed_to_head(self._beside, self._feeder, self._projections, progress)
        for table in self.tables:
            await self._beside.execute(SQL("ANALYZE {}").format(Identifier(self._schema, table)))

    async def _build_in_processes(self, progress: Progress) -> None:
        reached, heads = await how_far(self._beside, self._projections)
        if self._processes == 1 or heads - reached < self._events_worth_processes:
            return
        names = names_of(self._projections)
        processes = FeedingProcesses(self._conninfo, self._schema, names, self._processes)
        try:
            while processes.are_running:
                progress(*await how_far(self._beside, self._projections))
                await asyncio.sleep(_LOOK_S)
        finally:
            processes.stop()

    @asynccontextmanager
    async def one_moment(self) -> AsyncIterator[Moment]:
        """Give live views and copies as they stand at one position, while both may go on.

        Where a live view cannot be fed, it is given as it stands, and `Moment.stuck` says so.
        """
        stuck = await self._catch_up_live()
        async with AsyncExitStack() as stack:
            async with self._live.transaction():
                await self._live.execute(LOCK_CHECKPOINTS.format(Identifier(LIVE, "checkpoint")))
                await self._follow_live()
                # The snapshot is taken by the first query, while nobody can move the live views.
                await stack.enter_async_context(self._reader.transaction())
                await self._reader.execute("SELECT 1")
            yield Moment(self._reader, self._schema, stuck)

    async def swap(self, patience_ms: Sequence[int] = PATIENCE_MS) -> None:
        """Have the copies become the live views, in one transaction.

        For the tables it waits as long as each of `patience_ms`, with pauses for other readers.

        Raises:
            CannotStart: someone reads one of them for so long that it cannot be had.
        """
        await write_to(self._beside, self._schema)
        await self._follow_live()  # so that little is left to do while others wait
        await swap(
            self._beside,
            self._feeder,
            self._projections,
            incoming=self._schema,
            patience_ms=patience_ms,
        )

    async def discard_copies(self) -> None:
        await discard(self._beside, NEXT, self._projections)

    async def discard_previous(self) -> None:
        await discard(self._beside, PREVIOUS, self._projections)

    async def _catch_up_live(self) -> str | None:
        copy = await standings(self._beside, self._projections)
        try:
            await catch_up_live(self._live, self._live_feeder, self._projections, copy)
        except Stuck as stuck:
            return str(stuck)
        return None

    async def _follow_live(self) -> None:
        await write_to(self._live, LIVE)
        live = await standings(self._live, self._projections)
        copy = await standings(self._beside, self._projections)
        await follow_live(self._beside, self._feeder, live, copy)
