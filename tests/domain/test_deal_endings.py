"""A win without a contract, and deals that are taken up again."""

from datetime import date

import pytest

from domain import commands
from domain.deal import DEAL, DealEvent, DealReopened, DealWon
from domain.deal_closing_decisions import lose_deal, reopen_deal, win_deal
from domain.deal_contract import DealContractSigned, DealContractVoided
from domain.deal_terms import DealStatus
from domain.decision import Decision
from domain.override import Override
from domain.policy import Deals
from domain.policy_set import POLICIES, InForce, PolicyPublished
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
    CONTRACT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    LOST,
    MARCH,
    MAY,
    OPENED,
    PARTIES,
    REVERSED,
    TODAY,
    TOMORROW,
    WON,
    euro,
)
from tests.given import given, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
SIGNED = DealContractSigned(contract=CONTRACT)
VOIDED = DealContractVoided(voided_on=MAY, reason_code="forged")
INK = InForce(3, Deals(contract_required=True))
WORD = Override(approved_by=ANNA, reason="the contract is in the post")


def winning(override: Override | None = None, on: date = MAY) -> Decision:
    return commands.win_deal(ACME, FIRST, override=override, on=on, today=TODAY)


def reopening(on: date = MAY, reason: str = "they came back") -> Decision:
    return commands.reopen_deal(ACME, FIRST, reason=reason, on=on, today=TODAY)


def won(*, signed: bool, override: Override | None = None) -> DealWon:
    return DealWon(
        won_on=MAY,
        amount=euro("1000"),
        contract_signed=signed,
        policy_version=3,
        override=override,
    )


def test_a_policy_may_ask_for_a_signed_contract() -> None:
    unsigned, voided = given(DEAL, DEAL_OPENED), given(DEAL, DEAL_OPENED, SIGNED, VOIDED)

    for past in (unsigned, voided):
        past.when(win_deal, INK, amount=None, override=None, on=MAY).then_refused(
            "contract-not-signed", r"version 3"
        )
        past.when(win_deal, INK, amount=None, override=WORD, on=MAY).then(
            won(signed=False, override=WORD)
        )


def test_a_word_that_a_win_does_not_need_is_not_kept() -> None:
    given(DEAL, DEAL_OPENED, SIGNED).when(win_deal, INK, amount=None, override=WORD, on=MAY).then(
        won(signed=True)
    )
    given(DEAL, DEAL_OPENED).when(
        win_deal, InForce(3, Deals()), amount=None, override=WORD, on=MAY
    ).then(won(signed=False))


def test_the_policy_of_the_day_of_the_win_counts() -> None:
    published = PolicyPublished(version=1, effective_from=MAY, policy=Deals(contract_required=True))
    past = (OPEN, *PARTIES, POLICIES.record([published]), FIRST_DEAL.record([DEAL_OPENED]))

    given_streams(*past).when(winning()).then_refused("contract-not-signed", "version 1")
    given_streams(*past).when(winning(on=MARCH)).then(
        FIRST_DEAL.record([WON.model_copy(update={"won_on": MARCH})])
    )
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    given_streams(*past).when(winning(theirs)).then_refused("party-not-ours")


@pytest.mark.parametrize("end", [(LOST,), (WON, REVERSED)], ids=["lost", "reversed"])
def test_a_deal_that_came_to_nothing_is_taken_up_again_once(end: tuple[DealEvent, ...]) -> None:
    status = DealStatus.LOST if end == (LOST,) else DealStatus.REVERSED
    reopened = DealReopened(was=status)
    past = FIRST_DEAL.record([DEAL_OPENED, *end])
    again = FIRST_DEAL.record([DEAL_OPENED, *end, reopened])
    decision = reopening()

    given_streams(OPEN, past).when(decision).then(FIRST_DEAL.record([reopened]))
    given_streams(OPEN, again).when(decision).then()
    given_streams(OPEN, again).when(winning()).then(FIRST_DEAL.record([WON]))
    assert decision.target == FIRST_DEAL
    state = given(DEAL, DEAL_OPENED, *end, reopened).state
    assert (state.status, state.won_on, state.ended_on) == (DealStatus.OPEN, None, MAY)


def test_a_deal_is_taken_up_again_from_its_end_on_for_a_reason() -> None:
    given(DEAL, DEAL_OPENED, LOST).when(reopen_deal, reason="so", on=date(2026, 5, 3)).then_refused(
        "before-the-deal-ended", "ended last, 2026-05-04"
    )
    given(DEAL, DEAL_OPENED, LOST).when(reopen_deal, reason=" ", on=MAY).then_refused(
        "reason-required"
    )
    given_streams(OPEN, FIRST_DEAL.record([DEAL_OPENED, LOST])).when(
        reopening(TOMORROW)
    ).then_refused("in-the-future")


@pytest.mark.parametrize("end", [(LOST,), (WON, REVERSED)], ids=["lost", "reversed"])
def test_a_deal_that_was_taken_up_again_does_not_end_before_it_did(
    end: tuple[DealEvent, ...],
) -> None:
    past = [DEAL_OPENED, *end, DealReopened(was=DealStatus.LOST)]
    eve = date(2026, 5, 3)

    given_streams(OPEN, FIRST_DEAL.record(past)).when(winning(on=eve)).then_refused(
        "before-the-deal-ended", "ended last"
    )
    given(DEAL, *past).when(lose_deal, reason_code="price", competitor=None, on=eve).then_refused(
        "before-the-deal-ended"
    )


def test_a_loss_of_an_unknown_day_is_taken_up_on_any() -> None:
    undated = LOST.model_copy(update={"lost_on": None})

    given(DEAL, DEAL_OPENED, undated).when(reopen_deal, reason="so", on=MARCH).then(
        DealReopened(was=DealStatus.LOST)
    )


def test_a_won_deal_is_reversed_rather_than_reopened() -> None:
    given(DEAL, DEAL_OPENED, WON).when(reopen_deal, reason="so", on=MAY).then_refused(
        "deal-won", "2026-05-04"
    )
