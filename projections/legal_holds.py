"""Legal holds: what each keeps, since when, why, and whether it was released."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.legal_hold import HoldScope, LegalHoldEvent, LegalHoldPlaced
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class LegalHoldRow:
    """One hold; the columns of `projections.legal_hold`."""

    hold_id: UUID
    scope: HoldScope
    subject_id: UUID | None
    until: date | None
    reason: str | None
    placed_on: date
    placed_by: str
    released_on: date | None
    released_by: str | None
    release_reason: str | None
    position: int


def evolve(row: LegalHoldRow | None, entry: Recorded) -> LegalHoldRow:
    """Fold one entry about a hold into its row."""
    event, envelope = entry.event, entry.envelope
    if isinstance(event, LegalHoldPlaced):
        return LegalHoldRow(
            hold_id=event.hold_id,
            scope=event.scope,
            subject_id=event.subject_id,
            until=event.until,
            reason=envelope.reason,
            placed_on=envelope.effective_at,
            placed_by=envelope.actor,
            released_on=None,
            released_by=None,
            release_reason=None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{envelope.name} stands before {LegalHoldPlaced.NAME}")
    return replace(
        row,
        released_on=envelope.effective_at,
        released_by=envelope.actor,
        release_reason=envelope.reason,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (event.hold_id,) if isinstance(event, LegalHoldEvent) else None


LEGAL_HOLDS: Final = RowView(
    name="legal-holds",
    table="legal_hold",
    row=LegalHoldRow,
    key=("hold_id",),
    key_of=key_of,
    evolve=evolve,
)
LEGAL_HOLD_LIST: Final = RowList(LEGAL_HOLDS, "legal-hold", by="placed_on", id="hold_id")
