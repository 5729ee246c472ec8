"""Orders: entries in, rows out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from projections.orders import ORDERS, OrderRow, OrderStatus, find_order, list_orders
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log

ACME, BETA, ORDER = UUID(int=1), UUID(int=2), UUID(int=3)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def only_row(log: Log) -> OrderRow:
    return ORDERS.fold({}, log.entries)[ACME, ORDER]


def test_an_order_is_placed_corrected_and_cancelled() -> None:
    log = Log()
    log.place(ACME, ORDER, "10.10", MAY, number="A-1")
    placed = only_row(log)
    log.correct(ACME, ORDER, "12.000", JUNE)
    corrected = only_row(log)
    log.cancel(ACME, ORDER, JUNE)
    cancelled = only_row(log)

    assert (placed.status, placed.amount, placed.number) == (
        OrderStatus.PLACED, Decimal("10.10"), "A-1",
    )  # fmt: skip
    assert (corrected.amount, corrected.ordered_on, corrected.position) == (Decimal(12), JUNE, 2)
    assert (cancelled.status, cancelled.cancelled_on) == (OrderStatus.CANCELLED, JUNE)


def test_refunds_add_up() -> None:
    log = Log()
    log.place(ACME, ORDER, "10", MAY)
    log.refund(ACME, ORDER, "2.50", JUNE)
    log.refund(ACME, ORDER, "1", JUNE)

    assert (only_row(log).refunded, only_row(log).amount) == (Decimal("3.50"), Decimal(10))


def test_the_same_id_in_another_account_is_another_order() -> None:
    log = Log()
    log.place(ACME, ORDER, "10", MAY)
    log.place(BETA, ORDER, "20", MAY)

    assert [row.amount for row in ORDERS.fold({}, log.entries).values()] == [10, 20]


@pytest.mark.anyio
async def test_orders_are_listed_latest_first_and_batches_do_not_matter(database_url: str) -> None:
    log = Log()
    for number in range(5):
        log.place(ACME, UUID(int=number), "10.00", date(2026, 5, 1 + number // 2))
    log.refund(ACME, UUID(int=0), "1.50", JUNE)
    log.cancel(ACME, UUID(int=1), JUNE)
    log.refund(ACME, UUID(int=0), "1.5", JUNE)
    async with projecting(database_url) as connection:
        for start in range(0, len(log.entries), 3):
            await ORDERS.apply(connection, TENANT, log.entries[start : start + 3])
        first = await list_orders(connection, TENANT, ACME, limit=3)
        rest = await list_orders(connection, TENANT, ACME, limit=3, after=first.next)
        cancelled = await list_orders(connection, TENANT, ACME, status=OrderStatus.CANCELLED)
        found = await find_order(connection, TENANT, ACME, UUID(int=0))

    assert [row.order_id.int for row in (*first.rows, *rest.rows)] == [4, 3, 2, 1, 0]
    assert [row.order_id.int for row in cancelled.rows] == [1]
    assert found == ORDERS.fold({}, log.entries)[ACME, UUID(int=0)]
