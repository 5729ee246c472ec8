"""Hand-overs: which account goes from whom to whom, how each stands, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.hand_over import (
    HandOverAccepted,
    HandOverBrief,
    HandOverCancelled,
    HandOverCompleted,
    HandOverEvent,
    HandOverInitiated,
    HandOverResubmitted,
    HandOverReturned,
    HandOverStatus,
)
from domain.manager import ManagerRole
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One hand-over as it stands; the columns of `projections.hand_over`."""

    account_id: UUID
    hand_over_id: UUID
    deal_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    role: ManagerRole
    status: HandOverStatus
    initiated_on: date
    due_on: date | None
    notes: tuple[str, ...]
    desired_outcomes: tuple[str, ...]
    risks: tuple[str, ...]
    open_commitment_ids: tuple[UUID, ...]
    returns: int
    returned_on: date | None
    gaps: tuple[str, ...]
    accepted_on: date | None
    ended_on: date | None
    relationship_id: UUID | None
    check_in_id: UUID | None
    position: int


def evolve(  # noqa: PLR0911 - one case an event
    row: HandOverRow | None, entry: Recorded
) -> HandOverRow:
    """Fold one entry about a hand-over into its row."""
    event = entry.event
    if isinstance(event, HandOverInitiated):
        return _begun(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {HandOverInitiated.NAME}")
    row = replace(row, position=entry.position)
    match event:
        case HandOverAccepted(accepted_on=day):
            return replace(row, status=HandOverStatus.ACCEPTED, accepted_on=day)
        case HandOverReturned(returned_on=day, gaps=gaps):
            row = replace(row, status=HandOverStatus.RETURNED, returned_on=day, gaps=gaps)
            return replace(row, returns=row.returns + 1, accepted_on=None)
        case HandOverResubmitted(brief=brief):
            row = replace(row, status=HandOverStatus.INITIATED, gaps=())
            return _with_brief(row, brief)
        case HandOverCompleted(completed_on=day):
            row = replace(row, status=HandOverStatus.COMPLETED, ended_on=day)
            return replace(
                row, relationship_id=event.relationship_id, check_in_id=event.check_in_id
            )
        case HandOverCancelled(cancelled_on=day):
            return replace(row, status=HandOverStatus.CANCELLED, ended_on=day)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if isinstance(event, HandOverEvent):
        return (entry.envelope.stream_id, event.hand_over_id)
    return None


HAND_OVERS: Final = RowView(
    name="hand-overs",
    table="hand_over",
    row=HandOverRow,
    key=("account_id", "hand_over_id"),
    key_of=key_of,
    evolve=evolve,
)
HAND_OVER_LIST: Final = RowList(HAND_OVERS, "hand-over", by="initiated_on", id="hand_over_id")

_OF_OPEN_ACCOUNT: Final = """EXISTS (
    SELECT FROM projections.account_overview AS account
    WHERE account.tenant_id = hand_over.tenant_id AND account.account_id = hand_over.account_id
      AND account.status = 'open'
)"""


def standing(*, is_open: bool | None, overdue_as_of: date | None) -> Sequence[Condition]:
    """Ask for hand-overs that wait for somebody now, and for those overdue at the end of a day.

    One of an account that was closed or merged meanwhile waits for nobody. Overdue is what was due
    before that day, had been initiated by then and had not ended yet.
    """
    conditions: list[Condition] = []
    if is_open is not None:
        waits = f"(ended_on IS NULL AND {_OF_OPEN_ACCOUNT})"
        conditions.append((waits if is_open else f"NOT {waits}", ()))
    if overdue_as_of is not None:
        day = overdue_as_of
        overdue = "due_on < %s AND initiated_on <= %s AND (ended_on IS NULL OR ended_on > %s)"
        conditions.append((overdue, (day, day, day)))
    return conditions


def _begun(event: HandOverInitiated, entry: Recorded) -> HandOverRow:
    terms = event.terms
    row = HandOverRow(
        account_id=entry.envelope.stream_id,
        hand_over_id=event.hand_over_id,
        deal_id=terms.deal_id,
        from_party_id=terms.from_party_id,
        to_party_id=terms.to_party_id,
        role=terms.role,
        status=HandOverStatus.INITIATED,
        initiated_on=event.initiated_on,
        due_on=terms.due_on,
        notes=(),
        desired_outcomes=(),
        risks=(),
        open_commitment_ids=(),
        returns=0,
        returned_on=None,
        gaps=(),
        accepted_on=None,
        ended_on=None,
        relationship_id=None,
        check_in_id=None,
        position=entry.position,
    )
    return _with_brief(row, terms.brief)


def _with_brief(row: HandOverRow, brief: HandOverBrief) -> HandOverRow:
    return replace(
        row,
        notes=brief.notes,
        desired_outcomes=brief.desired_outcomes,
        risks=brief.risks,
        open_commitment_ids=tuple(each.commitment_id for each in brief.open_commitments),
    )
