"""Puts on record who read what: in a log of its own beside the tenant's, sealed in the same way.

It has a writer of its own, so that no command ever waits for a read. What must be on record before
it is shown is committed first (`commit`); the rest is queued and committed in groups (`note`).
"""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, Self
from uuid import UUID

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from domain.read import ReadEvent, record_read
from domain.refusal import NotFound
from ledger.command import Command, Outcome
from ledger.writer import Writer

_COMMIT_SECONDS_MAX: Final = 5.0
"""How long an answer waits for its read to be on record; then it is not given."""
_COUNTED_SECONDS: Final = 60.0
"""The same read again, or the same refusal, within this time is counted and not listed."""
_COUNTED_MAX: Final = 10_000
_LOOK_SECONDS: Final = 1.0

_BEGIN_SQL: Final = "SELECT ledger.begin_read_log(%s)"

log = structlog.get_logger()


def read_log_of(tenant_id: str) -> str:
    """Return what a tenant's read log is called where a tenant would stand."""
    return f"{tenant_id}~reads"


class ReadNotLogged(Exception):
    """A read cannot be put on record now, so that nothing may be shown."""

    retry_after_s = 5

    def __init__(self) -> None:
        super().__init__(
            "personal values and exports are shown only once the read is on record, and it cannot "
            "be recorded now; nothing was shown, ask again in a moment"
        )


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """What one request read, and everything the envelope will say about it."""

    tenant_id: str
    request_id: UUID
    actor: str
    events: tuple[ReadEvent, ...]
    correlation_id: UUID
    account_id: UUID | None = None
    reason: str | None = None
    break_glass_id: UUID | None = None

    @property
    def command(self) -> Command:
        return Command(
            tenant_id=read_log_of(self.tenant_id),
            decision=record_read(self.request_id, *self.events, account_id=self.account_id),
            actor=self.actor,
            effective_at=datetime.now(UTC).date(),
            command_id=self.request_id,
            correlation_id=self.correlation_id,
            causation_id=self.break_glass_id,
            reason=self.reason,
        )


@dataclass(slots=True)
class _Counted:
    """The last entry of its kind, how many were not listed, and since when it is counted."""

    entry: ReadEntry
    times: int
    since: float


class ReadLog:
    """The read logs of all tenants: `async with ReadLog(writer, pool) as reads`.

    The writer is this log's own. As it is left, everything that was noted is committed.
    """

    def __init__(
        self,
        writer: Writer,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        *,
        counted_seconds: float = _COUNTED_SECONDS,
    ) -> None:
        self._writer = writer
        self._pool = pool
        self._counted_seconds = counted_seconds
        self._counted: dict[Hashable, _Counted] = {}
        self._task: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.lost = 0
        """Reads that were noted and could not be recorded."""
        self.trouble: str | None = None
        """Why the last read could not be recorded; None: it could."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="read log")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Wait until everything that was noted is on record, and say how often the rest was."""
        await self._list_counted(older_than=0.0)
        await asyncio.gather(*self._under_way)

    def on_commit(self, listener: Callable[[str, int], None]) -> None:
        """As `Writer.on_commit`."""
        self._writer.on_commit(listener)

    async def commit(self, entry: ReadEntry) -> None:
        """Put a read on record, durably.

        Raises:
            ReadNotLogged: it could not be done, or not soon enough.
        """
        try:
            async with asyncio.timeout(_COMMIT_SECONDS_MAX):
                await self.execute(entry.command)
        except Exception as error:
            self._tell(error)
            raise ReadNotLogged from error
        self.trouble = None

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command of a read log, as `Writer.execute`; the log is begun where it is not.

        The command's `tenant_id` is `read_log_of(...)`.
        """
        try:
            return await self._writer.execute(command)
        except NotFound as error:
            if error.kind != "tenant":
                raise
            await self._begin(command.tenant_id)
        return await self._writer.execute(command)

    async def note(self, entry: ReadEntry) -> None:
        """Have a read recorded soon, together with others; waits only while the queue is full.

        A crash of the process can lose what was noted in the last milliseconds.
        """
        answer = await self._writer.put(entry.command)
        task = asyncio.create_task(self._settle(entry, answer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def count(self, entry: ReadEntry, key: Hashable) -> None:
        """Note a read, unless the same (`key`) was noted just now: then count it.

        How often stands in `times` of one more entry, a minute later or when the process stops.
        """
        known = self._counted.get(key)
        if known is not None:
            known.times, known.entry = known.times + 1, entry
            return
        if len(self._counted) >= _COUNTED_MAX:
            await self._list_counted(older_than=0.0)
        self._counted[key] = _Counted(entry, 0, monotonic())
        await self.note(entry)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(min(_LOOK_SECONDS, self._counted_seconds))
            await self._list_counted(older_than=self._counted_seconds)

    async def _list_counted(self, *, older_than: float) -> None:
        now = monotonic()
        due = [key for key, each in self._counted.items() if now - each.since >= older_than]
        for key in due:
            counted = self._counted.pop(key)
            if counted.times:
                times = {"times": counted.times}
                events = tuple(event.model_copy(update=times) for event in counted.entry.events)
                await self.note(replace(counted.entry, events=events))

    async def _settle(self, entry: ReadEntry, answer: asyncio.Future[Outcome]) -> None:
        try:
            try:
                await answer
            except NotFound:
                await self.execute(entry.command)
        except Exception as error:  # noqa: BLE001  # nobody waits for it; it is counted and told
            self.lost += 1
            self._tell(error)
        else:
            self.trouble = None

    async def _begin(self, log_id: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_BEGIN_SQL, (log_id.removesuffix("~reads"),))

    def _tell(self, error: Exception) -> None:
        said = type(error).__name__
        if isinstance(error, psycopg.Error | PoolTimeout):
            said = f"{said}: {str(error).strip().partition(chr(10))[0]}"
        if self.trouble is None:
            log.error("read log cannot be written", error=said)
        self.trouble = said
