from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.decision import Decision
from domain.event import Recording
from domain.order_book import (
    ORDER_BOOK,
    OrderCancelled,
    OrderContent,
    OrderCorrected,
    OrderLine,
    OrderPlaced,
    OrderRefunded,
)
from domain.order_decisions import cancel_order, correct_order, place_order, refund_order
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    BOOK,
    CONTENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    ORDER,
    OTHER,
    REFUND,
    TODAY,
    TOMORROW,
    euro,
    uuid,
)
from tests.given import given, given_streams

PLACED = OrderPlaced(order_id=ORDER, ordered_on=MAY, amount=CONTENT.amount, lines=CONTENT.lines)
CANCELLED = OrderCancelled(order_id=ORDER)
OPEN = ACCOUNT_STREAM.record([OPENED])
CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=MAY, churned=True, reason_code="price")]
)
PLACE = commands.place_order(ACME, order_id=ORDER, content=CONTENT, today=TODAY)


def refunded(amount: str, on: date = MAY) -> OrderRefunded:
    return OrderRefunded(order_id=ORDER, refund_id=REFUND, refunded_on=on, amount=euro(amount))


def plain(amount: str, **fields: Any) -> OrderContent:
    return OrderContent(ordered_on=MAY, amount=euro(amount), **fields)


def test_an_order_book_begins_with_its_first_order() -> None:
    given_streams(OPEN).when(PLACE).then(BOOK.record([PLACED]))


def test_an_order_placed_twice_is_placed_once() -> None:
    given_streams(OPEN, BOOK.record([PLACED])).when(PLACE).then()


def test_an_order_that_was_corrected_since_is_not_placed_again() -> None:
    corrected = OrderCorrected(order_id=ORDER, was=CONTENT, now=plain("90"))
    given_streams(CLOSED, BOOK.record([PLACED, corrected])).when(PLACE).then()


def test_the_same_content_under_another_id_is_another_order() -> None:
    again = commands.place_order(ACME, order_id=uuid(32), content=CONTENT, today=TODAY)
    given_streams(OPEN, BOOK.record([PLACED])).when(again).then(
        BOOK.record([PLACED.model_copy(update={"order_id": uuid(32)})])
    )


def test_an_order_of_zero_is_legal() -> None:
    free = commands.place_order(ACME, order_id=ORDER, content=plain("0.00"), today=TODAY)
    given_streams(OPEN).when(free).then(
        BOOK.record([OrderPlaced(order_id=ORDER, ordered_on=MAY, amount=euro("0"))])
    )


def test_an_order_id_is_not_used_for_two_orders() -> None:
    given(ORDER_BOOK, PLACED).when(
        place_order, order_id=ORDER, content=plain("99"), today=TODAY
    ).then_refused("order-id-taken", "100.00 EUR")


def test_an_order_needs_an_account() -> None:
    given_streams().when(PLACE).then_not_found("account")


def test_a_closed_account_takes_no_order() -> None:
    given_streams(CLOSED).when(PLACE).then_refused("account-closed")


def test_an_order_from_a_deal_needs_that_deal_in_its_own_account() -> None:
    content = replace(CONTENT, deal_id=FIRST)
    place = commands.place_order(ACME, order_id=ORDER, content=content, today=TODAY)
    theirs = DEAL_OPENED.model_copy(update={"account_id": OTHER})

    given_streams(OPEN).when(place).then_not_found("deal")
    given_streams(OPEN, FIRST_DEAL.record([theirs])).when(place).then_not_found("deal")
    given_streams(OPEN, FIRST_DEAL.record([DEAL_OPENED])).when(place).then(
        BOOK.record([PLACED.model_copy(update={"deal_id": FIRST})])
    )


def test_a_correction_to_a_deal_needs_that_deal() -> None:
    correct = commands.correct_order(
        ACME,
        order_id=ORDER,
        content=replace(CONTENT, deal_id=FIRST),
        reason="linked",
        today=TODAY,
    )
    past = BOOK.record([PLACED])
    now = replace(CONTENT, deal_id=FIRST)

    given_streams(past).when(correct).then_not_found("deal")
    given_streams(past, FIRST_DEAL.record([DEAL_OPENED])).when(correct).then(
        BOOK.record([OrderCorrected(order_id=ORDER, was=CONTENT, now=now)])
    )


LINE = OrderLine(product="hook", quantity=Decimal(1), amount=euro("1"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OrderContent(ordered_on=TOMORROW, amount=euro("1")), "in-the-future"),
        (plain("-0.01"), "negative-amount"),
        (plain("1", discount=euro("-1")), "negative-amount"),
        (plain("1", tax=euro("-1")), "negative-amount"),
        (
            plain("1", tax=euro("1").model_copy(update={"currency": "USD"})),
            "currency-mismatch",
        ),
        (
            plain("1", lines=(LINE.model_copy(update={"quantity": Decimal(-1)}),)),
            "negative-quantity",
        ),
        (plain("1.01", lines=(LINE,)), "lines-do-not-add-up"),
    ],
)
def test_an_order_that_cannot_be_right_is_refused(content: OrderContent, code: str) -> None:
    given(ORDER_BOOK, PLACED).when(
        place_order, order_id=uuid(32), content=content, today=TODAY
    ).then_refused(code)
    given(ORDER_BOOK, PLACED).when(
        correct_order, order_id=ORDER, content=content, reason="typing error", today=TODAY
    ).then_refused(code)


