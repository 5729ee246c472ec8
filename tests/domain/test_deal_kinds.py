"""Which kind of deal an account may have depends on what it has bought in its other deals."""

from uuid import UUID

import pytest

from domain import commands
from domain.account_deals import ACCOUNT_DEALS, NO_DEALS
from domain.deal import DealEvent, DealOpened
from domain.deal_contract import DealContractSigned
from domain.deal_terms import DealCorrection, DealKind, DealTerms
from domain.decision import Decision
from domain.event import Recording
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CONTRACT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    LOST,
    MAY,
    OPENED,
    REVERSED,
    SECOND,
    SECOND_DEAL,
    TODAY,
    WON,
    euro,
)
from tests.given import given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
SIGNED = DealContractSigned(contract=CONTRACT)
NOT_NEW = [DealKind.RENEWAL, DealKind.UPSELL, DealKind.CROSS_SELL]


def first(*events: DealEvent) -> Recording:
    return FIRST_DEAL.record([DEAL_OPENED, *events])


def second(kind: DealKind, *products: str) -> Decision:
    terms = DealTerms(kind=kind, name="Another", amount=euro("10"), products=products)
    return commands.open_deal(ACME, SECOND, terms=terms, on=MAY, today=TODAY)


def second_opened(kind: DealKind, *products: str) -> Recording:
    update = {"kind": kind, "products": products, "name": "Another", "amount": euro("10")}
    update |= {"expected_close_on": None, "opened_on": MAY}
    return SECOND_DEAL.record([DEAL_OPENED.model_copy(update=update)])


@pytest.mark.parametrize("kind", NOT_NEW)
def test_the_first_deal_of_an_account_is_new_business(kind: DealKind) -> None:
    given_streams(OPEN).when(second(kind, "crane")).then_refused(
        "first-deal-is-new-business", kind.value
    )


def test_new_business_is_always_possible() -> None:
    opened = second_opened(DealKind.NEW_BUSINESS, "crane")

    given_streams(OPEN).when(second(DealKind.NEW_BUSINESS, "crane")).then(opened)
    given_streams(OPEN, first(WON)).when(second(DealKind.NEW_BUSINESS, "crane")).then(opened)


@pytest.mark.parametrize("past", [(WON,), (SIGNED,), (SIGNED, LOST)])
def test_what_was_won_or_signed_can_be_renewed(past: tuple[DealEvent, ...]) -> None:
    given_streams(OPEN, first(*past)).when(second(DealKind.RENEWAL)).then(
        second_opened(DealKind.RENEWAL)
    )


@pytest.mark.parametrize("past", [(), (LOST,), (WON, REVERSED), (SIGNED, WON, REVERSED)])
def test_a_renewal_needs_something_to_renew(past: tuple[DealEvent, ...]) -> None:
    given_streams(OPEN, first(*past)).when(second(DealKind.RENEWAL)).then_refused(
        "renewal-without-contract"
    )


def test_an_upsell_is_of_what_the_account_owns() -> None:
    given_streams(OPEN, first(WON)).when(second(DealKind.UPSELL, "crane")).then(
        second_opened(DealKind.UPSELL, "crane")
    )
    given_streams(OPEN, first(WON)).when(
        second(DealKind.UPSELL, "hook", "crane", "belt")
    ).then_refused("product-not-owned", "own belt, hook yet")


@pytest.mark.parametrize("past", [(), (LOST,), (WON, REVERSED)])
def test_what_was_not_won_is_not_owned(past: tuple[DealEvent, ...]) -> None:
    given_streams(OPEN, first(*past)).when(second(DealKind.UPSELL, "crane")).then_refused(
        "product-not-owned"
    )
    given_streams(OPEN, first(*past)).when(second(DealKind.CROSS_SELL, "hook")).then_refused(
        "nothing-sold-yet"
    )


def test_a_cross_sell_is_of_what_the_account_does_not_own() -> None:
    given_streams(OPEN, first(WON)).when(second(DealKind.CROSS_SELL, "hook")).then(
        second_opened(DealKind.CROSS_SELL, "hook")
    )
    given_streams(OPEN, first(WON)).when(second(DealKind.CROSS_SELL, "hook", "crane")).then_refused(
        "product-already-owned", "owns crane already"
    )


@pytest.mark.parametrize("kind", [DealKind.UPSELL, DealKind.CROSS_SELL])
def test_upsells_and_cross_sells_name_their_products(kind: DealKind) -> None:
    given_streams(OPEN, first(WON)).when(second(kind)).then_refused("products-required")


@pytest.mark.parametrize(
    ("products", "code"),
    [((), "products-required"), (("crane",), "product-already-owned")],
)
def test_new_products_must_fit_the_kind_of_the_deal(products: tuple[str, ...], code: str) -> None:
    revise = commands.revise_deal_products(ACME, SECOND, to=products, on=MAY, today=TODAY)
    past = (OPEN, first(WON), second_opened(DealKind.CROSS_SELL, "hook"))

    given_streams(*past).when(revise).then_refused(code)


def correcting(deal_id: UUID = SECOND, **fields: object) -> Decision:
    correction = DealCorrection.model_validate(fields)
    return commands.correct_deal(
        ACME,
        deal_id,
        correction=correction,
        reason="typing error",
        on=MAY,
        today=TODAY,
    )


def test_a_corrected_kind_must_fit_the_products() -> None:
    past = (OPEN, first(WON), second_opened(DealKind.CROSS_SELL, "hook"))

    given_streams(*past).when(correcting(kind="upsell")).then_refused("product-not-owned")
    given_streams(*past).when(correcting(products=("crane",))).then_refused("product-already-owned")


def test_a_deals_own_win_does_not_count_for_its_own_kind() -> None:
    given_streams(OPEN, first(WON)).when(correcting(FIRST, kind="renewal")).then_refused(
        "first-deal-is-new-business"
    )


def test_the_deals_of_an_account_are_known_together() -> None:
    hook = DealOpened(**dict(DEAL_OPENED) | {"kind": DealKind.CROSS_SELL, "products": ("hook",)})
    history: list[tuple[UUID, DealEvent]] = [(FIRST, DEAL_OPENED), (SECOND, hook), (FIRST, WON)]
    deals = NO_DEALS
    for deal_id, event in history:
        deals = ACCOUNT_DEALS.evolve(deals, deal_id, event)

    assert deals.open_ids == {SECOND}
    assert deals.is_won(FIRST)
    assert not deals.is_won(SECOND)
    assert deals.products_owned == {"crane"}
    assert deals.without(FIRST).products_owned == frozenset()
    assert deals.without(ACME) is deals
