"""A check-in: being in touch with the client, as planned, held, missed, corrected or void."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.change import Change
from domain.channel import Channel
from domain.day import Day
from domain.event import Event
from domain.personal import Personal
from domain.words import PRINTED, Label, Name


class Purpose(StrEnum):
    """What for; `qbr` and `ebr` are the quarterly and the executive business review."""

    CATCH_UP = "catch-up"
    QBR = "qbr"
    EBR = "ebr"
    WORKSHOP = "workshop"
    INTRODUCTION = "introduction"
    SUPPORT = "support"
    NEGOTIATION = "negotiation"


class DocumentReference(BaseModel):
    """Where a document or a recording lies, and what it can be recognised by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uri: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=PRINTED)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CheckInPlan(BaseModel):
    """When and how we mean to be in touch, and with whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    planned_on: Day
    channel: Channel
    purpose: Purpose = Purpose.CATCH_UP
    participants: tuple[UUID, ...] = ()
    internal_participants: tuple[UUID, ...] = ()


Minutes = Annotated[int, Field(ge=1, le=10_080)]
Sentiment = Annotated[int, Field(ge=-2, le=2)]
"""How they felt about us, from -2, hostile, to 2, delighted."""


class CheckInContent(BaseModel):
    """What became of a check-in, but for its day and its note.

    `participants` are stakeholders, `internal_participants` are people of ours. `need_ids` are
    needs of the account that were spoken of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    purpose: Purpose = Purpose.CATCH_UP
    participants: tuple[UUID, ...] = ()
    internal_participants: tuple[UUID, ...] = ()
    duration_min: Minutes | None = None
    topics: tuple[Label, ...] = ()
    questions_asked: tuple[Name, ...] = ()
    need_ids: tuple[UUID, ...] = ()
    solutions_presented: tuple[Label, ...] = ()
    sentiment: Sentiment | None = None
    recording: DocumentReference | None = None
    documents: tuple[DocumentReference, ...] = ()


class CheckInCorrection(BaseModel):
    """What was recorded wrongly of a check-in, and should be.

    A field that is not given was right. Null, where it makes sense, takes a value away.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    held_on: Day | None = None
    channel: Channel | None = None
    purpose: Purpose | None = None
    participants: tuple[UUID, ...] | None = None
    internal_participants: tuple[UUID, ...] | None = None
    duration_min: Minutes | None = None
    topics: tuple[Label, ...] | None = None
    questions_asked: tuple[Name, ...] | None = None
    need_ids: tuple[UUID, ...] | None = None
    solutions_presented: tuple[Label, ...] | None = None
    sentiment: Sentiment | None = None
    recording: DocumentReference | None = None
    documents: tuple[DocumentReference, ...] | None = None

    def given(self) -> dict[str, Any]:
        """Return the new values of the fields of `CheckInContent`."""
        values = {name: getattr(self, name) for name in self.model_fields_set - {"held_on"}}
        return {
            name: value
            for name, value in values.items()
            if value is not None or name in _MAY_BE_TAKEN_AWAY
        }


_MAY_BE_TAKEN_AWAY: Final = frozenset({"duration_min", "sentiment", "recording"})

NoteText = Annotated[str, Personal(subject="relationship_id")]
"""Free text that may be about persons: all notes of a relationship are forgotten together."""


# Events: these names and fields are the stored format. Add; never rename or remove.


class CheckInScheduled(Event):
    NAME: ClassVar[str] = "relationship.check-in-scheduled"
    check_in_id: UUID
    plan: CheckInPlan


class CheckInRescheduled(Event):
    NAME: ClassVar[str] = "relationship.check-in-rescheduled"
    check_in_id: UUID
    was: Day
    now: Day


class CheckInCancelled(Event):
    NAME: ClassVar[str] = "relationship.check-in-cancelled"
    check_in_id: UUID


class CheckInHeld(Event):
    """A check-in took place, planned or not."""

    NAME: ClassVar[str] = "relationship.check-in-held"
    check_in_id: UUID
    relationship_id: UUID
    held_on: date
    channel: Channel
    purpose: Purpose
    participants: tuple[UUID, ...]
    internal_participants: tuple[UUID, ...]
    duration_min: Minutes | None = None
    topics: tuple[Label, ...] = ()
    questions_asked: tuple[Name, ...] = ()
    need_ids: tuple[UUID, ...] = ()
    solutions_presented: tuple[Label, ...] = ()
    sentiment: Sentiment | None = None
    recording: DocumentReference | None = None
    documents: tuple[DocumentReference, ...] = ()
    note: NoteText | None = None


class CheckInMissed(Event):
    """A planned check-in did not take place, and nobody had cancelled it."""

    NAME: ClassVar[str] = "relationship.check-in-missed"
    check_in_id: UUID


class CheckInCorrected(Event):
    """What was recorded wrongly of a check-in, from its own day on; the note only as it is now."""

    NAME: ClassVar[str] = "relationship.check-in-corrected"
    check_in_id: UUID
    relationship_id: UUID
    held_on: Change[Day] | None = None
    channel: Change[Channel] | None = None
    purpose: Change[Purpose] | None = None
    participants: Change[tuple[UUID, ...]] | None = None
    internal_participants: Change[tuple[UUID, ...]] | None = None
    duration_min: Change[Minutes | None] | None = None
    topics: Change[tuple[Label, ...]] | None = None
    questions_asked: Change[tuple[Name, ...]] | None = None
    need_ids: Change[tuple[UUID, ...]] | None = None
    solutions_presented: Change[tuple[Label, ...]] | None = None
    sentiment: Change[Sentiment | None] | None = None
    recording: Change[DocumentReference | None] | None = None
    documents: Change[tuple[DocumentReference, ...]] | None = None
    note: NoteText | None = None


class CheckInVoided(Event):
    """It was never so: it counts nowhere any more, not even on its own day."""

    NAME: ClassVar[str] = "relationship.check-in-voided"
    check_in_id: UUID


CheckInEvent = (
    CheckInScheduled
    | CheckInRescheduled
    | CheckInCancelled
    | CheckInHeld
    | CheckInMissed
    | CheckInCorrected
    | CheckInVoided
)


class CheckInStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What decisions about a check-in need to remember."""

    status: CheckInStatus
    plan: CheckInPlan | None = None
    held_on: date | None = None
    content: CheckInContent | None = None


