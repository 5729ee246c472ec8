from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.decision import Decision
from domain.learning import (
    LEARNING,
    LearningLogged,
    LearningTerms,
    LearningTopic,
    LearningWithdrawn,
)
from domain.learning_commands import learning_stream
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
    MARCH,
    MAY,
    OPENED,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import decide, given_streams

ID = uuid(51)
STREAM = learning_stream(ID, account_id=None)
OF_ACME = learning_stream(ID, account_id=ACME)
LOGGED = LearningLogged(
    topic=LearningTopic.REGULATION,
    title="Cranes are inspected yearly",
    source="Official Journal",
    industry="Construction",
    learned_by=ANNA,
    learned_on=MARCH,
)
ABOUT_ACME = LOGGED.model_copy(update={"industry": None, "account_id": ACME})
OPEN = ACCOUNT_STREAM.record([OPENED])


def logging(on: Any = MAY, **fields: Any) -> Decision:
    terms = LearningTerms(**LOGGED.model_dump() | fields)
    return commands.log_learning(ID, terms=terms, on=on, today=TODAY)


def withdrawing(reason: str = "repealed") -> Decision:
    return commands.withdraw_learning(ID, reason=reason, on=MAY, today=TODAY)


def test_a_learning_about_an_industry_belongs_to_no_account() -> None:
    given_streams(*PARTIES).when(logging()).then(STREAM.record([LOGGED]))

    (recording,) = decide(PARTIES, logging())
    assert recording.stream.account_id is None


def test_a_learning_about_an_account_stands_in_its_history() -> None:
    decision = logging(industry=None, account_id=ACME)

    given_streams(OPEN, *PARTIES).when(decision).then(OF_ACME.record([ABOUT_ACME]))
    (recording,) = decide([OPEN, *PARTIES], decision)
    assert recording.stream.account_id == ACME


def test_a_learning_may_apply_to_all_of_our_work_and_be_nobodys_in_particular() -> None:
    nothing = {"industry": None, "learned_by": None}

    given_streams().when(logging(**nothing)).then(
        STREAM.record([LOGGED.model_copy(update=nothing)])
    )


def test_a_learning_is_logged_once() -> None:
    given_streams(STREAM.record([LOGGED]), *PARTIES).when(logging()).then_refused("already-exists")


def test_a_learning_applies_to_an_account_or_to_an_industry() -> None:
    given_streams(OPEN, *PARTIES).when(logging(account_id=ACME)).then_refused("applies-to-both")


def test_a_learning_is_of_an_open_account_and_of_one_of_ours() -> None:
    about_acme = {"industry": None, "account_id": ACME}
    closed = AccountClosed(closed_on=MAY, churned=True, reason_code="price")

    given_streams(*PARTIES).when(logging(**about_acme)).then_not_found("account")
    given_streams(ACCOUNT_STREAM.record([OPENED, closed]), *PARTIES).when(
        logging(**about_acme)
    ).then_refused("account-closed")
    given_streams().when(logging()).then_not_found("party")
    given_streams(*PARTIES).when(logging(learned_by=CLIENT)).then_refused("party-not-ours")


@pytest.mark.parametrize("wrong", [{"on": TOMORROW}, {"learned_on": TOMORROW}])
def test_nothing_is_learned_tomorrow(wrong: dict[str, Any]) -> None:
    given_streams(*PARTIES).when(logging(**wrong)).then_refused("in-the-future")


def test_a_learning_is_withdrawn_once_and_for_a_reason() -> None:
    past = STREAM.record([LOGGED])

    given_streams(past).when(withdrawing()).then(STREAM.record([LearningWithdrawn()]))
    given_streams(STREAM.record([LOGGED, LearningWithdrawn()])).when(withdrawing()).then()
    given_streams(past).when(withdrawing("")).then_refused("reason-required")
    given_streams().when(withdrawing()).then_not_found("learning")


def test_a_learning_is_withdrawn_in_the_history_that_it_stands_in() -> None:
    (recording,) = decide([OF_ACME.record([ABOUT_ACME])], withdrawing())

    assert recording.stream.account_id == ACME
    assert list(recording.events) == [LearningWithdrawn()]


def test_a_learning_is_logged_before_it_is_withdrawn() -> None:
    with pytest.raises(ValueError, match=r"^learning\.withdrawn stands before learning\.logged$"):
        LEARNING.evolve(None, LearningWithdrawn())
