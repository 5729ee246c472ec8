"""What may be decided about a deal that is, or may be, on record."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.account_deals import AccountDeals, refuse_kind, require_products
from domain.deal import (
    Deal,
    DealAmountRevised,
    DealCurrencyChanged,
    DealEvent,
    DealExpectedCloseRevised,
    DealMoved,
    DealOpened,
    DealOwnerChanged,
    DealProbabilityRevised,
    DealProductsRevised,
    DealReclassified,
)
from domain.deal_terms import DealKind, DealStage, DealStatus, DealTerms, Products
from domain.money import Money
from domain.override import Override
from domain.reason import refuse_before
from domain.refusal import Refused


def open_deal(
    deals: AccountDeals,
    *,
    account_id: UUID,
    terms: DealTerms,
    override: Override | None,
    on: date,
) -> Sequence[DealEvent]:
    """Begin a deal with the account that has these deals so far.

    Raises:
        Refused: `negative-amount`, `currency-mismatch`, `products-required`, and without an
            override what else `refuse_kind` says.
    """
    passed = _kind_override(deals, terms.kind, terms.products, override)
    refuse_negative(terms.amount)
    opened = DealOpened(account_id=account_id, opened_on=on, **dict(terms), override=passed)
    if terms.recurring_monthly is not None:
        refuse_negative(terms.recurring_monthly)
        refuse_mixed_currencies(terms.amount, terms.recurring_monthly)
    return [opened]


def move_deal(deal: Deal, *, to: DealStage) -> Sequence[DealEvent]:
    """Put the deal into another stage, forwards or back.

    Raises:
        Refused: `deal-closed`.
    """
    refuse_closed_deal(deal)
    return [] if to is deal.stage else [DealMoved(was=deal.stage, now=to)]


def revise_amount(deal: Deal, *, to: Money) -> Sequence[DealEvent]:
    """Expect another amount from now on.

    Raises:
        Refused: `deal-closed`, `negative-amount`, `currency-mismatch`.
    """
    refuse_closed_deal(deal)
    refuse_negative(to)
    refuse_mixed_currencies(deal.amount, to)
    return [] if to == deal.amount else [DealAmountRevised(was=deal.amount, now=to)]


def revise_expected_close(deal: Deal, *, to: date | None) -> Sequence[DealEvent]:
    """Expect the deal to close on another day from now on.

    Raises:
        Refused: `deal-closed`.
    """
    refuse_closed_deal(deal)
    if to == deal.expected_close_on:
        return []
    return [DealExpectedCloseRevised(was=deal.expected_close_on, now=to)]


def revise_products(deal: Deal, others: AccountDeals, *, to: Products) -> Sequence[DealEvent]:
    """Offer other products from now on; `others` are the account's other deals.

    Raises:
        Refused: `deal-closed`, and what `refuse_kind` says.
    """
    refuse_closed_deal(deal)
    if to == deal.products:
        return []
    refuse_kind(others, kind=deal.kind, products=to)
    return [DealProductsRevised(was=deal.products, now=to)]


def revise_probability(deal: Deal, *, to: Decimal | None) -> Sequence[DealEvent]:
    """Think it more or less likely from now on; None: as likely as its stage says.

    Raises:
        Refused: `deal-closed`.
    """
    refuse_closed_deal(deal)
    if to == deal.probability:
        return []
    return [DealProbabilityRevised(was=deal.probability, now=to)]


def change_owner(deal: Deal, *, to: UUID | None) -> Sequence[DealEvent]:
    """Give the deal into other hands.

    Raises:
        Refused: `deal-closed`.
    """
    refuse_closed_deal(deal)
    return [] if to == deal.owner_id else [DealOwnerChanged(was=deal.owner_id, now=to)]


def reclassify_deal(
    deal: Deal, others: AccountDeals, *, to: DealKind, override: Override | None
) -> Sequence[DealEvent]:
    """Take the deal for one of another kind from now on.

    Raises:
        Refused: `deal-closed`, `products-required`, and without an override what else
            `refuse_kind` says.
    """
    refuse_closed_deal(deal)
    if to is deal.kind:
        return []
    passed = _kind_override(others, to, deal.products, override)
    return [DealReclassified(was=deal.kind, now=to, override=passed)]


def change_currency(deal: Deal, *, to: Money) -> Sequence[DealEvent]:
    """Expect the amount in another currency from now on.

    Raises:
        Refused: `deal-closed`, `negative-amount`, `same-currency`.
    """
    refuse_closed_deal(deal)
    if to == deal.amount:
        return []
    refuse_negative(to)
    if to.currency == deal.amount.currency:
        raise Refused(
            "same-currency", f"the deal is in {to.currency} already; revise its amount instead"
        )
    return [DealCurrencyChanged(was=deal.amount, now=to)]


def refuse_negative(amount: Money) -> None:
    """Refuse an amount below zero; zero itself is legal.

    Raises:
        Refused: `negative-amount`.
    """
    if amount.amount < 0:
        raise Refused("negative-amount", f"{amount} is negative; give zero or more")


def refuse_closed_deal(deal: Deal) -> None:
    """Refuse what only an open deal can take.

    Raises:
        Refused: `deal-closed`.
    """
    if deal.status is not DealStatus.OPEN:
        raise Refused(
            "deal-closed",
            f"the deal is {deal.status}; open a new one, or correct this one if it is wrong",
        )


def refuse_mixed_currencies(deal_amount: Money, amount: Money) -> None:
    """Refuse an amount in another currency than the deal's.

    Raises:
        Refused: `currency-mismatch`.
    """
    if amount.currency != deal_amount.currency:
        raise Refused(
            "currency-mismatch",
            f"the deal is in {deal_amount.currency}, not in {amount.currency}; "
            "give the amount in the same currency",
        )


def refuse_before_opening(deal: Deal, on: date) -> None:
    """Refuse a day on which there was no deal yet.

    Raises:
        Refused: `before-the-deal-was-opened`.
    """
    refuse_before(
        on,
        earliest=deal.opened_on,
        what=f"the opening of the deal, {deal.opened_on}",
        code="before-the-deal-was-opened",
    )


def _kind_override(
    others: AccountDeals, kind: DealKind, products: Products, override: Override | None
) -> Override | None:
    """Return the override if the kind does not fit, None if it does.

    Raises:
        Refused: it does not fit, and there is none.
    """
    require_products(kind, products)
    try:
        refuse_kind(others, kind=kind, products=products)
    except Refused:
        if override is None:
            raise
        return override
    return None
