from decimal import Decimal
from typing import Any

import pytest
from immutables import Map

from domain import commands
from domain.account import AccountClosed, AccountOpened
from domain.decision import Decision
from domain.event import Recording
from domain.fit_score import FitScored, FitScores, evolve, score_fit
from domain.ideal_customer import (
    CriterionGrade,
    FitBand,
    FitCriterion,
    FitSubject,
    RangeGrade,
    ValueGrade,
)
from domain.policy import IdealCustomerProfile
from domain.policy_set import POLICIES, InForce, PolicyPublished
from domain.profile import Profile
from tests.domain.samples import ACCOUNT_STREAM, ACME, MARCH, MAY, TODAY, TOMORROW, uuid
from tests.given import given_streams

SCORE = uuid(51)
IDEAL = IdealCustomerProfile(
    criteria=(
        FitCriterion(
            key="market",
            subject=FitSubject.TERRITORY,
            weight=40,
            values=(ValueGrade(value="North", grade=100),),
        ),
        FitCriterion(
            key="size",
            subject=FitSubject.EMPLOYEES,
            weight=35,
            ranges=(RangeGrade(at_least=Decimal(100), grade=90),),
            otherwise=20,
        ),
        FitCriterion(key="culture", subject=FitSubject.JUDGEMENT, weight=25),
    ),
    bands=(FitBand(name="a", at_least=Decimal(80)), FitBand(name="b", at_least=Decimal(50))),
)
PUBLISHED = POLICIES.record([PolicyPublished(version=1, effective_from=MARCH, policy=IDEAL)])
KNOWN = AccountOpened(
    opened_on=MARCH, profile=Profile(name="Acme", territory="North", employees=250)
)
SCORED = FitScored(
    fit_score_id=SCORE,
    scored_on=MAY,
    grades=(
        CriterionGrade(key="market", weight=40, grade=100),
        CriterionGrade(key="size", weight=35, grade=90),
        CriterionGrade(key="culture", weight=25, grade=50),
    ),
    total=Decimal("84.0"),
    band="a",
    policy_version=1,
)


def having(*events: Any, opened: AccountOpened = KNOWN) -> Recording:
    return ACCOUNT_STREAM.record([opened, *events])


def scoring(judgements: dict[str, int], **days: Any) -> Decision:
    return commands.score_fit(
        ACME, SCORE, judgements=judgements, **({"on": MAY, "today": TODAY} | days)
    )


def test_the_fit_is_scored_by_the_policy_in_force() -> None:
    given_streams(having(), PUBLISHED).when(scoring({"culture": 50})).then(
        ACCOUNT_STREAM.record([SCORED])
    )


def test_a_score_sent_twice_is_recorded_once() -> None:
    given_streams(having(SCORED), PUBLISHED).when(scoring({"culture": 50})).then()


def test_a_score_of_the_same_id_with_another_grade_is_refused() -> None:
    given_streams(having(SCORED), PUBLISHED).when(scoring({"culture": 60})).then_refused(
        "already-exists"
    )


def test_a_profile_published_later_does_not_hold_before_its_day() -> None:
    later = POLICIES.record([PolicyPublished(version=1, effective_from=TODAY, policy=IDEAL)])

    given_streams(having(), later).when(scoring({})).then_refused(
        "insufficient-data", "has no criteria"
    )


def test_what_is_not_known_is_named_and_not_guessed() -> None:
    opened = AccountOpened(opened_on=MARCH, profile=Profile(name="Acme", territory="North"))

    given_streams(having(opened=opened), PUBLISHED).when(scoring({})).then_refused(
        "insufficient-data", "size, culture"
    )


@pytest.mark.parametrize("key", ["prestige", "size"])
def test_only_a_criterion_that_asks_for_judgement_is_judged(key: str) -> None:
    given_streams(having(), PUBLISHED).when(scoring({key: 50, "culture": 50})).then_refused(
        "unknown-criterion", f"no judgement of {key}; judge culture"
    )


def test_without_a_profile_nothing_can_be_judged() -> None:
    given_streams(having()).when(scoring({"culture": 1})).then_refused(
        "unknown-criterion", "judge nothing"
    )


def test_a_closed_account_and_a_day_to_come_are_refused() -> None:
    closed = AccountClosed(closed_on=MAY, churned=False, reason_code="double")

    given_streams(having(closed), PUBLISHED).when(scoring({"culture": 1})).then_refused(
        "account-closed"
    )
    given_streams(having(), PUBLISHED).when(scoring({"culture": 1}, on=TOMORROW)).then_refused(
        "in-the-future"
    )


def test_a_score_lies_between_nothing_and_a_hundred_whatever_the_grades() -> None:
    for grade, total, band in ((0, "71.5", "b"), (100, "96.5", "a")):
        (scored,) = score_fit(
            FitScores(Map()),
            KNOWN.profile,
            InForce(1, IDEAL),
            fit_score_id=SCORE,
            judgements={"culture": grade},
            on=MAY,
        )

        assert (scored.total, scored.band) == (Decimal(total), band)


def test_the_latest_score_is_that_of_the_latest_day() -> None:
    earlier = SCORED.model_copy(update={"fit_score_id": uuid(52), "scored_on": MARCH})

    scores = evolve(evolve(FitScores(Map()), SCORED), earlier)

    assert scores.latest == SCORED
    assert set(scores.by_id) == {SCORE, uuid(52)}
