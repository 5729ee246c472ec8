"""The reviews of goals: what somebody thought, beside what was reckoned."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal import Assessment, GoalReviewed, GoalStatus
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class GoalReviewRow:
    """One review, named by its command; the columns of `projections.goal_review`."""

    goal_id: UUID
    review_id: UUID
    reviewed_on: date
    assessment: Assessment
    computed: GoalStatus
    policy_version: int
    note: str | None
    actor: str
    position: int


def evolve(row: GoalReviewRow | None, entry: Recorded) -> GoalReviewRow:
    """Make the row of a review out of its entry."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, GoalReviewed):
        raise ValueError(f"{envelope.name} is not a first {GoalReviewed.NAME}")
    return GoalReviewRow(
        goal_id=envelope.stream_id,
        review_id=envelope.command_id,
        reviewed_on=event.reviewed_on,
        assessment=event.assessment,
        computed=event.computed,
        policy_version=event.policy_version,
        note=event.note,
        actor=envelope.actor,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    is_review = isinstance(entry.event, GoalReviewed)
    return (envelope.stream_id, envelope.command_id) if is_review else None


GOAL_REVIEWS: Final = RowView(
    name="goal-reviews",
    table="goal_review",
    row=GoalReviewRow,
    key=("goal_id", "review_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    GOAL_REVIEWS,
    day="reviewed_on",
    id="review_id",
    key=lambda row: (row.reviewed_on, row.review_id),
    newest_first=True,
)


async def list_goal_reviews(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[GoalReviewRow]:
    """Return the reviews of a goal, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    wanted = equal(goal_id=goal_id)
    return await _LIST.page(connection, tenant_id, wanted, after=after, limit=limit)
