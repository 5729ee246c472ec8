"""What holds of an order book whatever is asked of it, in whatever order."""

from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.order_book import (
    ORDER_BOOK,
    OrderBook,
    OrderContent,
    OrderEvent,
    OrderPlaced,
    content_of,
)
from domain.order_decisions import cancel_order, correct_order, place_order, refund_order
from domain.refusal import NotFound, Refused
from tests.domain.samples import MARCH, MAY, ORDER, TODAY, euro, uuid

IDS = st.integers(1, 3).map(uuid)
AMOUNTS = st.decimals(0, 100, places=2).map(lambda amount: euro(str(amount)))
CONTENTS = st.builds(OrderContent, ordered_on=st.sampled_from([MARCH, MAY]), amount=AMOUNTS)
COMMANDS = st.one_of(
    st.tuples(st.just(place_order), st.fixed_dictionaries({"order_id": IDS, "content": CONTENTS})),
    st.tuples(
        st.just(correct_order),
        st.fixed_dictionaries({"order_id": IDS, "content": CONTENTS, "reason": st.just("wrong")}),
    ),
    st.tuples(st.just(cancel_order), st.fixed_dictionaries({"order_id": IDS, "on": st.just(MAY)})),
    st.tuples(
        st.just(refund_order),
        st.fixed_dictionaries(
            {"order_id": IDS, "refund_id": IDS, "amount": AMOUNTS, "on": st.just(MAY)}
        ),
    ),
)


def extend(
    book: OrderBook | None, history: list[OrderEvent], decide: Any, arguments: dict[str, Any]
) -> OrderBook | None:
    """Carry out a command, twice, and check what holds of any."""
    try:
        events = decide(book, today=TODAY, **arguments)
    except (Refused, NotFound):
        return book
    for event in events:
        history.append(event)
        book = ORDER_BOOK.evolve(book, event)
    assert decide(book, today=TODAY, **arguments) == []
    return book


@for_any(st.lists(COMMANDS, max_size=25), st.integers(0, 25))
def test_no_order_gives_back_more_than_it_took(
    asked: list[tuple[Any, dict[str, Any]]], cut: int
) -> None:
    book: OrderBook | None = None
    history: list[OrderEvent] = []
    for decide, arguments in asked:
        book = extend(book, history, decide, arguments)

    for order in book.orders.values() if book else ():
        assert order.remaining.amount >= 0
        assert not (order.cancelled and order.refunds)
    halves: OrderBook | None = None
    for half in (history[:cut], history[cut:]):
        for event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            halves = ORDER_BOOK.evolve(halves, stored)
    assert halves == book


@for_any(CONTENTS)
def test_a_placed_order_keeps_its_content(content: OrderContent) -> None:
    (placed,) = place_order(None, order_id=ORDER, content=content, today=TODAY)

    assert isinstance(placed, OrderPlaced)
    assert content_of(placed) == content
