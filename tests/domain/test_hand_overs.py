from typing import Any

import pytest
from immutables import Map
from pydantic import ValidationError

from domain import commands
from domain.account import AccountClosed, AccountHandedOver, AccountManagerUnassigned
from domain.account_merge import AccountMerged
from domain.check_in import CheckInVoided, Purpose
from domain.deal import DealReversed
from domain.decision import Decision
from domain.event import Event, Recording
from domain.hand_over import HandOverBrief, evolve
from domain.manager import ManagerRole
from tests.domain.hand_overs import (
    ACCEPTED,
    BETTER,
    BRIEF,
    BY_ANNA,
    CANCELLED,
    COMPLETED,
    HAND_OVER,
    HANDED_OVER,
    INITIATED,
    INTRODUCTION,
    KEPT,
    PROMISED,
    RELATIONSHIP,
    RESUBMITTED,
    RETURNED,
    TERMS,
    introduced,
    relationship,
    world,
)
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OTHER,
    SECOND,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import given_streams


def initiating(**fields: Any) -> Decision:
    days = {name: fields.pop(name) for name in ("on",) if name in fields}
    id_ = fields.pop("hand_over_id", HAND_OVER)
    terms = TERMS.model_copy(update=fields)
    return commands.initiate_hand_over(
        ACME, id_, terms=terms, **({"on": MAY, "today": TODAY} | days)
    )


def accepting(**fields: Any) -> Decision:
    return commands.accept_hand_over(ACME, HAND_OVER, **({"on": MAY, "today": TODAY} | fields))


def returning(**fields: Any) -> Decision:
    given: dict[str, Any] = {"gaps": ["risks"], "reason": "thin", "on": MAY, "today": TODAY}
    return commands.return_hand_over(ACME, HAND_OVER, **(given | fields))


def resubmitting(**fields: Any) -> Decision:
    given: dict[str, Any] = {"brief": BETTER, "on": TODAY, "today": TODAY}
    return commands.resubmit_hand_over(ACME, HAND_OVER, **(given | fields))


def completing(**fields: Any) -> Decision:
    given: dict[str, Any] = {
        "relationship_id": RELATIONSHIP,
        "check_in_id": INTRODUCTION,
        "on": TODAY,
        "today": TODAY,
    }
    return commands.complete_hand_over(ACME, HAND_OVER, **(given | fields))


def cancelling(**fields: Any) -> Decision:
    given: dict[str, Any] = {"reason": "Anna stays", "on": TODAY, "today": TODAY}
    return commands.cancel_hand_over(ACME, HAND_OVER, **(given | fields))


STEPS = [initiating, accepting, returning, resubmitting, completing, cancelling]


@pytest.mark.parametrize(
    ("past", "decision", "then"),
    [
        ([], initiating(), [INITIATED]),
        ([INITIATED], accepting(), [ACCEPTED]),
        ([INITIATED], returning(), [RETURNED]),
        ([INITIATED, ACCEPTED], returning(), [RETURNED]),
        ([INITIATED, RETURNED], resubmitting(), [RESUBMITTED]),
        ([INITIATED, ACCEPTED], completing(), [COMPLETED, *HANDED_OVER]),
        ([INITIATED], cancelling(), [CANCELLED]),
        ([INITIATED, ACCEPTED], cancelling(), [CANCELLED]),
        ([INITIATED, RETURNED], cancelling(), [CANCELLED]),
    ],
)
def test_a_step_is_taken_once(past: list[Event], decision: Decision, then: list[Any]) -> None:
    given_streams(*world(*past)).when(decision).then(ACCOUNT_STREAM.record(then))
    given_streams(*world(*past, *then)).when(decision).then()


@pytest.mark.parametrize(
    ("past", "decision", "code"),
    [
        ([INITIATED, RETURNED], accepting(), "hand-over-returned"),
        ([INITIATED, RETURNED], returning(gaps=["all of it"]), "hand-over-returned"),
        ([INITIATED], resubmitting(), "hand-over-not-returned"),
        ([INITIATED, ACCEPTED], resubmitting(), "hand-over-not-returned"),
        ([INITIATED], completing(), "hand-over-not-accepted"),
        ([INITIATED, RETURNED], completing(), "hand-over-not-accepted"),
        ([INITIATED, ACCEPTED, COMPLETED, *HANDED_OVER], accepting(), "hand-over-ended"),
        ([INITIATED, ACCEPTED, COMPLETED, *HANDED_OVER], returning(), "hand-over-ended"),
        ([INITIATED, ACCEPTED, COMPLETED, *HANDED_OVER], resubmitting(), "hand-over-ended"),
        ([INITIATED, ACCEPTED, COMPLETED, *HANDED_OVER], cancelling(), "hand-over-ended"),
        ([INITIATED, CANCELLED], completing(), "hand-over-ended"),
        ([INITIATED, ACCEPTED], accepting(on=TODAY), None),
        ([INITIATED], accepting(on=MARCH), "before-the-last-step"),
        ([INITIATED], returning(on=MARCH), "before-the-last-step"),
        ([INITIATED, RETURNED], resubmitting(on=MARCH), "before-the-last-step"),
        ([INITIATED, ACCEPTED], completing(on=MARCH), "before-the-last-step"),
        ([INITIATED], cancelling(on=MARCH), "before-the-last-step"),
        ([INITIATED], returning(reason=" "), "reason-required"),
        ([INITIATED], cancelling(reason=" "), "reason-required"),
    ],
)
def test_a_step_out_of_turn_is_refused(
    past: list[Event], decision: Decision, code: str | None
) -> None:
    outcome = given_streams(*world(*past)).when(decision)
    if code is None:
        outcome.then()
    else:
        outcome.then_refused(code)


