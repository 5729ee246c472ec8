"""Figures of any scope: what is known is gathered, added up, and put into the formulas."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from psycopg import AsyncConnection

from domain.evidence import Measure, Sums
from domain.kpi_definition import Definition, Reckoning
from domain.period import Period
from ledger.event_types import EventTypes
from projections.kpi_asked import Asked
from projections.kpi_figure import Figure, figure
from projections.kpi_gathering import Gathered, gather

_EVER: Final = frozenset({Measure.ORDERS_EVER, Measure.DEALS_EVER})
"""They tell no data from zero; behind a figure they stand only where nothing else does."""


async def figures(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definitions: Sequence[Definition],
) -> Sequence[Figure]:
    """Return the figures of KPIs, one for each currency where it is a matter of currency.

    Of what has no currency yet there is one without any.
    """
    (found,) = await figures_of_periods(connection, types, asked, [asked.period], definitions)
    return found


async def figures_of_periods(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    periods: Sequence[Period],
    definitions: Sequence[Definition],
) -> Sequence[Sequence[Figure]]:
    """Return the figures of each period, in their order; `asked.period` is none of them."""
    every = [replace(asked, period=period) for period in periods]
    gathered = await gather(connection, types, every, definitions)
    return [
        [each for definition in definitions for each in reckon(definition, of_period)]
        for of_period in gathered
    ]


def reckon(definition: Definition, gathered: Gathered) -> Sequence[Figure]:
    """Return the figures of one KPI, out of what was gathered for it; pure."""
    currencies: Sequence[str | None] = [None]
    if definition.by_currency:
        currencies = _currencies(definition, gathered) or [None]
    return [_figure(definition, gathered, currency) for currency in currencies]


def _currencies(definition: Definition, gathered: Gathered) -> Sequence[str]:
    if definition.by_account:
        return sorted(gathered.revenues)
    if definition.orders:
        return sorted(gathered.orders.ever if definition.ever else gathered.orders.within)
    measures = set(definition.measures)
    return sorted(
        currency
        for currency, sums in gathered.sums.items()
        if currency is not None and not measures.isdisjoint(sums)
    )


def _figure(definition: Definition, gathered: Gathered, currency: str | None) -> Figure:
    known = gathered.sums.get(currency, {})
    if definition.orders and currency is not None:
        known = (gathered.orders.ever if definition.ever else gathered.orders.within)[currency]
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
        positions += _positions(
            [*gathered.orders.within.values(), *gathered.orders.before.values()]
        )
    return figure(definition, given, position=max(_behind(sums) + positions, default=None))


def _trends(gathered: Gathered) -> Sequence[tuple[Decimal, Decimal]]:
    nothing: Sums = {}
    return [
        (_net(gathered.orders.within.get(currency, nothing)), _net(earlier))
        for currency, earlier in gathered.orders.before.items()
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
