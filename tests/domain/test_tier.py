from datetime import date

import pytest

from domain import commands
from domain.account import ACCOUNT, AccountClosed, AccountManagerAssigned, AccountTierChanged
from domain.account_decisions import change_tier
from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.coverage import COVERAGE, AccountGraded
from domain.decision import Decision
from domain.manager import ManagerRole
from domain.policy import TierCriteria
from domain.policy_set import InForce
from domain.relationship import RelationshipStarted
from domain.tier import Tier, TierCriterion
from tests.domain.relationship_samples import AGREED, ENDED, OTHER_STREAM, STARTED, STREAM
from tests.domain.samples import ACCOUNT_STREAM, ACME, ANNA, MARCH, MAY, OPENED, TODAY, TOMORROW
from tests.given import given, given_streams

GROWTH = TierCriterion.GROWTH_AREA
TO_KEY = AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY, criteria=(GROWTH,), policy_version=0)
KEPT = COVERAGE.record([AccountGraded(account_id=ACME, was=None, now=Tier.KEY)])
NO_POLICY = InForce(0, TierCriteria())


def to(tier: Tier, *criteria: TierCriterion, on: date = MAY) -> Decision:
    return commands.change_tier(
        ACME, to=tier, criteria=criteria, reason="so it is", on=on, today=TODAY
    )


def test_an_account_begins_as_a_prospect() -> None:
    assert given(ACCOUNT, OPENED).state.tier is Tier.PROSPECT


def test_a_tier_is_changed_once() -> None:
    given_streams(ACCOUNT_STREAM.record([OPENED])).when(to(Tier.KEY, GROWTH)).then(
        ACCOUNT_STREAM.record([TO_KEY]), KEPT
    )
    assert to(Tier.KEY).target == ACCOUNT_STREAM
    given_streams(ACCOUNT_STREAM.record([OPENED, TO_KEY])).when(to(Tier.KEY, GROWTH)).then()


def test_the_same_tier_for_another_reason_is_no_change() -> None:
    given_streams(ACCOUNT_STREAM.record([OPENED, TO_KEY])).when(
        to(Tier.KEY, TierCriterion.PRESTIGE)
    ).then()


def test_criteria_are_recorded_once_each_in_one_order() -> None:
    criteria = [TierCriterion.NAMED_LIST, GROWTH, TierCriterion.NAMED_LIST]

    given(ACCOUNT, OPENED).when(
        change_tier, NO_POLICY, to=Tier.STRATEGIC, criteria=criteria, reason="so it is"
    ).then(
        AccountTierChanged(
            was=Tier.PROSPECT,
            now=Tier.STRATEGIC,
            criteria=(GROWTH, TierCriterion.NAMED_LIST),
            policy_version=0,
        )
    )


@pytest.mark.parametrize("tier", [Tier.KEY, Tier.STRATEGIC])
def test_an_account_becomes_key_or_strategic_for_a_reason(tier: Tier) -> None:
    given(ACCOUNT, OPENED).when(
        change_tier, NO_POLICY, to=tier, criteria=(), reason="so it is"
    ).then_refused("tier-criteria-required", "projected-revenue, growth-area")


@pytest.mark.parametrize("tier", [Tier.PROSPECT, Tier.SALES])
def test_an_account_goes_down_without_criteria(tier: Tier) -> None:
    given(ACCOUNT, OPENED, TO_KEY).when(
        change_tier, NO_POLICY, to=tier, criteria=(), reason="shrank"
    ).then(AccountTierChanged(was=Tier.KEY, now=tier, policy_version=0))


def test_an_account_may_skip_tiers() -> None:
    given(ACCOUNT, OPENED).when(
        change_tier, NO_POLICY, to=Tier.STRATEGIC, criteria=(GROWTH,), reason="so it is"
    ).then(
        AccountTierChanged(
            was=Tier.PROSPECT, now=Tier.STRATEGIC, criteria=(GROWTH,), policy_version=0
        )
    )


def test_a_change_of_tier_needs_a_reason() -> None:
    given(ACCOUNT, OPENED).when(
        change_tier, NO_POLICY, to=Tier.SALES, criteria=(), reason="  "
    ).then_refused("reason-required")


def test_a_closed_account_keeps_its_tier() -> None:
    closed = AccountClosed(closed_on=MAY, churned=False, reason_code="not-a-fit")

    given_streams(ACCOUNT_STREAM.record([OPENED, closed])).when(to(Tier.SALES)).then_refused(
        "account-closed"
    )


def test_a_tier_does_not_change_tomorrow() -> None:
    given_streams(ACCOUNT_STREAM.record([OPENED])).when(to(Tier.SALES, on=TOMORROW)).then_refused(
        "in-the-future"
    )


def test_an_unknown_account_has_no_tier() -> None:
    given_streams().when(to(Tier.SALES)).then_not_found("account")


def test_a_change_of_tier_leaves_the_managers_alone() -> None:
    assigned = AccountManagerAssigned(
        party_id=ANNA, role=ManagerRole.KEY_ACCOUNT_MANAGER, primary=True
    )
    state = given(ACCOUNT, OPENED, assigned, TO_KEY).state

    assert state.tier is Tier.KEY
    assert state.managers == given(ACCOUNT, OPENED, assigned).state.managers


def test_a_change_of_tier_brings_the_cadence_of_relationships_with_it() -> None:
    in_spain = RelationshipStarted(account_id=ACME, started_on=MARCH, scope="Spain")
    every_30 = Cadence(every_days=30, origin=CadenceOrigin.POLICY, policy_version=0)

    given_streams(
        ACCOUNT_STREAM.record([OPENED]),
        STREAM.record([STARTED]),
        OTHER_STREAM.record([in_spain, ENDED]),
    ).when(to(Tier.KEY, GROWTH)).then(
        ACCOUNT_STREAM.record([TO_KEY]),
        STREAM.record([CadenceSet(was=None, now=every_30)]),
        KEPT,
    )


def test_a_change_of_tier_leaves_a_cadence_that_was_agreed() -> None:
    agreed = CadenceSet(was=None, now=AGREED)

    given_streams(ACCOUNT_STREAM.record([OPENED]), STREAM.record([STARTED, agreed])).when(
        to(Tier.KEY, GROWTH)
    ).then(ACCOUNT_STREAM.record([TO_KEY]), KEPT)
