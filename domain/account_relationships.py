"""All relationships with one account together: which parts of it they are with."""

from dataclasses import dataclass
from uuid import UUID

from immutables import Map

from domain.event import Family
from domain.refusal import Refused
from domain.relationship import (
    RELATIONSHIP,
    RelationshipEnded,
    RelationshipEvent,
    RelationshipStarted,
)


@dataclass(frozen=True, slots=True)
class AccountRelationships:
    """The scope of every relationship that has not ended, by its id."""

    scopes: Map[UUID, str | None]


NO_RELATIONSHIPS = AccountRelationships(Map())


def evolve(
    relationships: AccountRelationships | None, relationship_id: UUID, event: RelationshipEvent
) -> AccountRelationships:
    """Fold one event of one relationship into the state of all."""
    before = relationships or NO_RELATIONSHIPS
    if isinstance(event, RelationshipStarted):
        return AccountRelationships(before.scopes.set(relationship_id, event.scope))
    if isinstance(event, RelationshipEnded) and relationship_id in before.scopes:
        return AccountRelationships(before.scopes.delete(relationship_id))
    return before


ACCOUNT_RELATIONSHIPS: Family[AccountRelationships, RelationshipEvent] = Family(
    name="account-relationships", aggregate=RELATIONSHIP, evolve=evolve
)


def refuse_duplicate(relationships: AccountRelationships, *, scope: str | None) -> None:
    """Refuse a second relationship with the same part of an account.

    Raises:
        Refused: `duplicate-relationship`.
    """
    for relationship_id, taken in relationships.scopes.items():
        if taken == scope:
            raise Refused(
                "duplicate-relationship",
                f"the relationship {relationship_id} is with {scope or 'the whole account'} "
                "already; go on with that one, or give another scope",
            )
