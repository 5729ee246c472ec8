"""Everything that was overdue on a day, of every kind, over all accounts: the longest first."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from projections.page import Page, day_and_id, page_of


class OverdueKind(StrEnum):
    CHECK_IN = "check-in"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    GOAL = "goal"
    HAND_OVER = "hand-over"
    SIGNAL = "signal"
    DEAL = "deal"
    COLLABORATION_REQUEST = "collaboration-request"


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """What should have been by `due_on`, and was not on the day asked for.

    `id` is that of the commitment, milestone and so on; for a check-in, of its relationship.
    `manager_id` leads the account today.
    """

    kind: OverdueKind
    account_id: UUID
    id: UUID
    due_on: date
    days_overdue: int
    what: str | None
    manager_id: UUID | None


# What has a day of its settling is asked as of the day; a check-in as relationships stand now.
_SQL: Final = """
WITH overdue AS (
    SELECT 'check-in' AS kind, account_id, relationship_id AS id,
           next_due_on + coalesce(cadence_grace_days, 0)::integer AS due_on, scope AS what
    FROM projections.relationship
    WHERE tenant_id = %(tenant_id)s AND status = 'active'
      AND next_due_on + coalesce(cadence_grace_days, 0)::integer < %(as_of)s
    UNION ALL
    SELECT 'commitment', account_id, commitment_id, due_on, text FROM projections.commitment
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s AND made_on <= %(as_of)s
      AND (settled_on IS NULL OR settled_on > %(as_of)s)
    UNION ALL
    SELECT 'milestone', account_id, milestone_id, due_on, name FROM projections.plan_milestone
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s
      AND (ended_on IS NULL OR ended_on > %(as_of)s)
    UNION ALL
    SELECT 'goal', account_id, goal_id, due_on, statement FROM projections.goal
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s AND set_on <= %(as_of)s
      AND (ended_on IS NULL OR ended_on > %(as_of)s)
    UNION ALL
    SELECT 'hand-over', account_id, hand_over_id, due_on, NULL FROM projections.hand_over
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s AND initiated_on <= %(as_of)s
      AND (ended_on IS NULL OR ended_on > %(as_of)s)
    UNION ALL
    SELECT 'signal', account_id, signal_id, due_on, title FROM projections.signal
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s AND raised_on <= %(as_of)s
      AND (resolved_on IS NULL OR resolved_on > %(as_of)s)
    UNION ALL
    SELECT 'deal', account_id, deal_id, expected_close_on, name FROM projections.deal
    WHERE tenant_id = %(tenant_id)s AND expected_close_on < %(as_of)s AND status = 'open'
    UNION ALL
    SELECT 'collaboration-request', account_id, request_id, due_on, question
    FROM projections.collaboration_request
    WHERE tenant_id = %(tenant_id)s AND due_on < %(as_of)s AND requested_on <= %(as_of)s
      AND (settled_on IS NULL OR settled_on > %(as_of)s)
)
SELECT overdue.kind, overdue.account_id, overdue.id, overdue.due_on,
       %(as_of)s - overdue.due_on, overdue.what, account.manager_id
FROM overdue
JOIN projections.account_overview AS account
  ON account.tenant_id = %(tenant_id)s AND account.account_id = overdue.account_id
 AND account.status = 'open'
WHERE (%(kind)s::text IS NULL OR overdue.kind = %(kind)s::text)
  AND (%(manager_id)s::uuid IS NULL OR account.manager_id = %(manager_id)s::uuid)
  AND (%(account_id)s::uuid IS NULL OR overdue.account_id = %(account_id)s::uuid)
  AND (%(after_day)s::date IS NULL
       OR (overdue.due_on, overdue.id) > (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY overdue.due_on, overdue.id
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Whose, and of which kind; None: it does not matter."""

    kind: OverdueKind | None = None
    manager_id: UUID | None = None
    account_id: UUID | None = None


async def list_overdue(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: OverdueFilter,
    as_of: date,
    after: str | None,
    limit: int,
) -> Page[OverdueRow]:
    """Return what was overdue in open accounts, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    after_day, after_id = (None, None) if after is None else day_and_id(after)
    parameters = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "kind": wanted.kind and wanted.kind.value,
        "manager_id": wanted.manager_id,
        "account_id": wanted.account_id,
        "after_day": after_day,
        "after_id": after_id,
        "limit": limit + 1,
    }
    cursor = await connection.execute(_SQL, parameters)
    rows = [OverdueRow(OverdueKind(kind), *line) async for kind, *line in cursor]
    return page_of(rows, limit, lambda row: (row.due_on, row.id))
