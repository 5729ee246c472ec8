"""The commands of erasures and legal holds."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain import erasure as erasures
from domain import legal_hold as holds
from domain.account_persons import ACCOUNT_PERSONS, NOBODY
from domain.binding import account_stream, party_stream, up_to
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.erasure import (
    ERASURE,
    Asker,
    Erasure,
    ErasureEvent,
    ErasureStatus,
    LegalBasis,
    PersonalDataErased,
    SubjectKind,
)
from domain.event import Recording, Stream
from domain.legal_hold import LEGAL_HOLD_STREAM, NO_HOLDS, HoldScope, LegalHolds
from domain.party import forget_party
from domain.relationship import RELATIONSHIP


def erasure_stream(erasure_id: UUID) -> Stream[Erasure, ErasureEvent]:
    return ERASURE.stream(erasure_id, account_id=None)


def request_erasure(
    erasure_id: UUID,
    *,
    subject_id: UUID,
    subject_kind: SubjectKind,
    legal_basis: LegalBasis,
    by: Asker,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    stream, subject = erasure_stream(erasure_id), _subject_stream(subject_kind, subject_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_if_begun(states, stream)
        _ = states[subject]
        events = erasures.request_erasure(
            erasure_id,
            subject_id=subject_id,
            subject_kind=subject_kind,
            legal_basis=legal_basis,
            by=by,
            reason=reason,
        )
        return [stream.record(events)]

    return up_to(today, on, Decision(stream, (stream, subject), decide))


def withdraw_erasure(erasure_id: UUID, *, by: Asker, on: date, today: date) -> Decision:
    stream = erasure_stream(erasure_id)

    def decide(states: States) -> Sequence[Recording]:
        return [stream.record(erasures.withdraw_erasure(states[stream], erasure_id, by=by))]

    return up_to(today, on, Decision(stream, (stream,), decide))


def reject_erasure(erasure_id: UUID, *, by: Asker, reason: str, on: date, today: date) -> Decision:
    stream = erasure_stream(erasure_id)

    def decide(states: States) -> Sequence[Recording]:
        events = erasures.reject_erasure(states[stream], erasure_id, by=by, reason=reason)
        return [stream.record(events)]

    return up_to(today, on, Decision(stream, (stream,), decide))


def approve_erasure(
    erasure_id: UUID,
    *,
    subject_id: UUID,
    held_accounts: Collection[UUID],
    by: Asker,
    request_position: int,
    on: date,
    today: date,
) -> Decision:
    """Erase at once: the ledger deletes what `PersonalDataErased` names as it records it.

    `subject_id` is the request's, and `held_accounts` are those under a legal hold, so that the
    ledger knows what to read. What has changed meanwhile is refused.
    """
    stream = erasure_stream(erasure_id)
    families = {account_id: ACCOUNT_PERSONS.of(account_id) for account_id in held_accounts}

    def decide(states: States) -> Sequence[Recording]:
        erasure = states[stream]
        if erasure.status is ErasureStatus.REQUESTED:
            persons = {id_: states.find(family) or NOBODY for id_, family in families.items()}
            holds.refuse_if_held(
                _holds_of(states), erasure.subject_id, persons=persons, today=today
            )
        events = erasures.approve_erasure(
            erasure,
            erasure_id,
            by=by,
            request_position=request_position,
            held=states.held(subject_id),
        )
        return [stream.record(events), *_forgetting(states, events)]

    reads: tuple[Source, ...] = (stream, LEGAL_HOLD_STREAM, *families.values())
    return up_to(today, on, Decision(stream, reads, decide, erases=subject_id))


def replay_erasure(known: PersonalDataErased) -> Decision:
    """Erase again what a restored backup has brought back, as the erasure register knows it."""
    stream = erasure_stream(known.erasure_id)

    def decide(states: States) -> Sequence[Recording]:
        held = states.held(known.subject_id)
        update = {
            "disclosures": held.disclosures,
            "digests_root": held.root,
            "request_position": None,
            "replayed": True,
        }
        events = [known.model_copy(update=update)]
        return [stream.record(events), *_forgetting(states, events)]

    return Decision(stream, (stream,), decide, erases=known.subject_id)


def place_hold(
    hold_id: UUID,
    *,
    scope: HoldScope,
    subject_id: UUID | None,
    until: date | None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(states: States) -> Sequence[Recording]:
        events = holds.place_hold(
            _holds_of(states),
            hold_id,
            scope=scope,
            subject_id=subject_id,
            until=until,
            reason=reason,
            today=today,
        )
        return [LEGAL_HOLD_STREAM.record(events)]

    return up_to(today, on, Decision(LEGAL_HOLD_STREAM, (LEGAL_HOLD_STREAM,), decide))


def release_hold(hold_id: UUID, *, reason: str, on: date, today: date) -> Decision:
    def decide(states: States) -> Sequence[Recording]:
        events = holds.release_hold(_holds_of(states), hold_id, reason=reason)
        return [LEGAL_HOLD_STREAM.record(events)]

    return up_to(today, on, Decision(LEGAL_HOLD_STREAM, (LEGAL_HOLD_STREAM,), decide))


def _holds_of(states: States) -> LegalHolds:
    found = states.find(LEGAL_HOLD_STREAM)
    return NO_HOLDS if found is None else found


def _forgetting(states: States, events: Sequence[ErasureEvent]) -> Sequence[Recording]:
    """Say in the party's own stream that it was erased, so that nothing personal is added to it."""
    recordings = []
    for event in events:
        if isinstance(event, PersonalDataErased) and event.subject_kind is SubjectKind.PARTY:
            stream = party_stream(event.subject_id)
            party = states.find(stream)
            if party is not None:
                forgotten = forget_party(party, event.subject_id, erasure_id=event.erasure_id)
                recordings.append(stream.record(forgotten))
    return recordings


def _subject_stream(kind: SubjectKind, subject_id: UUID) -> Stream[Any, Any]:
    if kind is SubjectKind.PARTY:
        return party_stream(subject_id)
    if kind is SubjectKind.ACCOUNT:
        return account_stream(subject_id)
    return RELATIONSHIP.stream(subject_id, account_id=None)
