"""What customers have bought as of any day, as known at any position, beside a naive model."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from domain.purchase_history import PurchaseHistory, purchase_history
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.kpi_facts import KPI_FACTS
from projections.purchases import customers, histories_of_account
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.naive_kpi import orders_of
from tests.projections.random_orders import random_log

pytestmark = pytest.mark.anyio

ACME, BETA = UUID(int=1), UUID(int=2)
FIRST, SECOND, THIRD = UUID(int=11), UUID(int=12), UUID(int=13)
APRIL, MAY, JUNE = date(2026, 4, 10), date(2026, 5, 10), date(2026, 6, 10)
FOREVER = 10**9

Found = list[tuple[date, PurchaseHistory]]


@asynccontextmanager
async def projected(log: Log, url: str) -> AsyncIterator[psycopg.AsyncConnection[object]]:
    log.store(url)
    async with Engine(runtime_conninfo(url), TYPES, (KPI_FACTS,)) as engine:
        await engine.catch_up(TENANT)
    async with await psycopg.AsyncConnection.connect(runtime_conninfo(url)) as connection:
        yield connection


async def bought(
    log: Log, url: str, *, as_of: date = JUNE, known_at: int = FOREVER, currency: str = "EUR"
) -> Found:
    async with projected(log, url) as connection:
        asked = customers(connection, TENANT, currency, as_of=as_of, known_at=known_at)
        return [each async for each in asked]


async def test_each_account_is_a_customer_from_its_first_order_on(database_url: str) -> None:
    log = Log()
    log.place(ACME, FIRST, "10.00", APRIL)
    log.place(BETA, FIRST, "7.00", MAY)
    log.place(ACME, SECOND, "5.00", MAY)
    log.place(ACME, THIRD, "0.00", MAY)

    assert await bought(log, database_url) == [
        (APRIL, PurchaseHistory(1, 30, 61, Decimal("5.00"))),
        (MAY, PurchaseHistory(0, 0, 31, Decimal("0.00"))),
    ]


async def test_an_order_for_nothing_makes_a_customer(database_url: str) -> None:
    log = Log()
    log.place(ACME, FIRST, "0.00", APRIL)

    assert await bought(log, database_url) == [(APRIL, PurchaseHistory(0, 0, 61, Decimal(0)))]


async def test_a_cancelled_order_counts_until_the_day_of_its_cancellation(
    database_url: str,
) -> None:
    log = Log()
    log.place(ACME, FIRST, "10.00", APRIL)
    log.place(ACME, SECOND, "5.00", MAY)
    log.cancel(ACME, SECOND, JUNE)

    before = JUNE - timedelta(days=1)
    log.store(database_url)
    async with projected(log, database_url) as connection:
        found = [
            await histories_of_account(connection, TENANT, ACME, as_of=as_of, known_at=known_at)
            for as_of, known_at in ((before, 3), (JUNE, 3), (JUNE, 2), (JUNE, 0))
        ]

    assert [{currency: each.repeats for currency, each in one.items()} for one in found] == [
        {"EUR": 1},
        {"EUR": 0},
        {"EUR": 1},
        {},
    ]


async def test_a_refund_neither_makes_nor_undoes_nor_cheapens_a_purchase(
    database_url: str,
) -> None:
    log = Log()
    log.place(ACME, FIRST, "10.00", APRIL)
    log.place(ACME, SECOND, "5.00", MAY)
    log.refund(ACME, SECOND, "5.00", JUNE)

    assert await bought(log, database_url) == [(APRIL, PurchaseHistory(1, 30, 61, Decimal("5.00")))]


async def test_other_currencies_are_other_customers(database_url: str) -> None:
    log = Log()
    log.place(ACME, FIRST, "10.00", APRIL)

    assert await bought(log, database_url, currency="USD") == []


@pytest.mark.parametrize("seed", range(3))
async def test_histories_agree_with_a_naive_model(database_url: str, seed: int) -> None:
    log = random_log(seed, accounts=6, events=300)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    async with projected(log, database_url) as connection:
        for _ in range(60):
            as_of = date(2026, 1, 1) + timedelta(days=rng.randrange(200))
            known_at = rng.randrange(len(log.entries) + 1)
            moment = {"as_of": as_of, "known_at": known_at}
            asked = customers(connection, TENANT, "EUR", **moment)  # type: ignore[arg-type]
            found = [history async for _, history in asked]
            one_by_one = [
                (await histories_of_account(connection, TENANT, UUID(int=account), **moment)).get(  # type: ignore[arg-type]
                    "EUR"
                )
                for account in range(1, 7)
            ]

            naive = [
                purchase_history(
                    [
                        (order.day, order.amount)
                        for order in orders_of(
                            [
                                entry
                                for entry in log.entries[:known_at]
                                if entry.envelope.account_id == UUID(int=account)
                            ]
                        )
                        if order.cancelled_on is None or order.cancelled_on > as_of
                    ],
                    until=as_of,
                )
                for account in range(1, 7)
            ]
            assert one_by_one == naive
            assert found == [history for history in naive if history is not None]
