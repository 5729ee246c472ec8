"""The commands of learnings, each a stream of its own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import learning as learnings
from domain.account_decisions import refuse_closed
from domain.binding import account_stream, party_stream, up_to
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.event import Recording, Stream
from domain.learning import LEARNING, Learning, LearningEvent, LearningTerms
from domain.party import Side
from domain.refusal import Refused


def learning_stream(
    learning_id: UUID, *, account_id: UUID | None
) -> Stream[Learning, LearningEvent]:
    return LEARNING.stream(learning_id, account_id=account_id)


def log_learning(learning_id: UUID, *, terms: LearningTerms, on: date, today: date) -> Decision:
    """Record what was learned, in the history of the account that it applies to, if it is one."""
    learning = learning_stream(learning_id, account_id=terms.account_id)
    account = None if terms.account_id is None else account_stream(terms.account_id)
    party = None if terms.learned_by is None else party_stream(terms.learned_by)
    beside: list[Source] = [source for source in (account, party) if source is not None]

    def decide(states: States) -> Sequence[Recording]:
        refuse_if_begun(states, learning)
        if account is not None:
            refuse_closed(states[account])
        if party is not None and states[party].side is not Side.OURS:
            raise Refused(
                "party-not-ours",
                f"the party {party.id} is on the client's side; name who of ours has learned it",
            )
        return [learning.record(learnings.log_learning(terms=terms, today=today))]

    return up_to(today, on, Decision(learning, (learning, *beside), decide))


def withdraw_learning(learning_id: UUID, *, reason: str, on: date, today: date) -> Decision:
    learning = learning_stream(learning_id, account_id=None)

    def decide(states: States) -> Sequence[Recording]:
        state = states[learning]
        # Only the state knows whose history the learning belongs to.
        stream = learning_stream(learning_id, account_id=state.account_id)
        return [stream.record(learnings.withdraw_learning(state, reason=reason))]

    return up_to(today, on, Decision(learning, (learning,), decide))
