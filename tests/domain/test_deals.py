from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.account_deals import NO_DEALS
from domain.deal import (
    DEAL,
    Deal,
    DealAmountRevised,
    DealCurrencyChanged,
    DealEvent,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealOwnerChanged,
    DealProbabilityRevised,
    DealProductsRevised,
)
from domain.deal_closing_decisions import lose_deal, win_deal
from domain.deal_decisions import (
    change_currency,
    move_deal,
    revise_amount,
    revise_expected_close,
    revise_products,
)
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.decision import Decision
from domain.event import Recording
from domain.money import Money
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    NO_POLICY,
    OPENED,
    OTHER,
    PARTIES,
    REVERSED,
    TODAY,
    TOMORROW,
    WON,
    euro,
)
from tests.given import given, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=MAY, churned=True, reason_code="price")]
)
TERMS = DealTerms(
    kind=DealKind.NEW_BUSINESS,
    name="A first crane",
    amount=euro("1000"),
    products=("crane",),
    expected_close_on=MAY,
)
LOST = DealLost(reason_code="price", competitor="Lifters", lost_on=MAY)
DOLLARS = euro("1000").model_copy(update={"currency": "USD"})


def opening(terms: DealTerms = TERMS, on: date = MARCH) -> Decision:
    return commands.open_deal(ACME, FIRST, terms=terms, on=on, today=TODAY)


def deal(*events: DealEvent) -> Recording:
    return FIRST_DEAL.record([DEAL_OPENED, *events])


def on_deal(command: Callable[..., Decision], on: date = MAY, **arguments: Any) -> Decision:
    return command(ACME, FIRST, on=on, today=TODAY, **arguments)


def win(deal: Deal, *, amount: Money | None, on: date) -> Sequence[DealEvent]:
    return win_deal(deal, NO_POLICY, amount=amount, override=None, on=on)


WIN = on_deal(commands.win_deal)
LOSE = on_deal(commands.lose_deal, reason_code="price", competitor="Lifters")
CHANGES: list[tuple[Decision, DealEvent]] = [
    (
        on_deal(commands.move_deal, to=DealStage.PROPOSAL),
        DealMoved(was=DealStage.PROSPECTING, now=DealStage.PROPOSAL),
    ),
    (
        on_deal(commands.revise_deal_amount, to=euro("900")),
        DealAmountRevised(was=euro("1000"), now=euro("900")),
    ),
    (
        on_deal(commands.revise_deal_expected_close, to=TOMORROW),
        DealExpectedCloseRevised(was=MAY, now=TOMORROW),
    ),
    (
        on_deal(commands.revise_deal_products, to=("crane", "hook")),
        DealProductsRevised(was=("crane",), now=("crane", "hook")),
    ),
    (
        on_deal(commands.revise_deal_probability, to=Decimal("33.5")),
        DealProbabilityRevised(was=None, now=Decimal("33.5")),
    ),
    (
        on_deal(commands.change_deal_owner, to=ANNA),
        DealOwnerChanged(was=None, now=ANNA),
    ),
    (
        on_deal(commands.change_deal_currency, to=DOLLARS),
        DealCurrencyChanged(was=euro("1000"), now=DOLLARS),
    ),
    (WIN, WON),
    (LOSE, LOST),
]
EVERY_CHANGE = pytest.mark.parametrize(
    ("decision", "event"), CHANGES, ids=[event.NAME for _, event in CHANGES]
)


def test_a_deal_is_opened_in_an_open_account() -> None:
    given_streams(OPEN).when(opening()).then(deal())


def test_a_deal_may_be_opened_in_a_later_stage_with_nothing_else_known() -> None:
    terms = DealTerms(
        kind=DealKind.NEW_BUSINESS, name="A crane", amount=euro("0"), stage=DealStage.NEGOTIATION
    )
    given_streams(OPEN).when(opening(terms)).then(
        FIRST_DEAL.record(
            [
                DealOpened(
                    account_id=ACME,
                    opened_on=MARCH,
                    kind=DealKind.NEW_BUSINESS,
                    name="A crane",
                    amount=euro("0"),
                    stage=DealStage.NEGOTIATION,
                )
            ]
        )
    )


