"""Notes over HTTP: to add and correct them; their texts to those who may see what is personal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading, View
from api.shown import Shown, show
from domain import commands
from domain.words import PRINTED
from projections.account_overview import find_account
from projections.notes import NOTE_LIST, NoteRow
from projections.page import Page

router = APIRouter(prefix="/accounts/{account_id}/notes", tags=["notes"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=PRINTED)]


class NewNote(Body):
    text: Text


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as it was written last."""

    account_id: UUID
    note_id: UUID
    text: Shown
    added_on: date
    corrected_on: date | None
    position: int


@command(router, "")
async def add_note(account_id: UUID, body: NewNote, asked: CommandAsked) -> Response:
    note_id = asked.new_id()
    decision = commands.add_note(account_id, note_id, text=body.text, on=body.on, today=today())
    return await asked.carry_out(decision, body, location=f"/accounts/{account_id}/notes/{note_id}")


@command(router, "/{note_id}/corrections")
async def correct_note(
    account_id: UUID, note_id: UUID, body: NewNote, asked: CommandAsked
) -> Response:
    decision = commands.correct_note(account_id, note_id, text=body.text, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[NoteView])
async def read_notes(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    page = await paged.read(NOTE_LIST, {"account_id": account_id})
    return paged.show(Page(await _shown(paged.view, page.rows), page.next), NoteView)


@router.get("/{note_id}", responses=READ_ANSWERS, response_model=NoteView)
async def read_note(account_id: UUID, note_id: UUID, view: Reading) -> Any:
    row = await NOTE_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, note_id=note_id
    )
    (shown,) = await _shown(view, [row])
    return shown


async def _shown(view: View, rows: Sequence[NoteRow]) -> Sequence[NoteView]:
    """Put the texts in place of their digests, for those who may see them."""
    if not rows:
        return []
    subjects = {row.text_digest: row.account_id for row in rows}
    known = await show(view, subjects, account_id=rows[0].account_id)
    return [_view(row, known) for row in rows]


def _view(row: NoteRow, known: Mapping[str, Shown]) -> NoteView:
    fields = asdict(row)
    return NoteView(text=known[fields.pop("text_digest")], **fields)
