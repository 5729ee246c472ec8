"""The commands about what is proposed and negotiated in a deal."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import deal_negotiation_decisions as negotiations
from domain.binding import account_stream
from domain.deal import Deal, DealEvent
from domain.deal_binding import on_deal
from domain.deal_negotiation import NegotiationTerms, ProposalTerms
from domain.decision import Decision, States
from domain.known import find


def present_proposal(
    account_id: UUID,
    deal_id: UUID,
    proposal_id: UUID,
    *,
    terms: ProposalTerms,
    on: date,
    today: date,
) -> Decision:
    """Record a proposal; its document, if one is named, must be attached to the account."""

    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        if terms.document_id is not None:
            documents = states[account_stream(account_id)].documents
            find("document", terms.document_id, documents.by_id)
        return negotiations.present_proposal(deal, proposal_id=proposal_id, terms=terms, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def negotiate_terms(
    account_id: UUID,
    deal_id: UUID,
    negotiation_id: UUID,
    *,
    terms: NegotiationTerms,
    on: date,
    today: date,
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return negotiations.negotiate_terms(deal, negotiation_id=negotiation_id, terms=terms, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)
