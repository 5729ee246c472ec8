"""The commands of what is kept beside an account: documents and notes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import document as documents
from domain import note as notes
from domain.account import Account
from domain.account_binding import in_open_account
from domain.decision import Decision, States
from domain.document import DocumentEvent, DocumentTerms
from domain.note import NoteEvent


def attach_document(
    account_id: UUID, document_id: UUID, *, terms: DocumentTerms, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[DocumentEvent]:
        return documents.attach_document(account.documents, document_id=document_id, terms=terms)

    return in_open_account(account_id, decide, on=on, today=today)


def detach_document(
    account_id: UUID, document_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[DocumentEvent]:
        return documents.detach_document(account.documents, document_id=document_id, reason=reason)

    return in_open_account(account_id, decide, on=on, today=today)


def add_note(account_id: UUID, note_id: UUID, *, text: str, on: date, today: date) -> Decision:
    def decide(account: Account, _: States) -> Sequence[NoteEvent]:
        return notes.add_note(account.notes, account_id, note_id=note_id, text=text)

    return in_open_account(account_id, decide, on=on, today=today)


def correct_note(account_id: UUID, note_id: UUID, *, text: str, on: date, today: date) -> Decision:
    def decide(account: Account, _: States) -> Sequence[NoteEvent]:
        return notes.correct_note(account.notes, account_id, note_id=note_id, text=text)

    return in_open_account(account_id, decide, on=on, today=today)