@pytest.mark.parametrize("step", STEPS)
def test_no_step_in_the_future_nor_of_an_account_that_is_no_more(step: Any) -> None:
    closed = AccountClosed(closed_on=TODAY, churned=True, reason_code="price")

    given_streams(*world(INITIATED)).when(step(on=TOMORROW)).then_refused("in-the-future")
    given_streams(*world(INITIATED, closed)).when(step()).then_refused("account-closed")
    given_streams(*world(INITIATED, AccountMerged(into=OTHER))).when(step()).then_refused(
        "account-merged", str(OTHER)
    )


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_of_no_hand_over_is_not_found(step: Any) -> None:
    given_streams(*world()).when(step()).then_not_found("hand-over")


def test_the_same_id_with_other_terms_is_refused() -> None:
    given_streams(*world(INITIATED)).when(initiating(due_on=None)).then_refused("already-exists")


def test_one_hand_over_after_a_deal_is_open_at_a_time() -> None:
    at_once = commands.hand_over(
        ACME, deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, on=MAY, today=TODAY
    )
    other = INITIATED.model_copy(update={"hand_over_id": uuid(65)})

    for decision in (initiating(hand_over_id=uuid(65)), at_once):
        given_streams(*world(INITIATED)).when(decision).then_refused(
            "hand-over-open", str(HAND_OVER)
        )
    given_streams(*world(INITIATED, CANCELLED)).when(initiating(hand_over_id=uuid(65))).then(
        ACCOUNT_STREAM.record([other])
    )


def test_what_would_stand_against_the_hand_over_does_so_at_its_beginning() -> None:
    done = AccountHandedOver(
        deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, role=ManagerRole.ACCOUNT_MANAGER
    )

    for fields, code in (
        ({"deal_id": SECOND}, "deal-not-won"),
        ({"from_party_id": BEN}, "not-the-executive"),
        ({"to_party_id": CLIENT}, "party-not-ours"),
        ({"role": ManagerRole.ACCOUNT_EXECUTIVE}, "role-not-a-manager"),
        ({"due_on": MARCH}, "due-before-it-begins"),
    ):
        given_streams(*world()).when(initiating(**fields)).then_refused(code)
    given_streams(*world()).when(initiating(to_party_id=uuid(99))).then_not_found("party")
    given_streams(*world(*HANDED_OVER)).when(initiating()).then_refused("already-handed-over")
    given_streams(*world(done)).when(initiating()).then_refused("already-handed-over")


def test_a_brief_says_something() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        HandOverBrief(notes=())


def test_the_commitments_of_a_brief_are_open_ones_of_the_account() -> None:
    settled = relationship(introduced(), KEPT)
    unknown = BRIEF.model_copy(
        update={"open_commitments": (PROMISED.model_copy(update={"commitment_id": uuid(99)}),)}
    )
    elsewhere = BRIEF.model_copy(
        update={"open_commitments": (PROMISED.model_copy(update={"relationship_id": uuid(98)}),)}
    )

    given_streams(*world(beside=settled)).when(initiating()).then_refused("commitment-settled")
    given_streams(*world(INITIATED, RETURNED, beside=settled)).when(resubmitting()).then_refused(
        "commitment-settled"
    )
    given_streams(*world()).when(initiating(brief=unknown)).then_not_found("commitment")
    given_streams(*world()).when(initiating(brief=elsewhere)).then_not_found("relationship")


@pytest.mark.parametrize(
    "held",
    [
        introduced(purpose=Purpose.CATCH_UP),
        introduced(held_on=TOMORROW),
    ],
)
def test_a_hand_over_is_completed_after_an_introduction_alone(held: Event) -> None:
    given_streams(*world(INITIATED, ACCEPTED, beside=relationship(held))).when(
        completing()
    ).then_refused("introduction-not-held")


def test_an_introduction_that_never_was_does_not_count() -> None:
    void = relationship(introduced(), CheckInVoided(check_in_id=INTRODUCTION))

    given_streams(*world(INITIATED, ACCEPTED, beside=void)).when(completing()).then_refused(
        "introduction-not-held"
    )
    given_streams(*world(INITIATED, ACCEPTED, beside=relationship())).when(
        completing()
    ).then_not_found("check-in")
    given_streams(*world(INITIATED, ACCEPTED)).when(
        completing(relationship_id=uuid(98))
    ).then_not_found("relationship")


def test_the_manager_takes_part_in_the_introduction() -> None:
    alone = relationship(introduced(internal_participants=(ANNA,)))

    given_streams(*world(INITIATED, ACCEPTED, beside=alone)).when(completing()).then_refused(
        "introduced-without-the-manager"
    )


def test_what_has_changed_meanwhile_stands_against_the_completion() -> None:
    gone = AccountManagerUnassigned(party_id=ANNA, role=BY_ANNA.role)
    account, deal, *others = world(INITIATED, ACCEPTED)
    reversed_ = Recording(FIRST_DEAL, [*deal.events, DealReversed(reason_code="cancelled")])

    given_streams(*world(INITIATED, ACCEPTED, gone)).when(completing()).then_refused(
        "not-the-executive"
    )
    given_streams(account, reversed_, *others).when(completing()).then_refused("deal-not-won")


def test_a_step_of_what_never_began_is_no_history() -> None:
    with pytest.raises(KeyError):
        evolve(Map(), ACCEPTED)
