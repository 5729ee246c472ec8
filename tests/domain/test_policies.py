"""What a tenant may decide about how accounts are managed, and what holds on which day."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from domain import commands
from domain.decision import Decision
from domain.ideal_customer import FitBand, FitCriterion, FitSubject, RangeGrade, ValueGrade
from domain.policy import (
    DEFAULTS,
    AttributeDefinition,
    Attributes,
    AttributeType,
    BusinessCalendar,
    Cadence,
    Capacity,
    Commitments,
    Currencies,
    Deals,
    Goals,
    GrossMargin,
    HealthWeights,
    IdealCustomerProfile,
    InformationRequirement,
    InformationRequirements,
    Policy,
    PolicyKind,
    StageProbability,
    Taxonomies,
    TierCadence,
    TierCriteria,
    TierPoints,
    TierRequirement,
    Weekday,
)
from domain.policy_set import NO_POLICIES, POLICIES, POLICY_SET, PolicyPublished, PolicyRetired
from domain.tier import Tier, TierCriterion
from tests.domain.samples import MARCH, MAY, TODAY, TOMORROW
from tests.given import fold, given_streams

ZONES = frozenset({"UTC", "Europe/Madrid"})
MARGIN = GrossMargin(margin=Decimal(40))
FIRST = PolicyPublished(version=1, effective_from=MARCH, policy=MARGIN)
SECOND = PolicyPublished(version=2, effective_from=MAY, policy=GrossMargin(margin=Decimal(45)))
SIZE = FitCriterion(
    key="size",
    subject=FitSubject.EMPLOYEES,
    weight=100,
    ranges=(RangeGrade(at_least=Decimal(50), grade=100),),
)


def publishing(policy: Any, on: date = MARCH, reason: str = "so it is") -> Decision:
    return commands.publish_policy(
        policy=policy, effective_from=on, reason=reason, time_zones=ZONES
    )


def test_every_kind_has_a_default_that_is_sound() -> None:
    assert {policy.kind for policy in DEFAULTS} == set(PolicyKind)
    assert {type(policy) for policy in DEFAULTS} == set(get_args(get_args(Policy)[0]))
    for policy in DEFAULTS:
        published = PolicyPublished(version=1, effective_from=MARCH, policy=policy)
        given_streams().when(publishing(policy)).then(POLICIES.record([published]))
        assert NO_POLICIES.in_force(type(policy), MAY).policy == policy
        assert NO_POLICIES.in_force(type(policy), MAY).version == 0


def test_the_defaults_are_those_of_the_field() -> None:
    cadence, capacity = Cadence(), Capacity()

    days = [entry.every_days for tier in Tier if (entry := cadence.of(tier)) is not None]
    assert days == [90, 30, 14]
    assert cadence.of(Tier.PROSPECT) is None
    assert [capacity.points_of(tier) for tier in Tier] == [0, 1, 3, 5]
    assert capacity.portfolio == 30


def test_versions_count_up_within_a_kind() -> None:
    given_streams(POLICIES.record([FIRST])).when(
        publishing(GrossMargin(margin=Decimal(45)), MAY)
    ).then(POLICIES.record([SECOND]))
    given_streams(POLICIES.record([FIRST])).when(publishing(Cadence(), MAY)).then(
        POLICIES.record([PolicyPublished(version=1, effective_from=MAY, policy=Cadence())])
    )


def test_the_same_policy_from_the_same_day_is_published_once() -> None:
    given_streams(POLICIES.record([FIRST])).when(publishing(MARGIN)).then()
    given_streams(POLICIES.record([FIRST])).when(publishing(MARGIN, MAY)).then(
        POLICIES.record([PolicyPublished(version=2, effective_from=MAY, policy=MARGIN)])
    )


def test_a_policy_may_hold_from_a_day_ahead() -> None:
    given_streams().when(publishing(MARGIN, TOMORROW)).then(
        POLICIES.record([PolicyPublished(version=1, effective_from=TOMORROW, policy=MARGIN)])
    )


def test_that_policy_holds_which_began_last() -> None:
    policies = fold(POLICY_SET, SECOND, FIRST.model_copy(update={"version": 3}))

    assert policies.in_force(GrossMargin, date(2026, 3, 1)).version == 0
    assert policies.in_force(GrossMargin, MARCH).version == 3
    assert policies.in_force(GrossMargin, MAY).version == 2
    assert policies.in_force(GrossMargin, TODAY).policy.margin == Decimal(45)


def test_of_two_from_one_day_the_later_version_holds() -> None:
    again = PolicyPublished(version=2, effective_from=MARCH, policy=GrossMargin(margin=Decimal(1)))

    assert fold(POLICY_SET, FIRST, again).in_force(GrossMargin, MARCH).version == 2


def test_a_retired_version_holds_on_no_day() -> None:
    retired = PolicyRetired(kind=PolicyKind.GROSS_MARGIN, version=2)
    retiring = commands.retire_policy(
        kind=PolicyKind.GROSS_MARGIN, version=2, reason="a typing error"
    )
    past = POLICIES.record([FIRST, SECOND])

    given_streams(past).when(retiring).then(POLICIES.record([retired]))
    given_streams(past, POLICIES.record([retired])).when(retiring).then()
    assert fold(POLICY_SET, FIRST, SECOND, retired).in_force(GrossMargin, TODAY).version == 1


def test_what_was_retired_may_be_published_again() -> None:
    retired = PolicyRetired(kind=PolicyKind.GROSS_MARGIN, version=1)

    given_streams(POLICIES.record([FIRST, retired])).when(publishing(MARGIN)).then(
        POLICIES.record([FIRST.model_copy(update={"version": 2})])
    )


def test_only_what_was_published_is_retired() -> None:
    given_streams(POLICIES.record([FIRST])).when(
        commands.retire_policy(kind=PolicyKind.GROSS_MARGIN, version=2, reason="a typing error")
    ).then_not_found("policy")


def test_a_policy_is_changed_for_a_reason() -> None:
    given_streams().when(publishing(MARGIN, reason=" ")).then_refused("reason-required")
    given_streams(POLICIES.record([FIRST])).when(
        commands.retire_policy(kind=PolicyKind.GROSS_MARGIN, version=1, reason="")
    ).then_refused("reason-required")


@pytest.mark.parametrize(
    ("policy", "code", "because"),
    [
        (IdealCustomerProfile(criteria=(SIZE, SIZE)), "given-twice", "size"),
        (
            IdealCustomerProfile(criteria=(SIZE.model_copy(update={"weight": 99}),)),
            "weights-must-total-100",
            "total 99",
        ),
        (
            IdealCustomerProfile(criteria=(SIZE.model_copy(update={"ranges": ()}),)),
            "criterion-without-grades",
            "no ranges",
        ),
        (
            IdealCustomerProfile(
                criteria=(FitCriterion(key="where", subject=FitSubject.COUNTRY, weight=100),)
            ),
            "criterion-without-grades",
            "no values",
        ),
        (
            IdealCustomerProfile(
                criteria=(
                    FitCriterion(
                        key="where",
                        subject=FitSubject.TERRITORY,
                        weight=100,
                        values=(
                            ValueGrade(value="North", grade=1),
                            ValueGrade(value="North", grade=2),
                        ),
                    ),
                )
            ),
            "given-twice",
            "North",
        ),
        (
            IdealCustomerProfile(
                criteria=(SIZE.model_copy(update={"subject": FitSubject.ANNUAL_REVENUE}),)
            ),
            "currency-required",
            "size",
        ),
        (
            IdealCustomerProfile(
                bands=(
                    FitBand(name="a", at_least=Decimal(80)),
                    FitBand(name="a", at_least=Decimal(60)),
                )
            ),
            "given-twice",
            "a",
        ),
        (
            IdealCustomerProfile(
                bands=(
                    FitBand(name="a", at_least=Decimal(80)),
                    FitBand(name="b", at_least=Decimal(80)),
                )
            ),
            "given-twice",
            "80",
        ),
        (
            TierCriteria(
                requirements=(TierRequirement(tier=Tier.KEY), TierRequirement(tier=Tier.KEY))
            ),
            "given-twice",
            "key",
        ),
        (
            TierCriteria(
                requirements=(
                    TierRequirement(
                        tier=Tier.KEY, criteria=(TierCriterion.PRESTIGE, TierCriterion.PRESTIGE)
                    ),
                )
            ),
            "given-twice",
            "prestige",
        ),
        (
            TierCriteria(
                requirements=(
                    TierRequirement(tier=Tier.KEY, criteria=(TierCriterion.PRESTIGE,), at_least=2),
                )
            ),
            "too-many-criteria",
            "2 of 1",
        ),
        (
            Cadence(
                tiers=(
                    TierCadence(tier=Tier.KEY, every_days=1),
                    TierCadence(tier=Tier.KEY, every_days=2),
                )
            ),
            "given-twice",
            "key",
        ),
        (
            Capacity(
                tiers=(TierPoints(tier=Tier.KEY, points=1), TierPoints(tier=Tier.KEY, points=2))
            ),
            "given-twice",
            "key",
        ),
        (HealthWeights(risks=11), "weights-must-total-100", "total 101"),
        (
            Goals(at_risk_beyond=Decimal(30)),
            "thresholds-out-of-order",
            "25 points, before it is at risk beyond 30",
        ),
        (BusinessCalendar(time_zone="Mars/Olympus"), "unknown-time-zone", "Mars/Olympus"),
        (BusinessCalendar(weekend=tuple(Weekday)), "no-working-day", "ever"),
        (BusinessCalendar(weekend=(Weekday.MONDAY, Weekday.MONDAY)), "given-twice", "monday"),
        (Currencies(allowed=("EUR", "EUR")), "given-twice", "EUR"),
        (
            Deals(
                probabilities=(
                    StageProbability.model_validate({"stage": "proposal", "probability": "1"}),
                )
                * 2
            ),
            "given-twice",
            "proposal",
        ),
        (
            Deals.model_validate({"recurring_kinds": ["renewal", "renewal"]}),
            "given-twice",
            "renewal",
        ),
        (
            InformationRequirements(items=(InformationRequirement(key="country"),) * 2),
            "given-twice",
            "country",
        ),
        (Taxonomies(territories=("North", "North")), "given-twice", "territories"),
        (Taxonomies(industries=("Steel", "Steel")), "given-twice", "industries"),
        (
            Attributes(
                definitions=(
                    AttributeDefinition(key="colour", label="Colour", type=AttributeType.TEXT),
                )
                * 2
            ),
            "given-twice",
            "colour",
        ),
    ],
)
def test_an_unsound_policy_is_refused(policy: Any, code: str, because: str) -> None:
    given_streams().when(publishing(policy)).then_refused(code, because)


def test_equal_thresholds_and_a_known_time_zone_are_sound() -> None:
    for policy in (
        Goals(at_risk_beyond=Decimal(25)),
        BusinessCalendar(time_zone="Europe/Madrid", weekend=tuple(Weekday)[:6]),
        Commitments(unconfirmed_hours_max=8),
        TierCriteria(requirements=(TierRequirement(tier=Tier.KEY, at_least=6),)),
        IdealCustomerProfile(
            criteria=(FitCriterion(key="word", subject=FitSubject.JUDGEMENT, weight=100),)
        ),
    ):
        given_streams().when(publishing(policy)).then(
            POLICIES.record([PolicyPublished(version=1, effective_from=MARCH, policy=policy)])
        )


@pytest.mark.parametrize("margin", ["-1", "100.000001", 0.4, "1e9"])
def test_a_margin_is_a_percentage(margin: Any) -> None:
    with pytest.raises(ValidationError, match="margin"):
        GrossMargin(margin=margin)


def test_nobody_works_at_the_weekend_and_on_holidays() -> None:
    calendar = BusinessCalendar(holidays=(MAY,))

    assert calendar.works_on(MARCH)
    assert not calendar.works_on(MAY)
    assert not calendar.works_on(date(2026, 3, 7))
    assert not calendar.works_on(date(2026, 3, 8))
    assert calendar.works_on(date(2026, 3, 9))


def test_definitions_are_found_by_their_keys() -> None:
    colour = AttributeDefinition(key="colour", label="Colour", type=AttributeType.TEXT)
    attributes = Attributes(definitions=(colour,))

    assert attributes.definition("colour") is colour
    assert attributes.definition("size") is None
    assert TierCriteria().requirement(Tier.SALES) is None
    assert TierCriteria().requirement(Tier.KEY) == TierRequirement(tier=Tier.KEY)