CheckIns = Map[UUID, CheckIn]
NO_CHECK_INS: Final[CheckIns] = Map()


def evolve(check_ins: CheckIns, event: CheckInEvent) -> CheckIns:
    """Fold one event into the check-ins of its relationship."""
    before = check_ins.get(event.check_in_id)
    return check_ins.set(event.check_in_id, _evolved(before, event))


def content_of(held: CheckInHeld) -> CheckInContent:
    """Return what was recorded of a check-in when it was held."""
    return CheckInContent.model_construct(
        **{name: getattr(held, name) for name in CheckInContent.model_fields}
    )


def _evolved(before: CheckIn | None, event: CheckInEvent) -> CheckIn:  # noqa: PLR0911 - one case an event
    if isinstance(event, CheckInScheduled):
        return CheckIn(CheckInStatus.PLANNED, plan=event.plan)
    if isinstance(event, CheckInHeld):
        return CheckIn(
            CheckInStatus.HELD,
            plan=None if before is None else before.plan,
            held_on=event.held_on,
            content=content_of(event),
        )
    if before is None:
        raise ValueError(f"{event.NAME} stands before the check-in itself")
    match event:
        case CheckInRescheduled():
            plan = before.plan and before.plan.model_copy(update={"planned_on": event.now})
            return replace(before, plan=plan)
        case CheckInCancelled():
            return replace(before, status=CheckInStatus.CANCELLED)
        case CheckInMissed():
            return replace(before, status=CheckInStatus.MISSED)
        case CheckInCorrected():
            return _corrected(before, event)
        case CheckInVoided():
            return replace(before, status=CheckInStatus.VOID)
        case _:
            assert_never(event)


def _corrected(before: CheckIn, event: CheckInCorrected) -> CheckIn:
    now = {name: each.now for name, each in event if isinstance(each, Change)}
    held_on = now.pop("held_on", before.held_on)
    content = before.content and before.content.model_copy(update=now)
    return replace(before, held_on=held_on, content=content)
