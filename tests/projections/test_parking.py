"""Parking: an event that a view cannot take costs its account alone, and can be made good."""

import asyncio
import random
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection

from domain.refusal import Refused
from ledger.migrate import runtime_conninfo
from ledger.recorded import Recorded
from ledger.strand import strand_of
from projections.account_overview import ACCOUNT_OVERVIEW
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.fault import TooManyParked
from projections.feeder import PARKED_MAX
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.parked import list_parked, parked_of_account
from projections.parking import NotParked, Parking, Tried
from projections.projection import Projection
from projections.schemas import live_tables
from projections.streams import STREAMS
from tests.projections.demo_log import play_demo
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import parked, rebuilt, rows
from tests.projections.test_engine import engine_on, grow

pytestmark = pytest.mark.anyio

FIRST: Final = UUID(int=1)


class Buggy:
    """A projection with a bug: it fails at some positions, until it is mended."""

    def __init__(self, projection: Projection, *fails_at: int) -> None:
        self._projection = projection
        self.fails_at = set(fails_at)
        self.name, self.whole = projection.name, projection.whole
        self.tables, self.version = projection.tables, projection.version

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        # It writes first, so that nothing of a failed try may stay behind.
        await self._projection.apply(connection, tenant_id, entries)
        for entry in entries:
            if entry.position in self.fails_at:
                raise KeyError(f"no case for {entry.position}")


class Operator:
    """Does what `tenure parked` does."""

    def __init__(self, connection: AsyncConnection[Any], parking: Parking) -> None:
        self.connection = connection
        self._parking = parking

    async def retry(self, projection: str, strand_id: UUID) -> Tried:
        async with live_tables(self.connection):
            return await self._parking.retry(self.connection, TENANT, projection, strand_id)

    async def discard(self, projection: str, strand_id: UUID, reason: str) -> Tried:
        async with live_tables(self.connection):
            return await self._parking.discard(
                self.connection, TENANT, projection, strand_id, reason=reason, by="test:1"
            )


@asynccontextmanager
async def operating(url: str, *projections: Projection) -> AsyncIterator[Operator]:
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        yield Operator(connection, Parking(TYPES, projections))


def position_of(log: Log, account_id: UUID, number: int) -> int:
    """Return where the account's entry of this number stands."""
    return [e.position for e in log.entries if e.envelope.account_id == account_id][number]


def without(rows_: Sequence[tuple[str, ...]], *accounts: UUID) -> list[tuple[str, ...]]:
    return [row for row in rows_ if not any(str(account_id) in row[0] for account_id in accounts)]


async def test_two_poisoned_accounts_in_a_batch_of_a_thousand_are_found_and_parked(
    database_url: str,
) -> None:
    log = Log()
    grow(log, 1_000)
    log.store(database_url)
    poisoned = (position_of(log, UUID(int=2), 40), position_of(log, UUID(int=5), 90))
    buggy = Buggy(ORDERS, *poisoned)
    async with engine_on(database_url, KPI_FACTS, buggy, ACCOUNT_OVERVIEW) as engine:
        head = await engine.catch_up(TENANT)
        fresh = await engine.wait_for(TENANT, head, 5)

        assert engine.healthy
        assert not engine.troubles
    live = rows(database_url)
    assert fresh.events_behind == 0
    assert parked(database_url) == [
        ("orders", str(UUID(int=2)), poisoned[0], 1),
        ("orders", str(UUID(int=5)), poisoned[1], 1),
    ]
    whole = await rebuilt(database_url)
    assert live["kpi_fact"] == whole["kpi_fact"]
    accounts = (UUID(int=2), UUID(int=5))
    others = without(live["customer_order"], *accounts)
    assert others == without(whole["customer_order"], *accounts)
    assert len(others) < len(live["customer_order"]) < len(whole["customer_order"])


async def test_an_event_that_cannot_be_read_parks_its_account_for_every_view(
    database_url: str,
) -> None:
    log = Log()
    grow(log, 50)
    log.store(database_url)
    at = next(e.position for e in log.entries[20:] if e.envelope.name == "order.placed")
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER append_only")
        connection.execute(
            "UPDATE ledger.event SET record = convert_to(replace(convert_from(record, 'UTF8'), "
            "'order.placed', 'order.unheard-of'), 'UTF8') WHERE position = %s",
            (at,),
        )
    async with engine_on(database_url, KPI_FACTS, ORDERS) as engine:
        await engine.catch_up(TENANT)

    account_id = str(log.entries[at - 1].envelope.account_id)
    assert parked(database_url) == [("kpi-facts", account_id, at, 1), ("orders", account_id, at, 1)]


