"""Currencies and words that a tenant's policies allow, wherever they are given."""

from typing import Any

import pytest

from domain import commands
from domain.deal_terms import DealKind, DealTerms
from domain.decision import Decision
from domain.money import Money
from domain.policy import Currencies, Taxonomies
from domain.policy_set import POLICIES, PolicyPublished
from domain.profile import Industry, Profile, ProfileRevision
from domain.recurring_revenue import RecurringTerms
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    BOOK,
    CONTENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    ORDER,
    TODAY,
    euro,
    uuid,
)
from tests.given import decide, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
DEAL = FIRST_DEAL.record([DEAL_OPENED])
DOLLARS = Money(amount=euro("100.00").amount, currency="USD")


def published(policy: Any) -> Any:
    return POLICIES.record([PolicyPublished(version=1, effective_from=MAY, policy=policy)])


EUROS = published(Currencies(allowed=("EUR", "CHF")))
WORDS = published(Taxonomies(territories=("North", "South"), industries=("Food",)))


def placing(currency: str, on: Any = MAY) -> Decision:
    amount = Money(amount=euro("100.00").amount, currency=currency)
    content = CONTENT.__class__(ordered_on=on, amount=amount)
    return commands.place_order(ACME, order_id=ORDER, content=content, today=TODAY)


def opening_deal(amount: Money) -> Decision:
    terms = DealTerms(kind=DealKind.NEW_BUSINESS, name="A crane", amount=amount)
    return commands.open_deal(ACME, uuid(23), terms=terms, on=MAY, today=TODAY)


def paying(monthly: Money) -> Decision:
    terms = RecurringTerms(product_line="service", monthly=monthly, starts_on=MAY)
    return commands.start_recurring_revenue(ACME, uuid(24), terms=terms, today=TODAY)


@pytest.mark.parametrize(
    "decision",
    [
        placing("USD"),
        opening_deal(DOLLARS),
        paying(DOLLARS),
        commands.change_deal_currency(ACME, FIRST, to=DOLLARS, on=MAY, today=TODAY),
    ],
)
def test_amounts_are_in_currencies_of_the_policy(decision: Decision) -> None:
    past = [OPEN, DEAL]

    given_streams(*past, EUROS).when(decision).then_refused(
        "currency-not-allowed", r"USD .* \(version 1\): EUR, CHF"
    )
    assert decide(past, decision)


def test_a_correction_stays_within_the_policy_too() -> None:
    placed = decide([OPEN], placing("EUR"))
    other = CONTENT.__class__(ordered_on=MAY, amount=DOLLARS)
    correcting = commands.correct_order(
        ACME, order_id=ORDER, content=other, reason="typing error", today=TODAY
    )

    given_streams(OPEN, *placed, EUROS).when(correcting).then_refused("currency-not-allowed")


@pytest.mark.parametrize("currency", ["EUR", "CHF"])
def test_currencies_of_the_policy_are_taken(currency: str) -> None:
    assert decide([OPEN, EUROS], placing(currency))[0].stream == BOOK


def test_an_order_of_before_the_policy_is_taken() -> None:
    assert decide([OPEN, EUROS], placing("USD", MARCH))


def test_what_was_placed_before_the_policy_may_be_sent_again() -> None:
    placed = decide([OPEN], placing("USD"))

    given_streams(OPEN, *placed, EUROS).when(placing("USD")).then()


def founding(**fields: Any) -> Decision:
    profile = Profile(name="New", **fields)
    return commands.open_account(uuid(5), profile=profile, on=MAY, today=TODAY)


def revising(**fields: Any) -> Decision:
    return commands.revise_profile(ACME, revision=ProfileRevision(**fields), on=MAY, today=TODAY)


@pytest.mark.parametrize("asking", [founding, revising])
def test_territories_and_industries_are_words_of_the_policy(asking: Any) -> None:
    world = given_streams(OPEN, WORDS)

    world.when(asking(territory="East")).then_refused("unknown-territory", "North, South")
    world.when(asking(industry=Industry(label="Toys"))).then_refused("unknown-industry", "Food")
    assert decide([OPEN, WORDS], asking(territory="North", industry=Industry(label="Food")))
    assert decide([OPEN], asking(territory="East"))


def test_what_an_account_was_before_the_policy_may_stay() -> None:
    eastern = OPENED.model_copy(update={"profile": Profile(name="Acme", territory="East")})
    past = [ACCOUNT_STREAM.record([eastern]), WORDS]

    assert decide(past, revising(employees=5))
    given_streams(*past).when(revising(territory="West")).then_refused("unknown-territory")
    assert decide(past, revising(territory=None))


def test_a_long_list_is_told_in_part() -> None:
    many = tuple(f"T{number:02d}" for number in range(25))
    world = given_streams(OPEN, published(Taxonomies(territories=many)))

    world.when(founding(territory="East")).then_refused("unknown-territory", r"T19 …$")
    twenty = given_streams(OPEN, published(Taxonomies(territories=many[:20])))
    twenty.when(founding(territory="East")).then_refused("unknown-territory", r"T19$")
