"""Figures of any scope: what is known is gathered, added up, and put into the formulas."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.evidence import Contribution, Measure, Question, Sums, added
from domain.evidence_portfolios import PORTFOLIOS
from domain.kpi_definition import Definition, Reckoning
from domain.period import Period, period_before, up_to_the_end_of
from domain.portfolio import portfolio_id
from ledger.event_types import EventTypes
from projections.kpi_figure import Figure, figure
from projections.kpi_occurrences import occurrences_by_subject
from projections.kpi_orders import OrderQuestion, order_sums, revenue_by_account
from projections.kpi_scope import Scope, ScopeKind, accounts_of
from projections.kpi_series import period_sums
from projections.policies import read_policies

_EVER: Final = frozenset({Measure.ORDERS_EVER, Measure.DEALS_EVER})
"""They tell no data from zero; behind a figure they stand only where nothing else does."""

Revenues = Mapping[str, Sequence[tuple[UUID, Decimal, int]]]
"""Each account's revenue and the last position behind it, by currency."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, of which period, as of which day, as known at which position."""

    tenant_id: str
    scope: Scope
    period: Period
    as_of: date
    known_at: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the formulas of some definitions need."""

    question: Question
    sums: Mapping[str | None, Sums] = field(default_factory=dict)
    orders: Mapping[str, Sums] = field(default_factory=dict)
    before: Mapping[str, Sums] = field(default_factory=dict)
    ever: Mapping[str, Sums] = field(default_factory=dict)
    revenues: Revenues = field(default_factory=dict)


async def figures(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definitions: Sequence[Definition],
) -> Sequence[Figure]:
    """Return the figures of KPIs, one for each currency where it is a matter of currency.

    Of what has no currency yet there is one without any.
    """
    gathered = await _gather(connection, types, asked, definitions)
    return [each for definition in definitions for each in _reckon(definition, gathered)]


async def question_of(
    connection: AsyncConnection[Any], types: EventTypes, asked: Asked
) -> Question:
    """Return the question with the policies that were known at its position."""
    policies, _ = await read_policies(connection, types, asked.tenant_id, known_at=asked.known_at)
    return Question(asked.period, asked.as_of, policies)


async def members(
    connection: AsyncConnection[Any], asked: Asked, question: Question
) -> Sequence[UUID] | None:
    """Return whose figures they are: who belonged to the group on the last day that counts."""
    return await accounts_of(
        connection,
        asked.tenant_id,
        asked.scope,
        day=question.closing,
        known_at=asked.known_at,
    )


async def contributions_of(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    question: Question,
    accounts: Sequence[UUID] | None,
    definitions: Iterable[Definition],
) -> Sequence[tuple[UUID, Contribution]]:
    """Return every contribution but those of orders, with the account (or portfolio) it is of."""
    families = {family.name: family for each in definitions for family in each.families}
    of_portfolios = families.pop(PORTFOLIOS.name, None)
    found: list[tuple[UUID, Contribution]] = []
    groups = [(list(families.values()), accounts)]
    if of_portfolios is not None:
        groups.append(([of_portfolios], _portfolios(asked.scope)))
    for together, subjects in groups:
        names = {event.NAME for family in together for event in family.events}
        if not names or subjects == []:
            continue
        async for subject, occurrences in occurrences_by_subject(
            connection, types, asked.tenant_id, names, subjects=subjects, known_at=asked.known_at
        ):
            for family in together:
                found += [(subject, each) for each in family.contribute(occurrences, question)]
    return found


def order_question(
    asked: Asked, accounts: Sequence[UUID] | None, period: Period | None = None
) -> OrderQuestion:
    return OrderQuestion(
        asked.tenant_id, accounts, period or asked.period, asked.as_of, asked.known_at
    )


async def _gather(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definitions: Collection[Definition],
) -> Gathered:
    question = await question_of(connection, types, asked)
    accounts = await members(connection, asked, question)
    gathered = Gathered(question)
    if any(each.orders for each in definitions):
        orders = await _sums_of_orders(connection, order_question(asked, accounts))
        gathered = replace(gathered, orders=orders)
    before = period_before(asked.period)
    if before is not None and any(each.before for each in definitions):
        earlier = await _sums_of_orders(connection, order_question(asked, accounts, before))
        gathered = replace(gathered, before=earlier)
    if any(each.ever for each in definitions):
        since_ever = order_question(asked, accounts, up_to_the_end_of(asked.period))
        gathered = replace(gathered, ever=await _sums_of_orders(connection, since_ever))
    if any(each.by_account for each in definitions):
        revenues = await revenue_by_account(connection, order_question(asked, accounts))
        gathered = replace(gathered, revenues=revenues)
    found = await contributions_of(connection, types, asked, question, accounts, definitions)
    return replace(gathered, sums=added(contribution for _, contribution in found))


async def _sums_of_orders(
    connection: AsyncConnection[Any], question: OrderQuestion
) -> Mapping[str, Sums]:
    kept = await period_sums(connection, question)
    return await order_sums(connection, question) if kept is None else kept


def _portfolios(scope: Scope) -> Sequence[UUID] | None:
    """Return the portfolios that a scope is made of: a manager's, all, or none."""
    if scope.kind is ScopeKind.TENANT:
        return None
    return [portfolio_id(scope.manager_id)] if scope.manager_id is not None else []


