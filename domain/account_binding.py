"""How commands that an account's own stream takes are bound to it and to what else they read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from domain.account import Account, AccountEvent
from domain.account_decisions import refuse_closed
from domain.binding import account_stream, up_to
from domain.decision import Decision, Source, States
from domain.event import Recording

Decide = Callable[[Account, States], Sequence[AccountEvent]]


def in_open_account(
    account_id: UUID,
    decide: Decide,
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a decision about an account that is open; `beside` is what else it reads."""
    account = account_stream(account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        state = states[account]
        refuse_closed(state)
        return [account.record(decide(state, states))]

    return up_to(today, on, Decision(account, (account, *beside), decide_on))
