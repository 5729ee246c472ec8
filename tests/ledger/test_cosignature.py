"""A cosignature says that a witness saw a checkpoint, and when (C2SP tlog-cosignature)."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.checkpoint import Checkpoint, sign_checkpoint, verify_checkpoint
from ledger.cosignature import CosigningKey, WitnessKey, cosignatures_of
from ledger.note import (
    KeyRefused,
    NoteRefused,
    SigningKey,
    VerifierKey,
    parse_signature_line,
    signature_line,
)

AT = datetime(2026, 11, 28, 12, 0, 0, 999_999, tzinfo=UTC)
LOG = SigningKey.generate("example.com/log")
WITNESS = CosigningKey.generate("witness.example.com/w1")
CHECKPOINT = Checkpoint("example.com/log", 7, bytes(32))
NOTE = sign_checkpoint(CHECKPOINT, LOG)


def cosigned(*keys: CosigningKey, at: datetime = AT) -> bytes:
    lines = [signature_line(key.cosign(CHECKPOINT.text, at)) for key in keys]
    return NOTE + "".join(lines).encode()


def test_it_is_of_the_form_that_the_specification_has() -> None:
    line = signature_line(WITNESS.cosign(CHECKPOINT.text, AT))
    name, encoded = line.removeprefix("— ").removesuffix("\n").split(" ")
    octets = b64decode(encoded)
    public = WITNESS.verifier.public
    seconds = int(AT.timestamp())
    signed = f"cosignature/v1\ntime {seconds}\n{CHECKPOINT.text}".encode()

    assert name == "witness.example.com/w1"
    assert len(octets) == 4 + 8 + 64
    assert octets[:4] == sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    assert int.from_bytes(octets[4:12], "big") == seconds
    Ed25519PublicKey.from_public_bytes(public).verify(octets[12:], signed)


def test_it_is_read_back_and_the_checkpoint_stays_what_it_was() -> None:
    note = cosigned(WITNESS, CosigningKey.generate("someone.else"))

    [found] = cosignatures_of(note, [WITNESS.witness])
    assert (found.key, found.at) == (WITNESS.witness, AT.replace(microsecond=0))
    assert verify_checkpoint(note, [LOG.verifier]) == CHECKPOINT
    assert cosignatures_of(NOTE, [WITNESS.witness]) == []


@pytest.mark.parametrize("at", [0, 4, 11, 12, 75])
def test_one_that_was_changed_is_refused(at: int) -> None:
    made = WITNESS.cosign(CHECKPOINT.text, AT)
    octets = bytearray(made.octets)
    octets[min(at, 71)] ^= 1
    note = NOTE + signature_line(replace(made, octets=bytes(octets))).encode()

    with pytest.raises(NoteRefused, match="is not of this text and key"):
        cosignatures_of(note, [WITNESS.witness])


def test_one_of_another_checkpoint_is_refused() -> None:
    other = signature_line(WITNESS.cosign(replace(CHECKPOINT, size=8).text, AT))

    with pytest.raises(NoteRefused, match="is not of this text and key"):
        cosignatures_of(NOTE + other.encode(), [WITNESS.witness])


def test_a_witness_has_signed_nothing_that_is_cut_off_or_beyond_any_calendar() -> None:
    far = WITNESS.cosign(CHECKPOINT.text, AT + timedelta(days=1)).octets

    assert not WITNESS.witness.has_signed(CHECKPOINT.text, far[:-1])
    assert not WITNESS.witness.has_signed(CHECKPOINT.text, b"\xff" * 72)
    assert not WITNESS.witness.has_signed(CHECKPOINT.text, b"")


def test_the_key_of_a_witness_is_none_of_a_log_and_the_other_way_round() -> None:
    with pytest.raises(KeyRefused, match="type 0x01"):
        VerifierKey.parse(str(WITNESS.witness))
    with pytest.raises(KeyRefused, match="type 0x04"):
        WitnessKey.parse(str(LOG.verifier))
    with pytest.raises(KeyRefused, match="type 0x04"):
        CosigningKey.parse(LOG.secret_text)
    assert WitnessKey.parse(str(WITNESS.witness)) == WITNESS.witness
    assert CosigningKey.parse(WITNESS.secret_text).witness == WITNESS.witness
    assert WITNESS.secret_text not in repr(WITNESS)


@pytest.mark.parametrize("line", ["", "— a", "- a QQ==", "— a QQ==", "— a+b QUJDREVGRw=="])
def test_what_is_no_signature_line_is_refused(line: str) -> None:
    with pytest.raises(NoteRefused):
        parse_signature_line(line)
