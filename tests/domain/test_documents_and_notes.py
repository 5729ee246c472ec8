from typing import Any, cast

import pytest
from pydantic import ValidationError

from domain import commands
from domain.decision import Decision
from domain.document import (
    DocumentAttached,
    DocumentDetached,
    DocumentKind,
    DocumentTerms,
)
from domain.event import Event, Recording
from domain.note import NOTE_EVENTS, NoteAdded, NoteCorrected
from domain.personal import SEALED_KEY
from tests.domain.samples import ACCOUNT_STREAM, ACME, MAY, OPENED, TODAY, uuid
from tests.given import given_streams

FIRST, SECOND = uuid(51), uuid(52)
TERMS = DocumentTerms(
    uri="https://files.example/crane.pdf",
    title="Contract of the first crane",
    media_type="application/pdf",
    sha256="0" * 64,
    kind=DocumentKind.CONTRACT,
)
ATTACHED = DocumentAttached(
    document_id=FIRST,
    uri="https://files.example/crane.pdf",
    title="Contract of the first crane",
    media_type="application/pdf",
    sha256="0" * 64,
    kind=DocumentKind.CONTRACT,
)
DETACHED = DocumentDetached(document_id=FIRST)
ADDED = NoteAdded(account_id=ACME, note_id=FIRST, text="The buyer likes to sail")


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def attaching(document_id: Any = FIRST, **fields: Any) -> Decision:
    terms = DocumentTerms.model_validate(TERMS.model_dump() | fields)
    return commands.attach_document(ACME, document_id, terms=terms, on=MAY, today=TODAY)


def detaching(document_id: Any = FIRST, reason: str = "superseded") -> Decision:
    return commands.detach_document(ACME, document_id, reason=reason, on=MAY, today=TODAY)


def adding(text: str = ADDED.text) -> Decision:
    return commands.add_note(ACME, FIRST, text=text, on=MAY, today=TODAY)


def correcting(text: str = "The buyer likes to fish") -> Decision:
    return commands.correct_note(ACME, FIRST, text=text, on=MAY, today=TODAY)


def test_a_document_is_attached_once() -> None:
    given_streams(having()).when(attaching()).then(ACCOUNT_STREAM.record([ATTACHED]))
    given_streams(having(ATTACHED)).when(attaching()).then()
    given_streams(having(ATTACHED)).when(attaching(title="Another")).then_refused("already-exists")


def test_the_same_content_is_attached_once() -> None:
    given_streams(having(ATTACHED)).when(attaching(SECOND, title="A copy")).then_refused(
        "duplicate-document", str(FIRST)
    )


def test_a_detached_document_may_be_attached_anew() -> None:
    given_streams(having(ATTACHED, DETACHED)).when(attaching(SECOND)).then(
        ACCOUNT_STREAM.record([ATTACHED.model_copy(update={"document_id": SECOND})])
    )


def test_a_document_is_detached_once_and_for_a_reason() -> None:
    again = ATTACHED.model_copy(update={"document_id": SECOND})

    given_streams(having(ATTACHED)).when(detaching()).then(ACCOUNT_STREAM.record([DETACHED]))
    given_streams(having(ATTACHED, DETACHED)).when(detaching()).then()
    given_streams(having(ATTACHED, DETACHED, again)).when(detaching()).then()
    given_streams(having(ATTACHED)).when(detaching(reason="")).then_refused("reason-required")


def test_an_unknown_document_is_not_detached() -> None:
    given_streams(having(ATTACHED)).when(detaching(SECOND)).then_not_found("document")


@pytest.mark.parametrize("uri", ["data:text/plain,hello", "JavaScript:alert(1)"])
def test_a_document_is_a_place_and_no_content(uri: str) -> None:
    given_streams(having()).when(attaching(uri=uri)).then_refused("not-a-reference")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uri", "crane.pdf"),
        ("uri", "https://a b"),
        ("media_type", "pdf"),
        ("media_type", "text/html; charset=utf-8"),
        ("sha256", "F" * 64),
        ("title", " "),
    ],
)
def test_a_reference_is_well_formed(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match=field):
        attaching(**{field: value})


def test_a_note_is_added() -> None:
    given_streams(having()).when(adding()).then(ACCOUNT_STREAM.record([ADDED]))
    given_streams(having(ADDED)).when(adding()).then_refused("already-exists")


def test_a_note_is_corrected() -> None:
    corrected = NoteCorrected(account_id=ACME, note_id=FIRST, text="The buyer likes to fish")

    given_streams(having(ADDED)).when(correcting()).then(ACCOUNT_STREAM.record([corrected]))
    given_streams(having(ADDED, corrected)).when(correcting()).then(
        ACCOUNT_STREAM.record([corrected])
    )


def test_an_unknown_note_is_not_corrected() -> None:
    given_streams(having()).when(correcting()).then_not_found("note")


@pytest.mark.parametrize("decision", [adding(" "), correcting("\n")])
def test_a_note_says_something(decision: Decision) -> None:
    given_streams(having(ADDED)).when(decision).then_refused("text-required")


def test_what_a_note_says_can_be_forgotten() -> None:
    for event in cast("tuple[type[Event], ...]", NOTE_EVENTS):
        text = event.model_json_schema(mode="serialization")["properties"]["text"]

        assert SEALED_KEY in text["properties"]
