"""What may be decided about the contract of a deal: to send, sign and void it."""

from collections.abc import Sequence
from datetime import date

from domain.deal import Deal, DealEvent
from domain.deal_contract import (
    Contract,
    ContractDraft,
    DealContractSent,
    DealContractSigned,
    DealContractVoided,
)
from domain.deal_decisions import refuse_before_opening, refuse_closed_deal
from domain.deal_terms import DealStatus
from domain.reason import refuse_before, refuse_future, require_reason
from domain.refusal import Refused


def send_contract(deal: Deal, *, draft: ContractDraft, on: date) -> Sequence[DealEvent]:
    """Send a contract to be signed; one sent later takes its place.

    Raises:
        Refused: `contract-already-signed`, `deal-closed`, `before-the-deal-was-opened`.
    """
    sent = DealContractSent(sent_on=on, **dict(draft))
    if deal.sent == sent:
        return []
    _refuse_signed(deal)
    _refuse_given_up(deal)
    refuse_before_opening(deal, on)
    return [sent]


def sign_contract(deal: Deal, *, contract: Contract, today: date) -> Sequence[DealEvent]:
    """Record the signed contract of an open or a won deal.

    Raises:
        Refused: `contract-already-signed`, `deal-closed`, `in-the-future`, `term-reversed`,
            `signed-before-sent`.
    """
    if deal.contract == contract:
        return []
    _refuse_signed(deal)
    _refuse_given_up(deal)
    refuse_future(contract.signed_on, today=today)
    if deal.sent is not None:
        refuse_before(
            contract.signed_on,
            earliest=deal.sent.sent_on,
            what=f"the day the contract was sent, {deal.sent.sent_on}",
            code="signed-before-sent",
        )
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise Refused(
            "term-reversed",
            f"the term would end on {contract.ends_on}, before it starts on {contract.starts_on}; "
            "give a last day from its first day on, or none",
        )
    return [DealContractSigned(contract=contract)]


def void_contract(deal: Deal, *, reason_code: str, reason: str, on: date) -> Sequence[DealEvent]:
    """Call the contract off, signed or only sent, from this day on.

    Raises:
        Refused: `reason-required`, `no-contract`, `before-the-contract`.
    """
    require_reason(reason)
    voided = DealContractVoided(voided_on=on, reason_code=reason_code)
    if deal.voided == voided:
        return []
    if deal.contract is not None:
        begun, what = deal.contract.signed_on, "the signature"
    elif deal.sent is not None:
        begun, what = deal.sent.sent_on, "the day it was sent"
    else:
        raise Refused("no-contract", "there is no contract to call off; send or sign one first")
    refuse_before(on, earliest=begun, what=f"{what}, {begun}", code="before-the-contract")
    return [voided]


def _refuse_signed(deal: Deal) -> None:
    if deal.contract is not None:
        raise Refused(
            "contract-already-signed",
            f"a contract was signed on {deal.contract.signed_on}; void it if it no longer holds; "
            "a new one belongs to a deal of its own, such as a renewal",
        )


def _refuse_given_up(deal: Deal) -> None:
    if deal.status not in {DealStatus.OPEN, DealStatus.WON}:
        refuse_closed_deal(deal)
