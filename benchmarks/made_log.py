"""A log made up for benchmarks: orders and what becomes of them, with deals and check-ins between.

Nothing is decided and nobody writes: the events are stored in bulk, as a writer would store them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from domain.channel import Channel
from domain.check_in import CheckInHeld, Purpose
from domain.deal import DealOpened
from domain.deal_terms import DealKind, DealStage
from domain.relationship import RelationshipStarted
from tests.projections.log import Log, euro

BLOCK_EVENTS = 5_000
ORDERS_PER_ACCOUNT = 25
BEGINNING = date(2020, 1, 1)
_NAMES = UUID("7d4c6f7a-8a53-4f3e-9f04-52a1e1c6b0aa")


@dataclass(frozen=True)
class MadeOrder:
    """An order, and what becomes of it."""

    account_id: UUID
    order_id: UUID
    day: date
    amount: Decimal
    corrected: Decimal | None
    refunded: Decimal | None
    is_cancelled: bool


def made_order(number: int) -> MadeOrder:
    """Make up an order; a tenth are corrected, a twentieth refunded, as many cancelled."""
    amount = Decimal(number % 9_000) + Decimal("0.50")
    return MadeOrder(
        account_id=uuid5(_NAMES, f"account {number // ORDERS_PER_ACCOUNT}"),
        order_id=uuid5(_NAMES, f"order {number}"),
        day=BEGINNING + timedelta(days=number * 7 % 2_000),
        amount=amount,
        corrected=amount + 1 if number % 10 == 0 else None,
        refunded=Decimal("0.25") if number % 20 == 1 else None,
        is_cancelled=number % 20 == 2,
    )


@dataclass
class Totals:
    """What the view of orders must add up to, found without any projection."""

    placed: int = 0
    cancelled: int = 0
    amount: Decimal = field(default_factory=Decimal)
    """Of all orders, cancelled or not, as corrected last."""
    refunded: Decimal = field(default_factory=Decimal)

    def add(self, order: MadeOrder) -> None:
        self.placed += not order.is_cancelled
        self.cancelled += order.is_cancelled
        self.amount += order.amount if order.corrected is None else order.corrected
        self.refunded += order.refunded or 0


@dataclass(frozen=True)
class Made:
    """What was stored."""

    events: int
    of_orders: int
    """How many of the events the view of orders is made of."""
    totals: Totals


def make_log(url: str, events: int) -> Made:
    """Store so many events, and the few more that end the last order."""
    log, totals = Log(), Totals()
    of_orders = number = 0
    while log.size < events:
        order = made_order(number)
        _add_around(log, order, number)
        of_orders += _add_order(log, order)
        totals.add(order)
        number += 1
        if len(log.entries) >= BLOCK_EVENTS or log.size >= events:
            log.store(url)
            log.forget()
    return Made(log.size, of_orders, totals)


def _add_order(log: Log, order: MadeOrder) -> int:
    """Return how many events that were."""
    before, key = log.size, (order.account_id, order.order_id)
    log.place(*key, str(order.amount), order.day)
    if order.corrected is not None:
        log.correct(*key, str(order.corrected), order.day)
    if order.refunded is not None:
        log.refund(*key, str(order.refunded), order.day)
    if order.is_cancelled:
        log.cancel(*key, order.day)
    return log.size - before


def _add_around(log: Log, order: MadeOrder, number: int) -> None:
    account_id = order.account_id
    if number % ORDERS_PER_ACCOUNT == 0:
        log.open(account_id, f"Customer {number // ORDERS_PER_ACCOUNT}", on=BEGINNING)
        _begin_relationship(log, account_id)
    if number % 12 == 0:
        _open_deal(log, order, number)
    if number % 8 == 0:
        _hold_check_in(log, order, number)


def _line_of(account_id: UUID) -> UUID:
    return uuid5(account_id, "relationship")


def _begin_relationship(log: Log, account_id: UUID) -> None:
    started = RelationshipStarted(account_id=account_id, started_on=BEGINNING)
    log.add(started, account_id=account_id, stream_id=_line_of(account_id), on=BEGINNING)


def _hold_check_in(log: Log, order: MadeOrder, number: int) -> None:
    account_id, day = order.account_id, order.day
    held = CheckInHeld(
        check_in_id=uuid5(account_id, f"check-in {number}"),
        relationship_id=_line_of(account_id),
        held_on=day,
        channel=Channel.CALL,
        purpose=Purpose.CATCH_UP,
        participants=(),
        internal_participants=(),
    )
    log.add(held, account_id=account_id, stream_id=_line_of(account_id), on=day)


def _open_deal(log: Log, order: MadeOrder, number: int) -> None:
    account_id, day = order.account_id, order.day
    opened = DealOpened(
        account_id=account_id,
        opened_on=day,
        kind=DealKind.NEW_BUSINESS,
        name=f"Deal {number}",
        amount=euro("900.00"),
        stage=DealStage.PROSPECTING,
    )
    log.add(opened, account_id=account_id, stream_id=uuid5(account_id, f"deal {number}"), on=day)
