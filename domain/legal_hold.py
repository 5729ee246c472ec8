"""Legal holds: what must be kept for now, whoever asks to have it erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map

from domain.account_persons import AccountPersons
from domain.day import Day
from domain.event import Aggregate, Event, Stream
from domain.reason import require_reason
from domain.refusal import NotFound, Refused

_STREAM_ID: Final = UUID("8c0d6a35-41f7-4f0e-8e6b-7a52b9d3c1f4")
"""Part of the stored form: chosen once, on 2026-11-28, never to change. Each tenant has one."""


class HoldScope(StrEnum):
    """What a hold keeps: everything, all persons of an account, or one subject."""

    TENANT = "tenant"
    ACCOUNT = "account"
    PERSON = "person"


# Events: these names and fields are the stored format. Add; never rename or remove.


class LegalHoldPlaced(Event):
    """`subject_id`: the account or the person; null: the tenant. `until`: its last day, if known.

    Who placed it and why stands in the envelope.
    """

    NAME: ClassVar[str] = "legal-hold.placed"
    hold_id: UUID
    scope: HoldScope
    subject_id: UUID | None = None
    until: Day | None = None


class LegalHoldReleased(Event):
    NAME: ClassVar[str] = "legal-hold.released"
    hold_id: UUID


LegalHoldEvent = LegalHoldPlaced | LegalHoldReleased


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold that was placed."""

    hold_id: UUID
    scope: HoldScope
    subject_id: UUID | None
    until: date | None
    is_released: bool = False

    def holds_on(self, day: date) -> bool:
        return not self.is_released and (self.until is None or day <= self.until)


LegalHolds = Map[UUID, LegalHold]
"""Every hold of a tenant, by its id."""
NO_HOLDS: Final[LegalHolds] = Map()


def evolve(holds: LegalHolds | None, event: LegalHoldEvent) -> LegalHolds:
    """Fold one event into the state. Never refuses: what happened, happened."""
    before = NO_HOLDS if holds is None else holds
    match event:
        case LegalHoldPlaced():
            hold = LegalHold(event.hold_id, event.scope, event.subject_id, event.until)
        case LegalHoldReleased():
            hold = replace(before[event.hold_id], is_released=True)
        case _:
            assert_never(event)
    return before.set(event.hold_id, hold)


LEGAL_HOLD: Aggregate[LegalHolds, LegalHoldEvent] = Aggregate(
    name="legal-hold", events=(LegalHoldPlaced, LegalHoldReleased), evolve=evolve
)
LEGAL_HOLD_STREAM: Final[Stream[LegalHolds, LegalHoldEvent]] = LEGAL_HOLD.stream(
    _STREAM_ID, account_id=None
)


def place_hold(
    holds: LegalHolds,
    hold_id: UUID,
    *,
    scope: HoldScope,
    subject_id: UUID | None,
    until: date | None,
    reason: str,
    today: date,
) -> Sequence[LegalHoldEvent]:
    """Keep something from being erased, until a day or until it is released.

    Raises:
        Refused: `reason-required`, `already-exists`, `subject-required`, `not-in-future`.
    """
    require_reason(reason)
    if hold_id in holds:
        raise Refused("already-exists", f"the legal hold {hold_id} exists already")
    if (scope is HoldScope.TENANT) is not (subject_id is None):
        raise Refused(
            "subject-required",
            "a hold on an account or a person names it in subject_id, and one on the tenant names "
            "none",
        )
    if until is not None and until < today:
        raise Refused("not-in-future", f"a hold until {until} would be over; give a later day")
    return [LegalHoldPlaced(hold_id=hold_id, scope=scope, subject_id=subject_id, until=until)]


def release_hold(holds: LegalHolds, hold_id: UUID, *, reason: str) -> Sequence[LegalHoldEvent]:
    """Let go of what a hold kept.

    Raises:
        NotFound: no such hold.
        Refused: `reason-required`.
    """
    require_reason(reason)
    hold = holds.get(hold_id)
    if hold is None:
        raise NotFound("legal-hold", hold_id)
    return [] if hold.is_released else [LegalHoldReleased(hold_id=hold_id)]


def held_accounts(holds: LegalHolds, *, today: date) -> tuple[UUID, ...]:
    """Return the accounts that are under a hold of their own."""
    return tuple(
        sorted(
            hold.subject_id
            for hold in holds.values()
            if hold.scope is HoldScope.ACCOUNT and hold.subject_id and hold.holds_on(today)
        )
    )


def refuse_if_held(
    holds: LegalHolds, subject_id: UUID, *, persons: Mapping[UUID, AccountPersons], today: date
) -> None:
    """Refuse to erase what a hold keeps; `persons` are those of each account under a hold.

    Raises:
        Refused: `legal-hold`, `holds-changed`.
    """
    for hold in sorted(holds.values(), key=lambda each: each.hold_id):
        if hold.holds_on(today) and _covers(hold, subject_id, persons):
            until = f"until {hold.until}" if hold.until else "until it is released"
            raise Refused(
                "legal-hold",
                f"the legal hold {hold.hold_id} on the {hold.scope} keeps these data {until}; "
                "nothing was erased",
            )


def _covers(hold: LegalHold, subject_id: UUID, persons: Mapping[UUID, AccountPersons]) -> bool:
    if hold.subject_id is None or hold.subject_id == subject_id:
        return True
    if hold.scope is not HoldScope.ACCOUNT:
        return False
    if hold.subject_id not in persons:
        raise Refused(
            "holds-changed",
            f"the legal hold {hold.hold_id} was placed a moment ago; send the same request again",
        )
    return subject_id in persons[hold.subject_id].subjects
