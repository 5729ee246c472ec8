"""How the commands of a relationship are bound to its stream, its account and the parties named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.account_decisions import refuse_closed, refuse_merged
from domain.binding import account_stream, party_stream, up_to
from domain.decision import Decision, Source, States
from domain.event import Recording, Stream
from domain.party import Party
from domain.refusal import NotFound
from domain.relationship import RELATIONSHIP, Relationship, RelationshipEvent
from domain.relationship_decisions import refuse_before_beginning, refuse_ended

Decide = Callable[[Relationship, States], Sequence[RelationshipEvent]]


def relationship_stream(
    relationship_id: UUID, *, account_id: UUID
) -> Stream[Relationship, RelationshipEvent]:
    return RELATIONSHIP.stream(relationship_id, account_id=account_id)


def relationship_of(
    states: States, stream: Stream[Relationship, RelationshipEvent]
) -> Relationship:
    """Return the relationship, which must be one of the stream's account.

    Raises:
        NotFound: there is no such relationship, or it is another account's.
    """
    relationship = states[stream]
    if relationship.account_id != stream.account_id:
        raise NotFound(stream.aggregate.name, stream.id)
    return relationship


def parties_of(states: States, party_ids: Iterable[UUID]) -> Mapping[UUID, Party]:
    """Return the parties by their ids.

    Raises:
        NotFound: one was never registered.
    """
    return {party_id: states[party_stream(party_id)] for party_id in party_ids}


def party_streams(party_ids: Iterable[UUID]) -> Iterable[Source]:
    return map(party_stream, party_ids)


def in_force(
    account_id: UUID,
    relationship_id: UUID,
    decide: Decide,
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a decision about a relationship that goes on, with an account that is open.

    `beside` names what else the decision reads, such as the parties it speaks of.
    """
    account = account_stream(account_id)
    relationship = relationship_stream(relationship_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        state = relationship_of(states, relationship)
        refuse_ended(state)
        refuse_before_beginning(state, on)
        return [relationship.record(decide(state, states))]

    reads: tuple[Source, ...] = (account, relationship, *beside)
    return up_to(today, on, Decision(relationship, reads, decide_on))


def on_record(
    account_id: UUID,
    relationship_id: UUID,
    decide: Decide,
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a correction, which also holds where the relationship or its account has ended.

    An account that lives on in another takes none.
    """
    account = account_stream(account_id)
    relationship = relationship_stream(relationship_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        with_account = states.find(account)
        if with_account is not None:
            refuse_merged(with_account)
        return [relationship.record(decide(relationship_of(states, relationship), states))]

    reads: tuple[Source, ...] = (account, relationship, *beside)
    return up_to(today, on, Decision(relationship, reads, decide_on))
