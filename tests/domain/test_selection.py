from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountClosed
from domain.account_merge import AccountMerged
from domain.decision import Decision
from domain.event import Recording
from domain.fit_score import FitScored
from domain.override import Override
from domain.policy import IdealCustomerProfile
from domain.policy_set import POLICIES, PolicyPublished
from domain.selection import (
    AccountDeselected,
    AccountSelected,
    SelectionFactors,
    SelectionGround,
    SelectionOutcome,
    SelectionReviewed,
)
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import given_streams

FACTORS = SelectionFactors(
    growth_potential=4,
    long_term_profitability=3,
    strategic_value=5,
    competitive_intensity=None,
    relationship_strength=2,
    cost_to_serve=1,
)
GROWN = FACTORS.model_copy(update={"growth_potential": 5})
IDEAL = IdealCustomerProfile(selection_minimum=Decimal(60))
PUBLISHED = POLICIES.record([PolicyPublished(version=1, effective_from=MARCH, policy=IDEAL)])
WORD = Override(approved_by=ANNA, reason="a door to a new market")
SELECTED = AccountSelected(
    selected_on=MAY, factors=FACTORS, fit=None, fit_minimum=Decimal(0), policy_version=0
)
DESELECTED = AccountDeselected(deselected_on=TODAY)
KEPT = SelectionReviewed(
    reviewed_on=TODAY,
    outcome=SelectionOutcome.KEEP,
    grounds=(SelectionGround.GROWTH_POTENTIAL, SelectionGround.FIT),
    factors=GROWN,
)
DROPPED = SelectionReviewed(
    reviewed_on=TODAY, outcome=SelectionOutcome.DROP, grounds=(SelectionGround.COST_TO_SERVE,)
)


