"""How each deal came to stand as it does: what every event changed of it, and from which day on."""

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
    DealReclassified,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.money import Money
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DealChangeRow:
    """What one event changed of a deal; the columns of `projections.deal_change`.

    `changed` names the columns that say something; in all others null is no value. `restates`: the
    status was never, as the event with a status before this one has it, of that event's day.
    """

    deal_id: UUID
    version: int
    account_id: UUID | None
    event: str
    effective_at: date
    position: int
    changed: tuple[str, ...] = ()
    restates: bool = False
    status: DealStatus | None = None
    kind: DealKind | None = None
    stage: DealStage | None = None
    amount: Decimal | None = None
    currency: str | None = None
    expected_close_on: date | None = None
    probability: Decimal | None = None
    owner_id: UUID | None = None


def evolve(row: DealChangeRow | None, entry: Recorded) -> DealChangeRow:
    """Make the row of an event out of its entry."""
    envelope = entry.envelope
    if row is not None:
        raise ValueError(f"version {row.version} of the deal {row.deal_id} stands twice")
    bare = DealChangeRow(
        deal_id=envelope.stream_id,
        version=envelope.version,
        account_id=envelope.account_id,
        event=envelope.name,
        effective_at=envelope.effective_at,
        position=entry.position,
    )
    return _changed(bare, entry)


def _changed(row: DealChangeRow, entry: Recorded) -> DealChangeRow:  # noqa: C901, PLR0911, PLR0912
    match entry.event:
        case DealOpened() as opened:
            return _opened(row, opened)
        case DealMoved(now=stage):
            return replace(row, stage=stage, changed=("stage",))
        case DealAmountRevised(now=money) | DealCurrencyChanged(now=money):
            return _of_amount(row, money)
        case DealExpectedCloseRevised(now=day):
            return replace(row, expected_close_on=day, changed=("expected_close_on",))
        case DealProbabilityRevised(now=probability):
            return replace(row, probability=probability, changed=("probability",))
        case DealOwnerChanged(now=owner_id):
            return replace(row, owner_id=owner_id, changed=("owner_id",))
        case DealReclassified(now=kind):
            return replace(row, kind=kind, changed=("kind",))
        case DealWon(amount=money):
            return _with_status(_of_amount(row, money), DealStatus.WON)
        case DealLost():
            return _with_status(row, DealStatus.LOST)
        case DealReversed():
            return _with_status(row, DealStatus.REVERSED)
        case DealReopened():
            return _with_status(row, DealStatus.OPEN)
        case DealCorrected() as corrected:
            return _corrected(row, corrected)
        case _:
            return row


def _opened(row: DealChangeRow, event: DealOpened) -> DealChangeRow:
    return replace(
        _with_status(_of_amount(row, event.amount), DealStatus.OPEN),
        kind=event.kind,
        stage=event.stage,
        expected_close_on=event.expected_close_on,
        probability=event.probability,
        owner_id=event.owner_id,
        changed=(
            "status",
            "kind",
            "stage",
            "amount",
            "expected_close_on",
            "probability",
            "owner_id",
        ),
    )


def _of_amount(row: DealChangeRow, money: Money) -> DealChangeRow:
    changed = (*row.changed, "amount")
    return replace(row, amount=money.amount, currency=money.currency, changed=changed)


def _with_status(row: DealChangeRow, status: DealStatus) -> DealChangeRow:
    return replace(row, status=status, changed=(*row.changed, "status"))


def _corrected(row: DealChangeRow, event: DealCorrected) -> DealChangeRow:
    if event.kind is not None:
        row = replace(row, kind=event.kind.now, changed=("kind",))
    if event.amount is not None:
        row = _of_amount(row, event.amount.now)
    if event.won_on is None:
        return row
    restated = _with_status(row, DealStatus.WON)
    return replace(restated, effective_at=event.won_on.now, restates=True)


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    if envelope.stream_type != DEAL.name:
        return None
    return envelope.stream_id, envelope.version


DEAL_CHANGES: Final = RowView(
    name="deal-changes",
    table="deal_change",
    row=DealChangeRow,
    key=("deal_id", "version"),
    key_of=key_of,
    evolve=evolve,
)