def test_a_deal_is_opened_once() -> None:
    given_streams(OPEN, deal()).when(opening()).then_refused("already-exists", str(FIRST))


def test_a_deal_needs_an_account_that_is_open() -> None:
    given_streams().when(opening()).then_not_found("account")
    given_streams(CLOSED).when(opening()).then_refused("account-closed")


def test_a_deal_is_not_opened_tomorrow() -> None:
    given_streams(OPEN).when(opening(on=TOMORROW)).then_refused("in-the-future")


def test_a_deal_is_not_of_less_than_nothing() -> None:
    given_streams(OPEN).when(
        opening(TERMS.model_copy(update={"amount": euro("-0.01")}))
    ).then_refused("negative-amount", "-0.01 EUR")
    given(DEAL, DEAL_OPENED).when(revise_amount, to=euro("-1")).then_refused("negative-amount")
    given(DEAL, DEAL_OPENED).when(
        win_deal, NO_POLICY, override=None, amount=euro("-1"), on=MAY
    ).then_refused("negative-amount")


@EVERY_CHANGE
def test_an_open_deal_changes_once(decision: Decision, event: DealEvent) -> None:
    given_streams(OPEN, *PARTIES, deal()).when(decision).then(FIRST_DEAL.record([event]))
    given_streams(OPEN, *PARTIES, deal(event)).when(decision).then()
    assert decision.target == FIRST_DEAL


@EVERY_CHANGE
def test_a_deal_needs_its_open_account(decision: Decision, event: DealEvent) -> None:
    theirs = DEAL_OPENED.model_copy(update={"account_id": OTHER})

    assert event.NAME.startswith("deal.")
    given_streams(*PARTIES, deal()).when(decision).then_not_found("account")
    given_streams(*PARTIES, OPEN).when(decision).then_not_found("deal")
    given_streams(OPEN, FIRST_DEAL.record([theirs])).when(decision).then_not_found("deal")
    given_streams(CLOSED, *PARTIES, deal()).when(decision).then_refused("account-closed")


@pytest.mark.parametrize("end", [(WON,), (LOST,), (WON, REVERSED)], ids=["won", "lost", "reversed"])
@EVERY_CHANGE
def test_a_deal_that_has_ended_does_not_change(
    decision: Decision, event: DealEvent, end: tuple[DealEvent, ...]
) -> None:
    if event in end[-1:]:
        given_streams(OPEN, deal(*end)).when(decision).then()
    else:
        given_streams(OPEN, *PARTIES, deal(*end)).when(decision).then_refused("deal-closed")


@pytest.mark.parametrize(
    "decision",
    [
        on_deal(commands.move_deal, TOMORROW, to=DealStage.PROPOSAL),
        on_deal(commands.revise_deal_amount, TOMORROW, to=euro("900")),
        on_deal(commands.revise_deal_expected_close, TOMORROW, to=None),
        on_deal(commands.revise_deal_products, TOMORROW, to=()),
        on_deal(commands.win_deal, TOMORROW),
        on_deal(commands.lose_deal, TOMORROW, reason_code="price"),
        on_deal(commands.reverse_deal, TOMORROW, reason_code="fraud", reason="it was"),
    ],
)
def test_nothing_happens_to_a_deal_tomorrow(decision: Decision) -> None:
    given_streams(OPEN, deal()).when(decision).then_refused("in-the-future")


def test_a_deal_may_go_back_a_stage() -> None:
    forth = DealMoved(was=DealStage.PROSPECTING, now=DealStage.NEGOTIATION)

    given(DEAL, DEAL_OPENED, forth).when(move_deal, to=DealStage.QUALIFICATION).then(
        DealMoved(was=DealStage.NEGOTIATION, now=DealStage.QUALIFICATION)
    )


