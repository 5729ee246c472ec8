"""The commands about the commitments of a relationship."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import commitment_decisions
from domain.binding import party_stream
from domain.collaboration_binding import is_confirmed
from domain.commitment import CommitmentTerms
from domain.decision import Decision, States
from domain.party import Party
from domain.policy import Commitments
from domain.policy_set import POLICIES, policies_of
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_binding import in_force, party_streams


def make_commitment(
    account_id: UUID,
    relationship_id: UUID,
    *,
    commitment_id: UUID,
    terms: CommitmentTerms,
    on: date,
    today: date,
) -> Decision:
    """Record a promise; a large one must be confirmed by a request, or be given on a word.

    How large is the tenant's policy on the day `on`.
    """
    approved_by = None if terms.override is None else terms.override.approved_by
    named = [each for each in (terms.owner_party_id, approved_by) if each is not None]

    def decide(relationship: Relationship, states: States) -> Sequence[RelationshipEvent]:
        policy = policies_of(states).in_force(Commitments, on).policy
        return commitment_decisions.make_commitment(
            relationship,
            commitment_id=commitment_id,
            terms=terms,
            owner=_party(states, terms.owner_party_id),
            approver=_party(states, approved_by),
            unconfirmed_hours_max=policy.unconfirmed_hours_max,
            request_confirmed=is_confirmed(states, account_id, terms.collaboration_request_id),
            on=on,
        )

    beside = [POLICIES, *party_streams(named)]
    return in_force(account_id, relationship_id, decide, beside=beside, on=on, today=today)


def reschedule_commitment(
    account_id: UUID,
    relationship_id: UUID,
    *,
    commitment_id: UUID,
    to: date,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: commitment_decisions.reschedule_commitment(
            relationship, commitment_id=commitment_id, to=to
        ),
        on=on,
        today=today,
    )


def keep_commitment(
    account_id: UUID, relationship_id: UUID, *, commitment_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: commitment_decisions.keep_commitment(
            relationship, commitment_id=commitment_id, on=on
        ),
        on=on,
        today=today,
    )


def break_commitment(
    account_id: UUID, relationship_id: UUID, *, commitment_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: commitment_decisions.break_commitment(
            relationship, commitment_id=commitment_id, on=on
        ),
        on=on,
        today=today,
    )


def release_commitment(
    account_id: UUID, relationship_id: UUID, *, commitment_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: commitment_decisions.release_commitment(
            relationship, commitment_id=commitment_id, on=on
        ),
        on=on,
        today=today,
    )


def _party(states: States, party_id: UUID | None) -> Party | None:
    return None if party_id is None else states[party_stream(party_id)]
