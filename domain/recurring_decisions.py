"""What may be decided about recurring revenue: to start, change, end, take up and correct it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.known import begin, find
from domain.money import Money
from domain.reason import refuse_before, refuse_future, require_reason
from domain.recurring_revenue import (
    CHANGES,
    ENDINGS,
    Movement,
    MovementKind,
    Recurring,
    RecurringEvent,
    RecurringRevenue,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
)
from domain.refusal import Refused


def start_recurring(
    revenue: RecurringRevenue, *, recurring_id: UUID, terms: RecurringTerms, today: date
) -> Sequence[RecurringEvent]:
    """Record what is paid every month from a day on.

    Raises:
        Refused: `already-exists`, `in-the-future`, `monthly-not-positive`.
    """
    known = revenue.get(recurring_id)
    started = RecurringRevenueStarted(recurring_id=recurring_id, terms=terms)
    begun = RecurringRevenueStarted(recurring_id=recurring_id, terms=known.terms) if known else None
    events = begin("recurring revenue", recurring_id, begun, started)
    if events:
        refuse_future(terms.starts_on, today=today)
        _refuse_not_positive(terms.monthly)
    return events


def change_recurring(
    revenue: RecurringRevenue, *, recurring_id: UUID, kind: MovementKind, to: Money, on: date
) -> Sequence[RecurringEvent]:
    """Record that more or less is paid from this day on.

    Raises:
        NotFound: no such recurring revenue.
        Refused: `not-a-change`, `recurring-ended`, `currency-mismatch`, `kind-does-not-fit`,
            `monthly-not-positive`, `before-the-last-movement`.
    """
    recurring = find("recurring-revenue", recurring_id, revenue)
    if kind not in CHANGES:
        raise Refused(
            "not-a-change", f"{kind} is no change; name one of {', '.join(sorted(CHANGES))}"
        )
    latest = recurring.latest
    if (latest.kind, latest.now, latest.on) == (kind, to, on):
        return []
    _refuse_ended(recurring)
    movement = Movement(kind=kind, on=on, was=latest.now, now=to)
    _refuse_misfit(movement)
    _refuse_before_last(recurring, on)
    return [RecurringRevenueChanged(recurring_id=recurring_id, movement=movement)]


def end_recurring(
    revenue: RecurringRevenue,
    *,
    recurring_id: UUID,
    kind: MovementKind,
    reason_code: str,
    on: date,
) -> Sequence[RecurringEvent]:
    """Record that nothing is paid any more from this day on.

    Raises:
        NotFound: no such recurring revenue.
        Refused: `not-an-ending`, `recurring-ended`, `before-the-last-movement`.
    """
    recurring = find("recurring-revenue", recurring_id, revenue)
    if kind not in ENDINGS:
        raise Refused(
            "not-an-ending", f"{kind} is no ending; name one of {', '.join(sorted(ENDINGS))}"
        )
    latest = recurring.latest
    if (latest.kind, latest.on, recurring.reason_code) == (kind, on, reason_code):
        return []
    _refuse_ended(recurring)
    _refuse_before_last(recurring, on)
    return [_ended(recurring_id, recurring, kind, reason_code, on)]


def end_all(revenue: RecurringRevenue, *, reason_code: str, on: date) -> Sequence[RecurringEvent]:
    """End everything that runs, because the client has left.

    Raises:
        Refused: `before-the-last-movement`.
    """
    events = []
    for recurring_id, recurring in sorted(revenue.items()):
        if recurring.is_running:
            _refuse_before_last(recurring, on)
            events.append(_ended(recurring_id, recurring, MovementKind.CHURN, reason_code, on))
    return events


def reactivate_recurring(
    revenue: RecurringRevenue, *, recurring_id: UUID, monthly: Money, on: date
) -> Sequence[RecurringEvent]:
    """Record that it is paid again from this day on.

    Raises:
        NotFound: no such recurring revenue.
        Refused: `recurring-running`, `recurring-voided`, `currency-mismatch`,
            `monthly-not-positive`, `before-the-last-movement`.
    """
    recurring = find("recurring-revenue", recurring_id, revenue)
    latest = recurring.latest
    movement = Movement(kind=MovementKind.REACTIVATION, on=on, was=latest.now, now=monthly)
    if (latest.kind, latest.now, latest.on) == (movement.kind, monthly, on):
        return []
    _refuse_voided(recurring)
    if recurring.is_running:
        raise Refused(
            "recurring-running",
            f"{latest.now} a month are paid since {latest.on}; change that instead",
        )
    _refuse_misfit(movement)
    _refuse_before_last(recurring, on)
    return [RecurringRevenueReactivated(recurring_id=recurring_id, movement=movement)]


def correct_recurring(
    revenue: RecurringRevenue,
    *,
    recurring_id: UUID,
    monthly: Money | None,
    moved_on: date | None,
    reason: str,
    today: date,
) -> Sequence[RecurringEvent]:
    """Put right the amount or the day of the latest movement; None: it was right.

    Raises:
        NotFound: no such recurring revenue.
        Refused: `reason-required`, `recurring-voided`, `nothing-paid-any-more`, `in-the-future`,
            `currency-mismatch`, `kind-does-not-fit`, `monthly-not-positive`,
            `before-the-last-movement`.
    """
    require_reason(reason)
    recurring = find("recurring-revenue", recurring_id, revenue)
    _refuse_voided(recurring)
    was = recurring.latest
    if was.kind in ENDINGS and monthly is not None:
        raise Refused(
            "nothing-paid-any-more",
            f"it ended on {was.on}, so that no amount can be wrong; correct the day alone, "
            "or void it and start it anew",
        )
    now = was.model_copy(
        update={
            "on": was.on if moved_on is None else moved_on,
            "now": was.now if monthly is None else monthly,
        }
    )
    if now == was:
        return []
    refuse_future(now.on, today=today)
    if now.kind not in ENDINGS:
        _refuse_misfit(now)
    if len(recurring.movements) > 1:
        _refuse_before(recurring.movements[-2], now.on)
    return [RecurringRevenueCorrected(recurring_id=recurring_id, was=was, now=now)]


def void_recurring(
    revenue: RecurringRevenue, *, recurring_id: UUID, reason: str
) -> Sequence[RecurringEvent]:
    """Record that nothing of it ever was.

    Raises:
        NotFound: no such recurring revenue.
        Refused: `reason-required`.
    """
    require_reason(reason)
    recurring = find("recurring-revenue", recurring_id, revenue)
    return [] if recurring.voided else [RecurringRevenueVoided(recurring_id=recurring_id)]


def _ended(
    recurring_id: UUID, recurring: Recurring, kind: MovementKind, reason_code: str, on: date
) -> RecurringEvent:
    was = recurring.latest.now
    movement = Movement(kind=kind, on=on, was=was, now=Money.zero(was.currency))
    return RecurringRevenueEnded(
        recurring_id=recurring_id, movement=movement, reason_code=reason_code
    )


def _refuse_misfit(movement: Movement) -> None:
    was, now = movement.was, movement.now
    if now.currency != was.currency:
        raise Refused(
            "currency-mismatch",
            f"it is paid in {was.currency}, not in {now.currency}; "
            "end it as a conversion, and start another in that currency",
        )
    _refuse_not_positive(now)
    lower = movement.kind is MovementKind.CONTRACTION
    if now == was or (now < was) is not lower:
        raise Refused(
            "kind-does-not-fit",
            f"from {was} to {now} is no {movement.kind}; "
            "give the amount that it is, or another kind",
        )


def _refuse_not_positive(monthly: Money) -> None:
    if monthly.amount <= 0:
        raise Refused(
            "monthly-not-positive",
            f"{monthly} a month is nothing to be paid; give more than zero, or end it",
        )


def _refuse_voided(recurring: Recurring) -> None:
    if recurring.voided:
        raise Refused("recurring-voided", "it was voided: nothing of it ever was; start another")


def _refuse_ended(recurring: Recurring) -> None:
    _refuse_voided(recurring)
    if not recurring.is_running:
        latest = recurring.latest
        raise Refused(
            "recurring-ended",
            f"it ended on {latest.on} ({latest.kind}); reactivate it, or start another",
        )


def _refuse_before_last(recurring: Recurring, on: date) -> None:
    _refuse_before(recurring.latest, on)


def _refuse_before(movement: Movement, on: date) -> None:
    refuse_before(
        on,
        earliest=movement.on,
        what=f"the last movement ({movement.kind}), of {movement.on}",
        code="before-the-last-movement",
    )
