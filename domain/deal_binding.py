"""How commands about a deal are bound to it, its account, and the account's other deals."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from domain.account_deals import ACCOUNT_DEALS, AccountDeals
from domain.account_decisions import refuse_closed
from domain.binding import account_stream, deal_of, deal_stream, deals_of, up_to
from domain.deal import Deal, DealEvent
from domain.decision import Decision, Source, States
from domain.event import Recording


def on_deal(
    account_id: UUID,
    deal_id: UUID,
    decide: Callable[[Deal, States], Sequence[DealEvent]],
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a decision about one deal of an account that is open; `beside` is what else it reads."""
    account, deal = account_stream(account_id), deal_stream(deal_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        return [deal.record(decide(deal_of(states, deal), states))]

    return up_to(today, on, Decision(deal, (account, deal, *beside), decide_on))


def beside_others(
    account_id: UUID,
    deal_id: UUID,
    decide: Callable[[Deal, AccountDeals, States], Sequence[DealEvent]],
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a decision about one deal that depends on the account's other deals."""
    deals = ACCOUNT_DEALS.of(account_id)

    def decide_beside(deal: Deal, states: States) -> Sequence[DealEvent]:
        return decide(deal, deals_of(states, deals).without(deal_id), states)

    return on_deal(account_id, deal_id, decide_beside, beside=[deals, *beside], on=on, today=today)