def _reckon(definition: Definition, gathered: Gathered) -> Sequence[Figure]:
    currencies: Sequence[str | None] = [None]
    if definition.by_currency:
        currencies = _currencies(definition, gathered) or [None]
    return [_figure(definition, gathered, currency) for currency in currencies]


def _currencies(definition: Definition, gathered: Gathered) -> Sequence[str]:
    if definition.by_account:
        return sorted(gathered.revenues)
    if definition.orders:
        return sorted(gathered.ever if definition.ever else gathered.orders)
    measures = set(definition.measures)
    return sorted(
        currency
        for currency, sums in gathered.sums.items()
        if currency is not None and not measures.isdisjoint(sums)
    )


def _figure(definition: Definition, gathered: Gathered, currency: str | None) -> Figure:
    known = gathered.sums.get(currency, {})
    if definition.orders and currency is not None:
        known = (gathered.ever if definition.ever else gathered.orders)[currency]
    sums = {measure: known[measure] for measure in definition.measures if measure in known}
    revenues = gathered.revenues.get(currency or "", ())
    given = Reckoning(
        question=gathered.question,
        sums=sums,
        currency=currency,
        revenues=[amount for _, amount, _ in revenues],
        trends=_trends(gathered) if definition.before else (),
    )
    positions = [position for _, _, position in revenues] if definition.by_account else []
    if definition.before:
        positions += _positions([*gathered.orders.values(), *gathered.before.values()])
    return figure(definition, given, position=max(_behind(sums) + positions, default=None))


def _trends(gathered: Gathered) -> Sequence[tuple[Decimal, Decimal]]:
    nothing: Sums = {}
    return [
        (_net(gathered.orders.get(currency, nothing)), _net(earlier))
        for currency, earlier in gathered.before.items()
    ]


def _net(sums: Sums) -> Decimal:
    ordered, refunded = sums.get(Measure.ORDER_AMOUNT), sums.get(Measure.REFUND_AMOUNT)
    return (ordered.amount if ordered else Decimal(0)) - (
        refunded.amount if refunded else Decimal(0)
    )


def _behind(sums: Sums) -> list[int]:
    """Return the positions that made the sums, or, where there are none, what made them zeros."""
    made = [each.position for measure, each in sums.items() if measure not in _EVER]
    known = [position for position in made if position is not None]
    return known or [each.position for each in sums.values() if each.position is not None]


def _positions(of_currencies: Iterable[Sums]) -> list[int]:
    amounts = (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT)
    return [
        each.position
        for sums in of_currencies
        for measure, each in sums.items()
        if measure in amounts and each.position is not None
    ]
