"""The peer: the same view of orders, by the `eventsourcing` library's own ProjectionRunner.

Its log holds the events of orders alone, so that it need not read past others; each is projected in
a transaction with its tracking record, as the library has it done.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import psycopg
from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL
from typing_extensions import override

from benchmarks.made_log import Totals, made_order

_NAMESPACE = UUID("0b2d93c1-6f5d-4a86-8d38-3a1d4a7a35f0")
_WAIT_S = 3_600.0
# The columns of our own view, and its key.
_CREATE_SQL = """
    CREATE TABLE IF NOT EXISTS library_order (
        account_id uuid NOT NULL, order_id uuid NOT NULL, number text, status text NOT NULL,
        ordered_on date NOT NULL, amount numeric NOT NULL, refunded numeric NOT NULL,
        currency text NOT NULL, deal_id uuid, cancelled_on date, position bigint NOT NULL,
        PRIMARY KEY (account_id, order_id)
    )
"""
_INDEX_SQL = """
    CREATE INDEX IF NOT EXISTS library_order_by_day
        ON library_order (account_id, ordered_on, order_id)
"""
_PLACE_SQL = """
    INSERT INTO library_order VALUES
        (%s, %s, NULL, 'placed', %s, %s, 0, 'EUR', NULL, NULL, %s)
"""
_CORRECT_SQL = """
    UPDATE library_order SET ordered_on = %s, amount = %s, position = %s
    WHERE account_id = %s AND order_id = %s
"""
_REFUND_SQL = """
    UPDATE library_order SET refunded = refunded + %s, position = %s
    WHERE account_id = %s AND order_id = %s
"""
_CANCEL_SQL = """
    UPDATE library_order SET status = 'cancelled', cancelled_on = %s, position = %s
    WHERE account_id = %s AND order_id = %s
"""
_TOTALS_SQL = """
    SELECT count(*) FILTER (WHERE status = 'placed'), count(*) FILTER (WHERE status = 'cancelled'),
           coalesce(sum(amount), 0), coalesce(sum(refunded), 0)
    FROM library_order
"""


class OrderBook(Aggregate):
    @event("Begun")
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id

    @override
    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        return uuid5(_NAMESPACE, str(account_id))

    @event("Placed")
    def place(self, account_id: UUID, order_id: UUID, ordered_on: str, amount: str) -> None:
        """Place an order; no rule needs to remember it."""

    @event("Corrected")
    def correct(self, account_id: UUID, order_id: UUID, ordered_on: str, amount: str) -> None:
        """Restate an order."""

    @event("Refunded")
    def refund(self, account_id: UUID, order_id: UUID, amount: str) -> None:
        """Pay money back."""

    @event("Cancelled")
    def cancel(self, account_id: UUID, order_id: UUID, on: str) -> None:
        """Make an order void."""


class Orders(Application[UUID]):
    """The log, in PostgreSQL."""


class OrderTable(PostgresTrackingRecorder):
    """The view, with the library's tracking of how far it has come."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements += [SQL(_CREATE_SQL).format(), SQL(_INDEX_SQL).format()]

    def write(self, tracking: Tracking, statement: str, parameters: tuple[Any, ...]) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement.encode(), parameters, prepare=True)


class OrderProjection(Projection[OrderTable]):
    name = "orders"

    @singledispatchmethod
    @override
    def process_event(self, _: Any, tracking: Tracking) -> None:
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, placed: OrderBook.Placed, tracking: Tracking) -> None:  # type: ignore[name-defined]
        day, amount = date.fromisoformat(placed.ordered_on), Decimal(placed.amount)
        row = (placed.account_id, placed.order_id, day, amount, tracking.notification_id)
        self.view.write(tracking, _PLACE_SQL, row)

    @process_event.register
    def _(self, corrected: OrderBook.Corrected, tracking: Tracking) -> None:  # type: ignore[name-defined]
        day, amount = date.fromisoformat(corrected.ordered_on), Decimal(corrected.amount)
        key = (corrected.account_id, corrected.order_id)
        self.view.write(tracking, _CORRECT_SQL, (day, amount, tracking.notification_id, *key))

    @process_event.register
    def _(self, refunded: OrderBook.Refunded, tracking: Tracking) -> None:  # type: ignore[name-defined]
        key = (refunded.account_id, refunded.order_id)
        amount = Decimal(refunded.amount)
        self.view.write(tracking, _REFUND_SQL, (amount, tracking.notification_id, *key))

    @process_event.register
    def _(self, cancelled: OrderBook.Cancelled, tracking: Tracking) -> None:  # type: ignore[name-defined]
        key = (cancelled.account_id, cancelled.order_id)
        day = date.fromisoformat(cancelled.on)
        self.view.write(tracking, _CANCEL_SQL, (day, tracking.notification_id, *key))


@dataclass(frozen=True)
class Projected:
    """What the library projected."""

    events: int
    seconds: float
    totals: Totals
    expected: Totals


def project(conninfo: str, settings: Mapping[str, str], events: int) -> Projected:
    """Record the orders of the made-up log until there are so many events, and project them."""
    os.environ.update(settings, PERSISTENCE_MODULE="eventsourcing.postgres")
    application = Orders()
    expected = _record(application, events)
    recorded = application.recorder.max_notification_id() or 0
    application.close()
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=Orders, projection_class=OrderProjection, view_class=OrderTable
    ) as runner:
        runner.wait(recorded, timeout=_WAIT_S)
        seconds = time.perf_counter() - started
    with psycopg.connect(conninfo) as connection:
        found = connection.execute(_TOTALS_SQL).fetchone()
    assert found is not None
    return Projected(recorded, seconds, Totals(*found), expected)


def _record(application: Orders, events: int) -> Totals:
    """Record what the made-up log records of orders."""
    totals, books = Totals(), dict[UUID, OrderBook]()
    number = recorded = 0
    while recorded < events:
        order = made_order(number)
        book = books.setdefault(order.account_id, OrderBook(order.account_id))
        recorded -= len(book.pending_events)
        key, day = (order.account_id, order.order_id), order.day.isoformat()
        book.place(*key, day, str(order.amount))
        if order.corrected is not None:
            book.correct(*key, day, str(order.corrected))
        if order.refunded is not None:
            book.refund(*key, str(order.refunded))
        if order.is_cancelled:
            book.cancel(*key, day)
        recorded += len(book.pending_events)
        totals.add(order)
        number += 1
    for book in books.values():
        application.save(book)
    return totals
