"""A person of an export becomes a stakeholder: in the account's relationship, begun if need be."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.account_relationships import (
    ACCOUNT_RELATIONSHIPS,
    NO_RELATIONSHIPS,
    AccountRelationships,
)
from domain.binding import account_stream, party_stream
from domain.commands import identify_stakeholder, start_relationship
from domain.decision import Decision, States
from domain.event import Recording
from domain.relationship_binding import relationship_of, relationship_stream
from domain.stakeholder import StakeholderDetails
from importers.identity import relationship_id_of


def relate(account_id: UUID, *, on: date, today: date) -> Decision:
    """Begin a relationship with the account as a whole, unless there is one."""
    starting = start_relationship(
        account_id, relationship_id_of(account_id), scope=None, on=on, today=today
    )
    family = ACCOUNT_RELATIONSHIPS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        if whole_of(states.find(family) or NO_RELATIONSHIPS) is not None:
            return []
        if states.find(starting.target) is not None:
            return []  # it was begun by an import before, and has ended
        return starting.decide(states)

    return Decision(starting.target, starting.reads, decide)


def identify(
    account_id: UUID, party_id: UUID, *, details: StakeholderDetails, on: date, today: date
) -> Decision:
    """Let the person be a stakeholder of the account as a whole, unless it is one or was."""
    family = ACCOUNT_RELATIONSHIPS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        whole = whole_of(states.find(family) or NO_RELATIONSHIPS)
        if whole is None:
            return []
        stream = relationship_stream(whole, account_id=account_id)
        if party_id in relationship_of(states, stream).stakeholders:
            return []
        identifying = identify_stakeholder(
            account_id, whole, party_id=party_id, details=details, on=on, today=today
        )
        return identifying.decide(states)

    derived = relationship_stream(relationship_id_of(account_id), account_id=account_id)
    reads = (account_stream(account_id), derived, family, party_stream(party_id))
    return Decision(derived, reads, decide)


def whole_of(relationships: AccountRelationships) -> UUID | None:
    """Return the relationship with the whole account that goes on, if there is one."""
    return next((id_ for id_, scope in relationships.scopes.items() if scope is None), None)
