"""What may be decided about the end of a deal: to win, lose, correct, reverse and reopen it."""

from collections.abc import Sequence
from datetime import date

from domain.account_deals import AccountDeals, refuse_kind
from domain.change import change
from domain.deal import (
    Deal,
    DealCorrected,
    DealEvent,
    DealLost,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_decisions import (
    refuse_before_opening,
    refuse_closed_deal,
    refuse_mixed_currencies,
    refuse_negative,
)
from domain.deal_terms import DealCorrection, DealStatus
from domain.money import Money
from domain.override import Override
from domain.policy import Deals
from domain.policy_set import InForce
from domain.reason import refuse_before, refuse_future, require_reason
from domain.refusal import Refused


def win_deal(
    deal: Deal,
    policy: InForce[Deals],
    *,
    amount: Money | None,
    override: Override | None,
    on: date,
) -> Sequence[DealEvent]:
    """Win the deal, at the amount expected or another.

    Raises:
        Refused: `already-won`, `deal-closed`, `negative-amount`, `currency-mismatch`,
            `before-the-deal-was-opened`, `before-the-deal-ended`, and without an override
            `contract-not-signed`.
    """
    unsigned = policy.policy.contract_required and deal.contract is None
    won = DealWon(
        won_on=on,
        amount=deal.amount if amount is None else amount,
        contract_signed=deal.contract is not None,
        policy_version=policy.version,
        override=override if unsigned else None,
    )
    if deal.status is DealStatus.WON:
        if (won.won_on, won.amount) == (deal.won_on, deal.amount):
            return []
        raise Refused(
            "already-won",
            f"the deal was won on {deal.won_on} for {deal.amount}; correct it if that is wrong",
        )
    refuse_closed_deal(deal)
    refuse_negative(won.amount)
    refuse_mixed_currencies(deal.amount, won.amount)
    refuse_before_opening(deal, on)
    _refuse_before_last_end(deal, on)
    if unsigned and override is None:
        raise Refused(
            "contract-not-signed",
            f"the policy on deals (version {policy.version}) asks for a signed contract; "
            "record its signature first, or name who lets it be won without",
        )
    return [won]


def lose_deal(
    deal: Deal, *, reason_code: str, competitor: str | None, on: date
) -> Sequence[DealEvent]:
    """Give the deal up, to a competitor or for another reason.

    Raises:
        Refused: `deal-closed`, `before-the-deal-was-opened`, `before-the-deal-ended`.
    """
    if deal.status is DealStatus.LOST:
        return []
    refuse_closed_deal(deal)
    refuse_before_opening(deal, on)
    _refuse_before_last_end(deal, on)
    return [DealLost(reason_code=reason_code, competitor=competitor, lost_on=on)]


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
        refuse_closed_deal(deal)
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
        refuse_before_opening(deal, corrected.won_on.now)
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
    return [DealReversed(reason_code=reason_code, reversed_on=on)]


def reopen_deal(deal: Deal, *, reason: str, on: date) -> Sequence[DealEvent]:
    """Take up a deal again that was lost, or whose win was reversed.

    Raises:
        Refused: `reason-required`, `deal-won`, `before-the-deal-ended`.
    """
    require_reason(reason)
    if deal.status is DealStatus.OPEN:
        return []
    if deal.status is DealStatus.WON:
        raise Refused(
            "deal-won",
            f"the deal was won on {deal.won_on}; reverse that win first, or open a deal of its own",
        )
    _refuse_before_last_end(deal, on)
    return [DealReopened(was=deal.status)]


def _refuse_before_last_end(deal: Deal, on: date) -> None:
    """Refuse what would undo the order of things: a deal that was reopened ends after that.

    Raises:
        Refused: `before-the-deal-ended`.
    """
    if deal.ended_on is not None:
        refuse_before(
            on,
            earliest=deal.ended_on,
            what=f"the day the deal ended last, {deal.ended_on}",
            code="before-the-deal-ended",
        )


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