def test_lines_may_differ_from_the_order_by_less_than_a_cent() -> None:
    line = LINE.model_copy(update={"amount": euro("0.994")})

    assert place_order(None, order_id=ORDER, content=plain("1", lines=(line,)), today=TODAY)


def test_a_correction_restates_the_order() -> None:
    correct = commands.correct_order(
        ACME, order_id=ORDER, content=plain("90"), reason="typing error", today=TODAY
    )
    given_streams(BOOK.record([PLACED])).when(correct).then(
        BOOK.record([OrderCorrected(order_id=ORDER, was=CONTENT, now=plain("90"))])
    )


def test_a_correction_to_the_same_is_no_event() -> None:
    given(ORDER_BOOK, PLACED).when(
        correct_order, order_id=ORDER, content=CONTENT, reason="again", today=TODAY
    ).then()


def test_a_correction_needs_a_reason() -> None:
    given(ORDER_BOOK, PLACED).when(
        correct_order, order_id=ORDER, content=plain("90"), reason=" ", today=TODAY
    ).then_refused("reason-required")


def test_a_cancelled_order_is_neither_corrected_nor_refunded() -> None:
    past = given(ORDER_BOOK, PLACED, CANCELLED)
    past.when(
        correct_order, order_id=ORDER, content=plain("90"), reason="late", today=TODAY
    ).then_refused("order-cancelled")
    past.when(
        refund_order, order_id=ORDER, refund_id=REFUND, amount=euro("1"), on=MAY, today=TODAY
    ).then_refused("order-cancelled")


def test_a_correction_is_not_below_what_went_back() -> None:
    past = given(ORDER_BOOK, PLACED, refunded("60"))
    past.when(
        correct_order, order_id=ORDER, content=plain("59.99"), reason="x", today=TODAY
    ).then_refused("correction-below-refunds", "60 EUR")
    past.when(correct_order, order_id=ORDER, content=plain("60"), reason="x", today=TODAY).then(
        OrderCorrected(order_id=ORDER, was=CONTENT, now=plain("60"))
    )


def test_a_correction_does_not_put_the_order_after_its_refund() -> None:
    late = replace(CONTENT, ordered_on=TODAY)
    given(ORDER_BOOK, PLACED, refunded("60")).when(
        correct_order, order_id=ORDER, content=late, reason="x", today=TODAY
    ).then_refused("after-a-refund")


def test_an_order_is_cancelled_once() -> None:
    cancel = commands.cancel_order(ACME, order_id=ORDER, on=MAY, today=TODAY)

    given_streams(BOOK.record([PLACED])).when(cancel).then(BOOK.record([CANCELLED]))
    given_streams(BOOK.record([PLACED, CANCELLED])).when(cancel).then()


def test_a_refunded_order_is_not_cancelled() -> None:
    given(ORDER_BOOK, PLACED, refunded("60")).when(
        cancel_order, order_id=ORDER, on=MAY, today=TODAY
    ).then_refused("order-refunded", "remaining 40.00 EUR")


@pytest.mark.parametrize(("on", "code"), [(MARCH, "before-the-order"), (TOMORROW, "in-the-future")])
def test_cancelling_and_refunding_happen_from_the_order_to_today(on: date, code: str) -> None:
    given(ORDER_BOOK, PLACED).when(cancel_order, order_id=ORDER, on=on, today=TODAY).then_refused(
        code
    )
    given(ORDER_BOOK, PLACED).when(
        refund_order, order_id=ORDER, refund_id=REFUND, amount=euro("1"), on=on, today=TODAY
    ).then_refused(code)


def refund(amount: str) -> Decision:
    return commands.refund_order(
        ACME, order_id=ORDER, refund_id=REFUND, amount=euro(amount), on=MAY, today=TODAY
    )


def test_a_refund_gives_back_up_to_what_is_left() -> None:
    given_streams(BOOK.record([PLACED])).when(refund("100")).then(BOOK.record([refunded("100")]))


def test_a_refund_sent_twice_is_given_once() -> None:
    given_streams(BOOK.record([PLACED, refunded("60")])).when(refund("60")).then()


def test_a_refund_id_is_not_used_for_two_refunds() -> None:
    given_streams(BOOK.record([PLACED, refunded("60")])).when(refund("10")).then_refused(
        "refund-id-taken", "60 EUR"
    )


def test_a_refund_is_at_most_what_is_left() -> None:
    given(ORDER_BOOK, PLACED, refunded("60")).when(
        refund_order, order_id=ORDER, refund_id=uuid(42), amount=euro("40.01"), on=MAY, today=TODAY
    ).then_refused("refund-exceeds-order", "40.00 EUR")


def test_a_refund_gives_something_back() -> None:
    given_streams(BOOK.record([PLACED])).when(refund("0")).then_refused("refund-not-positive")


def test_a_refund_is_in_the_currency_of_the_order() -> None:
    dollars = euro("1").model_copy(update={"currency": "USD"})
    given(ORDER_BOOK, PLACED).when(
        refund_order, order_id=ORDER, refund_id=REFUND, amount=dollars, on=MAY, today=TODAY
    ).then_refused("currency-mismatch")


@pytest.mark.parametrize("past", [(), (BOOK.record([PLACED]),)])
def test_an_unknown_order_is_not_found(past: tuple[Recording, ...]) -> None:
    cancel = commands.cancel_order(ACME, order_id=uuid(99), on=MAY, today=TODAY)
    given_streams(*past).when(cancel).then_not_found("order")
