"""How commands name the streams they concern, and what holds for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.account import ACCOUNT, Account, AccountEvent
from domain.account_deals import NO_DEALS, AccountDeals
from domain.deal import DEAL, Deal, DealEvent
from domain.decision import Decision, States
from domain.event import FamilyOf, Recording, Stream
from domain.party import PARTY, Party, PartyEvent
from domain.reason import refuse_future
from domain.refusal import NotFound


def account_stream(account_id: UUID) -> Stream[Account, AccountEvent]:
    return ACCOUNT.stream(account_id, account_id=account_id)


def party_stream(party_id: UUID) -> Stream[Party, PartyEvent]:
    return PARTY.stream(party_id, account_id=None)


def deal_stream(deal_id: UUID, *, account_id: UUID) -> Stream[Deal, DealEvent]:
    return DEAL.stream(deal_id, account_id=account_id)


def up_to(today: date, on: date, decision: Decision) -> Decision:
    """Let the decision take effect today or earlier."""
    decide = decision.decide

    def decide_by_today(states: States) -> Sequence[Recording]:
        refuse_future(on, today=today)
        return decide(states)

    return replace(decision, decide=decide_by_today)


def deal_of(states: States, stream: Stream[Deal, DealEvent]) -> Deal:
    """Return the deal, which must be one of the stream's account.

    Raises:
        NotFound: there is no such deal, or it is another account's.
    """
    deal = states[stream]
    if deal.account_id != stream.account_id:
        raise NotFound(stream.aggregate.name, stream.id)
    return deal


def deals_of(states: States, family: FamilyOf[AccountDeals, DealEvent]) -> AccountDeals:
    """Return all deals of the account, of which there may be none."""
    return states.find(family) or NO_DEALS
