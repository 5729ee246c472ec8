from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountClosed
from domain.deal import DEAL, DealEvent, DealLost, DealReversed
from domain.deal_contract import (
    Contract,
    ContractDraft,
    DealContractSent,
    DealContractSigned,
    DealContractVoided,
)
from domain.deal_contract_decisions import sign_contract
from domain.decision import Decision
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CLIENT,
    CONTRACT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    LOST,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    WON,
)
from tests.given import GivenStreams, given, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
SIGNED = DealContractSigned(contract=CONTRACT)


def signing(on: date = MAY) -> Decision:
    return commands.sign_contract(ACME, FIRST, contract=CONTRACT, on=on, today=TODAY)


def other(**fields: Any) -> Contract:
    return CONTRACT.model_copy(update=fields)


@pytest.mark.parametrize("past", [(), (WON,)])
def test_a_contract_is_signed_before_or_after_the_win(past: tuple[DealEvent, ...]) -> None:
    deal = FIRST_DEAL.record([DEAL_OPENED, *past])

    given_streams(OPEN, deal).when(signing()).then(FIRST_DEAL.record([SIGNED]))


def test_a_contract_is_signed_once() -> None:
    deal = FIRST_DEAL.record([DEAL_OPENED, SIGNED])

    given_streams(OPEN, deal).when(signing()).then()


def test_a_deal_has_one_contract() -> None:
    given(DEAL, DEAL_OPENED, SIGNED).when(
        sign_contract, contract=other(document="other.pdf"), today=TODAY
    ).then_refused("contract-already-signed", "2026-05-04")


@pytest.mark.parametrize(
    "past", [(DealLost(reason_code="price"),), (WON, DealReversed(reason_code="fraud"))]
)
def test_no_contract_is_signed_for_what_came_to_nothing(past: tuple[DealEvent, ...]) -> None:
    given(DEAL, DEAL_OPENED, *past).when(
        sign_contract, contract=CONTRACT, today=TODAY
    ).then_refused("deal-closed")


def test_a_contract_is_not_signed_tomorrow() -> None:
    given(DEAL, DEAL_OPENED).when(
        sign_contract, contract=other(signed_on=TOMORROW), today=TODAY
    ).then_refused("in-the-future")
    given_streams(OPEN, FIRST_DEAL.record([DEAL_OPENED])).when(signing(TOMORROW)).then_refused(
        "in-the-future"
    )


def test_a_term_may_begin_tomorrow_and_last_a_day() -> None:
    contract = other(starts_on=TOMORROW, ends_on=TOMORROW)

    given(DEAL, DEAL_OPENED).when(sign_contract, contract=contract, today=TODAY).then(
        DealContractSigned(contract=contract)
    )


def test_a_term_does_not_end_before_it_starts() -> None:
    given(DEAL, DEAL_OPENED).when(
        sign_contract, contract=other(ends_on=MARCH), today=TODAY
    ).then_refused("term-reversed", "2026-03-02")


def test_a_contract_needs_its_deal_and_an_open_account() -> None:
    closed = AccountClosed(closed_on=MAY, churned=True, reason_code="price")

    given_streams().when(signing()).then_not_found("account")
    given_streams(OPEN).when(signing()).then_not_found("deal")
    given_streams(ACCOUNT_STREAM.record([OPENED, closed]), FIRST_DEAL.record([DEAL_OPENED])).when(
        signing()
    ).then_refused("account-closed")


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "F" * 64, "0" * 64 + "\n"])
def test_a_document_is_known_by_its_sha256(digest: str) -> None:
    with pytest.raises(ValidationError, match="sha256"):
        Contract(signed_on=MAY, starts_on=MAY, document="crane.pdf", sha256=digest)


DRAFT = ContractDraft(document="crane.pdf", sha256="1" * 64, to=(CLIENT,))
SENT = DealContractSent(sent_on=MAY, document="crane.pdf", sha256="1" * 64, to=(CLIENT,))
VOIDED = DealContractVoided(voided_on=TODAY, reason_code="superseded")


