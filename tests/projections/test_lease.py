"""Leases: lanes are shared out among the living, and nobody keeps what he does not renew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import AsyncConnection

from ledger.migrate import runtime_conninfo
from ledger.strand import EVERY_LANE, LANES
from projections.lease import Leases, lanes_held
from tests.projections.log import TENANT

pytestmark = pytest.mark.anyio

SHORT_S = 0.3
LONG_S = 60.0


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        yield connection


async def test_one_worker_has_every_lane_and_two_have_half_each(database_url: str) -> None:
    first, second = Leases(SHORT_S), Leases(LONG_S)
    async with connected(database_url) as connection:
        await first.renew(connection, [TENANT])
        alone = first.held(TENANT)
        await second.renew(connection, [TENANT])
        too_early = second.held(TENANT)
        await asyncio.sleep(SHORT_S / 2)
        await first.renew(connection, [TENANT])
        await second.renew(connection, [TENANT])

        assert alone == EVERY_LANE
        assert too_early == frozenset()
        assert first.held(TENANT) | second.held(TENANT) == EVERY_LANE
        assert len(first.held(TENANT)) == len(second.held(TENANT)) == LANES // 2
        assert await lanes_held(connection) == {TENANT: LANES}


async def test_a_worker_that_gives_no_sign_of_life_loses_its_lanes(database_url: str) -> None:
    dead, living = Leases(SHORT_S), Leases(LONG_S)
    async with connected(database_url) as connection:
        await dead.renew(connection, [TENANT])
        await asyncio.sleep(SHORT_S * 1.2)
        await living.renew(connection, [TENANT])

        assert dead.held(TENANT) == frozenset()
        assert living.held(TENANT) == EVERY_LANE


async def test_a_worker_that_ends_leaves_its_lanes_at_once(database_url: str) -> None:
    leaving, other = Leases(LONG_S), Leases(LONG_S)
    async with connected(database_url) as connection:
        await leaving.renew(connection, [TENANT])
        await leaving.release(connection)
        await other.renew(connection, [TENANT])

        assert other.held(TENANT) == EVERY_LANE
        assert leaving.held(TENANT) == frozenset()


async def test_workers_beyond_the_lanes_wait_for_one_to_fall_free(database_url: str) -> None:
    workers = [Leases(SHORT_S) for _ in range(LANES + 2)]
    async with connected(database_url) as connection:
        for _ in range(12):
            for worker in workers:
                await worker.renew(connection, [TENANT])
            await asyncio.sleep(SHORT_S / 6)
        counts = sorted(len(worker.held(TENANT)) for worker in workers)

    assert counts == [0, 0, *[1] * LANES]


async def test_workers_that_look_at_the_same_moment_hold_no_lane_twice(database_url: str) -> None:
    async def work(worker: Leases) -> None:
        async with connected(database_url) as connection:
            for _ in range(6):
                await worker.renew(connection, [TENANT])
                await asyncio.sleep(LONG_S / 600)

    workers = [Leases(LONG_S) for _ in range(3)]
    await asyncio.gather(*[work(worker) for worker in workers])
    held = [lane for worker in workers for lane in worker.held(TENANT)]

    assert sorted(held) == sorted(set(held))
