"""Whose figures are asked for: an account's, a portfolio's, a segment's, a tier's, or everybody's.

Which accounts a group has is asked for one day, as known at one position: that of the figure. It is
never who belongs to it today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from projections.segments import SIZE_SQL


class ScopeKind(StrEnum):
    ACCOUNT = "account"
    PORTFOLIO = "portfolio"
    TIER = "tier"
    INDUSTRY = "industry"
    TERRITORY = "territory"
    COUNTRY = "country"
    SIZE = "size"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Scope:
    """A kind of group, and which one: an account's or manager's id, a word; "" for the tenant."""

    kind: ScopeKind
    value: str = ""

    @property
    def account_id(self) -> UUID | None:
        return UUID(self.value) if self.kind is ScopeKind.ACCOUNT else None

    @property
    def manager_id(self) -> UUID | None:
        return UUID(self.value) if self.kind is ScopeKind.PORTFOLIO else None


TENANT: Final = Scope(ScopeKind.TENANT)

_LED_SQL: Final = """
    WITH known AS (
        SELECT account_id, position, effective_at, changed, manager_id, manager_role,
               unled_by, unled_role
        FROM projections.account_change
        WHERE tenant_id = %(tenant_id)s AND effective_at <= %(day)s AND position <= %(known_at)s
          AND changed && '{manager,unled}'
    ), led AS (
        SELECT DISTINCT ON (account_id) * FROM known WHERE manager_id IS NOT NULL
        ORDER BY account_id, effective_at DESC, position DESC
    )
    SELECT led.account_id FROM led
    WHERE led.manager_id = %(value)s::uuid AND NOT EXISTS (
        SELECT FROM known AS gone
        WHERE gone.account_id = led.account_id
          AND (gone.effective_at, gone.position) > (led.effective_at, led.position)
          AND gone.unled_by = led.manager_id AND gone.unled_role = led.manager_role
    )
    ORDER BY 1
"""
_BELONGING_SQL: Final[LiteralString] = """
    SELECT account_id FROM (
        SELECT DISTINCT ON (account_id) account_id, {value} AS value
        FROM projections.account_change
        WHERE tenant_id = %(tenant_id)s AND effective_at <= %(day)s AND position <= %(known_at)s
          AND {column} = ANY (changed)
        ORDER BY account_id, effective_at DESC, position DESC
    ) AS latest
    WHERE value = %(value)s ORDER BY 1
"""
_COLUMNS: Final[Mapping[ScopeKind, tuple[LiteralString, LiteralString]]] = {
    ScopeKind.TIER: ("tier", "tier"),
    ScopeKind.INDUSTRY: ("industry", "industry"),
    ScopeKind.TERRITORY: ("territory", "territory"),
    ScopeKind.COUNTRY: ("country", "country"),
    ScopeKind.SIZE: ("employees", SIZE_SQL),
}
"""The column that says where an account belongs, and how its value is read."""


async def accounts_of(
    connection: AsyncConnection[Any], tenant_id: str, scope: Scope, *, day: date, known_at: int
) -> Sequence[UUID] | None:
    """Return the accounts that belonged to a group on a day, as known at a position; None: all."""
    if scope.kind is ScopeKind.TENANT:
        return None
    if scope.account_id is not None:
        return [scope.account_id]
    parameters = {
        "tenant_id": tenant_id,
        "day": day,
        "known_at": known_at,
        "value": scope.value,
    }
    if scope.kind is ScopeKind.PORTFOLIO:
        cursor = await connection.execute(_LED_SQL, parameters)
    else:
        column, value = _COLUMNS[scope.kind]
        query = SQL(_BELONGING_SQL).format(value=SQL(value), column=SQL("'" + column + "'"))
        cursor = await connection.execute(query, parameters)
    return [account_id async for (account_id,) in cursor]
