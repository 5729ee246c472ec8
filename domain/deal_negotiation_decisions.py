"""What may be decided while a deal is talked over: to present proposals, and negotiate terms."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.deal import Deal, DealEvent
from domain.deal_decisions import (
    refuse_before_opening,
    refuse_closed_deal,
    refuse_mixed_currencies,
    refuse_negative,
)
from domain.deal_negotiation import (
    DealProposalPresented,
    DealTermsNegotiated,
    NegotiationTerms,
    ProposalTerms,
)
from domain.known import begin


def present_proposal(
    deal: Deal, *, proposal_id: UUID, terms: ProposalTerms, on: date
) -> Sequence[DealEvent]:
    """Record what was proposed to the client.

    Raises:
        Refused: `already-exists`, `deal-closed`, `negative-amount`, `currency-mismatch`,
            `before-the-deal-was-opened`.
    """
    presented = DealProposalPresented(proposal_id=proposal_id, presented_on=on, **dict(terms))
    events = begin("proposal", proposal_id, deal.proposals.get(proposal_id), presented)
    if events:
        refuse_closed_deal(deal)
        refuse_before_opening(deal, on)
    if events and terms.amount is not None:
        refuse_negative(terms.amount)
        refuse_mixed_currencies(deal.amount, terms.amount)
    return events


def negotiate_terms(
    deal: Deal, *, negotiation_id: UUID, terms: NegotiationTerms, on: date
) -> Sequence[DealEvent]:
    """Record where both sides stand on a term, in a new round of that term.

    Raises:
        Refused: `already-exists`, `deal-closed`, `before-the-deal-was-opened`.
    """
    known = deal.negotiations.get(negotiation_id)
    rounds = sum(1 for each in deal.negotiations.values() if each.term == terms.term)
    negotiated = DealTermsNegotiated(
        negotiation_id=negotiation_id,
        negotiated_on=on,
        round=known.round if known else rounds + 1,
        **dict(terms),
    )
    events = begin("negotiation", negotiation_id, known, negotiated)
    if events:
        refuse_closed_deal(deal)
        refuse_before_opening(deal, on)
    return events
