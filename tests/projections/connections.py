"""A connection for tests that have a projection write its rows themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection

from projections.schemas import LIVE, write_to


@asynccontextmanager
async def projecting(url: str) -> AsyncIterator[AsyncConnection[Any]]:
    """Give a connection whose projections write the live tables; commit at the end."""
    async with await AsyncConnection.connect(url) as connection:
        await write_to(connection, LIVE)
        await connection.commit()  # a test may roll back what the projections wrote
        yield connection
