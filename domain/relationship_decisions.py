"""What may be decided about a relationship as a whole: to start it, its cadence, to end it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.account import Account
from domain.account_relationships import AccountRelationships, refuse_duplicate
from domain.cadence import Cadence, CadenceOrigin, CadenceSet, cadence_of
from domain.check_in import CheckInStatus
from domain.commitment import CommitmentStatus
from domain.party import Party, Side
from domain.policy import Cadence as CadencePolicy
from domain.policy_set import InForce
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused
from domain.relationship import (
    Relationship,
    RelationshipEnded,
    RelationshipEvent,
    RelationshipStarted,
)
from domain.tier import Tier


def start_relationship(
    others: AccountRelationships,
    account: Account,
    *,
    account_id: UUID,
    scope: str | None,
    policy: InForce[CadencePolicy],
    on: date,
) -> Sequence[RelationshipEvent]:
    """Begin to keep in touch with an account or a part of it, at the cadence of its tier.

    Raises:
        Refused: `before-the-account-was-opened`, `duplicate-relationship`.
    """
    refuse_before(
        on,
        earliest=account.opened_on,
        what=f"the opening of the account, {account.opened_on}",
        code="before-the-account-was-opened",
    )
    refuse_duplicate(others, scope=scope)
    cadence = cadence_of(account.tier, policy)
    return [RelationshipStarted(account_id=account_id, scope=scope, started_on=on, cadence=cadence)]


def set_cadence(
    relationship: Relationship, *, every_days: int, grace_days: int
) -> Sequence[RelationshipEvent]:
    """Agree with the client on a cadence, which the tier of the account no longer changes."""
    agreed = Cadence(
        every_days=every_days, grace_days=grace_days, origin=CadenceOrigin.AGREED_WITH_CLIENT
    )
    return _set(relationship, agreed)


def follow_tier(
    relationship: Relationship, tier: Tier, policy: InForce[CadencePolicy]
) -> Sequence[RelationshipEvent]:
    """Take the cadence of a tier from the policy in force, unless one was agreed or it has ended.

    It never refuses, so that it can go with every change of an account's tier.
    """
    before = relationship.cadence
    agreed = before is not None and before.origin is CadenceOrigin.AGREED_WITH_CLIENT
    if agreed or relationship.ended_on is not None:
        return []
    return _set(relationship, cadence_of(tier, policy))


def end_relationship(
    relationship: Relationship, *, reason: str, on: date
) -> Sequence[RelationshipEvent]:
    """End the relationship; nothing may be left hanging.

    Raises:
        Refused: `reason-required`, `before-the-relationship-began`, `planned-check-ins`,
            `open-commitments`.
    """
    require_reason(reason)
    if relationship.ended_on is not None:
        return []
    refuse_before_beginning(relationship, on)
    planned = [
        id_
        for id_, check_in in relationship.check_ins.items()
        if check_in.status is CheckInStatus.PLANNED
    ]
    _refuse_left(planned, "planned-check-ins", "check-ins are planned", "cancel them")
    still_open = [
        id_
        for id_, commitment in relationship.commitments.items()
        if commitment.status is CommitmentStatus.OPEN
    ]
    _refuse_left(
        still_open, "open-commitments", "commitments are open", "keep, break or release them"
    )
    return [RelationshipEnded(ended_on=on)]


def refuse_ended(relationship: Relationship) -> None:
    """Refuse where the relationship has ended.

    Raises:
        Refused: `relationship-ended`.
    """
    if relationship.ended_on is not None:
        raise Refused(
            "relationship-ended",
            f"the relationship ended on {relationship.ended_on}; "
            "start a new one, or correct what is wrong in this one",
        )


def refuse_before_beginning(relationship: Relationship, on: date) -> None:
    """Refuse a day on which there was no relationship yet.

    Raises:
        Refused: `before-the-relationship-began`.
    """
    refuse_before(
        on,
        earliest=relationship.started_on,
        what=f"the beginning of the relationship, {relationship.started_on}",
        code="before-the-relationship-began",
    )


def refuse_not_ours(parties: Mapping[UUID, Party]) -> None:
    """Refuse parties that are not on our side.

    Raises:
        Refused: `party-not-ours`.
    """
    for party_id, party in parties.items():
        if party.side is not Side.OURS:
            raise Refused(
                "party-not-ours",
                f"the party {party_id} is on the client's side; name one of our own",
            )


def refuse_not_theirs(party_id: UUID, party: Party) -> None:
    """Refuse a party that is not on the client's side.

    Raises:
        Refused: `party-not-theirs`.
    """
    if party.side is not Side.THEIRS:
        raise Refused(
            "party-not-theirs",
            f"the party {party_id} is one of our own; name one on the client's side",
        )


def refuse_strangers(
    relationship: Relationship, party_ids: Collection[UUID], *, on: date, code: str
) -> None:
    """Refuse parties that are not stakeholders on a day.

    Raises:
        Refused: with the given code.
    """
    for party_id in party_ids:
        stakeholder = relationship.stakeholders.get(party_id)
        if stakeholder is None or not stakeholder.counted_on(on):
            raise Refused(
                code,
                f"the party {party_id} is not a stakeholder here on {on}; "
                "identify it as one from that day or earlier, or leave it out",
            )


def _set(relationship: Relationship, now: Cadence | None) -> Sequence[RelationshipEvent]:
    was = relationship.cadence
    return [] if was == now else [CadenceSet(was=was, now=now)]


def _refuse_left(ids: Collection[UUID], code: str, what: str, way_out: str) -> None:
    if ids:
        raise Refused(code, f"these {what}: {', '.join(map(str, sorted(ids)))}; {way_out} first")
