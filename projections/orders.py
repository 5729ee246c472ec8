"""Orders: what an account ordered, for how much, and whether it still stands."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.order_book import OrderCancelled, OrderCorrected, OrderPlaced, OrderRefunded
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.page import Page, day_and_id, page_of, where
from projections.row_view import Key, RowView


class OrderStatus(StrEnum):
    PLACED = "placed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as it stands; the columns of `projections.customer_order`."""

    account_id: UUID
    order_id: UUID
    number: str | None
    status: OrderStatus
    ordered_on: date
    amount: Decimal
    refunded: Decimal
    currency: str
    deal_id: UUID | None
    cancelled_on: date | None
    position: int


def evolve(row: OrderRow | None, entry: Recorded) -> OrderRow:
    """Fold one entry of an order book into the row of its order."""
    event, account_id = entry.event, entry.envelope.account_id
    if isinstance(event, OrderPlaced) and account_id is not None:
        return OrderRow(
            account_id=account_id,
            order_id=event.order_id,
            number=event.number,
            status=OrderStatus.PLACED,
            ordered_on=event.ordered_on,
            amount=event.amount.amount,
            refunded=Decimal(0),
            currency=event.amount.currency,
            deal_id=event.deal_id,
            cancelled_on=None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {OrderPlaced.NAME}")
    match event:
        case OrderCorrected(now=now):
            return replace(
                row,
                number=now.number,
                ordered_on=now.ordered_on,
                deal_id=now.deal_id,
                amount=now.amount.amount,
                currency=now.amount.currency,
                position=entry.position,
            )
        case OrderCancelled():
            day, cancelled = entry.envelope.effective_at, OrderStatus.CANCELLED
            return replace(row, status=cancelled, cancelled_on=day, position=entry.position)
        case OrderRefunded(amount=money):
            return replace(row, refunded=row.refunded + money.amount, position=entry.position)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    """Name the order: its id is unique in its account's book, and there alone."""
    event, account_id = entry.event, entry.envelope.account_id
    if account_id is None:
        return None
    match event:
        case OrderPlaced() | OrderCorrected() | OrderCancelled() | OrderRefunded():
            return account_id, event.order_id
        case _:
            return None


ORDERS: Final = RowView(
    name="orders",
    table="customer_order",
    row=OrderRow,
    key=("account_id", "order_id"),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = ORDERS.select_from + where(["tenant_id = %s", "account_id = %s", "order_id = %s"])
_NEWEST_FIRST: Final = SQL(" ORDER BY ordered_on DESC, order_id DESC LIMIT %s")


async def find_order(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID, order_id: UUID
) -> OrderRow:
    """Return one order of an account.

    Raises:
        NotFound: the account has no such order, or the view does not hold it yet.
    """
    rows = await ORDERS.select(connection, _ONE, (tenant_id, account_id, order_id))
    if not rows:
        raise NotFound("order", order_id)
    return rows[0]


async def list_orders(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    *,
    status: OrderStatus | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[OrderRow]:
    """Return an account's orders, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions = ["tenant_id = %s", "account_id = %s"]
    parameters: list[Any] = [tenant_id, account_id]
    if status is not None:
        conditions.append("status = %s")
        parameters.append(status.value)
    if after is not None:
        conditions.append("(ordered_on, order_id) < (%s, %s)")
        parameters += day_and_id(after)
    query = ORDERS.select_from + where(conditions) + _NEWEST_FIRST
    rows = await ORDERS.select(connection, query, (*parameters, limit + 1))
    return page_of(rows, limit, lambda row: (row.ordered_on, row.order_id))
