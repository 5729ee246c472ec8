from datetime import date
from typing import Any

import pytest

from domain import commands
from domain.account import AccountTierChanged
from domain.account_relationships import ACCOUNT_RELATIONSHIPS, NO_RELATIONSHIPS
from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.check_in import CheckInScheduled
from domain.commitment import CommitmentMade, CommitmentTerms, CommittedBy
from domain.decision import Decision
from domain.policy import Cadence as CadencePolicy
from domain.policy import TierCadence
from domain.policy_set import POLICIES, InForce, PolicyPublished
from domain.relationship import (
    RELATIONSHIP,
    RelationshipEnded,
    RelationshipEvent,
    RelationshipStarted,
)
from domain.relationship_decisions import follow_tier
from domain.stakeholder import StakeholderDetails
from domain.survey import Instrument, SurveyTerms
from domain.tier import Tier
from tests.domain.relationship_samples import (
    AGREED,
    APRIL,
    CARLA,
    CHECK_IN,
    CLOSED,
    CONTENT,
    ENDED,
    LINE,
    OPEN,
    OTHER_LINE,
    OTHER_STREAM,
    PLAN,
    STARTED,
    STREAM,
    after,
    asking,
    then,
)
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CLIENT,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import given, given_streams

EVERY_14 = Cadence(every_days=14, origin=CadenceOrigin.POLICY, policy_version=0)
EVERY_7 = Cadence(every_days=7, grace_days=3, origin=CadenceOrigin.POLICY, policy_version=1)
STRATEGIC = AccountTierChanged(was=Tier.PROSPECT, now=Tier.STRATEGIC)
WEEKLY = CadencePolicy(tiers=(TierCadence(tier=Tier.STRATEGIC, every_days=7, grace_days=3),))
SET = CadenceSet(was=None, now=AGREED)


def starting(scope: str | None = None, on: date = MAY) -> Decision:
    return commands.start_relationship(ACME, LINE, scope=scope, on=on, today=TODAY)


def ending(on: date = TODAY, reason: str = "they are gone") -> Decision:
    return asking(commands.end_relationship, on, reason=reason)


def setting(on: date = MAY) -> Decision:
    return asking(commands.set_cadence, on, every_days=10, grace_days=2)


GOES_ON = [
    setting(),
    asking(commands.identify_stakeholder, party_id=CARLA, details=StakeholderDetails()),
    asking(commands.mark_stakeholder_left, party_id=CLIENT),
    asking(commands.schedule_check_in, check_in_id=CHECK_IN, plan=PLAN),
    asking(commands.hold_check_in, check_in_id=CHECK_IN, content=CONTENT),
    asking(
        commands.make_commitment,
        commitment_id=uuid(81),
        terms=CommitmentTerms(by=CommittedBy.US, text="A new crane", due_on=TODAY),
    ),
    asking(
        commands.send_survey,
        survey_id=uuid(91),
        terms=SurveyTerms(instrument=Instrument.NPS, wave="Q2", recipients=(CLIENT,)),
    ),
]


def test_a_relationship_starts_with_the_whole_account_or_a_part() -> None:
    given_streams(OPEN).when(starting(on=MARCH)).then(STREAM.record([STARTED]))
    given_streams(OPEN).when(starting("Crane hire")).then(
        STREAM.record([RelationshipStarted(account_id=ACME, scope="Crane hire", started_on=MAY)])
    )


def test_its_cadence_is_that_of_the_accounts_tier() -> None:
    account = ACCOUNT_STREAM.record([OPENED, STRATEGIC])
    published = POLICIES.record([PolicyPublished(version=1, effective_from=MAY, policy=WEEKLY)])
    first = RelationshipStarted(account_id=ACME, started_on=APRIL, cadence=EVERY_14)
    later = RelationshipStarted(account_id=ACME, started_on=MAY, cadence=EVERY_7)

    given_streams(account, published).when(starting(on=APRIL)).then(STREAM.record([first]))
    given_streams(account, published).when(starting(on=MAY)).then(STREAM.record([later]))


def test_a_relationship_starts_once() -> None:
    given_streams(OPEN, STREAM.record([STARTED])).when(starting()).then_refused(
        "already-exists", str(LINE)
    )


@pytest.mark.parametrize("scope", [None, "Crane hire"])
def test_a_scope_has_one_relationship_at_a_time(scope: str | None) -> None:
    started = RelationshipStarted(account_id=ACME, scope=scope, started_on=MARCH)
    other = OTHER_STREAM.record([started])
    ended = OTHER_STREAM.record([started, ENDED])
    again = RelationshipStarted(account_id=ACME, scope=scope, started_on=MAY)

    given_streams(OPEN, other).when(starting(scope)).then_refused(
        "duplicate-relationship", str(OTHER_LINE)
    )
    given_streams(OPEN, other).when(starting("Legal")).then(
        STREAM.record([again.model_copy(update={"scope": "Legal"})])
    )
    given_streams(OPEN, ended).when(starting(scope)).then(STREAM.record([again]))


