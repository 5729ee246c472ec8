"""The evidence of a figure: the lines that it is the sum of, each with the event behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain import kpi
from domain.kpi_definition import Definition
from domain.period import Period, period_before, up_to_the_end_of
from ledger.event_types import EventTypes
from projections.kpi_asked import Asked, members, order_question, question_of
from projections.kpi_gathering import contributions_of
from projections.kpi_orders import order_lines
from projections.page import whole_positions
from projections.period_closings import restatements

_REVENUE: Final = ("revenue",)
_OF_FACTS: Final = {
    kpi.ORDERS.name: ("orders",),
    kpi.AVERAGE_ORDER_VALUE.name: ("revenue", "orders"),
}
"""Which measures of facts a figure of orders is made of, where it is not revenue alone."""

_EVENTS_SQL: Final = """
    SELECT position, name, recorded_at, effective_at FROM ledger.event
    WHERE tenant_id = %s AND position = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the sums behind a figure: what an event adds, or takes back of an earlier one."""

    position: int
    name: str
    recorded_at: datetime
    event_effective_at: date
    """The effective day in the envelope of the event, say of the cancellation."""
    effective_at: date
    """The day on which the contribution counts, say that of the order."""
    account_id: UUID
    """The account that it belongs to, or the portfolio."""
    measure: str
    subject: UUID | None
    currency: str | None
    contribution: Decimal
    takes_back: int | None
    """Position of the event whose contribution this line takes back."""
    restated_period: str | None = None
    """The closed period that the event counts in, if it was recorded after the close."""


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Lines in the order of their positions; `next`: go on after it; None: that was all."""

    lines: Sequence[Evidence]
    next: int | None


@dataclass(frozen=True, slots=True)
class _Line:
    position: int
    effective_at: date
    account_id: UUID
    measure: str
    subject: UUID | None
    currency: str | None
    contribution: Decimal
    takes_back: int | None = None


async def evidence(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    *,
    after: int = 0,
    limit: int | None = None,
) -> EvidencePage:
    """Return the lines that a figure is made of, in the order in which they became known.

    With a `limit` they are those after a position, all lines of one position together, and at least
    those of one.
    """
    known = await _lines(connection, types, asked, definition)
    left = [each for each in known if each.position > after]
    lines, following = whole_positions(left, limit or len(left), lambda each: each.position)
    cursor = await connection.execute(
        _EVENTS_SQL, (asked.tenant_id, sorted({each.position for each in lines}))
    )
    events = {position: rest async for position, *rest in cursor}
    late = await restatements(connection, types, asked.tenant_id, list(events))
    shown = [
        replace(_evidence(each, *events[each.position]), restated_period=late.get(each.position))
        for each in lines
    ]
    return EvidencePage(shown, following)


async def _lines(
    connection: AsyncConnection[Any], types: EventTypes, asked: Asked, definition: Definition
) -> Sequence[_Line]:
    question = await question_of(connection, types, asked)
    accounts = await members(connection, asked, question)
    (found,) = await contributions_of(
        connection, types, asked, [(question, accounts)], [definition]
    )
    measures = set(definition.measures)
    lines = [
        _Line(
            each.position,
            each.on,
            account_id,
            each.measure.value,
            each.subject,
            each.currency,
            each.amount,
        )
        for account_id, each in found
        if each.measure in measures
    ]
    of_facts = measures_of_facts(definition)
    for period in periods_of_facts(definition, asked.period):
        asked_for = order_question(asked, accounts, period)
        lines += [_Line(**line) for line in await order_lines(connection, asked_for, of_facts)]
    return sorted(lines, key=lambda each: each.position)


def measures_of_facts(definition: Definition) -> Sequence[str]:
    """Return the measures of the facts of orders that a figure is made of."""
    return _OF_FACTS.get(definition.kpi.name, _REVENUE)


def periods_of_facts(definition: Definition, period: Period) -> Sequence[Period]:
    """Return the periods whose orders a figure of this period is made of."""
    periods = [period] if definition.orders or definition.by_account else []
    if definition.ever:
        periods = [up_to_the_end_of(period)]
    if definition.before and (before := period_before(period)) is not None:
        periods.append(before)
    return periods


def _evidence(line: _Line, name: str, recorded_at: datetime, effective_at: date) -> Evidence:
    return Evidence(
        position=line.position,
        name=name,
        recorded_at=recorded_at,
        event_effective_at=effective_at,
        effective_at=line.effective_at,
        account_id=line.account_id,
        measure=line.measure,
        subject=line.subject,
        currency=line.currency,
        contribution=line.contribution,
        takes_back=line.takes_back,
    )
