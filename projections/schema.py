"""Where views are written: without a schema in their SQL, in the tables of the `search_path`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

LIVE: Final = "projections"
"""The schema of the tables that are read."""


def writing_to(schema: str, *, in_transaction: bool = False) -> Composed:
    """Return the statement after which views are written to the tables of a schema."""
    scope = SQL("LOCAL " if in_transaction else "")
    return SQL("SET {}search_path TO {}").format(scope, Identifier(schema))


@asynccontextmanager
async def live_tables(connection: AsyncConnection[Any]) -> AsyncIterator[None]:
    """Write to the live tables in one transaction, and leave the connection as it was."""
    async with connection.transaction():
        await connection.execute(writing_to(LIVE, in_transaction=True))
        yield
