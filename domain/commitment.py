"""A commitment: what we or the client promised, until it is kept, broken or released."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.event import Event
from domain.override import Override
from domain.words import Label, Name


class CommittedBy(StrEnum):
    US = "us"
    THEM = "them"


class CommitmentTerms(BaseModel):
    """What is promised, and until when.

    `owner_party_id` is the person who sees to it, on the side that made the promise.
    `collaboration_request_id` is the request by which those who do the work were asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: CommittedBy
    text: Name
    due_on: Day
    owner_party_id: UUID | None = None
    department: Label | None = None
    effort_hours: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    collaboration_request_id: UUID | None = None
    override: Override | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class CommitmentMade(Event):
    NAME: ClassVar[str] = "relationship.commitment-made"
    commitment_id: UUID
    made_on: date
    terms: CommitmentTerms


class CommitmentKept(Event):
    NAME: ClassVar[str] = "relationship.commitment-kept"
    commitment_id: UUID
    kept_on: date


class CommitmentBroken(Event):
    NAME: ClassVar[str] = "relationship.commitment-broken"
    commitment_id: UUID
    broken_on: date


class CommitmentRescheduled(Event):
    """Both sides agreed on another day."""

    NAME: ClassVar[str] = "relationship.commitment-rescheduled"
    commitment_id: UUID
    was: Day
    now: Day


class CommitmentReleased(Event):
    """The side it was made to asks for it no longer."""

    NAME: ClassVar[str] = "relationship.commitment-released"
    commitment_id: UUID
    released_on: date


CommitmentEvent = (
    CommitmentMade | CommitmentKept | CommitmentBroken | CommitmentRescheduled | CommitmentReleased
)


class CommitmentStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What decisions about a commitment need to remember."""

    made_on: date
    terms: CommitmentTerms
    due_on: Day
    status: CommitmentStatus = CommitmentStatus.OPEN
    settled_on: date | None = None


Commitments = Map[UUID, Commitment]
NO_COMMITMENTS: Final[Commitments] = Map()


def evolve(commitments: Commitments, event: CommitmentEvent) -> Commitments:
    """Fold one event into the commitments of its relationship."""
    before = commitments.get(event.commitment_id)
    return commitments.set(event.commitment_id, _evolved(before, event))


def _evolved(before: Commitment | None, event: CommitmentEvent) -> Commitment:
    if isinstance(event, CommitmentMade):
        return Commitment(event.made_on, event.terms, due_on=event.terms.due_on)
    if before is None:
        raise ValueError(f"{event.NAME} stands before {CommitmentMade.NAME}")
    match event:
        case CommitmentKept():
            return replace(before, status=CommitmentStatus.KEPT, settled_on=event.kept_on)
        case CommitmentBroken():
            return replace(before, status=CommitmentStatus.BROKEN, settled_on=event.broken_on)
        case CommitmentReleased():
            return replace(before, status=CommitmentStatus.RELEASED, settled_on=event.released_on)
        case CommitmentRescheduled():
            return replace(before, due_on=event.now)
        case _:
            assert_never(event)
