"""A tenant's months from sums in blocks equal those from facts, as of and known at any time."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from domain.evidence import Measure
from domain.period import LIFETIME, Period, periods_of, trailing_twelve_months
from projections.kpi_facts import KPI_FACTS
from projections.kpi_orders import OrderQuestion, order_sums
from projections.kpi_series import period_sums
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log
from tests.projections.naive_kpi import expected_figures
from tests.projections.random_orders import FIRST_DAY, random_log

pytestmark = pytest.mark.anyio

Connection = psycopg.AsyncConnection[tuple[object, ...]]
ACCOUNTS = 3


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with projecting(database_url) as connection:
        yield connection


async def project(connection: Connection, log: Log, database_url: str, batch: int) -> None:
    log.store(database_url)
    for start in range(0, len(log.entries), batch):
        await KPI_FACTS.apply(connection, TENANT, log.entries[start : start + batch])


def naive_revenue(log: Log, period: Period, as_of: date, known_at: int) -> tuple[Decimal, int]:
    """Add up what the naive model says of each account."""
    found = [
        expected_figures(log.entries, UUID(int=n + 1), period, as_of=as_of, known_at=known_at)
        for n in range(ACCOUNTS)
    ]
    known = [each["EUR"] for each in found if "EUR" in each]
    revenues = [each.revenue for each in known if each.revenue is not None]
    return sum(revenues, Decimal(0)), sum(each.orders for each in known)


@pytest.mark.parametrize("batch", [97, 1_000])
async def test_a_tenants_figures_agree_with_a_naive_model(
    connection: Connection, database_url: str, batch: int
) -> None:
    log = random_log(batch, accounts=ACCOUNTS, events=2_600)  # three blocks
    await project(connection, log, database_url, batch)
    rng = random.Random(batch)  # noqa: S311 - not for secrets
    for _ in range(150):
        day = FIRST_DAY + timedelta(days=rng.randrange(200))
        period = rng.choice(periods_of(day))
        as_of = FIRST_DAY + timedelta(days=rng.randrange(200))
        known_at = rng.choice([rng.randrange(len(log.entries)) + 1, 1_024, 2_048, 1_025])
        question = OrderQuestion(TENANT, None, period, as_of, known_at)

        (from_blocks,) = await period_sums(connection, [question])
        from_facts = await order_sums(connection, question)

        assert from_blocks == from_facts
        sums = from_facts.get("EUR", {})
        assert (
            _net(sums),
            int(sums[Measure.ORDERS].amount) if sums else 0,
        ) == naive_revenue(log, period, as_of, known_at)


async def test_several_periods_are_told_at_once_each_as_if_it_were_alone(
    connection: Connection, database_url: str
) -> None:
    log = random_log(3, accounts=ACCOUNTS, events=300)
    await project(connection, log, database_url, 1_000)
    day, as_of, known_at = date(2026, 3, 10), date(2026, 4, 20), 290
    periods = [*periods_of(day), trailing_twelve_months(day), LIFETIME]
    questions = [OrderQuestion(TENANT, None, each, as_of, known_at) for each in periods]
    questions.append(OrderQuestion(TENANT, [UUID(int=1)], periods[0], as_of, known_at))

    together = await period_sums(connection, questions)

    assert list(together) == [await order_sums(connection, each) for each in questions]
    assert together[0] != together[-1]


@pytest.mark.parametrize("sizes", [[2_600], [1] * 40 + [2_560], [512] * 6])
async def test_blocks_are_the_same_however_the_log_is_cut(
    connection: Connection, database_url: str, sizes: Sequence[int]
) -> None:
    log = random_log(5, accounts=ACCOUNTS, events=2_600)
    log.store(database_url)
    start = 0
    for size in sizes:
        await KPI_FACTS.apply(connection, TENANT, log.entries[start : start + size])
        start += size
    cursor = await connection.execute(
        "SELECT block, sum(orders)::bigint, sum(orders_ever)::bigint, sum(order_amount) FROM"
        " projections.kpi_block GROUP BY block ORDER BY block"
    )
    blocks = await cursor.fetchall()

    assert blocks == await _from_facts(connection)


async def _from_facts(connection: Connection) -> list[tuple[object, ...]]:
    """Add up the lines of the facts themselves."""
    cursor = await connection.execute(
        """
        SELECT (position - 1) / 1024, sum(orders)::bigint, sum(ever)::bigint, sum(amount) FROM (
            SELECT position, (measure = 'orders')::int AS orders, (measure = 'orders')::int AS ever,
                   CASE WHEN measure = 'revenue' AND amount >= 0 THEN amount ELSE 0 END AS amount
            FROM projections.kpi_fact
            UNION ALL
            SELECT superseded_by, -(measure = 'orders')::int,
                   -(measure = 'orders' AND superseded_from = '-infinity')::int,
                   CASE WHEN measure = 'revenue' AND amount >= 0 THEN -amount ELSE 0 END
            FROM projections.kpi_fact WHERE superseded_by IS NOT NULL
        ) AS line GROUP BY 1 ORDER BY 1
        """
    )
    return await cursor.fetchall()


def _net(sums: object) -> Decimal:
    if not isinstance(sums, dict) or not sums:
        return Decimal(0)
    net: Decimal = sums[Measure.ORDER_AMOUNT].amount - sums[Measure.REFUND_AMOUNT].amount
    return net
