"""What was proposed in each deal, for which value to the client."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.deal_negotiation import DealProposalPresented
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DealProposalRow:
    """One proposal; the columns of `projections.deal_proposal`."""

    deal_id: UUID
    proposal_id: UUID
    presented_on: date
    customer_value: str
    amount: Decimal | None
    currency: str | None
    document_id: UUID | None
    position: int


def evolve(row: DealProposalRow | None, entry: Recorded) -> DealProposalRow:
    """Make the row out of the entry that records it."""
    event = entry.event
    if row is not None or not isinstance(event, DealProposalPresented):
        raise ValueError(f"{entry.envelope.name} is not a first {DealProposalPresented.NAME}")
    money = event.amount
    return DealProposalRow(
        deal_id=entry.envelope.stream_id,
        proposal_id=event.proposal_id,
        presented_on=event.presented_on,
        customer_value=event.customer_value,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        document_id=event.document_id,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if not isinstance(event, DealProposalPresented):
        return None
    return entry.envelope.stream_id, event.proposal_id


DEAL_PROPOSALS: Final = RowView(
    name="deal-proposals",
    table="deal_proposal",
    row=DealProposalRow,
    key=("deal_id", "proposal_id"),
    key_of=key_of,
    evolve=evolve,
)

DEAL_PROPOSAL_LIST: Final = RowList(
    DEAL_PROPOSALS, kind="proposal", by="presented_on", id="proposal_id"
)
