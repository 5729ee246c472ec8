"""Information gaps that were closed: what is known by now, and from where."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.information import InformationGapClosed
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class ClosedGapRow:
    """One requirement that is answered; the columns of `projections.closed_information_gap`."""

    account_id: UUID
    requirement_key: str
    source: str
    not_applicable: bool
    closed_on: date
    position: int


def evolve(_: ClosedGapRow | None, entry: Recorded) -> ClosedGapRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, InformationGapClosed):
        raise ValueError(f"{entry.envelope.name} is not {InformationGapClosed.NAME}")  # noqa: TRY004
    return ClosedGapRow(
        account_id=entry.envelope.stream_id,
        **dict(event),
        closed_on=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.requirement_key)
        if isinstance(event, InformationGapClosed)
        else None
    )


CLOSED_GAPS: Final = RowView(
    name="closed-information-gaps",
    table="closed_information_gap",
    row=ClosedGapRow,
    key=("account_id", "requirement_key"),
    key_of=key_of,
    evolve=evolve,
)
CLOSED_GAP_LIST: Final = RowList(
    CLOSED_GAPS, "requirement", by="requirement_key", id="account_id", newest_first=False
)
