"""Gathers what the formulas of KPIs need: contributions, and what orders add up to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.evidence import Contribution, Question, Sums, added
from domain.evidence_portfolios import PORTFOLIOS
from domain.kpi_definition import Definition
from domain.period import period_before, up_to_the_end_of
from domain.portfolio import portfolio_id
from ledger.event_types import EventTypes
from projections.kpi_asked import Asked, members, order_question, question_of
from projections.kpi_occurrences import occurrences_by_subject
from projections.kpi_orders import OrderQuestion, revenue_by_account
from projections.kpi_scope import Scope, ScopeKind
from projections.kpi_series import period_sums

Revenues = Mapping[str, Sequence[tuple[UUID, Decimal, int]]]
"""Each account's revenue and the last position behind it, by currency."""

Parts = Sequence[tuple[UUID, Contribution]]
"""Contributions, each with the account (or portfolio) that it is of."""


@dataclass(frozen=True, slots=True)
class OrderSums:
    """What orders of each currency add up to: in the period, in the one before, and since ever."""

    within: Mapping[str, Sums] = field(default_factory=dict)
    before: Mapping[str, Sums] = field(default_factory=dict)
    ever: Mapping[str, Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the formulas of some KPIs need."""

    question: Question
    sums: Mapping[str | None, Sums]
    orders: OrderSums
    revenues: Revenues


async def gather(
    connection: AsyncConnection[Any],
    types: EventTypes,
    every: Sequence[Asked],
    definitions: Collection[Definition],
) -> Sequence[Gathered]:
    """Gather it for each of several questions, which differ in their period alone."""
    policies = (await question_of(connection, types, every[0])).policies
    questions = [Question(each.period, each.as_of, policies) for each in every]
    accounts = [
        await members(connection, asked, question)
        for asked, question in zip(every, questions, strict=True)
    ]
    parts = await contributions_of(
        connection, types, every[0], list(zip(questions, accounts, strict=True)), definitions
    )
    orders = await _orders(connection, every, accounts, definitions)
    return [
        Gathered(
            question,
            added(each for _, each in of_question),
            of_orders,
            await _revenues(connection, asked, named, definitions),
        )
        for asked, question, named, of_question, of_orders in zip(
            every, questions, accounts, parts, orders, strict=True
        )
    ]


async def _orders(
    connection: AsyncConnection[Any],
    every: Sequence[Asked],
    accounts: Sequence[Sequence[UUID] | None],
    definitions: Collection[Definition],
) -> Sequence[OrderSums]:
    """Return what orders add up to: in each period, in the one before, and since ever."""
    in_it = any(each.orders for each in definitions)
    before = any(each.before for each in definitions)
    ever = any(each.ever for each in definitions)
    wanted: dict[tuple[int, str], OrderQuestion] = {}
    for number, (asked, named) in enumerate(zip(every, accounts, strict=True)):
        earlier = period_before(asked.period)
        if in_it:
            wanted[number, "orders"] = order_question(asked, named)
        if before and earlier is not None:
            wanted[number, "before"] = order_question(asked, named, earlier)
        if ever:
            since_ever = up_to_the_end_of(asked.period)
            wanted[number, "ever"] = order_question(asked, named, since_ever)
    found = dict(zip(wanted, await period_sums(connection, list(wanted.values())), strict=True))
    return [
        OrderSums(
            within=found.get((number, "orders"), {}),
            before=found.get((number, "before"), {}),
            ever=found.get((number, "ever"), {}),
        )
        for number in range(len(every))
    ]


async def _revenues(
    connection: AsyncConnection[Any],
    asked: Asked,
    accounts: Sequence[UUID] | None,
    definitions: Collection[Definition],
) -> Revenues:
    if not any(each.by_account for each in definitions):
        return {}
    return await revenue_by_account(connection, order_question(asked, accounts))


async def contributions_of(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    questions: Sequence[tuple[Question, Sequence[UUID] | None]],
    definitions: Iterable[Definition],
) -> Sequence[Parts]:
    """Return, for each question, every contribution but those of orders.

    With each question stand the accounts that it is about (None: all). Events are read once.
    """
    families = {family.name: family for each in definitions for family in each.families}
    of_portfolios = families.pop(PORTFOLIOS.name, None)
    found: list[list[tuple[UUID, Contribution]]] = [[] for _ in questions]
    accounts = [None if named is None else frozenset(named) for _, named in questions]
    groups = [(list(families.values()), accounts)]
    if of_portfolios is not None:
        portfolios = _portfolios(asked.scope)
        groups.append(([of_portfolios], [portfolios] * len(questions)))
    for together, named in groups:
        names = {event.NAME for family in together for event in family.events}
        subjects = _all_of(named)
        if not names or (subjects is not None and not subjects):
            continue
        async for subject, occurrences in occurrences_by_subject(
            connection, types, asked.tenant_id, names, subjects=subjects, known_at=asked.known_at
        ):
            for (question, _), of_question, parts in zip(questions, named, found, strict=True):
                if of_question is None or subject in of_question:
                    for family in together:
                        parts += [
                            (subject, each) for each in family.contribute(occurrences, question)
                        ]
    return found


def _all_of(named: Sequence[frozenset[UUID] | None]) -> Sequence[UUID] | None:
    """Return all that any question is about; None: one is about all there are."""
    every: set[UUID] = set()
    for each in named:
        if each is None:
            return None
        every |= each
    return sorted(every)


def _portfolios(scope: Scope) -> frozenset[UUID] | None:
    """Return the portfolios that a scope is made of: a manager's, all (None), or none."""
    if scope.kind is ScopeKind.TENANT:
        return None
    manager_id = scope.manager_id
    return frozenset() if manager_id is None else frozenset([portfolio_id(manager_id)])
