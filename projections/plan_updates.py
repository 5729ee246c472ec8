"""The updates shared about plans: who was told when how a plan stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.plan_record import PlanUpdateShared
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanUpdateRow:
    """One update; the columns of `projections.plan_update`."""

    plan_id: UUID
    update_id: UUID
    account_id: UUID | None
    shared_on: date
    shared_with: tuple[UUID, ...]
    summary: str
    position: int


def evolve(row: PlanUpdateRow | None, entry: Recorded) -> PlanUpdateRow:
    """Make the row out of the entry that records it."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, PlanUpdateShared):
        raise ValueError(f"{envelope.name} is not a first {PlanUpdateShared.NAME}")
    return PlanUpdateRow(
        plan_id=envelope.stream_id,
        update_id=event.update_id,
        account_id=envelope.account_id,
        shared_on=event.shared_on,
        shared_with=event.to,
        summary=event.summary,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.update_id) if isinstance(event, PlanUpdateShared) else None
    )


PLAN_UPDATES: Final = RowView(
    name="plan-updates",
    table="plan_update",
    row=PlanUpdateRow,
    key=("plan_id", "update_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    PLAN_UPDATES,
    day="shared_on",
    id="update_id",
    key=lambda row: (row.shared_on, row.update_id),
    newest_first=True,
)


async def list_updates(
    connection: AsyncConnection[Any],
    tenant_id: str,
    plan_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanUpdateRow]:
    """Return the updates of a plan, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    wanted = equal(plan_id=plan_id)
    return await _LIST.page(connection, tenant_id, wanted, after=after, limit=limit)
