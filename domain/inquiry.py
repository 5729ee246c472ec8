"""An inquiry: a routine question of the client's, and that it was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map

from domain.channel import Channel
from domain.event import Event
from domain.known import begin, find
from domain.refusal import Refused
from domain.words import Name

# Events: these names and fields are the stored format. Add; never rename or remove.


class InquiryLogged(Event):
    NAME: ClassVar[str] = "account.inquiry-logged"
    inquiry_id: UUID
    channel: Channel
    topic: Name


class InquiryResolved(Event):
    NAME: ClassVar[str] = "account.inquiry-resolved"
    inquiry_id: UUID
    outcome: Name


InquiryEvent = InquiryLogged | InquiryResolved
INQUIRY_EVENTS: Final[tuple[type[InquiryEvent], ...]] = (InquiryLogged, InquiryResolved)


@dataclass(frozen=True, slots=True)
class Inquiry:
    logged: InquiryLogged
    outcome: str | None = None


Inquiries = Map[UUID, Inquiry]
NO_INQUIRIES: Final[Inquiries] = Map()


def evolve(inquiries: Inquiries, event: InquiryEvent) -> Inquiries:
    """Fold one event into the state. Never refuses: what happened, happened."""
    match event:
        case InquiryLogged():
            return inquiries.set(event.inquiry_id, Inquiry(event))
        case InquiryResolved():
            inquiry = inquiries[event.inquiry_id]
            return inquiries.set(event.inquiry_id, replace(inquiry, outcome=event.outcome))
        case _:
            assert_never(event)


def log_inquiry(
    inquiries: Inquiries, *, inquiry_id: UUID, channel: Channel, topic: str
) -> Sequence[InquiryEvent]:
    """Record what the client asked.

    Raises:
        Refused: `already-exists`.
    """
    known = inquiries.get(inquiry_id)
    event = InquiryLogged(inquiry_id=inquiry_id, channel=channel, topic=topic)
    return begin("inquiry", inquiry_id, known.logged if known else None, event)


def resolve_inquiry(
    inquiries: Inquiries, *, inquiry_id: UUID, outcome: str
) -> Sequence[InquiryEvent]:
    """Record that it was answered, and how.

    Raises:
        NotFound: no such inquiry.
        Refused: `inquiry-resolved`.
    """
    inquiry = find("inquiry", inquiry_id, inquiries)
    if inquiry.outcome == outcome:
        return []
    if inquiry.outcome is not None:
        raise Refused(
            "inquiry-resolved",
            f"the inquiry was resolved before: {inquiry.outcome}; log a new one if it is back",
        )
    return [InquiryResolved(inquiry_id=inquiry_id, outcome=outcome)]