def test_nothing_but_beginnings_and_endings_changes_which_scopes_are_taken() -> None:
    state = ACCOUNT_RELATIONSHIPS.evolve(None, LINE, STARTED)

    assert ACCOUNT_RELATIONSHIPS.evolve(state, LINE, SET) is state
    assert ACCOUNT_RELATIONSHIPS.evolve(state, LINE, ENDED) == NO_RELATIONSHIPS
    assert ACCOUNT_RELATIONSHIPS.evolve(None, LINE, ENDED) == NO_RELATIONSHIPS


def test_a_relationship_starts_with_an_account_that_is_open() -> None:
    given_streams().when(starting()).then_not_found("account")
    given_streams(CLOSED).when(starting()).then_refused("account-closed")
    given_streams(OPEN).when(starting(on=date(2026, 3, 1))).then_refused(
        "before-the-account-was-opened"
    )
    given_streams(OPEN).when(starting(on=TOMORROW)).then_refused("in-the-future")


@pytest.mark.parametrize("decision", GOES_ON)
def test_nothing_happens_to_a_relationship_that_is_not_there_or_has_ended(
    decision: Decision,
) -> None:
    theirs = STREAM.record([STARTED.model_copy(update={"account_id": OTHER})])

    given_streams(OPEN).when(decision).then_not_found("relationship")
    given_streams(OPEN, theirs).when(decision).then_not_found("relationship")
    after(account=CLOSED).when(decision).then_refused("account-closed")
    after(ENDED).when(decision).then_refused("relationship-ended", "2026-06-30")


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 3, 1), "before-the-relationship-began"),
        (TOMORROW, "in-the-future"),
    ],
)
def test_nothing_happens_before_it_began_or_tomorrow(on: date, code: str) -> None:
    after().when(setting(on)).then_refused(code)
    after().when(ending(on)).then_refused(code)


def test_a_cadence_is_agreed_with_the_client_once() -> None:
    then(after().when(setting()), SET)
    then(after(SET).when(setting()))


def test_a_cadence_follows_the_tier() -> None:
    policy = InForce(1, WEEKLY)
    past = given(RELATIONSHIP, STARTED)
    now = CadenceSet(was=None, now=EVERY_7)

    past.when(follow_tier, Tier.STRATEGIC, policy).then(now)
    past.when(follow_tier, Tier.SALES, policy).then()
    given(RELATIONSHIP, STARTED, now).when(follow_tier, Tier.STRATEGIC, policy).then()
    given(RELATIONSHIP, STARTED, now).when(follow_tier, Tier.PROSPECT, policy).then(
        CadenceSet(was=EVERY_7, now=None)
    )


@pytest.mark.parametrize("event", [SET, ENDED])
def test_a_tier_changes_no_cadence_that_was_agreed_or_has_ended(event: RelationshipEvent) -> None:
    given(RELATIONSHIP, STARTED, event).when(follow_tier, Tier.STRATEGIC, InForce(1, WEEKLY)).then()


def test_a_relationship_ends_once_for_a_reason() -> None:
    then(after().when(ending()), RelationshipEnded(ended_on=TODAY))
    then(after(ENDED).when(ending(MAY)))
    after().when(ending(reason=" ")).then_refused("reason-required")
    after(account=CLOSED).when(ending()).then_refused("account-closed")
    given_streams(OPEN).when(ending()).then_not_found("relationship")


@pytest.mark.parametrize(
    ("left", "code"),
    [
        (CheckInScheduled(check_in_id=CHECK_IN, plan=PLAN), "planned-check-ins"),
        (
            CommitmentMade(
                commitment_id=CHECK_IN,
                made_on=MAY,
                terms=CommitmentTerms(by=CommittedBy.THEM, text="Pay", due_on=TODAY),
            ),
            "open-commitments",
        ),
    ],
)
def test_nothing_is_left_hanging_when_a_relationship_ends(left: Any, code: str) -> None:
    after(left).when(ending()).then_refused(code, str(CHECK_IN))


@pytest.mark.parametrize("event", [SET, ENDED])
def test_nothing_stands_before_the_beginning(event: RelationshipEvent) -> None:
    with pytest.raises(ValueError, match=r"stands before relationship\.started"):
        RELATIONSHIP.evolve(None, event)
