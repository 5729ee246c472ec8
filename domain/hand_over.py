"""A hand-over: an executive briefs a manager, who accepts or returns it, until it is completed."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.event import Event
from domain.manager import ManagerRole
from domain.words import Name


class OpenCommitment(BaseModel):
    """A promise that the manager takes over: a commitment of a relationship of the account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relationship_id: UUID
    commitment_id: UUID


class HandOverBrief(BaseModel):
    """What the manager should know of the account before meeting the client.

    The texts are kept for ever: they are no place for what is said of persons.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notes: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    desired_outcomes: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    risks: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    open_commitments: Annotated[tuple[OpenCommitment, ...], Field(max_length=50)] = ()


class HandOverTerms(BaseModel):
    """Who hands the account over to whom, after which deal, until when, and with which brief."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deal_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    role: ManagerRole = ManagerRole.ACCOUNT_MANAGER
    due_on: Day | None = None
    brief: HandOverBrief


# Events: these names and fields are the stored format. Add; never rename or remove.


class HandOverInitiated(Event):
    NAME: ClassVar[str] = "account.hand-over-initiated"
    hand_over_id: UUID
    initiated_on: date
    terms: HandOverTerms


class HandOverAccepted(Event):
    NAME: ClassVar[str] = "account.hand-over-accepted"
    hand_over_id: UUID
    accepted_on: date


class HandOverReturned(Event):
    """The manager could not go on from the brief; `gaps` are what it leaves open."""

    NAME: ClassVar[str] = "account.hand-over-returned"
    hand_over_id: UUID
    returned_on: date
    gaps: tuple[Name, ...] = ()


class HandOverResubmitted(Event):
    """The executive offers a returned hand-over again, with another brief."""

    NAME: ClassVar[str] = "account.hand-over-resubmitted"
    hand_over_id: UUID
    resubmitted_on: date
    brief: HandOverBrief


class HandOverCompleted(Event):
    """The manager has been introduced to the client, in that check-in."""

    NAME: ClassVar[str] = "account.hand-over-completed"
    hand_over_id: UUID
    completed_on: date
    relationship_id: UUID
    check_in_id: UUID


class HandOverCancelled(Event):
    NAME: ClassVar[str] = "account.hand-over-cancelled"
    hand_over_id: UUID
    cancelled_on: date


HandOverEvent = (
    HandOverInitiated
    | HandOverAccepted
    | HandOverReturned
    | HandOverResubmitted
    | HandOverCompleted
    | HandOverCancelled
)
HAND_OVER_EVENTS: Final[tuple[type[HandOverEvent], ...]] = (
    HandOverInitiated,
    HandOverAccepted,
    HandOverReturned,
    HandOverResubmitted,
    HandOverCompleted,
    HandOverCancelled,
)


class HandOverStatus(StrEnum):
    INITIATED = "initiated"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ENDED: Final = frozenset({HandOverStatus.COMPLETED, HandOverStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class HandOver:
    """What decisions about a hand-over remember: how it began, how it stands, and its last step."""

    initiated: HandOverInitiated
    status: HandOverStatus
    last_on: date
    last: HandOverEvent

    @property
    def terms(self) -> HandOverTerms:
        return self.initiated.terms

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED


HandOvers = Map[UUID, HandOver]
NO_HAND_OVERS: Final[HandOvers] = Map()


def evolve(hand_overs: HandOvers, event: HandOverEvent) -> HandOvers:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, HandOverInitiated):
        begun = HandOver(event, HandOverStatus.INITIATED, event.initiated_on, event)
        return hand_overs.set(event.hand_over_id, begun)
    status, day = _step(event)
    stood = hand_overs[event.hand_over_id]
    stands = replace(stood, status=status, last_on=day, last=event)
    return hand_overs.set(event.hand_over_id, stands)


def _step(
    event: HandOverAccepted
    | HandOverReturned
    | HandOverResubmitted
    | HandOverCompleted
    | HandOverCancelled,
) -> tuple[HandOverStatus, date]:
    match event:
        case HandOverAccepted(accepted_on=day):
            return HandOverStatus.ACCEPTED, day
        case HandOverReturned(returned_on=day):
            return HandOverStatus.RETURNED, day
        case HandOverResubmitted(resubmitted_on=day):
            return HandOverStatus.INITIATED, day
        case HandOverCompleted(completed_on=day):
            return HandOverStatus.COMPLETED, day
        case HandOverCancelled(cancelled_on=day):
            return HandOverStatus.CANCELLED, day
        case _:
            assert_never(event)
