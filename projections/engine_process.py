"""The engine in a process of its own, as seen from the one that serves readers.

It has another processor core to itself, so that commands need not wait for views. The two talk
over the child's standard input and output, in lines of JSON; when its input ends, the child ends.
"""

import asyncio
import json
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from projections.arrivals import Arrivals
from projections.freshness import Freshness, NotYet, freshness
from projections.pace import Pace

_PAUSES_S: Final = (0.1, 0.5, 2.0, 5.0)
_LOOK_S: Final = 0.2
"""How long an arrival is waited for before the checkpoints themselves are looked at."""
_STOP_SECONDS_MAX: Final = 5
_LINE_BYTES_MAX: Final = 1 << 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StuckElsewhere:
    """A projection that fails in the other process."""

    tenant_id: str
    projection: str
    position: int


class EngineProcess:
    """Runs `command`, a program that keeps the views level, and starts it again should it end.

    The program reads `{"conninfo": …}`, then `{"wake": [tenant_id, size]}` for commits and
    `{"hurry": [tenant_id, position]}` where somebody waits. It writes `{"reached": {tenant_id:
    position}, "holes": {tenant_id: why}, "troubles": [[tenant_id, projection, position], …]}`.
    """

    def __init__(
        self,
        command: Sequence[str],
        conninfo: str,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        names: Collection[str],
    ) -> None:
        self._command = command
        self._conninfo = conninfo
        self._pool = pool
        self._names = names
        self._arrivals = Arrivals()
        self._pace = Pace()
        self._holes: dict[str, str] = {}
        self._troubles: Sequence[StuckElsewhere] = ()
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_running(), name="engine process")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._process is not None:
            await _end(self._process)

    @property
    def healthy(self) -> bool:
        """Tell whether it runs, and has found every log whole."""
        process = self._process
        return process is not None and process.returncode is None and not self._holes

    @property
    def holes(self) -> Mapping[str, str]:
        return self._holes

    @property
    def troubles(self) -> Sequence[StuckElsewhere]:
        return self._troubles

    def events_per_second(self, tenant_id: str) -> float:
        """Tell how many events have come to be in every view lately, by the second."""
        return self._pace.events_per_second(tenant_id)

    def wake(self, tenant_id: str, size: int) -> None:
        """Hear that a log has grown to this size, and pass it on."""
        if self._process is not None and self._arrivals.reached(tenant_id) < size:
            _write(self._process, {"wake": [tenant_id, size]})

    async def freshness(self, tenant_id: str) -> Freshness:
        """Tell how fresh all views of a tenant are.

        Raises:
            NotFound: there is no such tenant.
        """
        async with self._pool.connection() as connection:
            return await freshness(connection, tenant_id, self._names)

    async def wait_for(self, tenant_id: str, position: int, timeout_s: float) -> Freshness:
        """Wait until every view holds the events up to `position`, then tell how fresh they are.

        Raises:
            NotYet: they did not within `timeout_s`.
            NotFound: there is no such tenant.
        """
        deadline = time.monotonic() + timeout_s
        fresh = await self.freshness(tenant_id)
        while fresh.position < position:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotYet(position, fresh)
            if self._process is not None:
                _write(self._process, {"hurry": [tenant_id, position]})
            await self._arrivals.passed(tenant_id, position, timeout_s=min(left, _LOOK_S))
            fresh = await self.freshness(tenant_id)
        return fresh

    async def _keep_running(self) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                limit=_LINE_BYTES_MAX,
                start_new_session=True,  # Ctrl-C is for the parent, which then ends the child
            )
            _write(process, {"conninfo": self._conninfo})
            while line := await _stdout(process).readline():
                self._hear(json.loads(line))
            code = await process.wait()
            failures = failures + 1 if time.monotonic() - started < max(_PAUSES_S) else 0
            pause_s = _PAUSES_S[min(failures, len(_PAUSES_S) - 1)]
            log.error("engine process ended", code=code, retry_in_s=pause_s)
            await asyncio.sleep(pause_s)

    def _hear(self, news: Mapping[str, Any]) -> None:
        self._holes = news["holes"]
        self._troubles = [StuckElsewhere(*stuck) for stuck in news["troubles"]]
        for tenant_id, reached in news["reached"].items():
            self._arrivals.note(tenant_id, reached)
            self._pace.note(tenant_id, reached)


def _write(process: Process, line: Any) -> None:
    """Write without waiting; a child that has ended is started again, and finds out by itself."""
    stdin = _stdin(process)
    if not stdin.is_closing():
        stdin.write(json.dumps(line).encode() + b"\n")


async def _end(process: Process) -> None:
    _stdin(process).close()
    try:
        async with asyncio.timeout(_STOP_SECONDS_MAX):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _stdin(process: Process) -> asyncio.StreamWriter:
    if process.stdin is None:
        raise AssertionError("started without a pipe")
    return process.stdin


def _stdout(process: Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise AssertionError("started without a pipe")
    return process.stdout
