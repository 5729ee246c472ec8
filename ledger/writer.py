"""The one writer of a process: takes all commands that wait, and commits them as a group."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from domain.refusal import NotFound
from ledger.command import Busy, Command, Outcome, OutcomeUnknown, Unavailable
from ledger.states import StateCache
from ledger.transaction import Answer, GroupCommit, Stores

_RECONNECT_PAUSES_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
"""Between attempts to reach a lost database again: about 10 s, less than a client waits."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: Command
    answer: asyncio.Future[Outcome]


class Writer:
    """Carries out commands: `async with Writer(conninfo, stores) as w: await w.execute(command)`.

    At most `batch_max` commands are committed together, and at most `queue_max` wait. There may be
    any number of writers, in any number of processes, on one database.
    """

    def __init__(
        self,
        conninfo: str,
        stores: Stores,
        *,
        queue_max: int = 4_096,
        batch_max: int = 256,
        states_max: int = 50_000,
    ) -> None:
        self._conninfo = conninfo
        self._stores = stores
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(queue_max)
        self._batch_max = batch_max
        self._states_max = states_max
        self._caches: dict[str, StateCache] = {}
        self._connection: AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[str, int], None]] = []

    async def __aenter__(self) -> Self:
        await self._ready_connection()
        self._task = asyncio.create_task(self._serve(), name="writer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    def on_commit(self, listener: Callable[[str, int], None]) -> None:
        """Have `listener(tenant_id, size)` called after each commit; a hint, never the truth."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """How many commands wait in the queue."""
        return self._queue.qsize()

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command, together with whatever else waits.

        Raises:
            Refused, NotFound, Conflict, KeyReused, RecordTooLarge: nothing was recorded.
            Busy: the queue is full; nothing was recorded.
            OutcomeUnknown: the database was lost at the wrong moment and has not come back.
        """
        return await self._enqueue(command)

    async def execute_many(self, commands: Sequence[Command]) -> list[Answer]:
        """Carry out many commands, in order; one answer each, its error where it failed.

        Waits for room in the queue instead of raising `Busy`.
        """
        answers = [await self.put(command) for command in commands]
        return [await _answer_in(answer) for answer in answers]

    async def put(self, command: Command) -> asyncio.Future[Outcome]:
        """Queue a command as soon as there is room, and return where its outcome will be."""
        waiting = _Waiting(command, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return waiting.answer

    def _enqueue(self, command: Command) -> asyncio.Future[Outcome]:
        waiting = _Waiting(command, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull as error:
            raise Busy from error
        return waiting.answer

    async def _serve(self) -> None:
        while True:
            taken = [await self._queue.get()]
            while len(taken) < self._batch_max and not self._queue.empty():
                taken.append(self._queue.get_nowait())
            by_tenant: dict[str, list[_Waiting]] = {}
            for waiting in taken:
                by_tenant.setdefault(waiting.command.tenant_id, []).append(waiting)
            for tenant_id, waiting_of in by_tenant.items():
                for group in _groups(waiting_of):
                    await self._answer(tenant_id, group)
            for _ in taken:
                self._queue.task_done()

    async def _answer(self, tenant_id: str, group: Sequence[_Waiting]) -> None:
        answers = await self._carry_out(tenant_id, [waiting.command for waiting in group])
        for waiting, answer in zip(group, answers, strict=True):
            if waiting.answer.done():
                continue  # the one who asked has gone; what was recorded stays recorded
            if isinstance(answer, Outcome):
                waiting.answer.set_result(answer)
            else:
                waiting.answer.set_exception(answer)

    async def _carry_out(self, tenant_id: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Commit together; should the database object, each alone, so that one fails alone."""
        try:
            return await self._commit(tenant_id, commands)
        except (NotFound, OutcomeUnknown, Unavailable) as error:
            return [error] * len(commands)
        except Exception as error:
            self._cache(tenant_id).forget()
            if len(commands) == 1:
                log.exception("command failed", tenant=tenant_id, command=commands[0].command_id)
                return [error]
        return [(await self._carry_out(tenant_id, [command]))[0] for command in commands]

    async def _commit(self, tenant_id: str, commands: Sequence[Command]) -> Sequence[Answer]:
        """Commit; after a lost connection find out whether it was done before doing it again.

        Raises:
            OutcomeUnknown, Unavailable: the database has not come back in time.
        """
        cache = self._cache(tenant_id)
        attempt = GroupCommit(self._stores, cache, commands)
        for pause_s in _RECONNECT_PAUSES_S:
            try:
                connection = await self._ready_connection()
                if attempt.commit_sent:
                    if await attempt.was_stored(connection):
                        break
                    attempt = GroupCommit(self._stores, cache, commands)
                await attempt.run(connection)
                break
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("database lost", tenant=tenant_id, error=str(error).strip())
                cache.forget()
                await self._drop_connection()
                await asyncio.sleep(pause_s)
        else:
            raise OutcomeUnknown if attempt.commit_sent else Unavailable
        self._tell(tenant_id, attempt)
        return attempt.answers

    def _tell(self, tenant_id: str, attempt: GroupCommit) -> None:
        size = attempt.settle()
        for listener in self._listeners:
            listener(tenant_id, size)

    def _cache(self, tenant_id: str) -> StateCache:
        return self._caches.setdefault(tenant_id, StateCache(tenant_id, self._states_max))

    async def _ready_connection(self) -> AsyncConnection[Any]:
        """Return a connection outside any transaction."""
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            await self._connection.execute("ROLLBACK")
        return self._connection

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _groups(waiting: Sequence[_Waiting]) -> Sequence[Sequence[_Waiting]]:
    """Return what is committed together: all, but for an erasure, which is committed alone.

    It must find every disclosure of its subject stored, and none that comes after it.
    """
    if not any(each.command.decision.erases for each in waiting):
        return [waiting]
    groups: list[list[_Waiting]] = [[]]
    for each in waiting:
        if each.command.decision.erases:
            groups += [[each], []]
        else:
            groups[-1].append(each)
    return [group for group in groups if group]


async def _answer_in(answer: asyncio.Future[Outcome]) -> Answer:
    try:
        return await answer
    except Exception as error:  # noqa: BLE001  # the answer of one is not the failure of all
        return error
