"""Proposals and negotiations of a deal."""

from datetime import date
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.deal import DealEvent
from domain.deal_negotiation import (
    DealProposalPresented,
    DealTermsNegotiated,
    NegotiationTerms,
    ProposalTerms,
)
from domain.decision import Decision
from domain.document import DocumentAttached, DocumentKind
from domain.event import Recording
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    LOST,
    MARCH,
    MAY,
    OPENED,
    TODAY,
    TOMORROW,
    WON,
    euro,
    uuid,
)
from tests.given import given_streams

PROPOSAL, TALK, LATER, DOCUMENT = uuid(91), uuid(92), uuid(93), uuid(94)
ATTACHED = DocumentAttached(
    document_id=DOCUMENT,
    uri="https://files.example/offer.pdf",
    title="Our offer",
    media_type="application/pdf",
    sha256="0" * 64,
    kind=DocumentKind.PROPOSAL,
)
OPEN = ACCOUNT_STREAM.record([OPENED, ATTACHED])
CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=MAY, churned=False, reason_code="x")]
)
PRESENTED = DealProposalPresented(
    proposal_id=PROPOSAL,
    presented_on=MAY,
    customer_value="No lost shifts",
    amount=euro("950"),
    document_id=DOCUMENT,
)
NEGOTIATED = DealTermsNegotiated(
    negotiation_id=TALK,
    negotiated_on=MAY,
    round=1,
    term="payment",
    ours="30 days",
    theirs="90 days",
    agreed=False,
)
EVE = date(2026, 3, 1)


def deal(*events: DealEvent) -> Recording:
    return FIRST_DEAL.record([DEAL_OPENED, *events])


def presenting(on: date = MAY, **changed: Any) -> Decision:
    terms = {"customer_value": "No lost shifts", "amount": euro("950"), "document_id": DOCUMENT}
    return commands.present_proposal(
        ACME,
        FIRST,
        PROPOSAL,
        terms=ProposalTerms.model_validate(terms | changed),
        on=on,
        today=TODAY,
    )


def negotiating(on: date = MAY, id_: Any = TALK, **changed: Any) -> Decision:
    terms = {"term": "payment", "ours": "30 days", "theirs": "90 days"}
    return commands.negotiate_terms(
        ACME,
        FIRST,
        id_,
        terms=NegotiationTerms.model_validate(terms | changed),
        on=on,
        today=TODAY,
    )


EITHER = pytest.mark.parametrize(
    ("asking", "event"), [(presenting, PRESENTED), (negotiating, NEGOTIATED)]
)


@EITHER
def test_it_is_recorded_once(asking: Any, event: DealEvent) -> None:
    given_streams(OPEN, deal()).when(asking()).then(FIRST_DEAL.record([event]))
    given_streams(OPEN, deal(event)).when(asking()).then()
    given_streams(OPEN, deal(event, WON)).when(asking()).then()
    given_streams(OPEN, deal(event)).when(asking(on=TODAY)).then_refused("already-exists")
    assert asking().target == FIRST_DEAL


@EITHER
def test_it_needs_an_open_deal_of_an_open_account(asking: Any, event: DealEvent) -> None:
    assert event.NAME.startswith("deal.")
    given_streams(deal()).when(asking()).then_not_found("account")
    given_streams(OPEN).when(asking()).then_not_found("deal")
    given_streams(CLOSED, deal()).when(asking()).then_refused("account-closed")
    given_streams(OPEN, deal(LOST)).when(asking()).then_refused("deal-closed")


@EITHER
def test_it_happens_between_the_opening_and_today(asking: Any, event: DealEvent) -> None:
    given_streams(OPEN, deal()).when(asking(on=EVE)).then_refused("before-the-deal-was-opened")
    given_streams(OPEN, deal()).when(asking(on=TOMORROW)).then_refused("in-the-future")
    first = {"presented_on": MARCH} if event is PRESENTED else {"negotiated_on": MARCH}
    given_streams(OPEN, deal()).when(asking(on=MARCH)).then(
        FIRST_DEAL.record([event.model_copy(update=first)])
    )


def test_a_proposal_may_name_neither_amount_nor_document() -> None:
    given_streams(OPEN, deal()).when(presenting(amount=None, document_id=None)).then(
        FIRST_DEAL.record([PRESENTED.model_copy(update={"amount": None, "document_id": None})])
    )


def test_a_proposal_names_a_document_of_the_account() -> None:
    given_streams(OPEN, deal()).when(presenting(document_id=uuid(99))).then_not_found("document")


def test_a_proposal_is_of_zero_or_more_in_the_currency_of_the_deal() -> None:
    dollars = euro("1").model_copy(update={"currency": "USD"})

    given_streams(OPEN, deal()).when(presenting(amount=euro("-0.01"))).then_refused(
        "negative-amount"
    )
    given_streams(OPEN, deal()).when(presenting(amount=dollars)).then_refused("currency-mismatch")


def test_the_rounds_of_each_term_are_counted() -> None:
    second = NEGOTIATED.model_copy(
        update={"negotiation_id": LATER, "round": 2, "theirs": "60 days", "agreed": True}
    )
    other = NEGOTIATED.model_copy(update={"negotiation_id": LATER, "term": "notice"})
    past = (OPEN, deal(NEGOTIATED))

    given_streams(*past).when(negotiating(id_=LATER, theirs="60 days", agreed=True)).then(
        FIRST_DEAL.record([second])
    )
    given_streams(*past).when(negotiating(id_=LATER, term="notice")).then(
        FIRST_DEAL.record([other])
    )
    given_streams(OPEN, deal(NEGOTIATED, second)).when(negotiating()).then()