async def test_what_is_parked_stays_so_over_a_restart_and_all_others_flow(
    database_url: str,
) -> None:
    log = Log()
    grow(log, 60)
    log.store(database_url)
    at = position_of(log, FIRST, 3)
    async with engine_on(database_url, Buggy(ORDERS, at)) as engine:
        await engine.catch_up(TENANT)
    orders_then = [row for row in rows(database_url)["customer_order"] if str(FIRST) in row[0]]
    grow(log, 60, seed=2)
    log.store(database_url)
    async with engine_on(database_url, ORDERS) as restarted:
        fresh = await restarted.wait_for(TENANT, len(log.entries), 5)
    live = rows(database_url)["customer_order"]

    assert fresh.events_behind == 0
    assert [row for row in live if str(FIRST) in row[0]] == orders_then
    assert parked(database_url) == [("orders", str(FIRST), at, 1)]
    async with operating(database_url, ORDERS) as operator:
        assert (await operator.retry("orders", FIRST)).position is None
    assert rows(database_url)["customer_order"] == (await rebuilt(database_url))["customer_order"]


def taken_by(projection: Projection, entries: Sequence[Recorded]) -> Sequence[int]:
    """Return the positions of the entries that a projection is fed alone."""
    streams = STREAMS.get(projection.name)
    return [e.position for e in entries if streams is None or e.envelope.stream_type in streams]