def sending(on: date = MAY, **changed: Any) -> Decision:
    draft = DRAFT.model_copy(update=changed)
    return commands.send_contract(ACME, FIRST, draft=draft, on=on, today=TODAY)


def voiding(on: date = TODAY, reason: str = "a new one was agreed on") -> Decision:
    return commands.void_contract(
        ACME, FIRST, reason_code="superseded", reason=reason, on=on, today=TODAY
    )


def having(*events: DealEvent) -> GivenStreams:
    return given_streams(OPEN, *PARTIES, FIRST_DEAL.record([DEAL_OPENED, *events]))


@pytest.mark.parametrize("past", [(), (WON,)])
def test_a_contract_is_sent_once_to_people_on_record(past: tuple[DealEvent, ...]) -> None:
    having(*past).when(sending()).then(FIRST_DEAL.record([SENT]))
    having(*past, SENT).when(sending()).then()
    having(*past).when(sending(to=(OTHER,))).then_not_found("party")
    assert sending().target == FIRST_DEAL


def test_a_contract_sent_later_takes_the_place_of_the_one_before() -> None:
    again = SENT.model_copy(update={"sent_on": TODAY})

    having(SENT).when(sending(TODAY)).then(FIRST_DEAL.record([again]))


def test_a_contract_is_sent_while_it_can_be_signed() -> None:
    having(SIGNED).when(sending()).then_refused("contract-already-signed")
    having(LOST).when(sending()).then_refused("deal-closed")
    having().when(sending(date(2026, 3, 1))).then_refused("before-the-deal-was-opened")
    having().when(sending(TOMORROW)).then_refused("in-the-future")


def test_a_contract_is_sent_to_somebody() -> None:
    with pytest.raises(ValidationError, match="to"):
        ContractDraft(document="crane.pdf", sha256="1" * 64, to=())


def test_a_contract_is_signed_from_the_day_it_was_sent_on() -> None:
    later = SENT.model_copy(update={"sent_on": TODAY})

    having(later).when(signing()).then_refused("signed-before-sent", "2026-06-30")
    having(SENT).when(signing()).then(FIRST_DEAL.record([SIGNED]))


def test_signatories_are_on_record() -> None:
    def by(party_id: UUID) -> Decision:
        contract = other(signatories=(party_id,))
        return commands.sign_contract(ACME, FIRST, contract=contract, on=MAY, today=TODAY)

    having().when(by(OTHER)).then_not_found("party")
    having().when(by(CLIENT)).then(
        FIRST_DEAL.record([DealContractSigned(contract=other(signatories=(CLIENT,)))])
    )


@pytest.mark.parametrize("past", [(SENT,), (SIGNED,), (SENT, SIGNED), (SIGNED, WON)])
def test_a_contract_is_called_off_once(past: tuple[DealEvent, ...]) -> None:
    having(*past).when(voiding()).then(FIRST_DEAL.record([VOIDED]))
    having(*past, VOIDED).when(voiding()).then()
    having(*past, VOIDED).when(signing()).then(FIRST_DEAL.record([SIGNED]))
    having(*past, VOIDED).when(sending()).then(FIRST_DEAL.record([SENT]))
    having(*past, VOIDED, SENT).when(voiding()).then(FIRST_DEAL.record([VOIDED]))
    assert voiding().target == FIRST_DEAL


def test_only_a_contract_is_called_off() -> None:
    having().when(voiding()).then_refused("no-contract")
    having(SIGNED, VOIDED).when(voiding(MAY)).then_refused("no-contract")
    having(SIGNED).when(voiding(reason="")).then_refused("reason-required")
    having(SIGNED).when(voiding(TOMORROW)).then_refused("in-the-future")


@pytest.mark.parametrize(("past", "what"), [(SENT, "it was sent"), (SIGNED, "the signature")])
def test_a_contract_is_called_off_from_its_day_on(past: DealEvent, what: str) -> None:
    having(past).when(voiding(date(2026, 5, 3))).then_refused("before-the-contract", what)
    same_day = VOIDED.model_copy(update={"voided_on": MAY})
    having(past).when(voiding(MAY)).then(FIRST_DEAL.record([same_day]))
