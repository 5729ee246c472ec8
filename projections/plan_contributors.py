"""Who contributes to plans: department, role, and how many of the hours given are allocated."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.contributor import PlanContributorAdded, PlanContributorRemoved, PlanResourceAllocated
from ledger.recorded import Recorded
from projections.day_list import Condition, DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanContributorRow:
    """One contributor of a plan; the columns of `projections.plan_contributor`.

    `contribution_id`, the command that added the contributor, tells the rows of a list apart.
    """

    plan_id: UUID
    party_id: UUID
    contribution_id: UUID
    account_id: UUID | None
    department: str
    role: str
    working_agreement: str | None
    hours_per_month: int
    hours_allocated: int
    hours_overridden: int
    added_on: date
    removed_on: date | None
    position: int


@dataclass(frozen=True, slots=True)
class ContributorFilter:
    """What the contributors of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    plan_id: UUID | None = None
    party_id: UUID | None = None
    department: str | None = None


def evolve(row: PlanContributorRow | None, entry: Recorded) -> PlanContributorRow:
    """Fold one entry about a contributor into the row."""
    event, day = entry.event, entry.envelope.effective_at
    match event:
        case PlanContributorAdded(party_id=party_id, contributor=contributor):
            stays = row is not None and row.removed_on is None
            return PlanContributorRow(
                plan_id=entry.envelope.stream_id,
                party_id=party_id,
                contribution_id=row.contribution_id if row else entry.envelope.command_id,
                account_id=entry.envelope.account_id,
                **dict(contributor),
                hours_allocated=row.hours_allocated if row else 0,
                hours_overridden=row.hours_overridden if row else 0,
                added_on=row.added_on if row and stays else day,
                removed_on=None,
                position=entry.position,
            )
        case PlanContributorRemoved() if row is not None:
            return replace(row, removed_on=day, position=entry.position)
        case PlanResourceAllocated(was=was, now=now, override=override) if row is not None:
            return replace(
                row,
                hours_allocated=row.hours_allocated + now - was,
                hours_overridden=row.hours_overridden + (override is not None),
                position=entry.position,
            )
        case _:
            raise ValueError(f"{entry.envelope.name} stands before {PlanContributorAdded.NAME}")


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            PlanContributorAdded(party_id=party_id)
            | PlanContributorRemoved(party_id=party_id)
            | PlanResourceAllocated(party_id=party_id)
        ):
            return entry.envelope.stream_id, party_id
        case _:
            return None


PLAN_CONTRIBUTORS: Final = RowView(
    name="plan-contributors",
    table="plan_contributor",
    row=PlanContributorRow,
    key=("plan_id", "party_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    PLAN_CONTRIBUTORS,
    day="added_on",
    id="contribution_id",
    key=lambda row: (row.added_on, row.contribution_id),
)
_STILL: Final[Condition] = ("removed_on IS NULL", ())


async def list_contributors(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: ContributorFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanContributorRow]:
    """Return who contributes now, in the order in which they were added, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions = [
        *equal(
            account_id=wanted.account_id,
            plan_id=wanted.plan_id,
            party_id=wanted.party_id,
            department=wanted.department,
        ),
        _STILL,
    ]
    return await _LIST.page(connection, tenant_id, conditions, after=after, limit=limit)
