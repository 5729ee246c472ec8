"""What a deal is opened with: whom it serves, where it came from, and who looks after it."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountEvent
from domain.deal import DealOpened, DealReclassified
from domain.deal_terms import DealKind, DealTerms
from domain.decision import Decision
from domain.event import Recording
from domain.goal import GoalSet
from domain.horizon import Horizon
from domain.need import NeedIdentified, NeedSource
from domain.override import Override
from domain.signal import SignalKind, SignalOutcome, SignalRaised, SignalResolved
from tests.domain.goals import GOAL_SET, GOAL_STREAM, TRAFFIC
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
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
    euro,
    uuid,
)
from tests.given import CommandOutcome, given_streams

NEED, SIGNAL = uuid(81), uuid(82)
IDENTIFIED = NeedIdentified(
    need_id=NEED,
    statement="Fewer breakdowns",
    latent=False,
    priority=4,
    horizon=Horizon.LONG,
    source=NeedSource.WORKSHOP,
)
RAISED = SignalRaised(
    signal_id=SIGNAL,
    kind=SignalKind.OPPORTUNITY,
    title="A second hall",
    anticipated=True,
    severity=4,
    source="check-in",
)
CONVERTED = SignalResolved(signal_id=SIGNAL, outcome=SignalOutcome.CONVERTED, deal_id=FIRST)
EXPIRED = SignalResolved(signal_id=SIGNAL, outcome=SignalOutcome.EXPIRED)
WORD = Override(approved_by=ANNA, reason="the first one was bought from a dealer of ours")
FULL: dict[str, Any] = {
    "owner_id": ANNA,
    "probability": Decimal(60),
    "recurring_monthly": euro("20"),
    "customer_value": "No lost shifts",
    "need_ids": (NEED,),
    "goal_ids": (TRAFFIC,),
    "signal_id": SIGNAL,
}
GOAL = GOAL_STREAM.record([GOAL_SET])


def opening(*, override: Override | None = None, **fields: Any) -> Decision:
    terms = DealTerms.model_validate(
        {"kind": "new-business", "name": "A crane", "amount": euro("1000"), **fields}
    )
    return commands.open_deal(ACME, FIRST, terms=terms, override=override, on=MARCH, today=TODAY)


def when(decision: Decision, *events: AccountEvent, goal: Recording = GOAL) -> CommandOutcome:
    account = ACCOUNT_STREAM.record([OPENED, IDENTIFIED, RAISED, *events])
    return given_streams(account, *PARTIES, goal).when(decision)


def test_a_deal_says_whom_it_serves_and_converts_the_signal_it_came_from() -> None:
    opened = DealOpened(
        account_id=ACME,
        opened_on=MARCH,
        kind=DealKind.NEW_BUSINESS,
        name="A crane",
        amount=euro("1000"),
        stage=DEAL_OPENED.stage,
        **FULL,
    )
    decision = opening(**FULL)

    when(decision).then(FIRST_DEAL.record([opened]), ACCOUNT_STREAM.record([CONVERTED]))
    assert decision.target == FIRST_DEAL


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"need_ids": (NEED, uuid(99))}, "need"),
        ({"goal_ids": (TRAFFIC, uuid(99))}, "goal"),
        ({"signal_id": uuid(99)}, "signal"),
        ({"owner_id": uuid(99)}, "party"),
    ],
)
def test_what_a_deal_names_must_be_on_record(fields: dict[str, Any], kind: str) -> None:
    when(opening(**fields)).then_not_found(kind)


def test_a_deal_serves_goals_of_its_own_account() -> None:
    theirs = GoalSet(account_id=OTHER, goal=GOAL_SET.goal)

    when(opening(goal_ids=(TRAFFIC,)), goal=GOAL_STREAM.record([theirs])).then_not_found("goal")


def test_a_signal_is_converted_once() -> None:
    when(opening(signal_id=SIGNAL), EXPIRED).then_refused("signal-resolved", "expired")


def test_the_owner_of_a_new_deal_is_one_of_ours() -> None:
    when(opening(owner_id=CLIENT)).then_refused("party-not-ours")


@pytest.mark.parametrize(
    ("monthly", "code"),
    [
        (euro("-0.01"), "negative-amount"),
        (euro("1").model_copy(update={"currency": "USD"}), "currency-mismatch"),
    ],
)
def test_what_recurs_is_an_amount_in_the_currency_of_the_deal(monthly: Any, code: str) -> None:
    when(opening(recurring_monthly=monthly)).then_refused(code)


@pytest.mark.parametrize("probability", ["-0.1", "100.1"])
def test_a_probability_is_a_percentage(probability: str) -> None:
    with pytest.raises(ValidationError, match="probability"):
        opening(probability=probability)


def test_a_kind_that_does_not_fit_is_opened_on_somebodys_word_which_is_kept() -> None:
    renewal: dict[str, Any] = {"kind": "renewal", "products": ("crane",)}
    opened = DealOpened(
        account_id=ACME,
        opened_on=MARCH,
        kind=DealKind.RENEWAL,
        name="A crane",
        amount=euro("1000"),
        products=("crane",),
        stage=DEAL_OPENED.stage,
        override=WORD,
    )

    when(opening(**renewal)).then_refused("first-deal-is-new-business")
    when(opening(**renewal, override=WORD)).then(FIRST_DEAL.record([opened]))


def test_a_word_that_was_not_needed_is_not_kept() -> None:
    opened = DEAL_OPENED.model_copy(
        update={"name": "A crane", "products": (), "expected_close_on": None}
    )

    when(opening(override=WORD)).then(FIRST_DEAL.record([opened]))


def test_somebodys_word_does_not_replace_the_products() -> None:
    when(opening(kind="upsell", override=WORD)).then_refused("products-required")


def test_the_word_is_that_of_one_of_ours() -> None:
    theirs = WORD.model_copy(update={"approved_by": CLIENT})

    when(opening(override=theirs)).then_refused("party-not-ours")


def reclassifying(to: DealKind, override: Override | None = None) -> Decision:
    return commands.reclassify_deal(ACME, FIRST, to=to, override=override, on=MAY, today=TODAY)


def reclassified(to: DealKind, override: Override | None = None) -> Recording:
    was = DealKind.NEW_BUSINESS
    return FIRST_DEAL.record([DealReclassified(was=was, now=to, override=override)])


ONLY = [ACCOUNT_STREAM.record([OPENED]), *PARTIES, FIRST_DEAL.record([DEAL_OPENED])]


def test_an_open_deal_is_taken_for_another_kind_if_that_fits_what_was_sold() -> None:
    given_streams(*ONLY).when(reclassifying(DealKind.UPSELL)).then_refused(
        "first-deal-is-new-business"
    )
    given_streams(*ONLY).when(reclassifying(DealKind.UPSELL, WORD)).then(
        reclassified(DealKind.UPSELL, WORD)
    )
    given_streams(*ONLY).when(reclassifying(DealKind.NEW_BUSINESS)).then()
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    given_streams(*ONLY).when(reclassifying(DealKind.UPSELL, theirs)).then_refused("party-not-ours")


def test_a_deal_that_has_ended_is_corrected_instead_of_reclassified() -> None:
    past = [*ONLY[:-1], FIRST_DEAL.record([DEAL_OPENED, LOST])]

    given_streams(*past).when(reclassifying(DealKind.UPSELL, WORD)).then_refused("deal-closed")
