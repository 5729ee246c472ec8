"""The engine in a process of its own: as fresh, as honest about trouble, and hard to lose."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.refusal import NotFound
from ledger.migrate import runtime_conninfo
from projections.engine_process import EngineProcess
from projections.every_projection import EVERY_PROJECTION
from projections.freshness import NotYet
from tests.projections.log import TENANT, Log
from tests.projections.rebuild import rebuilt, rows
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio

COMMAND = (sys.executable, "-m", "cli.engine")


@asynccontextmanager
async def engine_beside(url: str) -> AsyncIterator[EngineProcess]:
    conninfo, names = runtime_conninfo(url), [projection.name for projection in EVERY_PROJECTION]
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(conninfo, open=False)
    async with pool, EngineProcess(COMMAND, conninfo, pool, names) as engine:
        yield engine


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # a process of its own tells us nothing
            await asyncio.sleep(0.02)


def process_of(engine: EngineProcess) -> int:
    assert engine._process is not None
    return engine._process.pid


async def test_views_follow_the_log_and_a_reader_is_woken(database_url: str) -> None:
    log = Log()
    async with engine_beside(database_url) as engine:
        for size in (20, 40):
            grow(log, 20)
            log.store(database_url)
            engine.wake(TENANT, len(log.entries))
            fresh = await engine.wait_for(TENANT, len(log.entries), 20)
            assert fresh.position == fresh.head == len(log.entries) >= size
        assert engine.healthy

    assert rows(database_url) == await rebuilt(database_url)


async def test_a_reader_is_told_how_far_the_views_are(database_url: str) -> None:
    async with engine_beside(database_url) as engine:
        with pytest.raises(NotYet) as not_yet:
            await engine.wait_for(TENANT, 7, 0.1)
        with pytest.raises(NotFound):
            await engine.wait_for("nobody", 0, 0.1)

    assert not_yet.value.freshness.head == 0


async def test_it_is_started_again_when_it_is_killed(database_url: str) -> None:
    log = Log()
    async with engine_beside(database_url) as engine:
        await until(lambda: engine.healthy)
        first = process_of(engine)
        os.kill(first, signal.SIGKILL)
        grow(log, 20)
        log.store(database_url)
        fresh = await engine.wait_for(TENANT, len(log.entries), 20)

        assert fresh.events_behind == 0
        assert process_of(engine) != first


async def test_a_hole_in_the_log_is_passed_on(database_url: str) -> None:
    log = Log()
    grow(log, 5)
    log.store(database_url)
    async with engine_beside(database_url) as engine:
        await engine.wait_for(TENANT, 5, 20)
        async with engine._pool.connection() as connection:
            await connection.execute("UPDATE ledger.log_head SET size = size + 2")
        await until(lambda: bool(engine.holes))

        assert not engine.healthy
        assert "position 6" in engine.holes[TENANT]


async def test_it_ends_with_the_one_who_started_it(database_url: str) -> None:
    async with engine_beside(database_url) as engine:
        await until(lambda: engine.healthy)
        process = process_of(engine)

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
