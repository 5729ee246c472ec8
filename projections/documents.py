"""Documents: where what belongs to an account lies, and how it is recognised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.document import DocumentAttached, DocumentEvent, DocumentKind
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document; the columns of `projections.document`."""

    account_id: UUID
    document_id: UUID
    uri: str
    title: str
    media_type: str
    sha256: str
    kind: DocumentKind
    attached_on: date
    detached_on: date | None
    position: int


def evolve(row: DocumentRow | None, entry: Recorded) -> DocumentRow:
    """Fold one entry about a document into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, DocumentAttached):
        return DocumentRow(
            account_id=entry.envelope.stream_id,
            **dict(event),
            attached_on=day,
            detached_on=None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {DocumentAttached.NAME}")
    return replace(row, detached_on=day, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if isinstance(event, DocumentEvent):
        return entry.envelope.stream_id, event.document_id
    return None


DOCUMENTS: Final = RowView(
    name="documents",
    table="document",
    row=DocumentRow,
    key=("account_id", "document_id"),
    key_of=key_of,
    evolve=evolve,
)
DOCUMENT_LIST: Final = RowList(DOCUMENTS, "document", by="attached_on", id="document_id")


def still(*, attached: bool | None) -> Sequence[Condition]:
    """Ask for documents that are still attached (or are not)."""
    if attached is None:
        return []
    return [(f"detached_on IS {'' if attached else 'NOT '}NULL", ())]
