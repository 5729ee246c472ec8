"""A rebuild makes the rows that the log makes, and tells which live ones are not so."""

import random
from uuid import UUID

import pytest

from ledger.failure import CannotStart
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.projection import Projection
from projections.rebuilding.comparison import Counts, Difference, Kind, count
from projections.rebuilding.level import Stuck
from tests.projections.log import TENANT, Log
from tests.projections.rebuild import caught_up, rebuilt, rows
from tests.projections.rebuilding import (
    ACME,
    MAY,
    ONE,
    TWO,
    ask,
    found_wrong,
    go_back,
    orders_of_acme,
    rebuild,
    rebuilding,
    run,
    silent,
)
from tests.projections.test_engine import grow
from tests.projections.test_parking import Buggy

pytestmark = pytest.mark.anyio


def test_every_table_is_written_by_one_projection_or_kept_of_all(database_url: str) -> None:
    columns = ask(
        database_url,
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
        "WHERE table_schema = 'projections' GROUP BY 1",
    )
    books = {table for table, names in columns if "projection" in names}
    written = [table for projection in EVERY_PROJECTION for table in projection.tables]

    assert len(written) == len(set(written))
    of_workers = {"lease", "worker"}  # who keeps views is no part of what they hold
    assert sorted([*written, *books, *of_workers]) == sorted(table for table, _ in columns)
    assert {"checkpoint", "built"} <= books


@pytest.mark.parametrize("seed", range(3))
async def test_growing_and_rebuilding_in_any_order_make_the_same_rows(
    database_url: str, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    log = Log()
    swapped: set[Projection] = set()
    for step in range(6):
        grow(log, 40, seed=dice.randrange(999))
        log.store(database_url)
        some = dice.sample(EVERY_PROJECTION, dice.choice([1, 5, len(EVERY_PROJECTION)]))
        match dice.choice(["engine", "rebuild", "back", "dry run"]):
            case "engine":
                await caught_up(database_url)
            case "rebuild":
                assert all(found.is_equal for found in await rebuild(database_url, *some))
                swapped.update(some)
            case "back" if swapped:
                await go_back(database_url, *swapped)
            case _:
                assert await found_wrong(database_url, *some) == [], step
    grown = await caught_up(database_url)

    assert grown == await rebuilt(database_url)
    assert len(grown["kpi_fact"]) > 100


async def test_wrong_rows_are_named_with_their_events_and_put_right(database_url: str) -> None:
    log = orders_of_acme()
    log.store(database_url)
    right = await caught_up(database_url)
    run(
        database_url,
        f"UPDATE projections.customer_order SET amount = 11.0 WHERE order_id = '{ONE}'",  # noqa: S608
        "DELETE FROM projections.kpi_fact WHERE position = 3 AND measure = 'orders'",
        "INSERT INTO projections.customer_order "  # noqa: S608 - own names
        f"SELECT tenant_id, account_id, '{UUID(int=99)}', "
        "number, status, ordered_on, amount, refunded, currency, deal_id, cancelled_on, position "
        f"FROM projections.customer_order WHERE order_id = '{TWO}'",
    )
    wrong = await found_wrong(database_url, ORDERS, KPI_FACTS)
    found = await rebuild(database_url, ORDERS, KPI_FACTS)

    order = {"tenant_id": TENANT, "account_id": str(ACME)}
    placed, cancelled = (
        {"position": 3, "name": "order.placed"},
        {"position": 5, "name": "order.cancelled"},
    )
    assert wrong == [
        Difference(
            "customer_order",
            Kind.DIFFERS,
            order | {"order_id": str(ONE)},
            {"amount": ("11.0", "11.00")},
            [{"position": 4, "name": "order.corrected"}],
        ),
        Difference(
            "customer_order", Kind.EXTRA, order | {"order_id": str(UUID(int=99))}, {}, [cancelled]
        ),
        Difference(
            "kpi_fact",
            Kind.MISSING,
            {"tenant_id": TENANT, "position": 3, "measure": "orders"},
            {},
            [placed, cancelled],
        ),
    ]
    assert found == [
        Counts("customer_order", 1, 1, 0, 1),
        Counts("kpi_fact", 5, 0, 1, 0),
        Counts("kpi_block", 1, 0, 0, 0),
    ]
    assert rows(database_url) == right


async def test_a_column_that_a_migration_adds_is_there_after_a_rebuild(database_url: str) -> None:
    orders_of_acme().store(database_url)
    async with rebuilding(database_url, ORDERS) as ours:
        await ours.begin()
        await ours.build(silent)
    run(database_url, "ALTER TABLE projections.customer_order ADD COLUMN more text DEFAULT 'yes'")
    await rebuild(database_url, ORDERS)

    assert ask(database_url, "SELECT DISTINCT more FROM projections.customer_order") == [("yes",)]


async def test_what_this_program_has_begun_is_gone_on_with_and_nothing_else(
    database_url: str,
) -> None:
    log = orders_of_acme()
    log.store(database_url)

    async def begun_again() -> list[str]:
        async with rebuilding(database_url, ORDERS, KPI_FACTS) as ours:
            resumed = await ours.begin()
            await ours.build(silent)
        return resumed

    first, second = await begun_again(), await begun_again()
    another = "UPDATE projections_next.built SET program = 'another' WHERE projection = 'orders'"
    run(database_url, another)
    third = await begun_again()
    run(database_url, "ALTER TABLE projections_next.checkpoint ADD COLUMN pace bigint")
    fourth = await begun_again()

    assert (first, second) == ([], ["orders", "kpi-facts"])
    assert (third, fourth) == (["kpi-facts"], [])
    assert await found_wrong(database_url, ORDERS, KPI_FACTS) == []


async def test_two_rebuilds_do_not_meet(database_url: str) -> None:
    async with rebuilding(database_url, ORDERS):
        with pytest.raises(CannotStart, match="another `tenure rebuild`"):
            await rebuild(database_url, KPI_FACTS)

    assert await rebuild(database_url, KPI_FACTS)


async def test_an_event_that_cannot_be_taken_ends_it_and_the_live_view_stays(
    database_url: str,
) -> None:
    log = orders_of_acme()
    log.store(database_url)
    before = await caught_up(database_url)
    with pytest.raises(Stuck, match="kpi-facts fails at position 4 of default: "):
        await rebuild(database_url, ORDERS, Buggy(KPI_FACTS, 4))

    assert rows(database_url) == before


async def test_a_live_view_that_parks_an_account_is_put_right_too(database_url: str) -> None:
    log = orders_of_acme()
    log.store(database_url)
    await caught_up(database_url)
    run(
        database_url,
        "INSERT INTO projections.kpi_fact SELECT tenant_id, account_id, measure, subject, "
        "currency, amount, effective_at, 6, NULL, NULL FROM projections.kpi_fact "
        "WHERE position = 2 AND measure = 'orders'",
    )
    log.place(ACME, UUID(int=13), "5.00", MAY)
    log.store(database_url)
    async with rebuilding(database_url, KPI_FACTS) as ours:
        await ours.begin()
        await ours.build(silent)
        async with ours.one_moment() as moment:
            said = moment.stuck
            found = await count(moment.connection, "kpi_fact", moment.schema)
        await ours.swap()
    right = await caught_up(database_url)

    assert said is None
    assert found == Counts("kpi_fact", equal=6, differ=1, missing=1, extra=0)
    assert right == await rebuilt(database_url)
