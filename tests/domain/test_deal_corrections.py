"""A win recorded wrongly is corrected; a win that did not last is reversed."""

from datetime import date
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.account_deals import NO_DEALS
from domain.change import Change
from domain.deal import DEAL, DealCorrected, DealEvent
from domain.deal_closing_decisions import correct_deal, reverse_deal
from domain.deal_terms import DealCorrection, DealKind
from domain.decision import Decision
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
    REVERSED,
    TODAY,
    TOMORROW,
    WON,
    euro,
)
from tests.given import CommandOutcome, Outcome, given, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=MAY, churned=True, reason_code="price")]
)
CHEAPER = DealCorrected(amount=Change(was=euro("1000"), now=euro("900")))


def deal(*events: DealEvent) -> Recording:
    return FIRST_DEAL.record([DEAL_OPENED, *events])


def correcting(on: date = MAY, reason: str = "typing error", **fields: Any) -> Decision:
    return commands.correct_deal(
        ACME,
        FIRST,
        correction=DealCorrection.model_validate(fields),
        reason=reason,
        on=on,
        today=TODAY,
    )


def corrected(*past: DealEvent, **fields: Any) -> Outcome[DealEvent]:
    return given(DEAL, DEAL_OPENED, *past).when(
        correct_deal,
        NO_DEALS,
        correction=DealCorrection.model_validate(fields),
        reason="typing error",
        today=TODAY,
    )


@pytest.mark.parametrize("past", [(), (WON,), (LOST,)])
def test_a_deal_is_corrected_once_whatever_became_of_it(past: tuple[DealEvent, ...]) -> None:
    given_streams(OPEN, deal(*past)).when(correcting(amount=euro("900"))).then(
        FIRST_DEAL.record([CHEAPER])
    )
    given_streams(OPEN, deal(*past, CHEAPER)).when(correcting(amount=euro("900"))).then()


def test_a_correction_records_only_what_was_wrong() -> None:
    corrected(WON, amount=euro("1000"), products=("hook",), kind="new-business").then(
        DealCorrected(products=Change(was=("crane",), now=("hook",)))
    )


def test_every_part_of_a_deal_can_be_corrected() -> None:
    now = DealCorrected(
        kind=Change(was=DealKind.NEW_BUSINESS, now=DealKind.RENEWAL),
        amount=Change(was=euro("1000"), now=euro("0")),
        products=Change(was=("crane",), now=()),
        won_on=Change(was=MAY, now=MARCH),
    )
    state = given(DEAL, DEAL_OPENED, WON, now).state

    assert (state.kind, state.amount, state.products, state.won_on) == (
        DealKind.RENEWAL,
        euro("0"),
        (),
        MARCH,
    )
    assert set(DealCorrected.model_fields) == set(DealCorrection.model_fields)


def test_a_correction_to_the_same_is_no_event() -> None:
    corrected(WON, amount=euro("1000.00"), won_on=MAY).then()
    corrected(WON).then()


def test_the_currency_of_a_deal_can_be_corrected() -> None:
    dollars = euro("1000").model_copy(update={"currency": "USD"})

    corrected(WON, amount=dollars).then(DealCorrected(amount=Change(was=euro("1000"), now=dollars)))


def test_a_correction_needs_a_reason() -> None:
    given_streams(OPEN, deal()).when(correcting(reason="\t", amount=euro("1"))).then_refused(
        "reason-required"
    )


def test_a_reversed_deal_is_not_corrected() -> None:
    corrected(WON, REVERSED, amount=euro("900")).then_refused("deal-closed", "reversed")


def test_the_day_of_the_win_can_be_corrected_where_there_is_one() -> None:
    corrected(WON, won_on=TODAY).then(DealCorrected(won_on=Change(was=MAY, now=TODAY)))
    corrected(won_on=TODAY).then_refused("deal-not-won")
    corrected(LOST, won_on=TODAY).then_refused("deal-not-won")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": {"amount": "-1", "currency": "EUR"}}, "negative-amount"),
        ({"won_on": "2026-07-01"}, "in-the-future"),
        ({"won_on": "2026-03-01"}, "before-the-deal-was-opened"),
    ],
)
def test_a_correction_that_cannot_be_right_is_refused(fields: dict[str, Any], code: str) -> None:
    corrected(WON, **fields).then_refused(code)


def test_a_correction_needs_its_deal_and_an_open_account() -> None:
    correct = correcting(amount=euro("900"))

    given_streams().when(correct).then_not_found("account")
    given_streams(OPEN).when(correct).then_not_found("deal")
    given_streams(CLOSED, deal()).when(correct).then_refused("account-closed")
    given_streams(OPEN, deal()).when(correcting(on=TOMORROW, amount=euro("900"))).then_refused(
        "in-the-future"
    )


def reversing(past: Recording, on: date = MAY, account: Recording = OPEN) -> CommandOutcome:
    reverse = commands.reverse_deal(
        ACME, FIRST, reason_code="fraud", reason="a forged signature", on=on, today=TODAY
    )
    return given_streams(account, past).when(reverse)


def test_a_win_is_reversed_once() -> None:
    reversing(deal(WON)).then(FIRST_DEAL.record([REVERSED]))
    reversing(deal(WON, REVERSED), on=TODAY).then()


@pytest.mark.parametrize("past", [(), (LOST,)])
def test_only_a_win_is_reversed(past: tuple[DealEvent, ...]) -> None:
    reversing(deal(*past)).then_refused("nothing-to-reverse")


def test_a_win_is_reversed_from_its_own_day_on() -> None:
    reversing(deal(WON), on=MARCH).then_refused("before-the-deal-was-won", "2026-05-04")


def test_a_corrected_day_of_the_win_counts_for_its_reversal() -> None:
    earlier = DealCorrected(won_on=Change(was=MAY, now=MARCH))

    reversing(deal(WON, earlier), on=MARCH).then(
        FIRST_DEAL.record([REVERSED.model_copy(update={"reversed_on": MARCH})])
    )


def test_a_reversal_needs_a_reason() -> None:
    given(DEAL, DEAL_OPENED, WON).when(
        reverse_deal, reason_code="fraud", reason="", on=MAY
    ).then_refused("reason-required")


def test_a_reversal_needs_an_open_account() -> None:
    reversing(deal(WON), account=CLOSED).then_refused("account-closed")
    reversing(FIRST_DEAL.record([])).then_not_found("deal")
