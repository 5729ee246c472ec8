from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.decision import Decision
from domain.event import Recording
from domain.information import (
    PROFILE_FIELDS,
    InformationGapClosed,
    completeness,
    missing_information,
)
from domain.policy import InformationRequirement, InformationRequirements
from domain.policy_set import POLICIES, PolicyPublished
from domain.profile import Industry, Profile
from domain.tier import Tier
from tests.domain.samples import ACCOUNT_STREAM, ACME, MARCH, MAY, OPENED, TODAY
from tests.given import given_streams

CLOSED = InformationGapClosed(requirement_key="decision-maker", source="call")
ASKED = InformationRequirements(
    items=(
        InformationRequirement(key="industry"),
        InformationRequirement(key="employees", from_tier=Tier.KEY, weight=2),
        InformationRequirement(key="budget", from_tier=Tier.SALES, weight=3),
    )
)
POLICY = POLICIES.record([PolicyPublished(version=1, effective_from=MAY, policy=ASKED)])
ACME_PROFILE = Profile(name="Acme", industry=Industry(label="Cranes"))


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def closing(key: str = "decision-maker", on: Any = MAY, **fields: Any) -> Decision:
    return commands.close_information_gap(
        ACME, requirement_key=key, source="call", on=on, today=TODAY, **fields
    )


def test_a_gap_is_closed_once() -> None:
    given_streams(having()).when(closing()).then(ACCOUNT_STREAM.record([CLOSED]))
    given_streams(having(CLOSED)).when(closing()).then()


def test_a_gap_may_turn_out_to_be_none() -> None:
    given_streams(having(CLOSED)).when(closing(not_applicable=True)).then(
        ACCOUNT_STREAM.record([CLOSED.model_copy(update={"not_applicable": True})])
    )


def test_a_gap_is_one_that_the_policy_of_the_day_asks_about() -> None:
    budget = InformationGapClosed(requirement_key="budget", source="call")

    given_streams(having(), POLICY).when(closing("budget")).then(ACCOUNT_STREAM.record([budget]))
    given_streams(having(), POLICY).when(closing()).then_refused("unknown-requirement", "budget")
    given_streams(having(), POLICY).when(closing("budget", on=MARCH)).then_refused(
        "unknown-requirement", "need, decision-maker"
    )


@pytest.mark.parametrize("key", sorted(PROFILE_FIELDS))
def test_what_stands_in_the_profile_is_revised_there(key: str) -> None:
    given_streams(having()).when(closing(key)).then_refused("unknown-requirement", "profile")


def test_every_field_of_the_profile_but_the_name_answers_a_requirement() -> None:
    fields = {field.replace("_", "-") for field in Profile.model_fields} - {"name"}

    assert set(PROFILE_FIELDS) == fields


def test_what_is_missing_depends_on_the_tier() -> None:
    def missing(tier: Tier, *known: str) -> list[str]:
        return [item.key for item in missing_information(ACME_PROFILE, tier, known, ASKED)]

    assert missing(Tier.PROSPECT) == []
    assert missing(Tier.SALES) == ["budget"]
    assert missing(Tier.STRATEGIC) == ["employees", "budget"]
    assert missing(Tier.STRATEGIC, "budget") == ["employees"]


def test_completeness_is_by_weight() -> None:
    def percent(tier: Tier, *known: str) -> Decimal | None:
        return completeness(ACME_PROFILE, tier, known, ASKED).percent

    assert percent(Tier.PROSPECT) == Decimal(100)
    assert percent(Tier.SALES) == Decimal(25)
    assert percent(Tier.KEY) == Decimal("16.67")
    assert percent(Tier.KEY, "budget") == Decimal("66.67")


def test_where_nothing_is_asked_for_completeness_is_unknown() -> None:
    nothing = completeness(ACME_PROFILE, Tier.KEY, (), InformationRequirements(items=()))

    assert (nothing.percent, nothing.missing) == (None, ())


@for_any(
    st.sampled_from(Tier),
    st.frozensets(st.sampled_from(["need", "decision-maker", "employees", "country"])),
    st.sampled_from(["need", "decision-maker", "legal-name"]),
)
def test_to_know_more_never_makes_an_account_less_complete(
    tier: Tier, known: frozenset[str], more: str
) -> None:
    asked = InformationRequirements()
    before = completeness(ACME_PROFILE, tier, known, asked).percent
    after = completeness(ACME_PROFILE, tier, known | {more}, asked).percent

    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 100
