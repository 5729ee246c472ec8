"""What an account's recurring revenue contributes: what it paid at the opening, and kept paying."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.evidence import Contribution, Family, Measure, Occurrence, Question
from domain.recurring_revenue import (
    RECURRING_EVENTS,
    Movement,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    first_movement,
)

_Movements = dict[UUID, list[tuple[Movement, int]]]
"""The movements of each line that count, with the positions of the events that say so."""


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Compare what is paid every month at the opening and at the closing, in each currency.

    Who paid nothing at the opening is no part of it: new and returned clients are not kept ones.
    """
    if question.opening is None:
        return
    movements = _movements(occurrences)
    opening = list(_paid(movements, question.opening, Measure.RECURRING_AT_OPENING))
    closing = list(_paid(movements, question.closing, Measure.RECURRING_KEPT))
    was, now = _by_currency(opening), _by_currency(closing)
    for currency, paid in was.items():
        if paid == 0:
            continue
        yield from (each for each in opening if each.currency == currency)
        yield from (each for each in closing if each.currency == currency)
        positions = [each.position for each in [*opening, *closing] if each.currency == currency]
        yield Contribution(
            Measure.RECURRING_KEPT_GROSS,
            min(paid, now.get(currency, Decimal(0))),
            question.closing,
            max(positions),
            currency=currency,
        )


def _movements(occurrences: Sequence[Occurrence]) -> _Movements:
    lines: _Movements = {}
    for each in occurrences:
        match each.event:
            case RecurringRevenueStarted(recurring_id=id_, terms=terms):
                lines[id_] = [(first_movement(terms), each.position)]
            case (
                RecurringRevenueChanged(recurring_id=id_, movement=movement)
                | RecurringRevenueEnded(recurring_id=id_, movement=movement)
                | RecurringRevenueReactivated(recurring_id=id_, movement=movement)
            ):
                lines[id_].append((movement, each.position))
            case RecurringRevenueCorrected(recurring_id=id_, now=movement):
                lines[id_][-1] = (movement, each.position)
            case RecurringRevenueVoided(recurring_id=id_):
                del lines[id_]
            case _:
                pass
    return lines


def _paid(movements: _Movements, day: date, measure: Measure) -> Iterator[Contribution]:
    """Yield what each line that had begun came to at the end of a day; one that had ended, to 0."""
    for recurring_id, line in movements.items():
        begun = [each for each in line if each[0].on <= day]
        if begun:
            latest, position = begun[-1]
            yield Contribution(
                measure,
                latest.now.amount,
                latest.on,
                position,
                recurring_id,
                latest.now.currency,
            )


def _by_currency(contributions: Sequence[Contribution]) -> dict[str | None, Decimal]:
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for each in contributions:
        sums[each.currency] += each.amount
    return sums


RECURRING = Family(name="recurring-revenue", events=RECURRING_EVENTS, contribute=_contribute)
