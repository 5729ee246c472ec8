"""Deals: what is being sold to whom, how far it has come, and what became of it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.deal import (
    DEAL,
    DealAmountRevised,
    DealCorrected,
    DealCurrencyChanged,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealOwnerChanged,
    DealProbabilityRevised,
    DealProductsRevised,
    DealReclassified,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_contract import (
    Contract,
    DealContractSent,
    DealContractSigned,
    DealContractVoided,
)
from domain.deal_terms import DealKind, DealStage, DealStatus
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal as it stands; the columns of `projections.deal`."""

    deal_id: UUID
    account_id: UUID
    kind: DealKind
    name: str
    stage: DealStage
    status: DealStatus
    amount: Decimal
    currency: str
    products: tuple[str, ...]
    opened_on: date
    expected_close_on: date | None
    won_on: date | None
    lost_on: date | None
    reversed_on: date | None
    contract_signed_on: date | None
    version: int
    position: int
    owner_id: UUID | None = None
    probability: Decimal | None = None
    recurring_monthly: Decimal | None = None
    customer_value: str | None = None
    need_ids: tuple[UUID, ...] = ()
    goal_ids: tuple[UUID, ...] = ()
    signal_id: UUID | None = None
    lost_because: str | None = None
    competitor: str | None = None
    contract_sent_on: date | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    contract_voided_on: date | None = None
    reopened_on: date | None = None


def evolve(row: DealRow | None, entry: Recorded) -> DealRow:
    """Fold one entry of a deal's stream into its row."""
    event = entry.event
    if isinstance(event, DealOpened):
        return _opened(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {DealOpened.NAME}")
    return replace(_evolved(row, entry), version=entry.envelope.version, position=entry.position)


def _evolved(row: DealRow, entry: Recorded) -> DealRow:  # noqa: C901, PLR0911, PLR0912
    day = entry.envelope.effective_at
    match entry.event:
        case DealMoved(now=stage):
            return replace(row, stage=stage)
        case DealAmountRevised(now=money) | DealCurrencyChanged(now=money):
            return replace(row, amount=money.amount, currency=money.currency)
        case DealExpectedCloseRevised(now=expected):
            return replace(row, expected_close_on=expected)
        case DealProductsRevised(now=products):
            return replace(row, products=products)
        case DealProbabilityRevised(now=probability):
            return replace(row, probability=probability)
        case DealOwnerChanged(now=owner_id):
            return replace(row, owner_id=owner_id)
        case DealReclassified(now=kind):
            return replace(row, kind=kind)
        case DealContractSent(sent_on=sent_on):
            return replace(row, contract_sent_on=sent_on, contract_voided_on=None)
        case DealContractSigned(contract=contract):
            return _signed(row, contract)
        case DealContractVoided(voided_on=voided_on):
            return replace(_unsigned(row), contract_voided_on=voided_on)
        case DealWon(won_on=won_on, amount=money):
            row = replace(row, status=DealStatus.WON, won_on=won_on)
            return replace(row, amount=money.amount, currency=money.currency)
        case DealLost(reason_code=because, competitor=competitor):
            row = replace(row, status=DealStatus.LOST, lost_on=day)
            return replace(row, lost_because=because, competitor=competitor)
        case DealReopened():
            return _reopened(row, day)
        case DealReversed():
            return replace(row, status=DealStatus.REVERSED, reversed_on=day)
        case DealCorrected() as corrected:
            return _corrected(row, corrected)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == DEAL.name else None


DEALS: Final = RowView(
    name="deals", table="deal", row=DealRow, key=("deal_id",), key_of=key_of, evolve=evolve
)


def _opened(event: DealOpened, entry: Recorded) -> DealRow:
    return DealRow(
        deal_id=entry.envelope.stream_id,
        account_id=event.account_id,
        kind=event.kind,
        name=event.name,
        stage=event.stage,
        status=DealStatus.OPEN,
        amount=event.amount.amount,
        currency=event.amount.currency,
        products=event.products,
        opened_on=event.opened_on,
        expected_close_on=event.expected_close_on,
        won_on=None,
        lost_on=None,
        reversed_on=None,
        contract_signed_on=None,
        version=entry.envelope.version,
        position=entry.position,
        owner_id=event.owner_id,
        probability=event.probability,
        recurring_monthly=event.recurring_monthly.amount if event.recurring_monthly else None,
        customer_value=event.customer_value,
        need_ids=event.need_ids,
        goal_ids=event.goal_ids,
        signal_id=event.signal_id,
    )


def _signed(row: DealRow, contract: Contract) -> DealRow:
    return replace(
        row,
        contract_signed_on=contract.signed_on,
        contract_starts_on=contract.starts_on,
        contract_ends_on=contract.ends_on,
        contract_voided_on=None,
    )


def _unsigned(row: DealRow) -> DealRow:
    return replace(
        row,
        contract_sent_on=None,
        contract_signed_on=None,
        contract_starts_on=None,
        contract_ends_on=None,
    )


def _reopened(row: DealRow, day: date) -> DealRow:
    """Open it again: what it came to before stands in its events alone."""
    return replace(
        row,
        status=DealStatus.OPEN,
        reopened_on=day,
        won_on=None,
        lost_on=None,
        lost_because=None,
        competitor=None,
        reversed_on=None,
    )


def _corrected(row: DealRow, event: DealCorrected) -> DealRow:
    money = event.amount and event.amount.now
    return replace(
        row,
        kind=event.kind.now if event.kind else row.kind,
        amount=money.amount if money else row.amount,
        currency=money.currency if money else row.currency,
        products=event.products.now if event.products else row.products,
        won_on=event.won_on.now if event.won_on else row.won_on,
    )
