"""What was negotiated in each deal: the terms, where both sides stood, and what was agreed."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.deal_negotiation import DealTermsNegotiated
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DealNegotiationRow:
    """One round on one term; the columns of `projections.deal_negotiation`."""

    deal_id: UUID
    negotiation_id: UUID
    negotiated_on: date
    term: str
    round: int
    ours: str
    theirs: str
    agreed: bool
    position: int


def evolve(row: DealNegotiationRow | None, entry: Recorded) -> DealNegotiationRow:
    """Make the row out of the entry that records it."""
    event = entry.event
    if row is not None or not isinstance(event, DealTermsNegotiated):
        raise ValueError(f"{entry.envelope.name} is not a first {DealTermsNegotiated.NAME}")
    return DealNegotiationRow(
        deal_id=entry.envelope.stream_id,
        negotiation_id=event.negotiation_id,
        negotiated_on=event.negotiated_on,
        term=event.term,
        round=event.round,
        ours=event.ours,
        theirs=event.theirs,
        agreed=event.agreed,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if not isinstance(event, DealTermsNegotiated):
        return None
    return entry.envelope.stream_id, event.negotiation_id


DEAL_NEGOTIATIONS: Final = RowView(
    name="deal-negotiations",
    table="deal_negotiation",
    row=DealNegotiationRow,
    key=("deal_id", "negotiation_id"),
    key_of=key_of,
    evolve=evolve,
)

DEAL_NEGOTIATION_LIST: Final = RowList(
    DEAL_NEGOTIATIONS, kind="negotiation", by="negotiated_on", id="negotiation_id"
)
