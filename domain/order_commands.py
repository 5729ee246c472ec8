"""The commands of the order book; placing an order is the hot path of a bulk import."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Concatenate, ParamSpec
from uuid import UUID

from domain import order_decisions
from domain.account_decisions import refuse_closed, refuse_merged
from domain.binding import account_stream, deal_of, deal_stream
from domain.decision import Decision, Source, States
from domain.event import Recording
from domain.house_rules import refuse_currency
from domain.money import Money
from domain.order_book import OrderBook, OrderContent, OrderEvent, order_book_stream
from domain.policy_set import POLICIES

P = ParamSpec("P")


def place_order(
    account_id: UUID, *, order_id: UUID, content: OrderContent, today: date
) -> Decision:
    """Place an order in an open account; its effective day is `content.ordered_on`.

    What was placed already adds nothing, whatever became of the order or the account since.
    """
    account, book = account_stream(account_id), order_book_stream(account_id)
    deal = None
    reads: tuple[Source, ...] = (account, book, POLICIES)
    if content.deal_id is not None:
        deal = deal_stream(content.deal_id, account_id=account_id)
        reads = (*reads, deal)

    def decide(states: States) -> Sequence[Recording]:
        placed_in = states[account]
        events = order_decisions.place_order(
            states.find(book), order_id=order_id, content=content, today=today
        )
        if not events:
            return []
        refuse_closed(placed_in)
        refuse_currency(states, content.amount.currency, on=content.ordered_on)
        if deal is not None:
            deal_of(states, deal)
        return [book.record(events)]

    return Decision(book, reads, decide)


def correct_order(
    account_id: UUID, *, order_id: UUID, content: OrderContent, reason: str, today: date
) -> Decision:
    """Restate an order; the correction's effective day is `content.ordered_on`."""
    decision = _on_book(
        account_id,
        order_decisions.correct_order,
        order_id=order_id,
        content=content,
        reason=reason,
        today=today,
    )
    deals = [] if content.deal_id is None else [deal_stream(content.deal_id, account_id=account_id)]

    def decide(states: States) -> Sequence[Recording]:
        for deal in deals:
            deal_of(states, deal)
        recordings = decision.decide(states)
        if any(each.events for each in recordings):
            refuse_currency(states, content.amount.currency, on=content.ordered_on)
        return recordings

    return Decision(decision.target, (*decision.reads, POLICIES, *deals), decide)


def cancel_order(account_id: UUID, *, order_id: UUID, on: date, today: date) -> Decision:
    return _on_book(account_id, order_decisions.cancel_order, order_id=order_id, on=on, today=today)


def refund_order(
    account_id: UUID, *, order_id: UUID, refund_id: UUID, amount: Money, on: date, today: date
) -> Decision:
    return _on_book(
        account_id,
        order_decisions.refund_order,
        order_id=order_id,
        refund_id=refund_id,
        amount=amount,
        on=on,
        today=today,
    )


def _on_book(
    account_id: UUID,
    decide: Callable[Concatenate[OrderBook | None, P], Sequence[OrderEvent]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision about orders on record; the account may be closed by now, but not merged."""
    account, book = account_stream(account_id), order_book_stream(account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        ordered_by = states.find(account)
        if ordered_by is not None:
            refuse_merged(ordered_by)
        return [book.record(decide(states.find(book), *args, **kwargs))]

    return Decision(book, (account, book), decide_on)
