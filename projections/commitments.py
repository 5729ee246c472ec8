"""Commitments: what was promised by whom, until when, and what became of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentStatus,
    CommittedBy,
)
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page, where
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """One commitment as it stands; the columns of `projections.commitment`."""

    account_id: UUID
    relationship_id: UUID
    commitment_id: UUID
    by: CommittedBy
    text: str
    status: CommitmentStatus
    made_on: date
    due_on: date
    settled_on: date | None
    owner_party_id: UUID | None
    department: str | None
    effort_hours: int | None
    collaboration_request_id: UUID | None
    approved_by: UUID | None
    approval_reason: str | None
    position: int


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """What the commitments of a list have in common; None: it does not matter.

    `overdue_as_of`: those that are open and were due before that day.
    """

    account_id: UUID | None = None
    relationship_id: UUID | None = None
    status: CommitmentStatus | None = None
    by: CommittedBy | None = None
    overdue_as_of: date | None = None


def evolve(row: CommitmentRow | None, entry: Recorded) -> CommitmentRow:
    """Fold one entry about a commitment into its row."""
    event = entry.event
    if isinstance(event, CommitmentMade):
        return _made(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {CommitmentMade.NAME}")
    match event:
        case CommitmentKept(kept_on=day):
            row = replace(row, status=CommitmentStatus.KEPT, settled_on=day)
        case CommitmentBroken(broken_on=day):
            row = replace(row, status=CommitmentStatus.BROKEN, settled_on=day)
        case CommitmentReleased(released_on=day):
            row = replace(row, status=CommitmentStatus.RELEASED, settled_on=day)
        case CommitmentRescheduled(now=day):
            row = replace(row, due_on=day)
        case _:
            return row
    return replace(row, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            CommitmentMade(commitment_id=commitment_id)
            | CommitmentKept(commitment_id=commitment_id)
            | CommitmentBroken(commitment_id=commitment_id)
            | CommitmentRescheduled(commitment_id=commitment_id)
            | CommitmentReleased(commitment_id=commitment_id)
        ):
            return entry.envelope.stream_id, commitment_id
        case _:
            return None


COMMITMENTS: Final = RowView(
    name="commitments",
    table="commitment",
    row=CommitmentRow,
    key=("relationship_id", "commitment_id"),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = COMMITMENTS.select_from + where(
    ["tenant_id = %s", "account_id = %s", "relationship_id = %s", "commitment_id = %s"]
)
_DUE_FIRST: Final = DayOrder("due_on", "commitment_id", newest_first=False)


async def find_commitment(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    relationship_id: UUID,
    commitment_id: UUID,
) -> CommitmentRow:
    """Return one commitment of a relationship.

    Raises:
        NotFound: there is no such commitment, or the view does not hold it yet.
    """
    ids = (tenant_id, account_id, relationship_id, commitment_id)
    rows = await COMMITMENTS.select(connection, _ONE, ids)
    if not rows:
        raise NotFound("commitment", commitment_id)
    return rows[0]


async def list_commitments(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: CommitmentFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[CommitmentRow]:
    """Return commitments, those due first first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    beside: list[tuple[str, Any]] = []
    if wanted.overdue_as_of is not None:
        beside = [("due_on < %s", wanted.overdue_as_of), ("status = %s", CommitmentStatus.OPEN)]
    columns = ("account_id", "relationship_id", "status", "by")
    return await list_by_day(
        COMMITMENTS,
        connection,
        tenant_id,
        order=_DUE_FIRST,
        wanted={column: getattr(wanted, column) for column in columns},
        beside=beside,
        after=after,
        limit=limit,
    )


def _made(event: CommitmentMade, entry: Recorded) -> CommitmentRow:
    account_id, terms = entry.envelope.account_id, event.terms
    if account_id is None:
        raise ValueError(f"{entry.envelope.name} belongs to no account")
    return CommitmentRow(
        account_id=account_id,
        relationship_id=entry.envelope.stream_id,
        commitment_id=event.commitment_id,
        by=terms.by,
        text=terms.text,
        status=CommitmentStatus.OPEN,
        made_on=event.made_on,
        due_on=terms.due_on,
        settled_on=None,
        owner_party_id=terms.owner_party_id,
        department=terms.department,
        effort_hours=terms.effort_hours,
        collaboration_request_id=terms.collaboration_request_id,
        approved_by=None if terms.override is None else terms.override.approved_by,
        approval_reason=None if terms.override is None else terms.override.reason,
        position=entry.position,
    )
