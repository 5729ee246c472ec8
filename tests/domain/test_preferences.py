"""What the client prefers, expects and is after, and the tenant's own fields of an account."""

from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.attribute import (
    AttributeSet,
    AttributeValue,
    DayValue,
    FlagValue,
    NumberValue,
    TextValue,
    as_text,
)
from domain.deal import DealLost, DealReversed
from domain.decision import Decision
from domain.event import Recording
from domain.expectation import ExpectationRecorded, ExpectationTerms, ExpectedBy
from domain.horizon import Horizon
from domain.policy import AttributeDefinition, Attributes, AttributeType
from domain.policy_set import POLICIES, PolicyPublished
from domain.preference import PreferenceRecorded
from domain.purchase_reason import PurchaseReasonRecorded
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    TODAY,
    WON,
    uuid,
)
from tests.given import given_streams

EXPECTATION = uuid(51)
BY_PHONE = PreferenceRecorded(key="contact", was=None, now="by phone")
EXPECTED = ExpectationRecorded(
    expectation_id=EXPECTATION,
    by=ExpectedBy.THEM,
    statement="An answer within a day",
    horizon=Horizon.SHORT,
)
BOUGHT = PurchaseReasonRecorded(
    deal_id=FIRST, reason="The old crane broke", desired_outcome="No more delays"
)
POLICY = POLICIES.record(
    [
        PolicyPublished(
            version=1,
            effective_from=MAY,
            policy=Attributes(
                definitions=(
                    AttributeDefinition(key="fleet", label="Cranes", type=AttributeType.NUMBER),
                    AttributeDefinition(key="since", label="Client", type=AttributeType.DAY),
                    AttributeDefinition(key="depot", label="Depot", type=AttributeType.TEXT),
                    AttributeDefinition(key="union", label="Union", type=AttributeType.FLAG),
                )
            ),
        )
    ]
)
SEVEN = NumberValue(value=Decimal(7))


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def preferring(value: str | None) -> Decision:
    return commands.record_preference(ACME, key="contact", value=value, on=MAY, today=TODAY)


def expecting(statement: str = EXPECTED.statement) -> Decision:
    terms = ExpectationTerms(by=ExpectedBy.THEM, statement=statement)
    return commands.record_expectation(ACME, EXPECTATION, terms=terms, on=MAY, today=TODAY)


def buying(purchase_reason: str = BOUGHT.reason) -> Decision:
    return commands.record_purchase_reason(
        ACME,
        deal_id=FIRST,
        purchase_reason=purchase_reason,
        desired_outcome="No more delays",
        on=MAY,
        today=TODAY,
    )


def setting(key: str, value: AttributeValue | None, on: Any = MAY) -> Decision:
    return commands.set_attribute(ACME, key=key, value=value, on=on, today=TODAY)


def test_a_preference_is_recorded_once() -> None:
    given_streams(having()).when(preferring("by phone")).then(ACCOUNT_STREAM.record([BY_PHONE]))
    given_streams(having(BY_PHONE)).when(preferring("by phone")).then()


def test_a_preference_changes_and_ends() -> None:
    ended = PreferenceRecorded(key="contact", was="by phone", now=None)

    given_streams(having(BY_PHONE)).when(preferring("by post")).then(
        ACCOUNT_STREAM.record([PreferenceRecorded(key="contact", was="by phone", now="by post")])
    )
    given_streams(having(BY_PHONE)).when(preferring(None)).then(ACCOUNT_STREAM.record([ended]))
    given_streams(having(BY_PHONE, ended)).when(preferring(None)).then()
    given_streams(having(BY_PHONE, ended, ended)).when(preferring(None)).then()


def test_an_expectation_is_recorded_once() -> None:
    given_streams(having()).when(expecting()).then(ACCOUNT_STREAM.record([EXPECTED]))
    given_streams(having(EXPECTED)).when(expecting()).then()
    given_streams(having(EXPECTED)).when(expecting("Another")).then_refused("already-exists")


@pytest.mark.parametrize("past", [(), (WON,)])
def test_why_a_client_buys_is_recorded_of_an_open_or_a_won_deal(past: tuple[Any, ...]) -> None:
    deal = FIRST_DEAL.record([DEAL_OPENED, *past])

    given_streams(having(), deal).when(buying()).then(ACCOUNT_STREAM.record([BOUGHT]))


def test_why_a_client_buys_is_recorded_once_and_may_be_seen_otherwise() -> None:
    deal, lost = FIRST_DEAL.record([DEAL_OPENED]), FIRST_DEAL.record([DealLost(reason_code="x")])

    given_streams(having(BOUGHT), deal, lost).when(buying()).then()
    given_streams(having(BOUGHT), deal).when(buying("Growth")).then(
        ACCOUNT_STREAM.record([BOUGHT.model_copy(update={"reason": "Growth"})])
    )


@pytest.mark.parametrize(
    "past", [(DealLost(reason_code="price"),), (WON, DealReversed(reason_code="fraud"))]
)
def test_where_nothing_was_bought_there_is_no_reason_to(past: tuple[Any, ...]) -> None:
    given_streams(having(), FIRST_DEAL.record([DEAL_OPENED, *past])).when(buying()).then_refused(
        "nothing-bought"
    )


def test_why_a_client_buys_is_recorded_of_a_deal_of_the_account() -> None:
    given_streams(having()).when(buying()).then_not_found("deal")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fleet", SEVEN),
        ("since", DayValue(value=MARCH)),
        ("depot", TextValue(value="North")),
        ("union", FlagValue(value=False)),
    ],
)
def test_an_attribute_is_set_once(key: str, value: AttributeValue) -> None:
    was = AttributeSet(key=key, was=None, now=value)

    given_streams(having(), POLICY).when(setting(key, value)).then(ACCOUNT_STREAM.record([was]))
    given_streams(having(was), POLICY).when(setting(key, value)).then()


def test_an_attribute_keeps_its_type_in_the_record() -> None:
    event = AttributeSet(key="fleet", was=TextValue(value="7"), now=SEVEN)

    assert AttributeSet.model_validate_json(event.model_dump_json()) == event
    assert [as_text(value) for value in (SEVEN, FlagValue(value=True), DayValue(value=MAY))] == [
        "7",
        "true",
        "2026-05-04",
    ]
    assert as_text(TextValue(value="North")) == "North"


def test_an_attribute_is_one_that_the_policy_of_the_day_defines() -> None:
    given_streams(having(), POLICY).when(setting("colour", SEVEN)).then_refused(
        "unknown-attribute", "fleet"
    )
    given_streams(having(), POLICY).when(setting("fleet", SEVEN, on=MARCH)).then_refused(
        "unknown-attribute", "none yet"
    )
    given_streams(having()).when(setting("fleet", SEVEN)).then_refused("unknown-attribute")


def test_an_attribute_has_the_type_that_the_policy_says() -> None:
    given_streams(having(), POLICY).when(setting("fleet", TextValue(value="seven"))).then_refused(
        "attribute-type-mismatch", "number"
    )


def test_an_attribute_can_be_taken_away_also_where_no_policy_defines_it() -> None:
    seven = AttributeSet(key="fleet", was=None, now=SEVEN)
    gone = AttributeSet(key="fleet", was=SEVEN, now=None)

    given_streams(having(seven)).when(setting("fleet", None)).then(ACCOUNT_STREAM.record([gone]))
    given_streams(having(seven, gone)).when(setting("fleet", None)).then()
    given_streams(having(seven, gone, gone)).when(setting("fleet", None)).then()
