"""Check-ins: what is planned, what was held or missed, and what it was about."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.change import Change
from domain.channel import Channel
from domain.check_in import (
    CheckInCancelled,
    CheckInContent,
    CheckInCorrected,
    CheckInHeld,
    CheckInMissed,
    CheckInPlan,
    CheckInRescheduled,
    CheckInScheduled,
    CheckInStatus,
    CheckInVoided,
    DocumentReference,
    Purpose,
    content_of,
)
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page, where
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """One check-in as it stands; the columns of `projections.check_in`."""

    account_id: UUID
    relationship_id: UUID
    check_in_id: UUID
    status: CheckInStatus
    day: date
    planned_on: date | None
    held_on: date | None
    channel: Channel
    purpose: Purpose
    participants: tuple[UUID, ...]
    internal_participants: tuple[UUID, ...]
    duration_min: int | None
    topics: tuple[str, ...]
    questions_asked: tuple[str, ...]
    need_ids: tuple[UUID, ...]
    solutions_presented: tuple[str, ...]
    sentiment: int | None
    recording_uri: str | None
    recording_sha256: str | None
    document_uris: tuple[str, ...]
    document_sha256s: tuple[str, ...]
    note_position: int | None
    position: int


@dataclass(frozen=True, slots=True)
class CheckInFilter:
    """What the check-ins of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    relationship_id: UUID | None = None
    status: CheckInStatus | None = None
    channel: Channel | None = None
    purpose: Purpose | None = None


def evolve(row: CheckInRow | None, entry: Recorded) -> CheckInRow:
    """Fold one entry about a check-in into its row."""
    event = entry.event
    if isinstance(event, CheckInScheduled):
        return _planned(event, entry)
    if isinstance(event, CheckInHeld):
        return _held(row, event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before the check-in itself")
    match event:
        case CheckInRescheduled(now=day):
            row = replace(row, day=day, planned_on=day)
        case CheckInCancelled():
            row = replace(row, status=CheckInStatus.CANCELLED)
        case CheckInMissed():
            row = replace(row, status=CheckInStatus.MISSED)
        case CheckInVoided():
            row = replace(row, status=CheckInStatus.VOID)
        case CheckInCorrected():
            row = _corrected(row, event, entry)
        case _:
            return row
    return replace(row, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            CheckInScheduled(check_in_id=check_in_id)
            | CheckInRescheduled(check_in_id=check_in_id)
            | CheckInCancelled(check_in_id=check_in_id)
            | CheckInHeld(check_in_id=check_in_id)
            | CheckInMissed(check_in_id=check_in_id)
            | CheckInCorrected(check_in_id=check_in_id)
            | CheckInVoided(check_in_id=check_in_id)
        ):
            return entry.envelope.stream_id, check_in_id
        case _:
            return None


CHECK_INS: Final = RowView(
    name="check-ins",
    table="check_in",
    row=CheckInRow,
    key=("relationship_id", "check_in_id"),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = CHECK_INS.select_from + where(
    ["tenant_id = %s", "account_id = %s", "relationship_id = %s", "check_in_id = %s"]
)
_NEWEST_FIRST: Final = DayOrder("day", "check_in_id")


async def find_check_in(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
) -> CheckInRow:
    """Return one check-in of a relationship.

    Raises:
        NotFound: there is no such check-in, or the view does not hold it yet.
    """
    ids = (tenant_id, account_id, relationship_id, check_in_id)
    rows = await CHECK_INS.select(connection, _ONE, ids)
    if not rows:
        raise NotFound("check-in", check_in_id)
    return rows[0]


async def list_check_ins(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: CheckInFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[CheckInRow]:
    """Return check-ins, the latest first: by the day they were held, or else are planned for.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    columns = {name: getattr(wanted, name) for name in CheckInFilter.__dataclass_fields__}
    return await list_by_day(
        CHECK_INS,
        connection,
        tenant_id,
        order=_NEWEST_FIRST,
        wanted=columns,
        after=after,
        limit=limit,
    )


def _planned(event: CheckInScheduled, entry: Recorded) -> CheckInRow:
    plan = event.plan
    content = CheckInContent(
        channel=plan.channel,
        purpose=plan.purpose,
        participants=plan.participants,
        internal_participants=plan.internal_participants,
    )
    return _row(entry, event.check_in_id, CheckInStatus.PLANNED, content, plan=plan)


def _held(row: CheckInRow | None, event: CheckInHeld, entry: Recorded) -> CheckInRow:
    held = _row(entry, event.check_in_id, CheckInStatus.HELD, content_of(event), event.held_on)
    return replace(
        held,
        planned_on=None if row is None else row.planned_on,
        note_position=None if event.note is None else entry.position,
    )


def _row(
    entry: Recorded,
    check_in_id: UUID,
    status: CheckInStatus,
    content: CheckInContent,
    held_on: date | None = None,
    plan: CheckInPlan | None = None,
) -> CheckInRow:
    account_id = entry.envelope.account_id
    day = held_on if plan is None else plan.planned_on
    if account_id is None or day is None:
        raise ValueError(f"{entry.envelope.name} belongs to no account")
    return CheckInRow(
        account_id=account_id,
        relationship_id=entry.envelope.stream_id,
        check_in_id=check_in_id,
        status=status,
        day=day,
        planned_on=None if plan is None else plan.planned_on,
        held_on=held_on,
        channel=content.channel,
        purpose=content.purpose,
        participants=content.participants,
        internal_participants=content.internal_participants,
        duration_min=content.duration_min,
        topics=content.topics,
        questions_asked=content.questions_asked,
        need_ids=content.need_ids,
        solutions_presented=content.solutions_presented,
        sentiment=content.sentiment,
        **_recording(content.recording),
        **_documents(content.documents),
        note_position=None,
        position=entry.position,
    )


def _corrected(row: CheckInRow, event: CheckInCorrected, entry: Recorded) -> CheckInRow:
    changes = {name: each.now for name, each in event if isinstance(each, Change)}
    if "held_on" in changes:
        changes["day"] = changes["held_on"]
    if "recording" in changes:
        changes |= _recording(changes.pop("recording"))
    if "documents" in changes:
        changes |= _documents(changes.pop("documents"))
    if event.note is not None:
        changes["note_position"] = entry.position
    return replace(row, **changes)


def _recording(recording: DocumentReference | None) -> dict[str, Any]:
    return {
        "recording_uri": recording and recording.uri,
        "recording_sha256": recording and recording.sha256,
    }


def _documents(documents: tuple[DocumentReference, ...]) -> dict[str, Any]:
    return {
        "document_uris": tuple(document.uri for document in documents),
        "document_sha256s": tuple(document.sha256 for document in documents),
    }
