from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountClosed
from domain.deal import (
    DEAL,
    Contract,
    DealContractSigned,
    DealEvent,
    DealLost,
    DealReversed,
)
from domain.deal_decisions import sign_contract
from domain.decision import Decision
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CONTRACT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    TODAY,
    TOMORROW,
    WON,
)
from tests.given import given, given_streams

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
