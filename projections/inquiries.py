"""Inquiries: what clients asked, and what they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.channel import Channel
from domain.inquiry import InquiryEvent, InquiryLogged, InquiryResolved
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One inquiry; the columns of `projections.inquiry`."""

    account_id: UUID
    inquiry_id: UUID
    channel: Channel
    topic: str
    logged_on: date
    outcome: str | None
    resolved_on: date | None
    position: int


def evolve(row: InquiryRow | None, entry: Recorded) -> InquiryRow:
    """Fold one entry about an inquiry into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, InquiryLogged):
        return InquiryRow(
            account_id=entry.envelope.stream_id,
            **dict(event),
            logged_on=day,
            outcome=None,
            resolved_on=None,
            position=entry.position,
        )
    if row is None or not isinstance(event, InquiryResolved):
        raise ValueError(f"{entry.envelope.name} stands before {InquiryLogged.NAME}")
    return replace(row, outcome=event.outcome, resolved_on=day, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.inquiry_id) if isinstance(event, InquiryEvent) else None


INQUIRIES: Final = RowView(
    name="inquiries",
    table="inquiry",
    row=InquiryRow,
    key=("account_id", "inquiry_id"),
    key_of=key_of,
    evolve=evolve,
)
INQUIRY_LIST: Final = RowList(INQUIRIES, "inquiry", by="logged_on", id="inquiry_id")


def answered(*, is_open: bool | None) -> Sequence[Condition]:
    """Ask for inquiries that wait for an answer (or do not)."""
    return [] if is_open is None else [(f"outcome IS {'' if is_open else 'NOT '}NULL", ())]
