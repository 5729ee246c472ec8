"""Who belonged to a group on a day, as known at a position: a pure fold beside that in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from projections.account_changes import AccountChangeRow
from projections.kpi_scope import Scope, ScopeKind

Changes = Mapping[UUID, Sequence[AccountChangeRow]]
"""Of each account, what changed where it belongs."""


def _size(row: AccountChangeRow) -> str | None:
    """Return the size class by employees, as `segments.SIZE_SQL` has it."""
    if row.employees is None:
        return None
    limits = ((10, "micro"), (50, "small"), (250, "medium"))
    return next((size for limit, size in limits if row.employees < limit), "large")


_COLUMNS: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.TIER: "tier",
    ScopeKind.INDUSTRY: "industry",
    ScopeKind.TERRITORY: "territory",
    ScopeKind.COUNTRY: "country",
    ScopeKind.SIZE: "employees",
}
"""The column that says where an account belongs."""


def members(changes: Changes, scope: Scope, *, day: date, known_at: int) -> frozenset[UUID] | None:
    """Return the accounts that belonged to a group; None: all there are."""
    if scope.kind is ScopeKind.TENANT:
        return None
    if scope.account_id is not None:
        return frozenset([scope.account_id])
    belongs = _is_led_by if scope.kind is ScopeKind.PORTFOLIO else _has
    return frozenset(
        account_id
        for account_id, rows in changes.items()
        if belongs(
            sorted(
                (row for row in rows if row.effective_at <= day and row.position <= known_at),
                key=_order,
            ),
            scope,
        )
    )


def _has(rows: Iterable[AccountChangeRow], scope: Scope) -> bool:
    column = _COLUMNS[scope.kind]
    told = [row for row in rows if column in row.changed]
    if not told:
        return False
    value = _size(told[-1]) if scope.kind is ScopeKind.SIZE else getattr(told[-1], column)
    return bool(value == scope.value)


def _is_led_by(rows: Sequence[AccountChangeRow], scope: Scope) -> bool:
    led = [row for row in rows if row.manager_id is not None]
    if not led or led[-1].manager_id != scope.manager_id:
        return False
    latest = led[-1]
    return not any(
        _order(row) > _order(latest)
        and (row.unled_by, row.unled_role) == (latest.manager_id, latest.manager_role)
        for row in rows
    )


def _order(row: AccountChangeRow) -> tuple[date, int]:
    return row.effective_at, row.position
