"""What a change of an account's tier means for the cadence of its relationships."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.account_relationships import ACCOUNT_RELATIONSHIPS, NO_RELATIONSHIPS
from domain.decision import States
from domain.event import Recording
from domain.policy import Cadence
from domain.policy_set import policies_of
from domain.relationship_binding import relationship_stream
from domain.relationship_decisions import follow_tier
from domain.tier import Tier


def cadences_level(
    states: States, account_id: UUID, tier: Tier, *, on: date
) -> Sequence[Recording]:
    """Give each relationship that goes on the cadence of the tier, unless one was agreed."""
    relationships = states.find(ACCOUNT_RELATIONSHIPS.of(account_id)) or NO_RELATIONSHIPS
    policy = policies_of(states).in_force(Cadence, on)
    recordings: list[Recording] = []
    for relationship_id in sorted(relationships.scopes):
        stream = relationship_stream(relationship_id, account_id=account_id)
        events = follow_tier(states[stream], tier, policy)
        if events:
            recordings.append(stream.record(events))
    return recordings
