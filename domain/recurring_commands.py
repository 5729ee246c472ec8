"""The commands of recurring revenue, which stands in the account's order book."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from domain import recurring_decisions as recurrings
from domain.account_decisions import refuse_closed, refuse_merged
from domain.binding import account_stream, deal_of, deal_stream, up_to
from domain.decision import Decision, Source, States
from domain.event import Recording
from domain.house_rules import refuse_currency
from domain.money import Money
from domain.order_book import NO_ORDERS, order_book_stream
from domain.policy_set import POLICIES
from domain.recurring_revenue import (
    MovementKind,
    RecurringEvent,
    RecurringRevenue,
    RecurringTerms,
)


def start_recurring_revenue(
    account_id: UUID, recurring_id: UUID, *, terms: RecurringTerms, today: date
) -> Decision:
    """Start it in an open account; its effective day is `terms.starts_on`."""
    deals = [] if terms.deal_id is None else [deal_stream(terms.deal_id, account_id=account_id)]

    def decide(revenue: RecurringRevenue, states: States) -> Sequence[RecurringEvent]:
        events = recurrings.start_recurring(
            revenue, recurring_id=recurring_id, terms=terms, today=today
        )
        if events:
            refuse_closed(states[account_stream(account_id)])
            refuse_currency(states, terms.monthly.currency, on=terms.starts_on)
            for deal in deals:
                deal_of(states, deal)
        return events

    return _on_book(account_id, decide, beside=[POLICIES, *deals])


def change_recurring_revenue(
    account_id: UUID,
    recurring_id: UUID,
    *,
    kind: MovementKind,
    to: Money,
    on: date,
    today: date,
) -> Decision:
    def decide(revenue: RecurringRevenue, _: States) -> Sequence[RecurringEvent]:
        return recurrings.change_recurring(
            revenue, recurring_id=recurring_id, kind=kind, to=to, on=on
        )

    return up_to(today, on, _on_book(account_id, decide))


def end_recurring_revenue(
    account_id: UUID,
    recurring_id: UUID,
    *,
    kind: MovementKind,
    reason_code: str,
    on: date,
    today: date,
) -> Decision:
    def decide(revenue: RecurringRevenue, _: States) -> Sequence[RecurringEvent]:
        return recurrings.end_recurring(
            revenue, recurring_id=recurring_id, kind=kind, reason_code=reason_code, on=on
        )

    return up_to(today, on, _on_book(account_id, decide))


def reactivate_recurring_revenue(
    account_id: UUID, recurring_id: UUID, *, monthly: Money, on: date, today: date
) -> Decision:
    """Take it up again, in an open account."""

    def decide(revenue: RecurringRevenue, states: States) -> Sequence[RecurringEvent]:
        events = recurrings.reactivate_recurring(
            revenue, recurring_id=recurring_id, monthly=monthly, on=on
        )
        if events:
            refuse_closed(states[account_stream(account_id)])
        return events

    return up_to(today, on, _on_book(account_id, decide))


def correct_recurring_revenue(
    account_id: UUID,
    recurring_id: UUID,
    *,
    monthly: Money | None = None,
    moved_on: date | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    """Put right the latest movement: its amount, its day (`moved_on`), or both."""

    def decide(revenue: RecurringRevenue, _: States) -> Sequence[RecurringEvent]:
        return recurrings.correct_recurring(
            revenue,
            recurring_id=recurring_id,
            monthly=monthly,
            moved_on=moved_on,
            reason=reason,
            today=today,
        )

    return up_to(today, on, _on_book(account_id, decide))


def void_recurring_revenue(
    account_id: UUID, recurring_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(revenue: RecurringRevenue, _: States) -> Sequence[RecurringEvent]:
        return recurrings.void_recurring(revenue, recurring_id=recurring_id, reason=reason)

    return up_to(today, on, _on_book(account_id, decide))


def _on_book(
    account_id: UUID,
    decide: Callable[[RecurringRevenue, States], Sequence[RecurringEvent]],
    *,
    beside: Iterable[Source] = (),
) -> Decision:
    """Bind a decision about recurring revenue; the account may be closed by now, but not merged."""
    account, book = account_stream(account_id), order_book_stream(account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_merged(states[account])
        revenue = (states.find(book) or NO_ORDERS).recurring
        return [book.record(decide(revenue, states))]

    return Decision(book, (account, book, *beside), decide_on)
