"""A collaboration request: what account management asks of another department, and its answer."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Aggregate, Event
from domain.words import Code, Label, Name


class CollaborationPurpose(StrEnum):
    """What is asked for."""

    ADVICE = "advice"
    FEASIBILITY = "feasibility"
    DELIVERY = "delivery"
    CAPACITY = "capacity"
    SALES_CONTEXT = "sales-context"


class CollaborationAnswer(StrEnum):
    """Yes, no, or something else that would be possible."""

    YES = "yes"
    NO = "no"
    ALTERNATIVE = "alternative"


class CollaborationStatus(StrEnum):
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    DECLINED = "declined"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


class CollaborationTerms(BaseModel):
    """What is asked of whom, until when, and what for; `requested_by` is one of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    department: Label
    purpose: CollaborationPurpose
    question: Name
    due_on: Day
    requested_by: UUID | None = None
    need_id: UUID | None = None
    goal_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class CollaborationRequested(Event):
    NAME: ClassVar[str] = "collaboration-request.requested"
    account_id: UUID
    requested_on: date
    terms: CollaborationTerms


class CollaborationAcknowledged(Event):
    """Somebody of the department has seen it and will answer."""

    NAME: ClassVar[str] = "collaboration-request.acknowledged"
    by: UUID
    acknowledged_on: date


class CollaborationAnswered(Event):
    NAME: ClassVar[str] = "collaboration-request.answered"
    by: UUID
    answered_on: date
    answer: CollaborationAnswer
    text: Name | None = None


class CollaborationDeclined(Event):
    """The department will not answer, or not do it."""

    NAME: ClassVar[str] = "collaboration-request.declined"
    by: UUID
    declined_on: date
    reason_code: Code


class CollaborationEscalated(Event):
    """The question goes to somebody who may answer whatever the department."""

    NAME: ClassVar[str] = "collaboration-request.escalated"
    to: UUID
    escalated_on: date


class CollaborationFulfilled(Event):
    """What was answered with yes, or with an alternative, is done."""

    NAME: ClassVar[str] = "collaboration-request.fulfilled"
    fulfilled_on: date


class CollaborationCancelled(Event):
    NAME: ClassVar[str] = "collaboration-request.cancelled"
    cancelled_on: date


CollaborationEvent = (
    CollaborationRequested
    | CollaborationAcknowledged
    | CollaborationAnswered
    | CollaborationDeclined
    | CollaborationEscalated
    | CollaborationFulfilled
    | CollaborationCancelled
)


@dataclass(frozen=True, slots=True)
class Collaboration:
    """What decisions about a request need to remember; `latest` is the event that led here."""

    account_id: UUID
    requested_on: date
    terms: CollaborationTerms
    latest: CollaborationEvent
    latest_on: date
    status: CollaborationStatus = CollaborationStatus.REQUESTED
    answer: CollaborationAnswer | None = None
    escalated_to: UUID | None = None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the department has said yes, and the request was not cancelled since."""
        standing = {CollaborationStatus.ANSWERED, CollaborationStatus.FULFILLED}
        return self.answer is CollaborationAnswer.YES and self.status in standing


def evolve(  # noqa: PLR0911 - one case an event
    request: Collaboration | None, event: CollaborationEvent
) -> Collaboration:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, CollaborationRequested):
        begun = event.requested_on
        return Collaboration(event.account_id, begun, event.terms, latest=event, latest_on=begun)
    if request is None:
        raise ValueError(f"{event.NAME} stands before {CollaborationRequested.NAME}")
    request = replace(request, latest=event)
    match event:
        case CollaborationAcknowledged(acknowledged_on=on):
            return replace(request, status=CollaborationStatus.ACKNOWLEDGED, latest_on=on)
        case CollaborationAnswered(answered_on=on, answer=answer):
            status = CollaborationStatus.ANSWERED
            return replace(request, status=status, answer=answer, latest_on=on)
        case CollaborationDeclined(declined_on=on):
            return replace(request, status=CollaborationStatus.DECLINED, latest_on=on)
        case CollaborationEscalated(to=to, escalated_on=on):
            status = CollaborationStatus.ESCALATED
            return replace(request, status=status, escalated_to=to, latest_on=on)
        case CollaborationFulfilled(fulfilled_on=on):
            return replace(request, status=CollaborationStatus.FULFILLED, latest_on=on)
        case CollaborationCancelled(cancelled_on=on):
            return replace(request, status=CollaborationStatus.CANCELLED, latest_on=on)
        case _:
            assert_never(event)


COLLABORATION_REQUEST: Aggregate[Collaboration, CollaborationEvent] = Aggregate(
    name="collaboration-request",
    events=(
        CollaborationRequested,
        CollaborationAcknowledged,
        CollaborationAnswered,
        CollaborationDeclined,
        CollaborationEscalated,
        CollaborationFulfilled,
        CollaborationCancelled,
    ),
    evolve=evolve,
)
