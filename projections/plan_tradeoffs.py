"""The trade-offs of plans: what could not all be had, what was chosen, and who agreed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.plan_record import PlanTradeoffRecorded
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanTradeoffRow:
    """One trade-off; the columns of `projections.plan_tradeoff`."""

    plan_id: UUID
    tradeoff_id: UUID
    account_id: UUID | None
    recorded_on: date
    options: tuple[str, ...]
    chosen: str
    rationale: str
    agreed_with: tuple[UUID, ...]
    position: int


def evolve(row: PlanTradeoffRow | None, entry: Recorded) -> PlanTradeoffRow:
    """Make the row out of the entry that records it."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, PlanTradeoffRecorded):
        raise ValueError(f"{envelope.name} is not a first {PlanTradeoffRecorded.NAME}")
    return PlanTradeoffRow(
        plan_id=envelope.stream_id,
        tradeoff_id=event.tradeoff_id,
        account_id=envelope.account_id,
        recorded_on=envelope.effective_at,
        **dict(event.tradeoff),
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.tradeoff_id)
        if isinstance(event, PlanTradeoffRecorded)
        else None
    )


PLAN_TRADEOFFS: Final = RowView(
    name="plan-tradeoffs",
    table="plan_tradeoff",
    row=PlanTradeoffRow,
    key=("plan_id", "tradeoff_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    PLAN_TRADEOFFS,
    day="recorded_on",
    id="tradeoff_id",
    key=lambda row: (row.recorded_on, row.tradeoff_id),
    newest_first=True,
)


async def list_tradeoffs(
    connection: AsyncConnection[Any],
    tenant_id: str,
    plan_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanTradeoffRow]:
    """Return the trade-offs of a plan, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    wanted = equal(plan_id=plan_id)
    return await _LIST.page(connection, tenant_id, wanted, after=after, limit=limit)
