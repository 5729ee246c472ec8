"""The engine: exactly once, never ahead of the log, never past an event that it could not take."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from domain.refusal import NotFound
from ledger.migrate import runtime_conninfo
from ledger.reading import HoleInLog
from ledger.recorded import Recorded
from ledger.strand import EVERY_LANE
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.freshness import NotYet
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.projection import Projection
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import parked, rebuilt, rows

pytestmark = pytest.mark.anyio

ACME: Final = UUID(int=1)
MAY: Final = date(2026, 5, 1)


class Clumsy:
    """Fails at one event and after it, as long as it is told to, for want of a table."""

    name = "clumsy"
    tables = ()
    version = 1
    whole = False

    def __init__(self, fails_at: int | None) -> None:
        self.fails_at = fails_at
        self.seen: list[int] = []

    async def apply(
        self, _: psycopg.AsyncConnection[Any], __: str, entries: Sequence[Recorded]
    ) -> None:
        positions = [entry.position for entry in entries]
        if self.fails_at is not None and self.fails_at <= max(positions):
            raise psycopg.errors.UndefinedTable("there is no such table")
        self.seen += positions


def engine_on(url: str, *projections: Projection, batch_max: int = 1000) -> Engine:
    return Engine(
        runtime_conninfo(url),
        TYPES,
        projections or EVERY_PROJECTION,
        batch_max=batch_max,
        poll_s=0.02,
    )


def grow(log: Log, events: int, *, seed: int = 0) -> None:
    """Add orders, and what becomes of some of them."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    start = len(log.entries)
    for number in range(start, start + events):
        account_id, order_id = UUID(int=number % 7 + 1), UUID(int=10_000 + number)
        if number < 7:
            log.open(account_id, f"Customer {number}")
            continue
        day = MAY + timedelta(days=rng.randrange(60))
        log.place(account_id, order_id, f"{rng.randrange(9999)}.50", day)
        if rng.random() < 0.2:
            log.correct(account_id, order_id, "7.00", day)
        if rng.random() < 0.2:
            log.cancel(account_id, order_id, day)


async def test_views_follow_the_log_and_a_reader_is_woken(database_url: str) -> None:
    log = Log()
    grow(log, 20)
    async with engine_on(database_url) as engine:
        log.store(database_url)
        engine.wake(TENANT, len(log.entries))
        fresh = await engine.wait_for(TENANT, len(log.entries), 5)

        assert fresh.position == fresh.head == len(log.entries)
        assert (fresh.events_behind, fresh.seconds_behind) == (0, 0)
        assert engine.healthy


async def test_a_rebuild_gives_the_same_rows(database_url: str) -> None:
    log = Log()
    async with engine_on(database_url, batch_max=17) as engine:
        for round_ in range(5):
            grow(log, 60, seed=round_)
            log.store(database_url)
            await engine.catch_up(TENANT)
    live = rows(database_url)

    assert await rebuilt(database_url) == live
    assert len(live["kpi_fact"]) > 500


@pytest.mark.parametrize("seed", range(3))
async def test_competing_engines_that_are_killed_apply_each_event_once(
    database_url: str, seed: int
) -> None:
    rng, log = random.Random(seed), Log()  # noqa: S311 - not for secrets
    done = asyncio.Event()

    async def killed_again_and_again() -> None:
        while not done.is_set():
            async with engine_on(database_url, batch_max=rng.choice([1, 3, 20])):
                await asyncio.sleep(rng.random() * 0.15)

    runners = [asyncio.create_task(killed_again_and_again()) for _ in range(2)]
    for round_ in range(8):
        grow(log, 30, seed=round_)
        log.store(database_url)
        await asyncio.sleep(rng.random() * 0.1)
    done.set()
    await asyncio.gather(*runners)
    async with engine_on(database_url) as engine:
        await engine.catch_up(TENANT)
    live = rows(database_url)

    assert await rebuilt(database_url) == live
    assert {row[0] for row in live["checkpoint"]} == {
        f"({TENANT},{projection.name},{len(log.entries)},{lane})"
        for projection in EVERY_PROJECTION
        for lane in EVERY_LANE
    }


