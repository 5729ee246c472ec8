"""How a rebuild connects: as what may take long, and may be made again."""

from typing import Any

from psycopg import AsyncConnection


async def connect(conninfo: str) -> AsyncConnection[Any]:
    connection = await AsyncConnection.connect(conninfo, autocommit=True)
    # What a crash may take back is made again, as it is for the engine.
    await connection.execute("SET synchronous_commit = off")
    # What an operator sets to bound requests is not meant for this.
    await connection.execute("SET statement_timeout = 0")
    await connection.execute("SET idle_in_transaction_session_timeout = 0")
    return connection
