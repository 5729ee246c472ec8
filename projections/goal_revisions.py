"""How goals were adjusted in mid-course: which fields, from what to what, and why."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal import GoalRevised, RevisionReason
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class GoalRevisionRow:
    """One revision, named by its command; the columns of `projections.goal_revision`.

    `was` and `now` hold the old and the new value of each of `fields`, as JSON.
    """

    goal_id: UUID
    revision_id: UUID
    revised_on: date
    reason_code: RevisionReason
    reason: str | None
    fields: tuple[str, ...]
    was: tuple[str, ...]
    now: tuple[str, ...]
    actor: str
    position: int


def evolve(row: GoalRevisionRow | None, entry: Recorded) -> GoalRevisionRow:
    """Make the row of a revision out of its entry."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, GoalRevised):
        raise ValueError(f"{envelope.name} is not a first {GoalRevised.NAME}")
    fields = tuple(event.changes())
    stored = event.model_dump(mode="json")
    return GoalRevisionRow(
        goal_id=envelope.stream_id,
        revision_id=envelope.command_id,
        revised_on=envelope.effective_at,
        reason_code=event.reason_code,
        reason=envelope.reason,
        fields=fields,
        was=tuple(_json(stored[field]["was"]) for field in fields),
        now=tuple(_json(stored[field]["now"]) for field in fields),
        actor=envelope.actor,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    is_revision = isinstance(entry.event, GoalRevised)
    return (envelope.stream_id, envelope.command_id) if is_revision else None


GOAL_REVISIONS: Final = RowView(
    name="goal-revisions",
    table="goal_revision",
    row=GoalRevisionRow,
    key=("goal_id", "revision_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    GOAL_REVISIONS,
    day="revised_on",
    id="revision_id",
    key=lambda row: (row.revised_on, row.revision_id),
    newest_first=True,
)


async def list_goal_revisions(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[GoalRevisionRow]:
    """Return the revisions of a goal, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    wanted = equal(goal_id=goal_id)
    return await _LIST.page(connection, tenant_id, wanted, after=after, limit=limit)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
