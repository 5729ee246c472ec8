"""The order book of an account: what it ordered, and what was corrected, cancelled or refunded."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import ClassVar, Final
from uuid import UUID, uuid5

import pydantic.dataclasses
from immutables import Map
from pydantic import BaseModel, ConfigDict

from domain import recurring_revenue
from domain.day import Day
from domain.event import Aggregate, Event, Stream
from domain.money import Amount, Money
from domain.recurring_revenue import (
    NO_RECURRING_REVENUE,
    RECURRING_EVENTS,
    RecurringEvent,
    RecurringRevenue,
)
from domain.words import Label

_NAMESPACE: Final = UUID("f0f3a0f6-5d0c-4a51-9d35-0a3c3d1b8b6e")
"""Part of the stored form: chosen once, on 2026-11-23, never to change."""


class OrderLine(BaseModel):
    """One line of an order: its amount is net of discount, without tax."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Label
    quantity: Amount
    amount: Money
    product_line: Label | None = None


@pydantic.dataclasses.dataclass(
    frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid")
)
class OrderContent:
    """What an order says; another order may say the very same.

    `amount` is net of `discount`, without `tax`; `number` is the reference that the client or the
    shop knows it by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordered_on: Day
    amount: Money
    discount: Money | None = None
    tax: Money | None = None
    lines: tuple[OrderLine, ...] = ()
    number: Label | None = None
    deal_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class OrderPlaced(Event):
    NAME: ClassVar[str] = "order.placed"
    order_id: UUID
    ordered_on: Day
    amount: Money
    discount: Money | None = None
    tax: Money | None = None
    lines: tuple[OrderLine, ...] = ()
    number: Label | None = None
    deal_id: UUID | None = None


class OrderCorrected(Event):
    """Restates the whole order: it was never as recorded before, from its own day on."""

    NAME: ClassVar[str] = "order.corrected"
    order_id: UUID
    was: OrderContent
    now: OrderContent


class OrderCancelled(Event):
    """The order is void: it counts nowhere any more, not even on its own day."""

    NAME: ClassVar[str] = "order.cancelled"
    order_id: UUID


class OrderRefunded(Event):
    """Money went back on a day of its own; the order itself still counts on its day."""

    NAME: ClassVar[str] = "order.refunded"
    order_id: UUID
    refund_id: UUID
    refunded_on: date
    amount: Money


OrderEvent = OrderPlaced | OrderCorrected | OrderCancelled | OrderRefunded | RecurringEvent


@dataclass(frozen=True, slots=True)
class Refund:
    """What went back, and when."""

    refunded_on: date
    amount: Money


NO_REFUNDS: Final[Map[UUID, Refund]] = Map()


@dataclass(frozen=True, slots=True)
class Order:
    """What decisions about one order need: as placed, as last restated, and what went back."""

    placed: OrderPlaced
    restated: OrderContent | None = None
    cancelled: bool = False
    refunds: Map[UUID, Refund] = NO_REFUNDS

    @property
    def content(self) -> OrderContent:
        """Return what the order says now."""
        return self.restated or content_of(self.placed)

    @property
    def refunded(self) -> Money:
        return sum(
            (refund.amount for refund in self.refunds.values()),
            Money.zero(self.content.amount.currency),
        )

    @property
    def remaining(self) -> Money:
        return self.content.amount - self.refunded


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Every order of the account, and all of its recurring revenue, by their ids."""

    orders: Map[UUID, Order]
    recurring: RecurringRevenue = NO_RECURRING_REVENUE


NO_ORDERS: Final = OrderBook(Map())


def evolve(book: OrderBook | None, event: OrderEvent) -> OrderBook:
    """Fold one event into the state. Never refuses: what happened, happened."""
    book = book or NO_ORDERS
    orders = book.orders
    match event:
        case OrderPlaced():
            order = Order(placed=event)
        case OrderCorrected():
            order = replace(orders[event.order_id], restated=event.now)
        case OrderCancelled():
            order = replace(orders[event.order_id], cancelled=True)
        case OrderRefunded():
            before = orders[event.order_id]
            refund = Refund(event.refunded_on, event.amount)
            order = replace(before, refunds=before.refunds.set(event.refund_id, refund))
        case _:
            return replace(book, recurring=recurring_revenue.evolve(book.recurring, event))
    return OrderBook(orders.set(event.order_id, order), book.recurring)


ORDER_BOOK: Aggregate[OrderBook, OrderEvent] = Aggregate(
    name="order-book",
    events=(OrderPlaced, OrderCorrected, OrderCancelled, OrderRefunded, *RECURRING_EVENTS),
    evolve=evolve,
)


@lru_cache(maxsize=65_536)
def order_book_id(account_id: UUID) -> UUID:
    """Derive the id of the account's order book."""
    return uuid5(_NAMESPACE, str(account_id))


def order_book_stream(account_id: UUID) -> Stream[OrderBook, OrderEvent]:
    return ORDER_BOOK.stream(order_book_id(account_id), account_id=account_id)


def content_of(placed: OrderPlaced) -> OrderContent:
    """Return what the order said when it was placed."""
    return OrderContent(
        ordered_on=placed.ordered_on,
        amount=placed.amount,
        discount=placed.discount,
        tax=placed.tax,
        lines=placed.lines,
        number=placed.number,
        deal_id=placed.deal_id,
    )
