"""How many accounts may be key or strategic at all, and what a tier asks of an account."""

from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.coverage import (
    COVERAGE_AGGREGATE,
    NO_COVERAGE,
    AccountGraded,
    Coverage,
    grade,
)
from domain.override import Override
from domain.policy import TierCriteria, TierRequirement
from domain.policy_set import POLICIES, InForce, PolicyPublished
from domain.refusal import Refused
from domain.tier import Tier, TierCriterion
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
    uuid,
)
from tests.given import decide, given_streams

HALF = InForce(4, TierCriteria(key_share_max=Decimal(50)))
ANY = InForce(0, TierCriteria())
WORD = Override(approved_by=ANNA, reason="the board wants it")
NEW = uuid(9)


def of(*tiers: Tier) -> Coverage:
    coverage = NO_COVERAGE
    for number, tier in enumerate(tiers):
        event = AccountGraded(account_id=uuid(100 + number), was=None, now=tier)
        coverage = COVERAGE_AGGREGATE.evolve(coverage, event)
    return coverage


def graded(coverage: Coverage, now: Tier | None, policy: Any = HALF, **more: Any) -> Any:
    return grade(coverage, policy, account_id=NEW, now=now, override=more.get("override"))


@pytest.mark.parametrize("tier", [Tier.KEY, Tier.STRATEGIC])
def test_the_share_of_key_accounts_has_a_limit(tier: Tier) -> None:
    one_of_two = of(Tier.SALES)
    two_of_three = of(Tier.SALES, Tier.STRATEGIC)

    assert graded(one_of_two, tier) == [AccountGraded(account_id=NEW, was=None, now=tier)]
    with pytest.raises(Refused, match=r"2 of 3 accounts .* 50 % .*version 4") as refused:
        graded(two_of_three, tier)
    assert refused.value.code == "key-share-exceeded"
    assert graded(two_of_three, tier, override=WORD) == [
        AccountGraded(account_id=NEW, was=None, now=tier, override=WORD)
    ]
    assert graded(two_of_three, tier, policy=ANY, override=WORD) == [
        AccountGraded(account_id=NEW, was=None, now=tier)
    ]


def test_an_override_that_was_not_needed_is_not_kept() -> None:
    assert graded(of(Tier.SALES), Tier.KEY, override=WORD) == [
        AccountGraded(account_id=NEW, was=None, now=Tier.KEY)
    ]


def test_what_does_not_add_a_key_account_is_never_refused() -> None:
    full = of(Tier.KEY, Tier.KEY)
    among = COVERAGE_AGGREGATE.evolve(full, AccountGraded(account_id=NEW, was=None, now=Tier.KEY))

    assert graded(full, Tier.SALES) == [AccountGraded(account_id=NEW, was=None, now=Tier.SALES)]
    assert graded(among, Tier.STRATEGIC) == [
        AccountGraded(account_id=NEW, was=Tier.KEY, now=Tier.STRATEGIC)
    ]
    assert graded(among, None) == [AccountGraded(account_id=NEW, was=Tier.KEY, now=None)]


@pytest.mark.parametrize("now", [None, Tier.PROSPECT])
def test_prospects_and_closed_accounts_are_not_covered(now: Tier | None) -> None:
    assert graded(NO_COVERAGE, now) == []
    gone = AccountGraded(account_id=NEW, was=Tier.KEY, now=None)
    assert COVERAGE_AGGREGATE.evolve(None, gone) == NO_COVERAGE


def changing(to: Tier, *criteria: TierCriterion, **more: Any) -> Any:
    return commands.change_tier(
        ACME, to=to, criteria=criteria, reason="so it is", on=MAY, today=TODAY, **more
    )


def published(policy: TierCriteria) -> Any:
    event = PolicyPublished(version=1, effective_from=MAY, policy=policy)
    return POLICIES.record([event])


def test_the_first_account_is_no_exception_to_the_share() -> None:
    past = [ACCOUNT_STREAM.record([OPENED]), *PARTIES, published(HALF.policy)]

    given_streams(*past).when(changing(Tier.KEY, TierCriterion.PRESTIGE)).then_refused(
        "key-share-exceeded", "1 of 1"
    )
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    given_streams(*past).when(
        changing(Tier.KEY, TierCriterion.PRESTIGE, override=theirs)
    ).then_refused("party-not-ours")


def test_a_tier_asks_for_criteria_of_the_policy_on_the_day() -> None:
    two = TierRequirement(
        tier=Tier.KEY,
        criteria=(TierCriterion.PROJECTED_REVENUE, TierCriterion.GROWTH_AREA),
        at_least=2,
    )
    past = [ACCOUNT_STREAM.record([OPENED]), published(TierCriteria(requirements=(two,)))]
    revenue, growth = two.criteria

    given_streams(*past).when(changing(Tier.KEY)).then_refused(
        "tier-criteria-required", "at least 2 of these: projected-revenue, growth-area"
    )
    given_streams(*past).when(changing(Tier.KEY, revenue, TierCriterion.PRESTIGE)).then_refused(
        "tier-criteria-not-met", r"version 1.*it meets projected-revenue$"
    )
    given_streams(*past).when(changing(Tier.KEY, TierCriterion.PRESTIGE)).then_refused(
        "tier-criteria-not-met", "none of them"
    )
    (tier, _) = _decided(past, changing(Tier.KEY, growth, revenue))
    assert (tier.criteria, tier.policy_version) == ((revenue, growth), 1)
    (tier, _) = _decided(past, changing(Tier.STRATEGIC))
    assert tier.criteria == ()


def _decided(past: Any, decision: Any) -> Any:
    return [event for each in decide(past, decision) for event in each.events]


def test_before_the_policy_its_predecessor_counts() -> None:
    past = [ACCOUNT_STREAM.record([OPENED]), published(TierCriteria(requirements=()))]
    early = commands.change_tier(
        ACME, to=Tier.KEY, criteria=(), reason="so it is", on=MARCH, today=TODAY
    )

    given_streams(*past).when(early).then_refused("tier-criteria-required")
