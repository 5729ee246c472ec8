"""The solutions of plans: from a need or goals to the deals that sell them, and who delivers."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.plan_record import Feasibility, PlanSolutionDesigned
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanSolutionRow:
    """One solution; the columns of `projections.plan_solution`."""

    plan_id: UUID
    solution_id: UUID
    account_id: UUID | None
    designed_on: date
    title: str
    need_id: UUID | None
    goal_ids: tuple[UUID, ...]
    deal_ids: tuple[UUID, ...]
    departments: tuple[str, ...]
    feasibility: Feasibility
    confirmed_by: UUID | None
    request_id: UUID | None
    position: int


def evolve(row: PlanSolutionRow | None, entry: Recorded) -> PlanSolutionRow:
    """Make the row out of the entry that records it."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, PlanSolutionDesigned):
        raise ValueError(f"{envelope.name} is not a first {PlanSolutionDesigned.NAME}")
    return PlanSolutionRow(
        plan_id=envelope.stream_id,
        solution_id=event.solution_id,
        account_id=envelope.account_id,
        designed_on=envelope.effective_at,
        **dict(event.solution),
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.solution_id)
        if isinstance(event, PlanSolutionDesigned)
        else None
    )


PLAN_SOLUTIONS: Final = RowView(
    name="plan-solutions",
    table="plan_solution",
    row=PlanSolutionRow,
    key=("plan_id", "solution_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    PLAN_SOLUTIONS,
    day="designed_on",
    id="solution_id",
    key=lambda row: (row.designed_on, row.solution_id),
    newest_first=True,
)


async def list_solutions(
    connection: AsyncConnection[Any],
    tenant_id: str,
    plan_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanSolutionRow]:
    """Return the solutions of a plan, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    wanted = equal(plan_id=plan_id)
    return await _LIST.page(connection, tenant_id, wanted, after=after, limit=limit)
