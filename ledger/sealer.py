"""Seals all logs while they grow: one checkpoint for many batches, signed beside the writer.

The writer never waits for it. What it reads is committed and so durable; how far it has come, and
what stands in its way, it tells to whoever watches.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import psycopg
import structlog
from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.sealing import Head, read_heads, seal_log
from ledger.signer import Signer, SignerRefused
from ledger.tiles import TreeBroken

_POLL_S: Final = 5.0
"""How often other processes' commits are looked for; our own tell us."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a log is sealed; `trouble` says why it is not sealed further, if it should be."""

    size: int = 0
    sealed: int = 0
    sealed_at: datetime | None = None
    trouble: str | None = None


class Sealer:
    """Seals every tenant's log: `async with Sealer(...) as sealer: ... sealer.progress`.

    At most one checkpoint in `interval_s` for each log. As it is left, it seals what is not yet.
    """

    def __init__(
        self, conninfo: str, types: EventTypes, signer: Signer, *, interval_s: float
    ) -> None:
        self._conninfo = conninfo
        self._types = types
        self._signer = signer
        self._interval_s = interval_s
        self._woken = asyncio.Event()
        self._connection: AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self.progress: dict[str, Progress] = {}
        """By tenant."""
        self.trouble: str | None = None
        """Why nothing at all can be sealed."""

    async def __aenter__(self) -> Self:
        await self.seal_all()
        self._task = asyncio.create_task(self._run(), name="sealer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._drop_connection()  # it may have been interrupted in the middle of something
        await self.seal_all()
        await self._drop_connection()

    def wake(self, _tenant_id: str, _size: int) -> None:
        """Tell that something was committed (`Writer.on_commit`)."""
        self._woken.set()

    @property
    def reasons(self) -> list[str]:
        """Say why a log is not sealed; nothing where all is well."""
        reasons = [] if self.trouble is None else [f"nothing is sealed: {self.trouble}"]
        return reasons + [
            f"the log of {tenant} is not sealed: {progress.trouble}"
            for tenant, progress in self.progress.items()
            if progress.trouble is not None
        ]

    async def seal_all(self) -> None:
        """Seal every log as it stands now, as far as may be."""
        try:
            connection = await self._ready_connection()
            for head in await read_heads(connection):
                await self._seal(connection, head)
        except psycopg.Error as error:
            self._trouble(f"the database cannot be used ({type(error).__name__})")
            await self._drop_connection()
        else:
            self.trouble = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            # Not `wait_for`: that of Python 3.11 swallows being cancelled in the moment of a wake.
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self.seal_all()
            except Exception as error:  # it must go on, and be seen not to work
                self._trouble(f"{type(error).__name__}; the log of the service says more")
                log.exception("sealing failed")

    async def _seal(self, connection: AsyncConnection[Any], head: Head) -> None:
        before = self.progress.get(head.tenant_id, Progress())
        if head.size == 0 or (head.size == before.sealed and before.trouble is None):
            self.progress[head.tenant_id] = before
            return
        try:
            sealed_at = await seal_log(connection, self._types, self._signer, head)
        except (SignerRefused, TreeBroken, ValueError) as error:
            if before.trouble != str(error):
                log.warning("sealing refused", tenant=head.tenant_id, reason=str(error))
            now = Progress(head.size, before.sealed, before.sealed_at, str(error))
        else:
            if sealed_at is None:
                self._woken.set()
                now = Progress(head.size, before.sealed, before.sealed_at)
            else:
                now = Progress(head.size, head.size, sealed_at)
        self.progress[head.tenant_id] = now

    def _trouble(self, reason: str) -> None:
        if self.trouble != reason:
            log.error("sealing stopped", reason=reason)
        self.trouble = reason

    async def _ready_connection(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        return self._connection

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
