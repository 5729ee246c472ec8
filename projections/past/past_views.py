"""Views as they stood at a moment: temporary tables that a request reads in place of the live ones.

The same projections fill them from the log, and the same readers read them. A view is made when a
query first names it, so that a request replays what it asks for and nothing else.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn, Self

from psycopg import AsyncConnection, AsyncCursor, AsyncServerCursor
from psycopg.abc import Params, Query
from psycopg.rows import AsyncRowFactory
from psycopg.sql import SQL, Composable, Identifier
from typing_extensions import override

from ledger.event_types import EventTypes
from ledger.reading import Unread
from ledger.recorded import Recorded
from projections.batch import Batch
from projections.fault import Fault
from projections.moment import Moment
from projections.past.entries import Scope, read_restating, read_scope, refuse_too_many
from projections.past.left_out import LeftOut
from projections.past.own_days import OwnDays
from projections.projection import Projection
from projections.schemas import LIVE
from projections.streams import STREAMS, streams_of

KEEPS_DAYS: Final = frozenset(
    {"kpi-facts", "kpi-entries", "account-changes", "deal-changes", "recurring-movements"}
)
"""The projections whose rows keep the days of what they hold, so that any day can be asked for."""

_NAMED: Final = re.compile(rf'(?<![\w.])"?{LIVE}"?\."?(\w+)"?')
"""A table of the live schema, as readers name it."""
_PAST: Final = "pg_temp"
_MAKE_SQL: Final = """
    CREATE TEMPORARY TABLE {} (
        LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES
    ) ON COMMIT DROP
