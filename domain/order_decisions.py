"""What may be decided about orders: to place, correct, cancel and refund them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.currency import minor_units
from domain.money import Money
from domain.order_book import (
    Order,
    OrderBook,
    OrderCancelled,
    OrderContent,
    OrderCorrected,
    OrderEvent,
    OrderPlaced,
    OrderRefunded,
    Refund,
    content_of,
)
from domain.reason import refuse_before, refuse_future, require_reason
from domain.refusal import NotFound, Refused


def place_order(
    book: OrderBook | None, *, order_id: UUID, content: OrderContent, today: date
) -> Sequence[OrderEvent]:
    """Record an order. Only `order_id` tells orders apart: the same content again is legal.

    The same id with the content it was placed with adds nothing, whatever became of it since.

    Raises:
        Refused: `order-id-taken`, and what `refuse_content` says.
    """
    known = None if book is None else book.orders.get(order_id)
    if known is not None:
        if content_of(known.placed) == content:
            return []
        raise Refused(
            "order-id-taken",
            f"the order {order_id} was placed with other content, of {known.placed.ordered_on} "
            f"over {known.placed.amount}; correct that one, or give this one an id of its own",
        )
    refuse_content(content, today=today)
    return [
        OrderPlaced(
            order_id=order_id,
            ordered_on=content.ordered_on,
            amount=content.amount,
            discount=content.discount,
            tax=content.tax,
            lines=content.lines,
            number=content.number,
            deal_id=content.deal_id,
        )
    ]


def correct_order(
    book: OrderBook | None, *, order_id: UUID, content: OrderContent, reason: str, today: date
) -> Sequence[OrderEvent]:
    """Restate an order that was recorded wrongly.

    Raises:
        NotFound: no such order.
        Refused: `reason-required`, `order-cancelled`, `correction-below-refunds`,
            `currency-mismatch`, `after-a-refund`, and what `refuse_content` says.
    """
    require_reason(reason)
    order = find_order(book, order_id)
    was = order.content
    if content == was:
        return []
    _refuse_cancelled(order)
    refuse_content(content, today=today)
    for refund in order.refunds.values():
        refuse_before(
            refund.refunded_on,
            earliest=content.ordered_on,
            what=f"the order's new day, {content.ordered_on}",
            code="after-a-refund",
        )
    if order.refunds and content.amount < order.refunded:
        raise Refused(
            "correction-below-refunds",
            f"{order.refunded} of the order went back already; correct it to that or more",
        )
    return [OrderCorrected(order_id=order_id, was=was, now=content)]


def cancel_order(
    book: OrderBook | None, *, order_id: UUID, on: date, today: date
) -> Sequence[OrderEvent]:
    """Make an order void.

    Raises:
        NotFound: no such order.
        Refused: `order-refunded`, `in-the-future`, `before-the-order`.
    """
    order = find_order(book, order_id)
    if order.cancelled:
        return []
    if order.refunds:
        raise Refused(
            "order-refunded",
            f"{order.refunded} of the order went back already; "
            f"refund the remaining {order.remaining} instead",
        )
    _refuse_day(order, on, today=today)
    return [OrderCancelled(order_id=order_id)]


def refund_order(
    book: OrderBook | None,
    *,
    order_id: UUID,
    refund_id: UUID,
    amount: Money,
    on: date,
    today: date,
) -> Sequence[OrderEvent]:
    """Give some or all of the money back; the same refund id and content again adds nothing.

    Raises:
        NotFound: no such order.
        Refused: `refund-id-taken`, `order-cancelled`, `refund-not-positive`, `currency-mismatch`,
            `refund-exceeds-order`, `in-the-future`, `before-the-order`.
    """
    order = find_order(book, order_id)
    known = order.refunds.get(refund_id)
    if known is not None:
        if known == Refund(on, amount):
            return []
        raise Refused(
            "refund-id-taken",
            f"the refund {refund_id} was of {known.amount} on {known.refunded_on}; "
            "give this one an id of its own",
        )
    _refuse_cancelled(order)
    if amount.amount <= 0:
        raise Refused(
            "refund-not-positive", f"a refund of {amount} gives nothing back; give more than zero"
        )
    remaining = order.remaining
    if amount > remaining:
        raise Refused(
            "refund-exceeds-order",
            f"{remaining} of the order is left, less than {amount}; refund that or less",
        )
    _refuse_day(order, on, today=today)
    return [OrderRefunded(order_id=order_id, refund_id=refund_id, refunded_on=on, amount=amount)]


def find_order(book: OrderBook | None, order_id: UUID) -> Order:
    """Return the order.

    Raises:
        NotFound: no such order.
    """
    order = None if book is None else book.orders.get(order_id)
    if order is None:
        raise NotFound("order", order_id)
    return order


def refuse_content(content: OrderContent, *, today: date) -> None:
    """Refuse an order that cannot be right, whatever else is on record.

    Raises:
        Refused: `in-the-future`, `negative-amount`, `negative-quantity`, `currency-mismatch`,
            `lines-do-not-add-up`.
    """
    refuse_future(content.ordered_on, today=today)
    amounts = [content.amount, *(line.amount for line in content.lines)]
    amounts.extend(extra for extra in (content.discount, content.tax) if extra is not None)
    for money in amounts:
        if money.amount < 0:
            raise Refused("negative-amount", f"{money} is negative; give zero or more")
        if money.currency != content.amount.currency:
            raise Refused(
                "currency-mismatch",
                f"the order is in {content.amount.currency}, not in {money.currency}; "
                "give all its amounts in one currency",
            )
    if content.lines:
        _refuse_lines(content)


def _refuse_lines(content: OrderContent) -> None:
    for line in content.lines:
        if line.quantity < 0:
            raise Refused(
                "negative-quantity",
                f"{line.quantity:f} of {line.product} is negative; give zero or more",
            )
    total = sum((line.amount.amount for line in content.lines), Decimal(0))
    tolerance = Decimal(1).scaleb(-minor_units(content.amount.currency))
    if abs(total - content.amount.amount) >= tolerance:
        raise Refused(
            "lines-do-not-add-up",
            f"the lines come to {total:f}, the order to {content.amount}; "
            "they may differ by less than the currency's smallest unit",
        )


def _refuse_cancelled(order: Order) -> None:
    if order.cancelled:
        raise Refused("order-cancelled", "the order is cancelled; place a new one instead")


def _refuse_day(order: Order, on: date, *, today: date) -> None:
    refuse_future(on, today=today)
    refuse_before(
        on,
        earliest=order.content.ordered_on,
        what=f"the day of the order, {order.content.ordered_on}",
        code="before-the-order",
    )
