"""Recurring revenue of any day, as known at any position, beside a naive fold."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.order_book import OrderCancelled
from domain.recurring_revenue import (
    ENDINGS,
    Movement,
    MovementKind,
    Recurring,
    RecurringEvent,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
)
from projections.recurring_movements import RECURRING_MOVEMENTS, evolve
from projections.recurring_revenue import RecurringFilter, recurring_lines
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log, euro

ACME = UUID(int=1)
FIRST = date(2026, 1, 1)
SPAN = 8


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def played(steps: list[tuple[int, int]]) -> Log:
    """Play steps on two lines: each does the next thing that is possible, on a later day."""
    log, lines, moved_on = Log(), dict[int, Recurring | None](), dict[int, int]()

    def add(event: RecurringEvent, on: int) -> None:
        log.add(event, account_id=ACME, on=day(on))

    for line, what in steps:
        id_ = UUID(int=100 + line)
        on = min(moved_on.get(line, 0) + what % 3, SPAN)
        state = lines.get(line)
        if state is None:
            terms = RecurringTerms(
                product_line="service", monthly=euro(str(10 + what)), starts_on=day(on)
            )
            add(RecurringRevenueStarted(recurring_id=id_, terms=terms), on)
            first = Movement(kind=MovementKind.NEW, on=day(on), was=euro("0"), now=terms.monthly)
            lines[line] = Recurring(terms, (first,))
        elif what == 9:
            add(RecurringRevenueVoided(recurring_id=id_), on)
            lines[line] = None
            moved_on[line] = SPAN
            break
        elif what in {7, 8}:
            was = state.latest
            now = was.model_copy(update={"on": day(on)})
            add(RecurringRevenueCorrected(recurring_id=id_, was=was, now=now), SPAN)
            lines[line] = Recurring(state.terms, (*state.movements[:-1], now))
        else:
            lines[line] = _moved(add, state, id_, what, on)
        moved_on[line] = on
    return log


def _moved(add: Any, state: Recurring, id_: UUID, what: int, on: int) -> Recurring:
    was = state.latest.now
    if not state.is_running:
        kind, now = MovementKind.REACTIVATION, euro("5")
    elif what % 2:
        kind, now = MovementKind.CHURN, euro("0")
    else:
        kind, now = MovementKind.EXPANSION, was + euro("1")
    movement = Movement(kind=kind, on=day(on), was=was, now=now)
    if kind in ENDINGS:
        add(RecurringRevenueEnded(recurring_id=id_, movement=movement, reason_code="x"), on)
    elif kind is MovementKind.REACTIVATION:
        add(RecurringRevenueReactivated(recurring_id=id_, movement=movement), on)
    else:
        add(RecurringRevenueChanged(recurring_id=id_, movement=movement), on)
    return Recurring(state.terms, (*state.movements, movement))


def naive(log: Log, as_of: date, known_at: int) -> dict[UUID, tuple[Decimal, date, date]]:
    """Return each line's monthly amount, when it began, and since when it is so."""
    lines: dict[UUID, list[Movement]] = {}
    for entry in log.entries[:known_at]:
        match entry.event:
            case RecurringRevenueStarted(recurring_id=id_, terms=terms):
                zero = euro("0")
                first = Movement(
                    kind=MovementKind.NEW, on=terms.starts_on, was=zero, now=terms.monthly
                )
                lines[id_] = [first]
            case RecurringRevenueCorrected(recurring_id=id_, now=now):
                lines[id_][-1] = now
            case RecurringRevenueVoided(recurring_id=id_):
                del lines[id_]
            case (
                RecurringRevenueChanged(recurring_id=id_, movement=movement)
                | RecurringRevenueEnded(recurring_id=id_, movement=movement)
                | RecurringRevenueReactivated(recurring_id=id_, movement=movement)
            ):
                lines[id_].append(movement)
            case _:
                raise AssertionError(entry)
    found = {}
    for id_, movements in lines.items():
        counting = [each for each in movements if each.on <= as_of]
        if counting:
            last = counting[-1]
            found[id_] = (last.now.amount, counting[0].on, last.on)
    return found


async def told(url: str, log: Log, questions: list[tuple[date, int]]) -> list[dict[UUID, Any]]:
    async with projecting(url) as connection:
        await RECURRING_MOVEMENTS.apply(connection, TENANT, log.entries)
        pages = [
            await recurring_lines(
                connection,
                TENANT,
                account_id=ACME,
                wanted=RecurringFilter(),
                as_of=as_of,
                known_at=known_at,
            )
            for as_of, known_at in questions
        ]
        await connection.rollback()
    return [
        {row.recurring_id: (row.monthly, row.starts_on, row.since) for row in page.rows}
        for page in pages
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@for_any(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=1, max_size=14))
def test_a_day_is_what_a_naive_fold_says(database_url: str, steps: list[tuple[int, int]]) -> None:
    log = played(steps)
    size = len(log.entries)
    questions = [(day(on), known) for on in range(SPAN + 1) for known in range(size + 1)]

    for question, answer in zip(
        questions, asyncio.run(told(database_url, log, questions)), strict=True
    ):
        assert answer == naive(log, *question), question


def test_only_movements_have_rows() -> None:
    log = Log()
    log.add(OrderCancelled(order_id=ACME), account_id=ACME, on=FIRST)
    voided = RecurringRevenueVoided(recurring_id=ACME)
    log.add(voided, account_id=ACME, on=FIRST)

    (row,) = RECURRING_MOVEMENTS.fold({}, log.entries).values()
    assert (row.voids, row.kind, row.position) == (True, None, 2)
    with pytest.raises(ValueError, match="is no movement"):
        evolve(None, log.entries[0])
    with pytest.raises(ValueError, match="stands twice"):
        evolve(row, log.entries[1])
