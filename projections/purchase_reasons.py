"""Purchase reasons: why each client bought, or is about to, deal by deal."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.purchase_reason import PurchaseReasonRecorded
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PurchaseReasonRow:
    """Why one deal; the columns of `projections.purchase_reason`."""

    account_id: UUID
    deal_id: UUID
    reason: str
    desired_outcome: str | None
    recorded_on: date
    position: int


def evolve(_: PurchaseReasonRow | None, entry: Recorded) -> PurchaseReasonRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, PurchaseReasonRecorded):
        raise ValueError(f"{entry.envelope.name} is not {PurchaseReasonRecorded.NAME}")  # noqa: TRY004
    return PurchaseReasonRow(
        account_id=entry.envelope.stream_id,
        **dict(event),
        recorded_on=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.deal_id)
        if isinstance(event, PurchaseReasonRecorded)
        else None
    )


PURCHASE_REASONS: Final = RowView(
    name="purchase-reasons",
    table="purchase_reason",
    row=PurchaseReasonRow,
    key=("account_id", "deal_id"),
    key_of=key_of,
    evolve=evolve,
)
PURCHASE_REASON_LIST: Final = RowList(
    PURCHASE_REASONS, "purchase-reason", by="recorded_on", id="deal_id"
)
