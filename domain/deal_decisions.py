"""What may be decided about a deal that is, or may be, on record."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.account_deals import AccountDeals, refuse_kind
from domain.change import change
from domain.deal import (
    Contract,
    Deal,
    DealAmountRevised,
    DealContractSigned,
    DealCorrected,
    DealCorrection,
    DealEvent,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealProductsRevised,
    DealReversed,
    DealStage,
    DealStatus,
    DealTerms,
    DealWon,
    Products,
)
from domain.money import Money
from domain.reason import refuse_before, refuse_future, require_reason
from domain.refusal import Refused


def open_deal(
    deals: AccountDeals, *, account_id: UUID, terms: DealTerms, on: date
) -> Sequence[DealEvent]:
    """Begin a deal with the account that has these deals so far.

    Raises:
        Refused: `negative-amount`, and what `refuse_kind` says.
    """
    refuse_kind(deals, kind=terms.kind, products=terms.products)
    refuse_negative(terms.amount)
    return [DealOpened(account_id=account_id, opened_on=on, **dict(terms))]


def move_deal(deal: Deal, *, to: DealStage) -> Sequence[DealEvent]:
    """Put the deal into another stage, forwards or back.

    Raises:
        Refused: `deal-closed`.
    """
    _refuse_closed(deal)
    return [] if to is deal.stage else [DealMoved(was=deal.stage, now=to)]


def revise_amount(deal: Deal, *, to: Money) -> Sequence[DealEvent]:
    """Expect another amount from now on.

    Raises:
        Refused: `deal-closed`, `negative-amount`, `currency-mismatch`.
    """
    _refuse_closed(deal)
    refuse_negative(to)
    _refuse_other_currency(deal, to)
    return [] if to == deal.amount else [DealAmountRevised(was=deal.amount, now=to)]


def revise_expected_close(deal: Deal, *, to: date | None) -> Sequence[DealEvent]:
    """Expect the deal to close on another day from now on.

    Raises:
        Refused: `deal-closed`.
    """
    _refuse_closed(deal)
    if to == deal.expected_close_on:
        return []
    return [DealExpectedCloseRevised(was=deal.expected_close_on, now=to)]


def revise_products(deal: Deal, others: AccountDeals, *, to: Products) -> Sequence[DealEvent]:
    """Offer other products from now on; `others` are the account's other deals.

    Raises:
        Refused: `deal-closed`, and what `refuse_kind` says.
    """
    _refuse_closed(deal)
    if to == deal.products:
        return []
    refuse_kind(others, kind=deal.kind, products=to)
    return [DealProductsRevised(was=deal.products, now=to)]


def sign_contract(deal: Deal, *, contract: Contract, today: date) -> Sequence[DealEvent]:
    """Record the signed contract of an open or a won deal.

    Raises:
        Refused: `contract-already-signed`, `deal-closed`, `in-the-future`, `term-reversed`.
    """
    if deal.contract == contract:
        return []
    if deal.contract is not None:
        raise Refused(
            "contract-already-signed",
            f"a contract was signed on {deal.contract.signed_on}; "
            "a new one belongs to a deal of its own, such as a renewal",
        )
    if deal.status not in {DealStatus.OPEN, DealStatus.WON}:
        _refuse_closed(deal)
    refuse_future(contract.signed_on, today=today)
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise Refused(
            "term-reversed",
            f"the term would end on {contract.ends_on}, before it starts on {contract.starts_on}; "
            "give a last day from its first day on, or none",
        )
    return [DealContractSigned(contract=contract)]


def win_deal(deal: Deal, *, amount: Money | None, on: date) -> Sequence[DealEvent]:
    """Win the deal, at the amount expected or another.

    Raises:
        Refused: `already-won`, `deal-closed`, `negative-amount`, `currency-mismatch`,
            `before-the-deal-was-opened`.
    """
    won = DealWon(won_on=on, amount=deal.amount if amount is None else amount)
    if deal.status is DealStatus.WON:
        if (won.won_on, won.amount) == (deal.won_on, deal.amount):
            return []
        raise Refused(
            "already-won",
            f"the deal was won on {deal.won_on} for {deal.amount}; correct it if that is wrong",
        )
    _refuse_closed(deal)
    refuse_negative(won.amount)
    _refuse_other_currency(deal, won.amount)
    _refuse_before_opening(deal, on)
    return [won]


def lose_deal(
    deal: Deal, *, reason_code: str, competitor: str | None, on: date
) -> Sequence[DealEvent]:
    """Give the deal up, to a competitor or for another reason.

    Raises:
        Refused: `deal-closed`, `before-the-deal-was-opened`.
    """
    if deal.status is DealStatus.LOST:
        return []
    _refuse_closed(deal)
    _refuse_before_opening(deal, on)
    return [DealLost(reason_code=reason_code, competitor=competitor)]


def correct_deal(
    deal: Deal, others: AccountDeals, *, correction: DealCorrection, reason: str, today: date
) -> Sequence[DealEvent]:
    """Put right what was recorded wrongly, also after the deal was won or lost.

    Raises:
        Refused: `reason-required`, `deal-closed` (reversed), `deal-not-won`, `negative-amount`,
            `in-the-future`, `before-the-deal-was-opened`, and what `refuse_kind` says.
    """
    require_reason(reason)
    if deal.status is DealStatus.REVERSED:
        _refuse_closed(deal)
    corrected = _corrected(deal, correction)
    if corrected == DealCorrected():
        return []
    if corrected.kind or corrected.products:
        refuse_kind(
            others,
            kind=corrected.kind.now if corrected.kind else deal.kind,
            products=corrected.products.now if corrected.products else deal.products,
        )
    if corrected.amount:
        refuse_negative(corrected.amount.now)
    if corrected.won_on:
        refuse_future(corrected.won_on.now, today=today)
        _refuse_before_opening(deal, corrected.won_on.now)
    return [corrected]


def reverse_deal(deal: Deal, *, reason_code: str, reason: str, on: date) -> Sequence[DealEvent]:
    """Take a win back from this day on; the win itself stays on record.

    Raises:
        Refused: `reason-required`, `nothing-to-reverse`, `before-the-deal-was-won`.
    """
    require_reason(reason)
    if deal.status is DealStatus.REVERSED:
        return []
    if deal.status is not DealStatus.WON or deal.won_on is None:
        raise Refused(
            "nothing-to-reverse", f"the deal is {deal.status}; only a won deal can be reversed"
        )
    refuse_before(
        on,
        earliest=deal.won_on,
        what=f"the win of {deal.won_on}",
        code="before-the-deal-was-won",
    )
    return [DealReversed(reason_code=reason_code)]


def refuse_negative(amount: Money) -> None:
    """Refuse an amount below zero; zero itself is legal.

    Raises:
        Refused: `negative-amount`.
    """
    if amount.amount < 0:
        raise Refused("negative-amount", f"{amount} is negative; give zero or more")


def _corrected(deal: Deal, correction: DealCorrection) -> DealCorrected:
    if correction.won_on is not None and deal.won_on is None:
        raise Refused(
            "deal-not-won", "the deal is not won, so that its day cannot be wrong; win it instead"
        )
    return DealCorrected(
        kind=None if correction.kind is None else change(deal.kind, correction.kind),
        amount=None if correction.amount is None else change(deal.amount, correction.amount),
        products=(
            None if correction.products is None else change(deal.products, correction.products)
        ),
        won_on=(
            None
            if correction.won_on is None or deal.won_on is None
            else change(deal.won_on, correction.won_on)
        ),
    )


def _refuse_closed(deal: Deal) -> None:
    if deal.status is not DealStatus.OPEN:
        raise Refused(
            "deal-closed",
            f"the deal is {deal.status}; open a new one, or correct this one if it is wrong",
        )


def _refuse_other_currency(deal: Deal, amount: Money) -> None:
    if amount.currency != deal.amount.currency:
        raise Refused(
            "currency-mismatch",
            f"the deal is in {deal.amount.currency}, not in {amount.currency}; "
            "give the amount in the same currency",
        )


def _refuse_before_opening(deal: Deal, on: date) -> None:
    refuse_before(
        on,
        earliest=deal.opened_on,
        what=f"the opening of the deal, {deal.opened_on}",
        code="before-the-deal-was-opened",
    )
