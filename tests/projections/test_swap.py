"""A swap: what was built takes the place of what is live, and no reader or engine fails."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from ledger.failure import CannotStart
from ledger.migrate import runtime_conninfo
from ledger.recorded import Recorded
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.rebuilding.comparison import Counts
from tests.projections.log import TENANT, Log
from tests.projections.rebuild import caught_up, rebuilt, rows
from tests.projections.rebuilding import (
    ACME,
    MAY,
    ask,
    go_back,
    orders_of_acme,
    rebuild,
    rebuilding,
    run,
    silent,
)
from tests.projections.test_engine import engine_on, grow

pytestmark = pytest.mark.anyio


_CATALOGUE_SQL: Final = """
    SELECT c.relname, c.relkind::text, c.reloptions::text, pg_get_userbyid(c.relowner),
           (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) AS a)::text,
           obj_description(c.oid, 'pg_class'),
           (SELECT array_agg((attname, format_type(atttypid, atttypmod), attnotnull, attacl,
                              attcollation, col_description(c.oid, attnum))::text ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)::text,
           (SELECT array_agg((conname, pg_get_constraintdef(oid))::text ORDER BY conname)
            FROM pg_constraint WHERE conrelid = c.oid)::text,
           CASE c.relkind WHEN 'i' THEN pg_get_indexdef(c.oid) END
    FROM pg_class AS c WHERE relnamespace = 'projections'::regnamespace ORDER BY relname
"""


async def test_what_the_catalogue_says_of_tables_is_the_same_after_a_swap(
    database_url: str,
) -> None:
    orders_of_acme().store(database_url)
    await caught_up(database_url)
    run(
        database_url,
        "GRANT SELECT (name) ON projections.deal TO PUBLIC",
        "COMMENT ON INDEX projections.deal_by_day IS 'For lists.'",
    )
    before = ask(database_url, _CATALOGUE_SQL)
    await rebuild(database_url)

    assert ask(database_url, _CATALOGUE_SQL) == before
    assert ask(database_url, "SELECT count(*) FROM projections_next.checkpoint") == [(0,)]
    assert ask(database_url, "SELECT to_regnamespace('projections_aside')") == [(None,)]
    assert await caught_up(database_url) == rows(database_url)


async def test_sql_views_read_the_tables_that_came_in(database_url: str) -> None:
    log = orders_of_acme()
    log.store(database_url)
    await caught_up(database_url)
    run(
        database_url,
        "CREATE VIEW public.sold WITH (security_barrier = true) AS "
        "SELECT order_id FROM projections.customer_order WHERE status = 'placed'",
        "CREATE VIEW public.how_many AS SELECT count(*) FROM public.sold",
        "GRANT SELECT ON public.sold TO tenure_runtime",
        "UPDATE projections.customer_order SET status = 'cancelled'",
    )
    about = "SELECT reloptions::text, relacl::text FROM pg_class WHERE relname = 'sold'"
    options = ask(database_url, about)
    before = ask(database_url, "SELECT * FROM public.how_many")
    await rebuild(database_url, ORDERS)

    assert before == [(0,)]
    assert ask(database_url, "SELECT * FROM public.how_many") == [(1,)]
    assert ask(database_url, about) == options

    run(database_url, "CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM projections.deal")
    with pytest.raises(CannotStart, match=r"public\.kept"):
        await rebuild(database_url)


async def test_going_back_returns_to_the_rows_of_before_and_what_came_since(
    database_url: str,
) -> None:
    log = orders_of_acme()
    log.store(database_url)
    await caught_up(database_url)
    mark = "SELECT count(*) FROM projections.customer_order WHERE number = 'of before'"
    run(database_url, "UPDATE projections.customer_order SET number = 'of before'")
    await rebuild(database_url, ORDERS)
    marked = [ask(database_url, mark)]
    log.place(ACME, UUID(int=13), "5.00", MAY)
    log.store(database_url)
    await caught_up(database_url)
    for _ in range(2):
        await go_back(database_url, ORDERS)
        marked.append(ask(database_url, mark))
        assert ask(database_url, "SELECT count(*) FROM projections.customer_order") == [(3,)]
    log.place(ACME, UUID(int=14), "5.00", MAY)
    log.store(database_url)
    grown = await caught_up(database_url)

    assert marked == [[(0,)], [(2,)], [(0,)]]
    assert grown == await rebuilt(database_url)


async def test_there_is_no_going_back_to_what_is_not_there_in_the_form_of_now(
    database_url: str,
) -> None:
    orders_of_acme().store(database_url)
    with pytest.raises(CannotStart, match="customer_order"):
        await go_back(database_url, ORDERS)
    await rebuild(database_url, ORDERS)
    run(database_url, "ALTER TABLE projections.customer_order ADD COLUMN more text")
    with pytest.raises(CannotStart, match="customer_order"):
        await go_back(database_url, ORDERS)

    async with rebuilding(database_url, ORDERS) as ours:
        await ours.discard_previous()
    assert ask(database_url, "SELECT to_regclass('projections_previous.customer_order')") == [
        (None,)
    ]


class OrdersOf:
    """The orders, built by a version of their code."""

    name = ORDERS.name
    tables = ORDERS.tables
    whole = ORDERS.whole

    def __init__(self, version: int) -> None:
        self.version = version

    async def apply(
        self, connection: psycopg.AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        await ORDERS.apply(connection, tenant_id, entries)


async def test_the_version_that_built_a_view_goes_with_its_tables(database_url: str) -> None:
    orders_of_acme().store(database_url)
    built = "SELECT version FROM projections.built WHERE projection = 'orders'"
    await rebuild(database_url, ORDERS)
    versions = ask(database_url, built)
    await rebuild(database_url, OrdersOf(version=2))
    versions += ask(database_url, built)
    await go_back(database_url, OrdersOf(version=2))

    assert versions + ask(database_url, built) == [(1,), (2,), (1,)]


async def test_readers_are_given_way_to_and_never_ended(database_url: str) -> None:
    orders_of_acme().store(database_url)
    before = await caught_up(database_url)
    async with (
        rebuilding(database_url, ORDERS) as ours,
        await psycopg.AsyncConnection.connect(runtime_conninfo(database_url)) as reader,
    ):
        await ours.begin()
        await ours.build(silent)
        query = "SELECT count(*), pg_sleep(0.8) FROM projections.customer_order"
        reading = asyncio.create_task(reader.execute(query))
        await _is_read(database_url)
        with pytest.raises(CannotStart, match="goes on and on"):
            await ours.swap(patience_ms=[50, 50])
        as_before = rows(database_url)
        swapping = asyncio.create_task(ours.swap())
        answer = await (await reading).fetchone()
        await reader.commit()
        await swapping

    assert answer is not None
    assert answer[0] == 2
    assert as_before == before


async def _is_read(url: str) -> None:
    """Wait until somebody reads the orders."""
    locks = "SELECT FROM pg_locks WHERE relation = 'projections.customer_order'::regclass"
    while not ask(url, locks):  # noqa: ASYNC110  # PostgreSQL tells in no other way
        await asyncio.sleep(0.01)


async def test_engines_go_on_through_swaps_under_load(database_url: str) -> None:
    log = Log()
    grow(log, 100)
    log.store(database_url)
    async with (
        engine_on(database_url) as engine,
        engine_on(database_url),
        asyncio.TaskGroup() as tasks,
    ):
        rebuilds = tasks.create_task(_rebuild_often(database_url))
        seed = 0
        while not rebuilds.done():
            seed += 1
            grow(log, 5, seed=seed)
            log.store(database_url)
            reached = await engine.wait_for(TENANT, len(log.entries), timeout_s=20)
            assert reached.position >= len(log.entries)
    grown = rows(database_url)

    assert all(found.is_equal for found in rebuilds.result())
    assert grown == await rebuilt(database_url)


async def _rebuild_often(url: str) -> list[Counts]:
    return [
        found
        for projections in (EVERY_PROJECTION, (ORDERS, KPI_FACTS), EVERY_PROJECTION)
        for found in await rebuild(url, *projections)
    ]