@pytest.mark.parametrize("seed", range(3))
async def test_once_mended_and_tried_again_the_rows_are_those_of_a_rebuild(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    entries = await play_demo(database_url, tmp_path)
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    buggy = [
        Buggy(each, *dice.sample(taken, min(4, len(taken))))
        for each in dice.sample(EVERY_PROJECTION, 8)
        if (taken := taken_by(each, entries))
    ]
    names = {each.name for each in buggy}
    right = [each for each in EVERY_PROJECTION if each.name not in names]
    async with engine_on(database_url, *buggy, *right) as engine:
        await engine.catch_up(TENANT)
    left_out = parked(database_url)
    for each in buggy:
        each.fails_at.clear()
    async with operating(database_url, *buggy) as operator:
        tried = [await operator.retry(name, UUID(id_)) for name, id_, _, _ in left_out]
    live = rows(database_url)

    assert len(left_out) > 15
    assert all(each.position is None for each in tried)
    assert parked(database_url) == []
    assert live == await rebuilt(database_url)


async def test_a_retry_that_fails_again_counts_and_keeps_what_went_well(database_url: str) -> None:
    log = Log()
    grow(log, 100)
    log.store(database_url)
    first, second = position_of(log, FIRST, 3), position_of(log, FIRST, 7)
    buggy = Buggy(ORDERS, first)
    async with engine_on(database_url, buggy) as engine:
        await engine.catch_up(TENANT)
    async with operating(database_url, buggy) as operator:
        again = await operator.retry("orders", FIRST)
        counted = parked(database_url)
        buggy.fails_at = {second}
        further = await operator.retry("orders", FIRST)
        (left,) = await list_parked(operator.connection, TENANT)

    assert (again.position, counted) == (first, [("orders", str(FIRST), first, 2)])
    assert further == Tried("orders", FIRST, second, "KeyError", f"'no case for {second}'")
    assert (left.position, left.attempts, left.error_class) == (second, 1, "KeyError")
    assert left.tried_at > left.parked_at


async def test_an_event_is_discarded_for_a_reason_and_those_after_it_are_taken(
    database_url: str,
) -> None:
    log = Log()
    grow(log, 100)
    log.store(database_url)
    at = position_of(log, FIRST, 3)
    buggy = Buggy(ORDERS, at)
    async with engine_on(database_url, buggy) as engine:
        await engine.catch_up(TENANT)
    async with operating(database_url, buggy) as operator:
        with pytest.raises(Refused) as refused:
            await operator.discard("orders", FIRST, " ")
        tried = await operator.discard("orders", FIRST, "entered twice by a script")
    live = rows(database_url)["customer_order"]
    with psycopg.connect(database_url) as connection:
        (kept,) = connection.execute(
            "SELECT projection, position, error_class, discarded_by, reason "
            "FROM projections.discarded"
        ).fetchall()

    assert refused.value.code == "reason-required"
    assert tried.position is None
    assert parked(database_url) == []
    assert kept == ("orders", at, "KeyError", "test:1", "entered twice by a script")
    whole = (await rebuilt(database_url))["customer_order"]
    assert len(set(whole) - set(live)) == 1


async def test_what_is_not_parked_is_said_to_be_so_with_what_is(database_url: str) -> None:
    log = Log()
    grow(log, 30)
    log.store(database_url)
    at = position_of(log, FIRST, 1)
    async with operating(database_url, ORDERS) as operator:
        with pytest.raises(NotParked, match="nothing is parked"):
            await operator.retry("orders", FIRST)
        async with engine_on(database_url, Buggy(ORDERS, at)) as engine:
            await engine.catch_up(TENANT)
        with pytest.raises(NotParked) as other:
            await operator.retry("orders", UUID(int=2))
        with pytest.raises(NotParked, match="no-such-view has not parked"):
            await operator.discard("no-such-view", FIRST, "because")
        of_account = await parked_of_account(operator.connection, TENANT, FIRST)

    assert other.value.parked == [f"orders: account {FIRST} at {at}"]
    assert of_account == [("orders", at)]


async def test_a_stream_without_an_account_is_parked_by_itself(
    database_url: str, tmp_path: Path
) -> None:
    entries = await play_demo(database_url, tmp_path)
    portfolios = next(each for each in EVERY_PROJECTION if each.name == "portfolios")
    at = next(e for e in entries if e.envelope.stream_type == "portfolio" and e.position > 500)
    buggy = Buggy(portfolios, at.position)
    async with engine_on(database_url, buggy) as engine:
        await engine.catch_up(TENANT)
    async with operating(database_url, portfolios) as operator:
        (left,) = await list_parked(operator.connection, TENANT)
        await operator.retry("portfolios", left.strand_id)

    strand = strand_of(None, at.envelope.stream_id)
    assert (left.strand, left.strand_kind) == (strand, "stream")
    assert rows(database_url)["portfolio"] == (await rebuilt(database_url))["portfolio"]


async def test_a_view_that_fails_at_every_account_stands_still_and_parks_none_more(
    database_url: str,
) -> None:
    log = Log()
    for number in range(PARKED_MAX + 1):
        log.open(UUID(int=number + 1))
    log.store(database_url)
    broken = Buggy(ACCOUNT_OVERVIEW, *range(1, PARKED_MAX + 2))
    async with engine_on(database_url, KPI_FACTS, broken) as engine:
        with pytest.raises(TooManyParked, match="not their events that are at fault"):
            await engine.catch_up(TENANT)
        (trouble,) = engine.troubles

        assert trouble.projection == "account-overview"
        assert len(parked(database_url)) <= PARKED_MAX

        broken.fails_at.clear()
        await engine.wait_for(TENANT, len(log.entries), 10)

        assert not engine.troubles
    assert rows(database_url)["account_overview"] != []


async def test_retries_beside_a_running_engine_lose_nothing_and_repeat_nothing(
    database_url: str,
) -> None:
    log, done = Log(), asyncio.Event()
    dice = random.Random(7)  # noqa: S311 - not for secrets
    projections = (Buggy(ORDERS), Buggy(KPI_FACTS), Buggy(ACCOUNT_OVERVIEW))

    async def try_again() -> None:
        async with operating(database_url, *projections) as operator:
            while not done.is_set():
                await _try_all(operator, database_url)
                await asyncio.sleep(0)

    async with engine_on(database_url, *projections, batch_max=7):
        trying = asyncio.create_task(try_again())
        for round_ in range(15):
            _poison(projections, log, dice)
            grow(log, 20, seed=round_)
            log.store(database_url)
            await asyncio.sleep(0.03)
            for each in projections:
                each.fails_at.clear()
            await asyncio.sleep(0.03)
        done.set()
        await trying
    async with engine_on(database_url, *projections) as engine:
        await engine.catch_up(TENANT)
    async with operating(database_url, *projections) as operator:
        await _try_all(operator, database_url)
    live = rows(database_url)

    assert parked(database_url) == []
    whole = await rebuilt(database_url)
    for table in ("customer_order", "kpi_fact", "account_overview"):
        assert live[table] == whole[table]


async def _try_all(operator: Operator, url: str) -> None:
    for name, id_, _, _ in await asyncio.to_thread(parked, url):
        await operator.retry(name, UUID(id_))


def _poison(projections: Collection[Buggy], log: Log, dice: random.Random) -> None:
    head = len(log.entries)
    for each in projections:
        each.fails_at.update(dice.sample(range(head + 1, head + 20), 3))


async def test_a_deadlock_is_nobodys_fault_and_parks_nothing(database_url: str) -> None:
    log = Log()
    grow(log, 30)
    log.store(database_url)
    async with Engine(
        runtime_conninfo(database_url), TYPES, [Deadlocked(), ORDERS], poll_s=0.02
    ) as engine:
        fresh = await engine.wait_for(TENANT, len(log.entries), 5)

    assert fresh.events_behind == 0
    assert parked(database_url) == []


class Deadlocked:
    """Loses to somebody else twice, and then no more."""

    name = "deadlocked"
    whole = False
    tables = ()
    version = 1

    def __init__(self) -> None:
        self._losses = 2

    async def apply(self, _: AsyncConnection[Any], __: str, ___: Sequence[Recorded]) -> None:
        if self._losses:
            self._losses -= 1
            raise psycopg.errors.DeadlockDetected("deadlock detected")
