"""Rows of notes: each is added to its account, on its day, its text kept beside the log."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.commands import add_note
from domain.external_reference import ForeignId
from domain.words import Code
from importers import cells
from importers.cells import Column, Values
from importers.failure import BadCell
from importers.identity import note_id_at, note_id_of
from importers.links import ACCOUNT_COLUMNS, account_links, account_of
from importers.rows import Row
from importers.taking import HISTORY_STARTS_HERE, Context, Links, Taken
from importers.written_text import plain_text


def _text(written: str) -> str:
    read = plain_text(written)
    if not read:
        raise ValueError("says nothing")
    return read


class Notes:
    """Adds a note for each row; one that is there already is left as it is."""

    name = "notes"
    columns: Sequence[Column] = (
        Column("external_id", cells.of_type(ForeignId)),
        Column("external_system", cells.of_type(Code)),
        *ACCOUNT_COLUMNS,
        Column("text", _text, required=True),
        Column("added_on", cells.day, required=True),
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str] = {"in-the-future": "added_on", "account-closed": "account_name"}

    def links(self, values: Values, system: str) -> Links:
        return account_links(values, system)

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        account_id = account_of(values, context)
        if account_id is None:
            raise BadCell("account_name", "is missing: a note belongs to an account", "")
        on, note_id = values["added_on"], _note_id(row, values, context)
        decision = add_note(account_id, note_id, text=values["text"], on=on, today=context.today)
        reason = f"{context.origin}; {HISTORY_STARTS_HERE}" if context.origin else None
        # Under a key: a text that was sealed once cannot be compared with the one in the file.
        return (Taken(decision, on, reason, key=str(note_id)),)


def _note_id(row: Row, values: Values, context: Context) -> UUID:
    if "external_id" in values:
        return note_id_of(values.get("external_system") or context.system, values["external_id"])
    return note_id_at(row.identity(context.sha256))
