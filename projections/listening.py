"""Hears that logs have grown: a hint that may be lost; looking at the log itself is the truth."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from ledger.announcing import CHANNEL, read_announcement

_PAUSES_S: Final = (0.1, 0.5, 2.0, 5.0)

log = structlog.get_logger()


async def listen(conninfo: str, hear: Callable[[str, int], None]) -> None:
    """Call `hear(tenant_id, size)` for what writers announce, over a connection made anew if lost.

    What was announced meanwhile is not heard. Runs until it is cancelled.
    """
    failures = 0
    while True:
        try:
            async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
                await connection.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
                failures = 0
                await _hear_all(connection, hear)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("not listening", error=str(error).strip())
        await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
        failures += 1


async def _hear_all(connection: AsyncConnection[Any], hear: Callable[[str, int], None]) -> None:
    async for notify in connection.notifies():
        announced = read_announcement(notify.payload)
        if announced is not None:
            hear(*announced)
