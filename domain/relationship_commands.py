"""The commands of a relationship as a whole; each reads its account too, which must be open."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import relationship_decisions
from domain.account_decisions import refuse_closed
from domain.account_relationships import ACCOUNT_RELATIONSHIPS, NO_RELATIONSHIPS
from domain.binding import account_stream, up_to
from domain.decision import Decision, States, refuse_if_begun
from domain.event import Recording
from domain.policy import Cadence
from domain.policy_set import POLICIES, policies_of
from domain.relationship_binding import in_force, relationship_of, relationship_stream


def start_relationship(
    account_id: UUID, relationship_id: UUID, *, scope: str | None, on: date, today: date
) -> Decision:
    account = account_stream(account_id)
    relationship = relationship_stream(relationship_id, account_id=account_id)
    others = ACCOUNT_RELATIONSHIPS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        refuse_if_begun(states, relationship)
        events = relationship_decisions.start_relationship(
            states.find(others) or NO_RELATIONSHIPS,
            states[account],
            account_id=account_id,
            scope=scope,
            policy=policies_of(states).in_force(Cadence, on),
            on=on,
        )
        return [relationship.record(events)]

    reads = (account, relationship, others, POLICIES)
    return up_to(today, on, Decision(relationship, reads, decide))


def set_cadence(
    account_id: UUID,
    relationship_id: UUID,
    *,
    every_days: int,
    grace_days: int,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: relationship_decisions.set_cadence(
            relationship, every_days=every_days, grace_days=grace_days
        ),
        on=on,
        today=today,
    )


def end_relationship(
    account_id: UUID, relationship_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    account = account_stream(account_id)
    relationship = relationship_stream(relationship_id, account_id=account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        events = relationship_decisions.end_relationship(
            relationship_of(states, relationship), reason=reason, on=on
        )
        return [relationship.record(events)]

    return up_to(today, on, Decision(relationship, (account, relationship), decide))