"""
# Nothing is known of tables that are being filled; a plan for an empty one must not be kept while
# it grows, nor one for the table of an earlier request.
_PLANNED_ANEW_SQL: Final = "SET LOCAL plan_cache_mode = force_custom_plan"
_BY_INDEX_SQL: Final = "SET LOCAL enable_seqscan = off"
_AS_USUAL_SQL: Final = "SET LOCAL enable_seqscan = on"
_WRITE_SQL: Final = f"SET LOCAL search_path TO {_PAST}"


@dataclass(frozen=True, slots=True)
class Program:
    """What past views are made by: the projections, and how they read events.

    `events_max` is the most that may be replayed for one query.
    """

    projections: Sequence[Projection]
    types: EventTypes
    events_max: int


class PastViews:
    """The views of one scope at its moment, on one connection, for one transaction."""

    def __init__(
        self,
        connection: AsyncConnection[Any],
        scope: Scope,
        program: Program,
        tell: Callable[[LeftOut], None],
    ) -> None:
        self._connection = connection
        self._scope = scope
        self._program = program
        self._owners = {table: p for p in program.projections for table in p.tables}
        self._made: set[str] = set()
        self._tell = tell
        self._left_out = LeftOut(scope.tenant_id, by_day=scope.moment.as_of is not None)

    async def instead(self, query: Query) -> bytes:
        """Return a query that reads past views where it named live ones; make those first.

        Raises:
            TooMuchToReplay: they are made of too many events.
        """
        text = _text(query, self._connection)
        named = [name for name in _NAMED.findall(text) if name in self._owners]
        if named:
            await self.make(dict.fromkeys(self._owners[name].name for name in named))
        return _NAMED.sub(self._renamed, text).encode()

    async def make(self, names: Collection[str]) -> None:
        """Fill the views of these projections, all of them in one pass.

        Raises:
            TooMuchToReplay: they are made of too many events.
        """
        missing = [
            projection
            for projection in self._program.projections
            if projection.name in names and projection.name not in self._made
        ]
        if not missing:
            return
        with _own_cursors(self._connection):
            for table in [table for projection in missing for table in projection.tables]:
                make = SQL(_MAKE_SQL).format(Identifier(_PAST, table), Identifier(LIVE, table))
                await self._connection.execute(make)
            await self._connection.execute(_BY_INDEX_SQL)
            whole = replace(self._scope, moment=Moment(self._scope.moment.known_at))
            await self._fill(whole, [each for each in missing if each.name in KEEPS_DAYS])
            await self._fill(self._scope, [each for each in missing if each.name not in KEEPS_DAYS])
            await self._connection.execute(_AS_USUAL_SQL)
        self._made.update(projection.name for projection in missing)
        if self._left_out.told:
            self._tell(self._left_out)

    async def _fill(self, scope: Scope, projections: Sequence[Projection]) -> None:
        if not projections:
            return
        connection, program, streams = self._connection, self._program, streams_of(projections)
        await refuse_too_many(connection, scope, streams, events_max=program.events_max)
        counts = await self._counting(scope, streams)
        async for unread in read_scope(connection, scope, streams):
            # In a thread: the event loop goes on meanwhile.
            read, faults = await asyncio.to_thread(_read, program.types, unread)
            entries = [entry for entry in read if counts(entry)]
            for projection in projections:
                await self._left_out.leave(connection, projection.name, faults)
                await self._left_out.apply(connection, projection, _wanted(projection, entries))

    async def _counting(
        self, scope: Scope, streams: frozenset[str] | None
    ) -> Callable[[Recorded], bool]:
        """Return what tells whether an entry counts on the day, to be asked in order."""
        day = scope.moment.as_of
        if day is None:
            return lambda _: True
        days = OwnDays(await read_restating(self._connection, self._program.types, scope, streams))
        return lambda entry: days.day_of(entry) <= day

    def _renamed(self, named: re.Match[str]) -> str:
        table = named[1]
        return f"{_PAST}.{table}" if table in self._owners else named[0]


@asynccontextmanager
async def past_views(
    connection: AsyncConnection[Any],
    scope: Scope,
    program: Program,
    tell: Callable[[LeftOut], None],
) -> AsyncIterator[PastViews]:
    """Have everything that reads views on a connection read those of the past instead.

    The connection must be in no transaction. Nothing of it stays. `tell` is called with what is
    left out whenever a view that was made leaves something out.
    """
    views = PastViews(connection, scope, program, tell)
    async with connection.transaction():
        await connection.execute(_WRITE_SQL)
        await connection.execute(_PLANNED_ANEW_SQL)
        with _cursors(connection, views):
            yield views


class _PastCursor(AsyncCursor[Any]):
    """Reads past views wherever a query names live ones."""

    def __init__(
        self, connection: AsyncConnection[Any], *, views: PastViews, row_factory: Any
    ) -> None:
        super().__init__(connection, row_factory=row_factory)
        self._views = views

    @override
    async def execute(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> Self:
        text = await self._views.instead(query)
        return await super().execute(text, params, prepare=prepare, binary=binary)


@contextmanager
def _cursors(connection: AsyncConnection[Any], views: PastViews) -> Iterator[None]:
    def cursor(of: AsyncConnection[Any], *, row_factory: AsyncRowFactory[Any]) -> AsyncCursor[Any]:
        return _PastCursor(of, views=views, row_factory=row_factory)

    with _factories(connection, cursor, _no_portions):
        yield


def _no_portions(*_: Any, **__: Any) -> NoReturn:
    """Refuse a cursor of the server's: it would read the live views."""
    raise AssertionError("past views are read by cursors without a name")


@contextmanager
def _own_cursors(connection: AsyncConnection[Any]) -> Iterator[None]:
    with _factories(connection, AsyncCursor, AsyncServerCursor):
        yield


@contextmanager
def _factories(connection: AsyncConnection[Any], of_all: Any, of_portions: Any) -> Iterator[None]:
    before = connection.cursor_factory, connection.server_cursor_factory
    connection.cursor_factory, connection.server_cursor_factory = of_all, of_portions
    try:
        yield
    finally:
        connection.cursor_factory, connection.server_cursor_factory = before


def _text(query: Query, connection: AsyncConnection[Any]) -> str:
    if isinstance(query, Composable):
        return query.as_string(connection)
    if isinstance(query, str):
        return query
    if isinstance(query, bytes):
        return query.decode()
    raise TypeError("a past view is asked in text")


def _read(
    types: EventTypes, unread: Sequence[Unread]
) -> tuple[Sequence[Recorded], Sequence[Fault]]:
    return Batch(types, unread).readable()


def _wanted(projection: Projection, entries: Sequence[Recorded]) -> Sequence[Recorded]:
    streams = STREAMS.get(projection.name)
    if streams is None:
        return entries
    return [entry for entry in entries if entry.envelope.stream_type in streams]
