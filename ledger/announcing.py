"""Announces that logs have grown, to whoever listens in other processes: a hint, after the commit.

Never in the transaction that appends: a NOTIFY there serialises all commits, 8,792 a second became
2,722 (pgbench, November 2026). It has a connection of its own, and no writer ever waits for it.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final, Self

import psycopg
from psycopg import AsyncConnection

CHANNEL: Final = "tenure_log"

_PAUSE_S: Final = 0.1
"""Between announcements: a busy writer costs one now and then, and engines linger as long."""
_PAUSE_LOST_S: Final = 1.0
_NOTIFY_SQL: Final = """
    SELECT pg_notify(%s, tenant_id || ' ' || size)
    FROM unnest(%s::text[], %s::bigint[]) AS grown (tenant_id, size)
"""
_ANNOUNCEMENT: Final = re.compile(r"(.+) (\d{1,19})")


class Announcer:
    """`writer.on_commit(announcer.tell)`; of several commits of a tenant, the last one is told."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._grown: dict[str, int] = {}
        self._told = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._serve(), name="announcer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def tell(self, tenant_id: str, size: int) -> None:
        """Have it announced soon that a log has this size."""
        self._grown[tenant_id] = size
        self._told.set()

    async def _serve(self) -> None:
        while True:
            try:
                async with await AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    # A hint need not be on disk before the next one is given.
                    await connection.execute("SET synchronous_commit = off")
                    await self._announce(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                await asyncio.sleep(_PAUSE_LOST_S)  # listeners poll, and the writer will complain

    async def _announce(self, connection: AsyncConnection[Any]) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            grown, self._grown = self._grown, {}
            await notify(connection, grown)
            await asyncio.sleep(_PAUSE_S)


async def notify(connection: AsyncConnection[Any], grown: Mapping[str, int]) -> None:
    """Tell every listener how large logs have become, by tenant."""
    sizes = (list(grown), list(grown.values()))
    await connection.execute(_NOTIFY_SQL, (CHANNEL, *sizes))


def read_announcement(payload: str) -> tuple[str, int] | None:
    """Return the tenant and the size of its log; None where it is not one of ours."""
    found = _ANNOUNCEMENT.fullmatch(payload)
    return (found[1], int(found[2])) if found else None