def scored(total: str) -> FitScored:
    return FitScored(
        fit_score_id=uuid(51),
        scored_on=MARCH,
        grades=(),
        total=Decimal(total),
        band=None,
        policy_version=1,
    )


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def recorded(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record(events)


def selecting(**fields: Any) -> Decision:
    given: dict[str, Any] = {
        "factors": FACTORS,
        "reason": "a second plant",
        "on": MAY,
        "today": TODAY,
    }
    return commands.select_account(ACME, **(given | fields))


def deselecting(**fields: Any) -> Decision:
    given: dict[str, Any] = {"reason": "the plant is not built", "on": TODAY, "today": TODAY}
    return commands.deselect_account(ACME, **(given | fields))


def reviewing(**fields: Any) -> Decision:
    given: dict[str, Any] = {
        "outcome": SelectionOutcome.KEEP,
        "grounds": [SelectionGround.FIT, SelectionGround.GROWTH_POTENTIAL],
        "factors": GROWN,
        "reason": "it grows",
        "on": TODAY,
        "today": TODAY,
    }
    return commands.review_selection(ACME, **(given | fields))


def dropping(**fields: Any) -> Decision:
    given = {
        "outcome": SelectionOutcome.DROP,
        "grounds": [SelectionGround.COST_TO_SERVE],
        "factors": None,
    }
    return reviewing(**(given | fields))


def test_an_account_is_selected_on_its_factors() -> None:
    given_streams(having()).when(selecting()).then(recorded(SELECTED))


def test_a_selection_remembers_the_fit_and_the_minimum_it_was_held_against() -> None:
    given_streams(having(scored("60")), PUBLISHED).when(selecting()).then(
        recorded(
            AccountSelected(
                selected_on=MAY,
                factors=FACTORS,
                fit=Decimal(60),
                fit_minimum=Decimal(60),
                policy_version=1,
            )
        )
    )


def test_a_fit_below_the_minimum_needs_somebodys_word() -> None:
    past = [having(scored("59.9")), PUBLISHED, *PARTIES]

    given_streams(*past).when(selecting()).then_refused("fit-below-minimum", "59.9 lies below 60")
    given_streams(*past).when(selecting(override=WORD)).then(
        recorded(
            AccountSelected(
                selected_on=MAY,
                factors=FACTORS,
                fit=Decimal("59.9"),
                fit_minimum=Decimal(60),
                policy_version=1,
                override=WORD,
            )
        )
    )


def test_an_account_without_a_score_needs_one_or_somebodys_word() -> None:
    given_streams(having(), PUBLISHED).when(selecting()).then_refused("insufficient-data")
    (recording,) = (
        given_streams(having(), PUBLISHED, *PARTIES).when(selecting(override=WORD)).result()
    )

    (selected,) = recording.events
    assert isinstance(selected, AccountSelected)
    assert (selected.fit, selected.override) == (None, WORD)


def test_a_word_that_was_not_needed_is_not_recorded() -> None:
    given_streams(having(), *PARTIES).when(selecting(override=WORD)).then(recorded(SELECTED))


def test_the_word_is_that_of_one_of_ours() -> None:
    past = [having(), PUBLISHED, *PARTIES]
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    nobody = WORD.model_copy(update={"approved_by": uuid(99)})

    given_streams(*past).when(selecting(override=theirs)).then_refused("party-not-ours")
    given_streams(*past).when(selecting(override=nobody)).then_not_found("party")


def test_every_factor_is_given_or_said_to_be_unknown() -> None:
    with pytest.raises(ValidationError, match="cost_to_serve"):
        SelectionFactors.model_validate(FACTORS.model_dump(exclude={"cost_to_serve"}))
    with pytest.raises(ValidationError, match="less than or equal to 5"):
        SelectionFactors.model_validate(FACTORS.model_dump() | {"cost_to_serve": 6})


def test_a_selected_account_is_not_selected_again() -> None:
    given_streams(having(SELECTED)).when(selecting()).then()
    given_streams(having(SELECTED)).when(selecting(factors=GROWN)).then_refused("already-selected")


def test_an_account_is_deselected_and_selected_again() -> None:
    again = SELECTED.model_copy(update={"selected_on": TODAY})

    given_streams(having(SELECTED)).when(deselecting()).then(recorded(DESELECTED))
    given_streams(having(SELECTED, DESELECTED)).when(deselecting()).then()
    given_streams(having(SELECTED, DESELECTED)).when(selecting(on=TODAY)).then(recorded(again))


def test_what_is_not_selected_is_neither_deselected_nor_reviewed() -> None:
    for decision in (deselecting(), reviewing(), dropping()):
        given_streams(having()).when(decision).then_refused("not-selected")
    earlier = AccountDeselected(deselected_on=MAY)

    given_streams(having(SELECTED, earlier)).when(deselecting()).then_refused("not-selected")


def test_a_review_keeps_an_account_on_grounds_in_one_order() -> None:
    given_streams(having(SELECTED)).when(reviewing()).then(recorded(KEPT))
    given_streams(having(SELECTED, KEPT)).when(reviewing()).then()


def test_a_review_that_drops_an_account_deselects_it() -> None:
    given_streams(having(SELECTED)).when(dropping()).then(recorded(DROPPED, DESELECTED))
    given_streams(having(SELECTED, DROPPED, DESELECTED)).when(dropping()).then()


def test_a_review_without_grounds_is_refused() -> None:
    given_streams(having(SELECTED)).when(reviewing(grounds=[])).then_refused("grounds-required")


@pytest.mark.parametrize("decide", [selecting, deselecting, reviewing, dropping])
def test_each_needs_a_reason_a_day_that_came_and_an_open_account(decide: Any) -> None:
    closed = AccountClosed(closed_on=MAY, churned=False, reason_code="double")
    past = having(SELECTED)

    given_streams(past).when(decide(reason=" ")).then_refused("reason-required")
    given_streams(past).when(decide(on=TOMORROW)).then_refused("in-the-future")
    given_streams(having(SELECTED, closed)).when(decide()).then_refused("account-closed")
    given_streams(having(AccountMerged(into=OTHER))).when(decide()).then_refused(
        "account-merged", str(OTHER)
    )


@pytest.mark.parametrize(
    ("decision", "events"),
    [
        (deselecting(on=MARCH), [SELECTED]),
        (reviewing(on=MARCH), [SELECTED]),
        (dropping(on=MAY), [SELECTED, KEPT]),
        (selecting(), [SELECTED, DESELECTED]),
    ],
)
def test_nothing_is_decided_before_what_was_decided_last(
    decision: Decision, events: list[Any]
) -> None:
    given_streams(having(*events)).when(decision).then_refused("before-the-last-decision")
