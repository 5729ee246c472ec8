"""What may be decided about commitments: to make, reschedule, keep, break and release them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.commitment import (
    Commitment,
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentStatus,
    CommitmentTerms,
    CommittedBy,
)
from domain.party import Party
from domain.reason import refuse_before
from domain.refusal import NotFound, Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_decisions import refuse_not_ours, refuse_not_theirs


def make_commitment(
    relationship: Relationship,
    *,
    commitment_id: UUID,
    terms: CommitmentTerms,
    owner: Party | None,
    approver: Party | None,
    unconfirmed_hours_max: int | None,
    request_confirmed: bool,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Record a promise of ours or theirs; the same id and terms again adds nothing.

    `owner` and `approver` are the parties that the terms name. A promise of ours of more than
    `unconfirmed_hours_max` hours (None: there is no limit) needs a confirmed request, or the word
    of one of ours.

    Raises:
        Refused: `commitment-id-taken`, `due-before-made`, `party-not-ours`, `party-not-theirs`,
            `commitment-unconfirmed`.
    """
    known = relationship.commitments.get(commitment_id)
    if known is not None:
        if (known.terms, known.made_on) == (terms, on):
            return []
        raise Refused(
            "commitment-id-taken",
            f"the commitment {commitment_id} was made on {known.made_on} in other terms; "
            "give this one an id of its own",
        )
    _refuse_due_before(terms.due_on, on)
    _refuse_other_side(terms, owner)
    if terms.override is not None and approver is not None:
        refuse_not_ours({terms.override.approved_by: approver})
    confirmed = request_confirmed or terms.override is not None
    if terms.by is CommittedBy.US and not confirmed:
        _refuse_unconfirmed(terms, unconfirmed_hours_max)
    return [CommitmentMade(commitment_id=commitment_id, made_on=on, terms=terms)]


def reschedule_commitment(
    relationship: Relationship, *, commitment_id: UUID, to: date
) -> Sequence[RelationshipEvent]:
    """Agree on another day.

    Raises:
        NotFound: no such commitment.
        Refused: `commitment-settled`, `due-before-made`.
    """
    commitment = find_commitment(relationship, commitment_id)
    _refuse_settled(commitment)
    if to == commitment.due_on:
        return []
    _refuse_due_before(to, commitment.made_on)
    return [CommitmentRescheduled(commitment_id=commitment_id, was=commitment.due_on, now=to)]


def keep_commitment(
    relationship: Relationship, *, commitment_id: UUID, on: date
) -> Sequence[RelationshipEvent]:
    """Record that what was promised was done, in time or late.

    Raises:
        NotFound: no such commitment.
        Refused: `commitment-settled`, `before-the-commitment`.
    """
    kept = CommitmentKept(commitment_id=commitment_id, kept_on=on)
    return _settle(relationship, commitment_id, CommitmentStatus.KEPT, on, kept)


def break_commitment(
    relationship: Relationship, *, commitment_id: UUID, on: date
) -> Sequence[RelationshipEvent]:
    """Record that what was promised will not be done.

    Raises:
        NotFound: no such commitment.
        Refused: `commitment-settled`, `before-the-commitment`.
    """
    broken = CommitmentBroken(commitment_id=commitment_id, broken_on=on)
    return _settle(relationship, commitment_id, CommitmentStatus.BROKEN, on, broken)


def release_commitment(
    relationship: Relationship, *, commitment_id: UUID, on: date
) -> Sequence[RelationshipEvent]:
    """Record that the other side asks for it no longer.

    Raises:
        NotFound: no such commitment.
        Refused: `commitment-settled`, `before-the-commitment`.
    """
    released = CommitmentReleased(commitment_id=commitment_id, released_on=on)
    return _settle(relationship, commitment_id, CommitmentStatus.RELEASED, on, released)


def find_commitment(relationship: Relationship, commitment_id: UUID) -> Commitment:
    """Return the commitment.

    Raises:
        NotFound: no such commitment.
    """
    commitment = relationship.commitments.get(commitment_id)
    if commitment is None:
        raise NotFound("commitment", commitment_id)
    return commitment


def _settle(
    relationship: Relationship,
    commitment_id: UUID,
    status: CommitmentStatus,
    on: date,
    settled: RelationshipEvent,
) -> Sequence[RelationshipEvent]:
    commitment = find_commitment(relationship, commitment_id)
    if (commitment.status, commitment.settled_on) == (status, on):
        return []
    _refuse_settled(commitment)
    refuse_before(
        on,
        earliest=commitment.made_on,
        what=f"the commitment, of {commitment.made_on}",
        code="before-the-commitment",
    )
    return [settled]


def _refuse_settled(commitment: Commitment) -> None:
    if commitment.status is not CommitmentStatus.OPEN:
        raise Refused(
            "commitment-settled",
            f"the commitment was {commitment.status} on {commitment.settled_on}; make a new one",
        )


def _refuse_due_before(due_on: date, made_on: date) -> None:
    refuse_before(
        due_on,
        earliest=made_on,
        what=f"the day on which it is promised, {made_on}",
        code="due-before-made",
    )


def _refuse_other_side(terms: CommitmentTerms, owner: Party | None) -> None:
    if terms.owner_party_id is None or owner is None:
        return
    if terms.by is CommittedBy.US:
        refuse_not_ours({terms.owner_party_id: owner})
    else:
        refuse_not_theirs(terms.owner_party_id, owner)


def _refuse_unconfirmed(terms: CommitmentTerms, hours_max: int | None) -> None:
    hours = terms.effort_hours or 0
    if hours_max is not None and hours > hours_max:
        raise Refused(
            "commitment-unconfirmed",
            f"{hours} hours are more than {hours_max}, which may be promised without asking; "
            "name a request that was confirmed, or who of ours approves it and why",
        )