def test_it_may_be_unknown_when_a_deal_will_close() -> None:
    given(DEAL, DEAL_OPENED).when(revise_expected_close, to=None).then(
        DealExpectedCloseRevised(was=MAY, now=None)
    )


def test_a_deal_may_be_left_without_products() -> None:
    given(DEAL, DEAL_OPENED).when(revise_products, NO_DEALS, to=()).then(
        DealProductsRevised(was=("crane",), now=())
    )


def test_an_owner_of_a_deal_is_one_of_ours_or_nobody() -> None:
    theirs = on_deal(commands.change_deal_owner, to=CLIENT)
    nobody = on_deal(commands.change_deal_owner, to=None)

    given_streams(OPEN, *PARTIES, deal()).when(theirs).then_refused("party-not-ours")
    given_streams(OPEN, deal()).when(theirs).then_not_found("party")
    given_streams(OPEN, deal(DealOwnerChanged(was=None, now=ANNA))).when(nobody).then(
        FIRST_DEAL.record([DealOwnerChanged(was=ANNA, now=None)])
    )


def test_a_changed_currency_is_another_one() -> None:
    past = given(DEAL, DEAL_OPENED)
    past.when(change_currency, to=euro("1000.00")).then()
    past.when(change_currency, to=euro("900")).then_refused("same-currency", "in EUR already")
    past.when(change_currency, to=Money(amount=Decimal(-1), currency="USD")).then_refused(
        "negative-amount"
    )


def test_a_deal_stays_in_its_currency() -> None:
    given(DEAL, DEAL_OPENED).when(revise_amount, to=DOLLARS).then_refused(
        "currency-mismatch", "EUR, not in USD"
    )
    given(DEAL, DEAL_OPENED).when(
        win_deal, NO_POLICY, override=None, amount=DOLLARS, on=MAY
    ).then_refused("currency-mismatch")


@pytest.mark.parametrize(
    ("amount", "won"), [(None, "1000"), (euro("1000.00"), "1000"), (euro("0"), "0")]
)
def test_a_deal_is_won_at_the_amount_expected_or_another(amount: Money | None, won: str) -> None:
    given(DEAL, DEAL_OPENED).when(win, amount=amount, on=MAY).then(
        WON.model_copy(update={"amount": euro(won)})
    )


@pytest.mark.parametrize(("amount", "on"), [(euro("999"), MAY), (None, TODAY)])
def test_a_won_deal_is_not_won_again_otherwise(amount: Money | None, on: date) -> None:
    given(DEAL, DEAL_OPENED, WON).when(
        win_deal, NO_POLICY, override=None, amount=amount, on=on
    ).then_refused("already-won", "2026-05-04 for 1000 EUR")


def test_a_deal_ends_from_its_opening_on() -> None:
    eve = date(2026, 3, 1)
    past = given(DEAL, DEAL_OPENED)
    past.when(win, amount=None, on=eve).then_refused("before-the-deal-was-opened", "03-02")
    past.when(lose_deal, reason_code="price", competitor=None, on=eve).then_refused(
        "before-the-deal-was-opened"
    )
    past.when(win, amount=None, on=MARCH).then(WON.model_copy(update={"won_on": MARCH}))


def test_a_deal_may_be_lost_to_nobody() -> None:
    given(DEAL, DEAL_OPENED).when(lose_deal, reason_code="no-budget", competitor=None, on=MAY).then(
        DealLost(reason_code="no-budget", lost_on=MAY)
    )


def test_a_lost_deal_stays_lost_as_it_was() -> None:
    given(DEAL, DEAL_OPENED, LOST).when(
        lose_deal, reason_code="no-budget", competitor=None, on=TODAY
    ).then()


def test_nothing_stands_before_the_opening() -> None:
    with pytest.raises(ValueError, match=r"^deal\.won stands before deal\.opened$"):
        DEAL.evolve(None, WON)
