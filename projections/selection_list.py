"""The selection worklist: open accounts, those most worth our attention first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.selection import SelectionOutcome
from domain.tier import Tier
from projections.page import BadCursor, Page, name_and_id, page_of, where


class RankedBy(StrEnum):
    """What an account is ranked by; competition and effort speak against it."""

    FIT = "fit"
    GROWTH = "growth"
    COMPETITION = "competition"
    STRENGTH = "strength"
    EFFORT = "effort"


@dataclass(frozen=True, slots=True)
class SelectionShown:
    """One line of the worklist: an account as it stands now."""

    account_id: UUID
    name: str
    tier: Tier
    manager_id: UUID | None
    industry: str | None
    territory: str | None
    selected: bool
    selected_on: date | None
    deselected_on: date | None
    reviewed_on: date | None
    review_outcome: SelectionOutcome | None
    approved_by: UUID | None
    fit: Decimal | None
    fit_band: str | None
    fit_scored_on: date | None
    fit_policy_version: int | None
    growth_potential: int | None
    long_term_profitability: int | None
    strategic_value: int | None
    competitive_intensity: int | None
    relationship_strength: int | None
    cost_to_serve: int | None
    position: int


@dataclass(frozen=True, slots=True)
class SelectionFilter:
    """What is looked for; None: it does not matter."""

    selected: bool | None = None
    scored: bool | None = None
    fit_at_least: Decimal | None = None
    fit_band: str | None = None
    tier: Tier | None = None
    manager_id: UUID | None = None
    industry: str | None = None
    territory: str | None = None
    not_reviewed_since: date | None = None


# What is not known ranks behind whatever is. The numbers are those of the index.
_RANKS: Final = {
    RankedBy.FIT: "coalesce(s.fit, -1)",
    RankedBy.GROWTH: "coalesce(s.growth_potential, -1)",
    RankedBy.COMPETITION: "coalesce(5 - s.competitive_intensity, -1)",
    RankedBy.STRENGTH: "coalesce(s.relationship_strength, -1)",
    RankedBy.EFFORT: "coalesce(5 - s.cost_to_serve, -1)",
}
_RANK_MAX: Final = 100
"""That of the fit; no other rank is greater."""

_CONDITIONS: Final = {
    "selected": "s.selected = %s",
    "scored": "(s.fit IS NOT NULL) = %s",
    "fit_at_least": "s.fit >= %s",
    "fit_band": "s.fit_band = %s",
    "tier": "a.tier = %s",
    "manager_id": "a.manager_id = %s",
    "industry": "a.industry = %s",
    "territory": "a.territory = %s",
    "not_reviewed_since": "s.selected AND greatest(s.selected_on, s.reviewed_on) < %s",
}
_OF_ACCOUNT: Final = ("name", "tier", "manager_id", "industry", "territory")
_COLUMNS: Final = ", ".join(
    f"{'a' if column in _OF_ACCOUNT else 's'}.{column}"
    for column in SelectionShown.__dataclass_fields__
)


async def list_selections(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: SelectionFilter,
    by: RankedBy = RankedBy.FIT,
    after: str | None = None,
    limit: int = 100,
) -> Page[SelectionShown]:
    """Return open accounts, the best first: `by` decides, then the other ranks in their order.

    Raises:
        BadCursor: `after` is not a cursor of this list in this order.
    """
    order = [_RANKS[each] for each in _order(by)]
    ranks = ", ".join(order)
    conditions = ["s.tenant_id = %s", "a.status = 'open'"]
    parameters: list[Any] = [tenant_id]
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    if after is not None:
        conditions.append(f"({ranks}, s.account_id) < (%s, %s, %s, %s, %s, %s)")
        parameters += _read_cursor(after, by)
    query = (
        SQL(f"SELECT {_COLUMNS}, {ranks} ")
        + SQL("FROM projections.selection AS s ")
        + SQL("JOIN projections.account_overview AS a USING (tenant_id, account_id)")
        + where(conditions)
        + SQL(f" ORDER BY {' DESC, '.join(order)} DESC, s.account_id DESC LIMIT %s")
    )
    cursor = await connection.execute(query, (*parameters, limit + 1))
    found = [(_row(values[: -len(_RANKS)]), values[-len(_RANKS) :]) async for values in cursor]
    page = page_of(found, limit, lambda each: (_written(by, each[1]), each[0].account_id))
    return Page([row for row, _ in page.rows], page.next)


def _order(by: RankedBy) -> Sequence[RankedBy]:
    return [by, *(each for each in RankedBy if each is not by)]


def _row(values: Sequence[Any]) -> SelectionShown:
    row = dict(zip(SelectionShown.__dataclass_fields__, values, strict=True))
    outcome = row["review_outcome"]
    row |= {
        "tier": Tier(row["tier"]),
        "review_outcome": None if outcome is None else SelectionOutcome(outcome),
    }
    return SelectionShown(**row)


def _written(by: RankedBy, ranks: Sequence[Any]) -> str:
    return ",".join([by, *map(str, ranks)])


def _read_cursor(after: str, by: RankedBy) -> Sequence[Any]:
    text, account_id = name_and_id(after)
    ordered_by, *ranks = text.split(",")
    if ordered_by != by or len(ranks) != len(_RANKS):
        raise BadCursor
    try:
        numbers = [Decimal(rank) for rank in ranks]
    except InvalidOperation as error:
        raise BadCursor from error
    if not all(number.is_finite() and abs(number) <= _RANK_MAX for number in numbers):
        raise BadCursor
    return [*numbers, account_id]