async def test_a_reader_sees_what_another_process_has_projected(database_url: str) -> None:
    log = Log()
    grow(log, 50)
    async with engine_on(database_url) as idle, engine_on(database_url) as busy:
        log.store(database_url)
        await asyncio.gather(busy.catch_up(TENANT), idle.wait_for(TENANT, len(log.entries), 5))


async def test_a_position_beyond_the_log_is_waited_for_in_vain(database_url: str) -> None:
    log = Log()
    grow(log, 3)
    log.store(database_url)
    async with engine_on(database_url) as engine:
        with pytest.raises(NotYet, match="at position 3 of 3, not yet at 4") as raised:
            await engine.wait_for(TENANT, 4, 0.2)
        with pytest.raises(NotFound):
            await engine.wait_for("nobody", 0, 0.1)

    assert raised.value.freshness.position == 3


async def test_what_is_not_projected_yet_is_told_in_events_and_seconds(database_url: str) -> None:
    log = Log()
    grow(log, 5)
    async with engine_on(database_url, Clumsy(fails_at=3), batch_max=2) as engine:
        log.store(database_url)
        with pytest.raises(NotYet):
            await engine.wait_for(TENANT, 5, 0.3)
        fresh = await engine.freshness(TENANT)

    assert (fresh.position, fresh.head, fresh.events_behind) == (2, 5, 3)
    assert fresh.seconds_behind > 0


async def test_a_projection_that_fails_for_no_events_fault_stands_still_alone_and_recovers(
    database_url: str,
) -> None:
    clumsy, log = Clumsy(fails_at=37), Log()
    grow(log, 100)
    log.store(database_url)
    head = len(log.entries)
    async with engine_on(database_url, KPI_FACTS, clumsy, ORDERS) as engine:
        with pytest.raises(psycopg.errors.UndefinedTable, match="no such table"):
            await engine.catch_up(TENANT)
        (trouble,) = engine.troubles
        checkpoints = rows(database_url)["checkpoint"]

        assert (trouble.projection, trouble.position) == ("clumsy", max(clumsy.seen, default=0) + 1)
        assert (f"({TENANT},kpi-facts,{head},7)",) in checkpoints
        assert engine.healthy
        assert parked(database_url) == []

        clumsy.fails_at = None
        await engine.wait_for(TENANT, head, 5)

    assert sorted(set(clumsy.seen)) == list(range(1, head + 1))


async def test_a_new_projection_catches_up_on_its_own(database_url: str) -> None:
    log = Log()
    grow(log, 50)
    log.store(database_url)
    async with engine_on(database_url, ORDERS) as engine:
        await engine.catch_up(TENANT)
    newcomer = Clumsy(fails_at=None)
    async with engine_on(database_url, ORDERS, newcomer, batch_max=20) as engine:
        await engine.catch_up(TENANT)

    assert newcomer.seen == list(range(1, len(log.entries) + 1))


async def test_a_hole_in_the_log_stops_and_is_told(database_url: str) -> None:
    log = Log()
    grow(log, 20)
    log.store(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER append_only")
        connection.execute("DELETE FROM ledger.event WHERE position = 11")
    async with engine_on(database_url, batch_max=5) as engine:
        with pytest.raises(HoleInLog, match="position 11"):
            await engine.catch_up(TENANT)

        assert not engine.healthy
        assert list(engine.holes) == [TENANT]
    assert all(row[0].split(",")[2] == "10" for row in rows(database_url)["checkpoint"])


async def test_a_lost_connection_is_made_again(database_url: str) -> None:
    log = Log()
    grow(log, 20)
    log.store(database_url)
    async with engine_on(database_url) as engine:
        await engine.catch_up(TENANT)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        grow(log, 20)
        log.store(database_url)
        await asyncio.sleep(0.3)
        fresh = await engine.wait_for(TENANT, len(log.entries), 10)

    assert fresh.events_behind == 0
