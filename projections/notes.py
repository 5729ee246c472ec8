"""Notes: when each was written, and the digest of its text, which itself stands elsewhere."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.note import NoteAdded, NoteEvent
from domain.personal import Undisclosed
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note; the columns of `projections.note`."""

    account_id: UUID
    note_id: UUID
    text_digest: str
    added_on: date
    corrected_on: date | None
    position: int


def evolve(row: NoteRow | None, entry: Recorded) -> NoteRow:
    """Fold one entry about a note into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, NoteAdded):
        return NoteRow(
            account_id=event.account_id,
            note_id=event.note_id,
            text_digest=_digest(event),
            added_on=day,
            corrected_on=None,
            position=entry.position,
        )
    if row is None or not isinstance(event, NoteEvent):
        raise ValueError(f"{entry.envelope.name} stands before {NoteAdded.NAME}")
    return replace(row, text_digest=_digest(event), corrected_on=day, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (event.account_id, event.note_id) if isinstance(event, NoteEvent) else None


def _digest(event: NoteEvent) -> str:
    """Return what the record has in place of the text; no view ever holds the text itself.

    Raises:
        TypeError: the event was not read from a record.
    """
    if not isinstance(event.text, Undisclosed):
        raise TypeError("a note's own text does not belong into a view")
    return str(event.text)


NOTES: Final = RowView(
    name="notes",
    table="note",
    row=NoteRow,
    key=("account_id", "note_id"),
    key_of=key_of,
    evolve=evolve,
)
NOTE_LIST: Final = RowList(NOTES, "note", by="added_on", id="note_id")
