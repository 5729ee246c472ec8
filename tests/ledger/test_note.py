"""Notes are those of C2SP, and what is not quite one is none."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.note import (
    KeyRefused,
    NoteRefused,
    SigningKey,
    VerifierKey,
    parse_note,
    sign_note,
    verify_note,
)

# The example of the specification (C2SP signed-note).
PUBLISHED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PUBLISHED = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2"
    "ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
TRUSTED = [VerifierKey.parse(PUBLISHED_KEY)]

OURS = SigningKey.generate("tenure.example/log")
THEIRS = SigningKey.generate("witness.example")
TEXT = "one\n\ntwo — with a dash\n"
NOTE = sign_note(TEXT, [OURS])


def test_the_published_note_is_verified() -> None:
    text, signed_by = verify_note(PUBLISHED.encode(), TRUSTED)

    assert text == "This is an example message.\n"
    assert signed_by == TRUSTED
    assert str(TRUSTED[0]) == PUBLISHED_KEY


def test_a_note_is_signed_and_verified() -> None:
    assert verify_note(NOTE, [OURS.verifier]) == (TEXT, [OURS.verifier])
    assert parse_note(NOTE).text == TEXT


def test_a_note_may_have_several_signatures_of_which_the_unknown_are_ignored() -> None:
    note = sign_note(TEXT, [THEIRS, OURS, THEIRS])

    assert verify_note(note, [OURS.verifier]) == (TEXT, [OURS.verifier])
    assert verify_note(note, [OURS.verifier, THEIRS.verifier])[1] == [
        THEIRS.verifier,
        OURS.verifier,
    ]
    with pytest.raises(NoteRefused, match=r"not signed by a trusted key, but by witness\.example"):
        verify_note(sign_note(TEXT, [THEIRS]), [OURS.verifier])


def test_a_key_of_the_same_name_is_another_key() -> None:
    impostor = SigningKey.generate(OURS.name)

    with pytest.raises(NoteRefused, match="not signed by a trusted key"):
        verify_note(sign_note(TEXT, [impostor]), [OURS.verifier])


def test_one_false_signature_of_a_trusted_key_spoils_the_note() -> None:
    other = sign_note("another text\n", [OURS]).rpartition(b"\n\n")[2]

    with pytest.raises(NoteRefused, match="is not of this text and key"):
        verify_note(sign_note(TEXT, [THEIRS]) + other, [OURS.verifier, THEIRS.verifier])


@given(st.integers(0, len(NOTE) * 8 - 1))
def test_a_flipped_bit_anywhere_is_refused(bit: int) -> None:
    changed = bytearray(NOTE)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(NoteRefused):
        verify_note(bytes(changed), [OURS.verifier])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: "", "no blank line"),
        (lambda _: "text\n", "no blank line"),
        (lambda _: "\n\n— a AAAAAAA=\n", "not empty"),
        (lambda note: note.rstrip("\n"), "no newline"),
        (lambda note: note.replace("\n\n", "\n"), "no blank line"),
        (lambda note: note + "\n", "no newline after"),
        (lambda note: note.replace("example message", "example\tmessage"), "control characters"),
        (lambda note: note.replace("\n", "\r\n"), "no blank line"),
        (lambda note: note.replace("— ", "- "), "is no signature line"),
        (lambda note: note.replace("— ", "—  "), "not base64"),
        (lambda note: note.replace("— example.com/foo ", "— "), "is no signature line"),
        (lambda note: note.replace("example.com/foo", "example.com+foo"), "is no name"),
        (lambda note: note.replace("aQM=", "aQM"), "not base64"),
        (lambda note: note.replace("aQM=", "aQN="), "not base64 as it is written"),
        (lambda note: note.replace("aQM=", "aQM= "), "not base64"),
        (lambda note: note.replace("Uw2Q", "Uw-_"), "not base64"),
        (lambda note: note.split("— ")[0] + "— a AAAA\n", "cut off"),
        (lambda note: note + "— a AAAAAAA=\n" * 100, "100 signatures, not 101"),
        (lambda note: "a" * 1_000_000 + note, "1000000 bytes"),
    ],
)
def test_what_is_not_quite_a_note_is_refused_with_a_reason(
    spoil: Callable[[str], str], reason: str
) -> None:
    with pytest.raises(NoteRefused, match=reason):
        verify_note(spoil(PUBLISHED).encode(), TRUSTED)


def test_a_note_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(NoteRefused, match="not UTF-8, at byte 0"):
        parse_note(b"\xff" + NOTE)


@pytest.mark.parametrize("text", ["", "\n", "no newline", "a\x00b\n", "a\tb\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteRefused):
        sign_note(text, [OURS])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "name"),
        ("example.com/foo", "name"),
        ("example.com/foo+530d903a", "name"),
        (PUBLISHED_KEY.replace("530d903a", "530d903b"), "hash 530d903a"),
        (PUBLISHED_KEY.replace("530d903a", "530D903A"), "hash 530d903a"),
        (PUBLISHED_KEY.replace("example.com/foo", "example.com/bar"), "hash"),
        (PUBLISHED_KEY.replace("example.com/foo", ""), "no name"),
        (PUBLISHED_KEY.replace("example.com", "example com"), "no name"),
        (PUBLISHED_KEY.replace("AekyeR", "AukyeR"), "not an Ed25519 key"),
        (PUBLISHED_KEY[:-4], "not an Ed25519 key"),
        (PUBLISHED_KEY + "!", "not base64"),
    ],
)
def test_what_is_not_quite_a_key_is_refused(text: str, reason: str) -> None:
    with pytest.raises(KeyRefused, match=reason):
        VerifierKey.parse(text)


def test_a_signing_key_is_written_and_read_back() -> None:
    read = SigningKey.parse(OURS.secret_text + "\n")

    assert read.verifier == OURS.verifier
    assert sign_note(TEXT, [read]) == NOTE


def test_a_signing_key_shows_its_public_half_alone() -> None:
    secret = OURS.secret_text.split("+", 4)[4]

    assert str(OURS.verifier) in repr(OURS)
    assert secret not in repr(OURS) + str(OURS)


def test_a_verifier_key_or_a_damaged_one_does_not_sign() -> None:
    with pytest.raises(KeyRefused, match="begins with PRIVATE"):
        SigningKey.parse(PUBLISHED_KEY)
    with pytest.raises(KeyRefused, match="another hash"):
        SigningKey.parse(OURS.secret_text.replace(OURS.name, "tenure.example/other"))


def test_one_key_under_two_names_has_two_ids() -> None:
    other = OURS.named("tenure.example/other")

    assert other.verifier.public == OURS.verifier.public
    assert other.verifier.key_id != OURS.verifier.key_id
