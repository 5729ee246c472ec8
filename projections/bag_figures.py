"""The figures in a bag: every KPI of its accounts, or of the tenant, as known at its position."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from psycopg import AsyncConnection

from domain import period as periods
from domain.kpi_definition import Definition
from domain.kpi_definitions import EVERY_DEFINITION, OF_ACCOUNTS
from ledger.bag_plan import BagPlan
from ledger.bag_tables import row
from ledger.event_types import EventTypes
from projections.kpi_answer import figures
from projections.kpi_asked import Asked
from projections.kpi_evidence import Evidence, evidence
from projections.kpi_scope import TENANT, Scope, ScopeKind

HEADING: Final = (
    "kpi",
    "formula_version",
    "scope",
    "scope_id",
    "period",
    "as_of",
    "known_at",
    "unit",
    "currency",
    "value",
    "no_data",
    "evidence",
)


async def figures_of_bag(
    connection: AsyncConnection[Any], types: EventTypes, plan: BagPlan, *, as_of: date
) -> bytes:
    """Write the figures as CSV; `evidence` counts the events that each is made of.

    They are those of the whole life and of the twelve months up to the day.
    """
    scope = plan.scope
    whose = [Scope(ScopeKind.ACCOUNT, str(each)) for each in scope.accounts] or [TENANT]
    lines = [row(HEADING)]
    for each in whose:
        definitions = EVERY_DEFINITION if each is TENANT else OF_ACCOUNTS
        for text in ("lifetime", f"ttm@{as_of}"):
            asked = Asked(scope.tenant_id, each, periods.parse(text), as_of, scope.known_at)
            lines += await _lines(connection, types, asked, definitions, text)
    return b"".join(lines)


async def _lines(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definitions: Sequence[Definition],
    period: str,
) -> Sequence[bytes]:
    behind = {
        definition.kpi.name: _counted((await evidence(connection, types, asked, definition)).lines)
        for definition in definitions
    }
    return [
        row(
            (
                each.kpi,
                each.formula_version,
                asked.scope.kind.value,
                asked.scope.value,
                period,
                asked.as_of.isoformat(),
                asked.known_at,
                each.unit,
                each.currency,
                None if each.value is None else f"{each.value:f}",
                each.no_data,
                behind[each.kpi](each.currency),
            )
        )
        for each in await figures(connection, types, asked, definitions)
    ]


def _counted(lines: Sequence[Evidence]) -> Callable[[str | None], int]:
    """Count the events in whose lines is no currency, or that of a figure; forget the lines."""
    every = len({line.position for line in lines})
    unnamed = {line.position for line in lines if line.currency is None}
    counts = {
        currency: len(unnamed | {line.position for line in lines if line.currency == currency})
        for currency in {line.currency for line in lines} - {None}
    }
    return lambda currency: every if currency is None else counts.get(currency, len(unnamed))
