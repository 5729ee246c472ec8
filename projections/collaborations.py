"""What was asked of other departments, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.collaboration import (
    COLLABORATION_REQUEST,
    CollaborationAcknowledged,
    CollaborationAnswer,
    CollaborationAnswered,
    CollaborationCancelled,
    CollaborationDeclined,
    CollaborationEscalated,
    CollaborationFulfilled,
    CollaborationPurpose,
    CollaborationRequested,
    CollaborationStatus,
)
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class CollaborationRow:
    """One request; the columns of `projections.collaboration_request`.

    `settled_on`: the day it was answered, declined or cancelled; None while somebody is waited for.
    """

    request_id: UUID
    account_id: UUID
    department: str
    purpose: CollaborationPurpose
    question: str
    status: CollaborationStatus
    requested_on: date
    due_on: date
    requested_by: UUID | None
    need_id: UUID | None
    goal_id: UUID | None
    acknowledged_on: date | None
    escalated_to: UUID | None
    answer: CollaborationAnswer | None
    answer_text: str | None
    answered_by: UUID | None
    declined_because: str | None
    settled_on: date | None
    fulfilled_on: date | None
    version: int
    position: int


def evolve(row: CollaborationRow | None, entry: Recorded) -> CollaborationRow:
    """Fold one entry of a request's stream into its row."""
    event = entry.event
    if isinstance(event, CollaborationRequested):
        return _requested(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {CollaborationRequested.NAME}")
    return replace(_evolved(row, entry), version=entry.envelope.version, position=entry.position)


def _evolved(  # noqa: PLR0911 - one case an event
    row: CollaborationRow, entry: Recorded
) -> CollaborationRow:
    match entry.event:
        case CollaborationAcknowledged(acknowledged_on=on):
            return replace(row, status=CollaborationStatus.ACKNOWLEDGED, acknowledged_on=on)
        case CollaborationAnswered(by=by, answered_on=on, answer=answer, text=text):
            row = replace(row, status=CollaborationStatus.ANSWERED, settled_on=on)
            return replace(row, answer=answer, answer_text=text, answered_by=by)
        case CollaborationDeclined(by=by, declined_on=on, reason_code=because):
            row = replace(row, status=CollaborationStatus.DECLINED, settled_on=on)
            return replace(row, answered_by=by, declined_because=because)
        case CollaborationEscalated(to=to):
            row = replace(row, status=CollaborationStatus.ESCALATED, escalated_to=to)
            return replace(row, settled_on=None, answered_by=None, declined_because=None)
        case CollaborationFulfilled(fulfilled_on=on):
            return replace(row, status=CollaborationStatus.FULFILLED, fulfilled_on=on)
        case CollaborationCancelled(cancelled_on=on):
            row = replace(row, status=CollaborationStatus.CANCELLED)
            return replace(row, settled_on=row.settled_on or on)
        case _:
            return row


def _requested(event: CollaborationRequested, entry: Recorded) -> CollaborationRow:
    return CollaborationRow(
        request_id=entry.envelope.stream_id,
        account_id=event.account_id,
        status=CollaborationStatus.REQUESTED,
        requested_on=event.requested_on,
        **dict(event.terms),
        acknowledged_on=None,
        escalated_to=None,
        answer=None,
        answer_text=None,
        answered_by=None,
        declined_because=None,
        settled_on=None,
        fulfilled_on=None,
        version=entry.envelope.version,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == COLLABORATION_REQUEST.name else None


COLLABORATIONS: Final = RowView(
    name="collaborations",
    table="collaboration_request",
    row=CollaborationRow,
    key=("request_id",),
    key_of=key_of,
    evolve=evolve,
)

COLLABORATION_LIST: Final = RowList(
    COLLABORATIONS, kind="collaboration-request", by="requested_on", id="request_id"
)


def standing(*, is_open: bool | None, overdue_as_of: date | None) -> Sequence[Condition]:
    """Ask for requests that wait for an answer, or do not; or were overdue on a day."""
    conditions: list[Condition] = []
    if is_open is not None:
        conditions.append((f"settled_on IS {'' if is_open else 'NOT '}NULL", []))
    if overdue_as_of is not None:
        overdue = (
            "due_on < %s::date AND requested_on <= %s::date "
            "AND (settled_on IS NULL OR settled_on > %s::date)"
        )
        conditions.append((overdue, [overdue_as_of] * 3))
    return conditions
