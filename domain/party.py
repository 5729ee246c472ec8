"""A person we deal with, ours or theirs: a random id; everything personal can be forgotten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, assert_never
from uuid import UUID

from domain.event import Aggregate, Event
from domain.personal import PersonalText
from domain.refusal import Refused
from domain.words import Label


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class ContactField(StrEnum):
    """A way to reach a party, which it may also not have."""

    EMAIL = "email"
    PHONE = "phone"


class PartyRegistered(Event):
    NAME: ClassVar[str] = "party.registered"
    party_id: UUID
    side: Side
    name: PersonalText
    email: PersonalText | None = None
    phone: PersonalText | None = None
    department: Label | None = None


class PartyRevised(Event):
    """Holds only what is new (null: as it was); `withdrawn` names what no longer holds at all."""

    NAME: ClassVar[str] = "party.revised"
    party_id: UUID
    name: PersonalText | None = None
    email: PersonalText | None = None
    phone: PersonalText | None = None
    withdrawn: tuple[ContactField, ...] = ()
    department: Label | None = None


class PartyForgotten(Event):
    """What was personal of the party was erased; that it was there, and what it did, stays."""

    NAME: ClassVar[str] = "party.forgotten"
    party_id: UUID
    erasure_id: UUID


PartyEvent = PartyRegistered | PartyRevised | PartyForgotten


@dataclass(frozen=True, slots=True)
class Party:
    """What decisions need: never a personal value, only which ones there are."""

    side: Side
    held: frozenset[ContactField]
    department: str | None = None
    is_forgotten: bool = False


def evolve(party: Party | None, event: PartyEvent) -> Party:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, PartyRegistered):
        return Party(event.side, _given(event), event.department)
    if party is None:
        raise ValueError(f"{event.NAME} stands before {PartyRegistered.NAME}")
    match event:
        case PartyRevised():
            held = (party.held | _given(event)) - frozenset(event.withdrawn)
            return replace(party, held=held, department=event.department or party.department)
        case PartyForgotten():
            return replace(party, held=frozenset(), is_forgotten=True)
        case _:
            assert_never(event)


PARTY: Aggregate[Party, PartyEvent] = Aggregate(
    name="party", events=(PartyRegistered, PartyRevised, PartyForgotten), evolve=evolve
)


def register_party(
    party_id: UUID,
    *,
    side: Side,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    department: str | None = None,
) -> Sequence[PartyEvent]:
    """Begin to know a party.

    Raises:
        Refused: `name-required`.
    """
    _require_name(name)
    return [
        PartyRegistered(
            party_id=party_id,
            side=side,
            name=name,
            email=email or None,
            phone=phone or None,
            department=department,
        )
    ]


def revise_party(
    party: Party,
    party_id: UUID,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    department: str | None = None,
    withdraw: Collection[ContactField] = (),
) -> Sequence[PartyEvent]:
    """Record new values of what is given; what is None stays as it was.

    What a party was called before is not known here (it is personal), so that a value given again
    is recorded again.

    Raises:
        Refused: `name-required`, `given-and-withdrawn`, `person-erased`.
    """
    if party.is_forgotten:
        raise Refused(
            "person-erased",
            f"the party {party_id} was erased, and nothing is added to it; register the person "
            "anew if they are back",
        )
    if name is not None:
        _require_name(name)
    revised = PartyRevised(
        party_id=party_id,
        name=name,
        email=email or None,
        phone=phone or None,
        withdrawn=tuple(sorted(party.held & frozenset(withdraw))),
        department=None if department == party.department else department,
    )
    both = _given(revised) & frozenset(withdraw)
    if both:
        raise Refused(
            "given-and-withdrawn",
            f"{', '.join(sorted(both))} is given and withdrawn at once; do one of the two",
        )
    if revised == PartyRevised(party_id=party_id):
        return []
    return [revised]


def forget_party(party: Party, party_id: UUID, *, erasure_id: UUID) -> Sequence[PartyEvent]:
    """Record that what was personal of the party is gone."""
    if party.is_forgotten:
        return []
    return [PartyForgotten(party_id=party_id, erasure_id=erasure_id)]


def _given(event: PartyRegistered | PartyRevised) -> frozenset[ContactField]:
    return frozenset(field for field in ContactField if getattr(event, field) is not None)


def _require_name(name: str) -> None:
    if not name.strip():
        raise Refused("name-required", "a party needs a name; give the one it goes by")
