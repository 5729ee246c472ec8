"""The schemas beside the live one: which views stand in them, begun by which program."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier, Literal

from projections.projection import Projection
from projections.rebuilding.table_copy import columns_of, copy_empty, drop
from projections.schemas import LIVE, NEXT

_TABLES_SQL: Final = SQL("""
    SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = {schema} AND relkind = 'r' ORDER BY relname
""")
_BOOKS_SQL: Final = SQL("""
    SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
    JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'projection' AND NOT attisdropped
    WHERE nspname = {schema} AND relkind = 'r' ORDER BY relname
""").format(schema=Literal(LIVE))
_BEGUN_SQL: Final = SQL("SELECT projection, version, program FROM {}")
_BEGIN_SQL: Final = SQL("INSERT INTO {} (projection, version, program) VALUES (%s, %s, %s)")


def names_of(projections: Iterable[Projection]) -> list[str]:
    return [projection.name for projection in projections]


def tables_of(projections: Iterable[Projection]) -> list[str]:
    return [table for projection in projections for table in projection.tables]


async def books(connection: AsyncConnection[Any]) -> list[str]:
    """Return the tables that are kept of projections, not by them: checkpoints and the like.

    Their rows name a `projection`, and go wherever its own tables go.
    """
    return [name for (name,) in await (await connection.execute(_BOOKS_SQL)).fetchall()]


async def begin(
    connection: AsyncConnection[Any], projections: Sequence[Projection], program: str
) -> list[str]:
    """Have NEXT hold each of these views: as begun by this very program before, or else empty.

    Returns the names of those that had been begun.
    """
    resumed = []
    async with connection.transaction():
        await open_books(connection, NEXT)
        cursor = await connection.execute(_BEGUN_SQL.format(Identifier(NEXT, "built")))
        begun = {name: (version, by) for name, version, by in await cursor.fetchall()}
        for projection in projections:
            is_ours = begun.get(projection.name) == (projection.version, program)
            if is_ours and not await unlike_live(connection, NEXT, projection.tables):
                resumed.append(projection.name)
                continue
            await discard(connection, NEXT, [projection])
            for table in projection.tables:
                await copy_empty(connection, table, NEXT)
            await connection.execute(
                _BEGIN_SQL.format(Identifier(NEXT, "built")),
                (projection.name, projection.version, program),
            )
    return resumed


async def open_books(connection: AsyncConnection[Any], schema: str) -> None:
    """Have a schema hold the books; where their form is another by now, all in it is worthless."""
    kept = await books(connection)
    tables = await tables_in(connection, schema)
    if await unlike_live(connection, schema, [table for table in kept if table in tables]):
        for table in tables:
            await drop(connection, table, schema)
        tables = []
    for table in kept:
        if table not in tables:
            await copy_empty(connection, table, schema)


async def unlike_live(
    connection: AsyncConnection[Any], schema: str, tables: Iterable[str]
) -> list[str]:
    """Return the tables that are missing in a schema or have other columns than the live ones."""
    return [
        table
        for table in tables
        if await columns_of(connection, schema, table) != await columns_of(connection, LIVE, table)
    ]


async def discard(
    connection: AsyncConnection[Any], schema: str, projections: Sequence[Projection]
) -> None:
    """Drop the views of a schema, and what the books there say of them."""
    async with connection.transaction():
        for table in tables_of(projections):
            await drop(connection, table, schema)
        for table in await books(connection):
            query = SQL("DELETE FROM {} WHERE projection = ANY(%s)")
            await connection.execute(
                query.format(Identifier(schema, table)), (names_of(projections),)
            )


async def tables_in(connection: AsyncConnection[Any], schema: str) -> list[str]:
    cursor = await connection.execute(_TABLES_SQL.format(schema=Literal(schema)))
    return [name for (name,) in await cursor.fetchall()]
