"""A document of the account: where it lies and how it is recognised, never its content."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.event import Event
from domain.known import begin, find
from domain.reason import require_reason
from domain.refusal import Refused
from domain.words import Name

Uri = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00]+$")
]
"""RFC 3986, with its scheme."""

MediaType = Annotated[
    str,
    StringConstraints(
        max_length=127, pattern=r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$"
    ),
]
"""Type and subtype of RFC 6838 in lower case, without parameters."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

_NO_REFERENCE: Final = frozenset({"data", "javascript"})
"""Schemes of what is content itself, or a program, and no place."""


class DocumentKind(StrEnum):
    CONTRACT = "contract"
    RECORDING = "recording"
    EMAIL = "email"
    PROPOSAL = "proposal"
    OTHER = "other"


class DocumentTerms(BaseModel):
    """Where a document lies, what it is, and the hash of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uri: Uri
    title: Name
    media_type: MediaType
    sha256: Sha256
    kind: DocumentKind = DocumentKind.OTHER


# Events: these names and fields are the stored format. Add; never rename or remove.


class DocumentAttached(Event):
    NAME: ClassVar[str] = "account.document-attached"
    document_id: UUID
    uri: Uri
    title: Name
    media_type: MediaType
    sha256: Sha256
    kind: DocumentKind


class DocumentDetached(Event):
    """The account no longer refers to the document; that it did stays on record."""

    NAME: ClassVar[str] = "account.document-detached"
    document_id: UUID


DocumentEvent = DocumentAttached | DocumentDetached
DOCUMENT_EVENTS: Final[tuple[type[DocumentEvent], ...]] = (DocumentAttached, DocumentDetached)


@dataclass(frozen=True, slots=True)
class Documents:
    """Every document that was ever attached, and the hashes of those that still are."""

    by_id: Map[UUID, DocumentAttached]
    by_sha256: Map[str, UUID]


NO_DOCUMENTS: Final = Documents(Map(), Map())


def evolve(documents: Documents, event: DocumentEvent) -> Documents:
    """Fold one event into the state. Never refuses: what happened, happened."""
    match event:
        case DocumentAttached():
            return Documents(
                documents.by_id.set(event.document_id, event),
                documents.by_sha256.set(event.sha256, event.document_id),
            )
        case DocumentDetached():
            sha256 = documents.by_id[event.document_id].sha256
            return Documents(documents.by_id, documents.by_sha256.delete(sha256))
        case _:
            assert_never(event)


def attach_document(
    documents: Documents, *, document_id: UUID, terms: DocumentTerms
) -> Sequence[DocumentEvent]:
    """Refer to a document.

    Raises:
        Refused: `already-exists`, `not-a-reference`, `duplicate-document`.
    """
    attached = DocumentAttached(document_id=document_id, **dict(terms))
    events = begin("document", document_id, documents.by_id.get(document_id), attached)
    if not events:
        return []
    scheme = terms.uri.partition(":")[0].lower()
    if scheme in _NO_REFERENCE:
        raise Refused(
            "not-a-reference",
            f"{scheme}: holds content and names no place; give the address where the document lies",
        )
    same = documents.by_sha256.get(terms.sha256)
    if same is not None:
        raise Refused(
            "duplicate-document",
            f"the document {same} has the same content; detach that one first to attach it anew",
        )
    return events


def detach_document(
    documents: Documents, *, document_id: UUID, reason: str
) -> Sequence[DocumentEvent]:
    """Refer to a document no longer.

    Raises:
        NotFound: no such document.
        Refused: `reason-required`.
    """
    require_reason(reason)
    attached = find("document", document_id, documents.by_id)
    if documents.by_sha256.get(attached.sha256) != document_id:
        return []
    return [DocumentDetached(document_id=document_id)]
