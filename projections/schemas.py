"""Where views stand: the live ones, and copies beside them; the search path says which to write.

What a projection writes names its tables without a schema, so that the same code keeps the live
view and builds the next one. What reads names the live one, `projections.x`, whatever the path.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

LIVE: Final = "projections"
NEXT: Final = "projections_next"
"""Views that are being built, to take the place of the live ones."""
PREVIOUS: Final = "projections_previous"
"""Views whose place was taken, as they stood then."""


async def write_to(connection: AsyncConnection[Any], schema: str) -> None:
    """Have this connection's projections write the tables of a schema.

    As with every SET, a transaction that is rolled back takes this back too.
    """
    await connection.execute(SQL("SET search_path TO {}").format(Identifier(schema)))


@asynccontextmanager
async def live_tables(connection: AsyncConnection[Any]) -> AsyncIterator[None]:
    """Write to the live tables in one transaction, and leave the connection as it was."""
    async with connection.transaction():
        await connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(LIVE)))
        yield
