"""The swap: views beside the live ones take their place, in one transaction."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection, errors
from psycopg.sql import SQL, Identifier

from ledger.failure import CannotStart
from projections.feeder import Feeder
from projections.projection import Projection
from projections.rebuilding.copies import books, names_of, open_books, tables_in, tables_of
from projections.rebuilding.dependent_views import bind_again, views_on
from projections.rebuilding.level import follow_live, standings
from projections.rebuilding.table_copy import drop
from projections.schemas import LIVE, PREVIOUS, write_to

_ASIDE: Final = "projections_aside"
"""Where what comes in waits while what stood there leaves; it exists within the transaction."""
# While we wait for a live table, new readers wait behind us, and one that holds another of the
# tables might wait for us in turn. So we give up before PostgreSQL, after its `deadlock_timeout` of
# one second, would end a reader's query; the last tries are patient, since that is also when
# PostgreSQL calls off a vacuum.
PATIENCE_MS: Final = (*[300] * 20, *[2_500] * 8)
_PAUSE_S: Final = 0.25
_BESIDE_PATIENCE_MS: Final = 5_000
"""For the tables that no view is read from; nobody is kept waiting meanwhile."""
_PATIENCE_SQL: Final = "SELECT set_config('statement_timeout', %s, true)"

LOCK_CHECKPOINTS: Final = SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE")
"""Nobody feeds a view of the schema until the end of the transaction; readers go on."""


async def swap(
    connection: AsyncConnection[Any],
    feeder: Feeder,
    projections: Sequence[Projection],
    *,
    incoming: str,
    patience_ms: Sequence[int] = PATIENCE_MS,
) -> None:
    """Have the views of the schema `incoming` become the live ones, and these the previous.

    Their checkpoints go with them, so that an engine takes each up where it stands; what comes in
    is never behind what leaves.

    Raises:
        CannotStart: someone reads one of them for so long that it cannot be had.
        Stuck: an event that the live view holds cannot be taken.
    """
    for milliseconds in patience_ms:
        try:
            async with connection.transaction():
                await _swap(connection, feeder, projections, incoming, milliseconds)
        except (errors.QueryCanceled, errors.DeadlockDetected):
            await asyncio.sleep(_PAUSE_S)
        else:
            return
    raise CannotStart(
        "the views are being read by a transaction that goes on and on, and cannot be swapped "
        "meanwhile; run the same command again later, it goes on with what is built"
    )


async def _swap(
    connection: AsyncConnection[Any],
    feeder: Feeder,
    projections: Sequence[Projection],
    incoming: str,
    patience_ms: int,
) -> None:
    names, tables = names_of(projections), tables_of(projections)
    # Said to be done only once it is on disk.
    await connection.execute("SET LOCAL synchronous_commit = on")
    await open_books(connection, PREVIOUS)
    replaced = set(tables) & set(await tables_in(connection, PREVIOUS))
    beside = {(incoming, table) for table in tables} | {(PREVIOUS, table) for table in replaced}
    await _lock(connection, [Identifier(*place) for place in sorted(beside)], _BESIDE_PATIENCE_MS)
    await connection.execute(LOCK_CHECKPOINTS.format(Identifier(LIVE, "checkpoint")))
    await write_to(connection, LIVE)
    live = await standings(connection, projections)
    await write_to(connection, incoming)
    await follow_live(connection, feeder, live, await standings(connection, projections))
    views = await views_on(connection, tables)
    # A view before its tables, as those who read it do.
    read = [*[view.name for view in views], *[Identifier(LIVE, table) for table in tables]]
    await _lock(connection, read, patience_ms)
    await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(_ASIDE)))
    steps = ((incoming, _ASIDE), (LIVE, PREVIOUS), (_ASIDE, LIVE))
    await _move_books(connection, names, steps)
    for source, target in steps:
        for table in tables:
            await drop(connection, table, target)
            await connection.execute(
                SQL("ALTER TABLE {} SET SCHEMA {}").format(
                    Identifier(source, table), Identifier(target)
                )
            )
    await connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(_ASIDE)))
    await bind_again(connection, views)


async def _lock(
    connection: AsyncConnection[Any], names: Sequence[Identifier], patience_ms: int
) -> None:
    """Take tables from everybody else, or fail after a while."""
    if not names:
        return
    await connection.execute(_PATIENCE_SQL, (str(patience_ms),))
    await connection.execute(
        SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(SQL(", ").join(names))
    )
    await connection.execute(_PATIENCE_SQL, ("0",))


async def _move_books(
    connection: AsyncConnection[Any], names: Sequence[str], steps: Sequence[tuple[str, str]]
) -> None:
    """Let the rows of the books go where the tables go."""
    for table in await books(connection):
        await connection.execute(
            SQL("CREATE TABLE {} (LIKE {})").format(
                Identifier(_ASIDE, table), Identifier(LIVE, table)
            )
        )
        for source, target in steps:
            places = {"source": Identifier(source, table), "target": Identifier(target, table)}
            await connection.execute(
                SQL("DELETE FROM {target} WHERE projection = ANY(%s)").format(**places),
                (list(names),),
            )
            await connection.execute(
                SQL(
                    "WITH moved AS (DELETE FROM {source} WHERE projection = ANY(%s) RETURNING *) "
                    "INSERT INTO {target} SELECT * FROM moved"
                ).format(**places),
                (list(names),),
            )
