"""A note about the account: its text may speak of persons, and so lies outside the record."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final
from uuid import UUID

from domain.event import Event
from domain.personal import Personal
from domain.refusal import NotFound, Refused

NoteText = Annotated[str, Personal(subject="account_id")]


# Events: these names and fields are the stored format. Add; never rename or remove.


class NoteAdded(Event):
    NAME: ClassVar[str] = "account.note-added"
    account_id: UUID
    note_id: UUID
    text: NoteText


class NoteCorrected(Event):
    """The note as it should have been; the first text stays on record beside it."""

    NAME: ClassVar[str] = "account.note-corrected"
    account_id: UUID
    note_id: UUID
    text: NoteText


NoteEvent = NoteAdded | NoteCorrected
NOTE_EVENTS: Final[tuple[type[NoteEvent], ...]] = (NoteAdded, NoteCorrected)

Notes = frozenset[UUID]
"""Which notes there are; what they say is personal, and no decision knows it."""

NO_NOTES: Final[Notes] = frozenset()


def evolve(notes: Notes, event: NoteEvent) -> Notes:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return notes | {event.note_id}


def add_note(notes: Notes, account_id: UUID, *, note_id: UUID, text: str) -> Sequence[NoteEvent]:
    """Write something down.

    Raises:
        Refused: `text-required`, `already-exists`.
    """
    _require_text(text)
    if note_id in notes:
        raise Refused(
            "already-exists",
            f"the note {note_id} was written before; correct that one, or take another id",
        )
    return [NoteAdded(account_id=account_id, note_id=note_id, text=text)]


def correct_note(
    notes: Notes, account_id: UUID, *, note_id: UUID, text: str
) -> Sequence[NoteEvent]:
    """Write a note anew; what it said is not known here, so the same text is recorded again.

    Raises:
        NotFound: no such note.
        Refused: `text-required`.
    """
    _require_text(text)
    if note_id not in notes:
        raise NotFound("note", note_id)
    return [NoteCorrected(account_id=account_id, note_id=note_id, text=text)]


def _require_text(text: str) -> None:
    if not text.strip():
        raise Refused("text-required", "a note says something; give its text")
