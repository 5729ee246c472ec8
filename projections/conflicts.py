"""The conflicts of an account: reckoned on read from its goals, milestones and contributors."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.conflict import Conflict, Contribution, Demand, DemandKind, conflicts, order_of
from domain.goal_terms import Horizon
from projections.page import Page, name_and_id, page_of

_DEMANDS_SQL: Final = """
    SELECT 'goal', goal_id, statement, due_on, horizon, owner_id, NULL
    FROM projections.goal
    WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s AND set_on IS NOT NULL
      AND (ended_on IS NULL OR ended_on > %(as_of)s)
    UNION ALL
    SELECT 'milestone', m.milestone_id, m.name, m.due_on,
           CASE m.kind WHEN 'quick-win' THEN 'short' ELSE 'long' END, m.owner_id, m.department
    FROM projections.plan_milestone AS m
    JOIN projections.plan AS p ON p.tenant_id = m.tenant_id AND p.plan_id = m.plan_id
    WHERE m.tenant_id = %(tenant_id)s AND m.account_id = %(account_id)s
      AND (m.ended_on IS NULL OR m.ended_on > %(as_of)s) AND p.activated_on <= %(as_of)s
"""
_CONTRIBUTIONS_SQL: Final = """
    WITH running AS (
        SELECT c.party_id, c.hours_per_month, c.hours_allocated,
               p.plan_id, p.title, p.last_on, p.horizon, p.account_id
        FROM projections.plan_contributor AS c
        JOIN projections.plan AS p ON p.tenant_id = c.tenant_id AND p.plan_id = c.plan_id
        WHERE c.tenant_id = %(tenant_id)s AND c.removed_on IS NULL AND p.state = 'active'
          AND %(as_of)s BETWEEN p.first_on AND p.last_on
          AND c.party_id IN (
              SELECT party_id FROM projections.plan_contributor
              WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
          )
    )
    SELECT plan_id, title, last_on, horizon, party_id, hours_per_month, hours_allocated,
           account_id = %(account_id)s
    FROM running
    WHERE party_id IN (SELECT party_id FROM running WHERE account_id = %(account_id)s)
"""


async def list_conflicts(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    *,
    as_of: date,
    window_days: int,
    after: str | None = None,
    limit: int = 100,
) -> Page[Conflict]:
    """Return what competes within an account, by the first due day, `limit` at the most.

    Goals and milestones are the account's own, open on the day, the milestones of plans that are
    worked by. The hours of its contributors are those of all plans of the tenant that run then.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    parameters = {"tenant_id": tenant_id, "account_id": account_id, "as_of": as_of}
    demands = await _demands(connection, parameters)
    contributions = await _contributions(connection, parameters)
    position = None if after is None else name_and_id(after)
    found = [
        conflict
        for conflict in conflicts(demands, contributions, window_days=window_days)
        if position is None or order_of(conflict) > position
    ]
    return page_of(found[: limit + 1], limit, order_of)


async def _demands(
    connection: AsyncConnection[Any], parameters: dict[str, Any]
) -> Sequence[Demand]:
    cursor = await connection.execute(_DEMANDS_SQL, parameters)
    return [
        Demand(DemandKind(kind), id_, name, due_on, Horizon(horizon), owner_id, department)
        async for kind, id_, name, due_on, horizon, owner_id, department in cursor
    ]


async def _contributions(
    connection: AsyncConnection[Any], parameters: dict[str, Any]
) -> Sequence[Contribution]:
    cursor = await connection.execute(_CONTRIBUTIONS_SQL, parameters)
    return [
        Contribution(plan_id, title, last_on, Horizon(horizon), *numbers)
        async for plan_id, title, last_on, horizon, *numbers in cursor
    ]
