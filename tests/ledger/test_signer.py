"""The signer signs what continues what it has signed, and nothing else, whatever happens to it."""

import json
import stat
from pathlib import Path

import pytest

from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.merkle import leaf_hash, root_of
from ledger.note import SigningKey
from ledger.proofs import Proof, consistency_path, make_proof
from ledger.seal_state import Sealed
from ledger.signer import Signer, SignerRefused, origin_of

LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
OTHERS = [*LEAVES[:3], leaf_hash(b"forged"), *LEAVES[4:]]
ORIGIN = "tenure-1/acme"


def checkpoint(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, root_of(leaves[:size]))


def proof(before: int, size: int, leaves: list[bytes] = LEAVES) -> Proof:
    return make_proof(consistency_path(before, size), {(0, 0): b"".join(leaves[:size])})


def sealed(size: int) -> Sealed:
    return Sealed(size, root_of(LEAVES[:size]))


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    made = Signer(tmp_path / "keys")
    made.create_key("tenure-1")
    return made


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    signer = Signer(tmp_path / "keys")
    assert not signer.has_key
    with pytest.raises(SignerRefused, match="tenure keys create"):
        signer.key()

    made = signer.create_key("tenure-1")

    assert stat.S_IMODE(signer.key_path.stat().st_mode) == 0o600
    assert signer.key().verifier == made.verifier
    with pytest.raises(SignerRefused, match="already"):
        signer.create_key("tenure-2")


def test_a_key_that_others_may_read_is_not_used(signer: Signer) -> None:
    signer.key_path.chmod(0o644)

    with pytest.raises(SignerRefused, match="chmod 600"):
        signer.sign(checkpoint(3), None, [])


@pytest.mark.parametrize("octets", [b"", b"PRIVATE+KEY+x", b"\xff\xfe", b"A" * 2_000])
def test_a_file_that_is_no_key_is_refused_without_repeating_it(
    signer: Signer, octets: bytes
) -> None:
    signer.key_path.write_bytes(octets)

    with pytest.raises(SignerRefused, match="cannot be used"):
        signer.key()


def test_a_checkpoint_is_signed_under_its_origin_and_remembered(signer: Signer) -> None:
    note = signer.sign(checkpoint(3), None, [])

    assert note is not None
    assert verify_checkpoint(note, [signer.key().named(ORIGIN).verifier]) == checkpoint(3)
    assert signer.last(ORIGIN) == sealed(3)
    assert signer.last("tenure-1/other") is None


def test_what_continues_is_signed_and_the_same_again_to_the_byte(signer: Signer) -> None:
    signer.sign(checkpoint(3), None, [])
    note = signer.sign(checkpoint(17), sealed(3), proof(3, 17))

    assert signer.sign(checkpoint(17), sealed(17), []) == note
    assert signer.last(ORIGIN) == sealed(17)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (checkpoint(16), proof(16, 17)),
        (checkpoint(1), []),
        (checkpoint(17, OTHERS), []),
        (checkpoint(18, OTHERS), proof(17, 18, OTHERS)),
        (checkpoint(18), []),
        (checkpoint(18), proof(16, 18)),
        (checkpoint(18), [*proof(17, 18), bytes(32)]),
        (checkpoint(18), [bytes(31)]),
    ],
    ids=str,
)
def test_what_does_not_continue_is_not_signed(
    signer: Signer, asked: Checkpoint, given: Proof
) -> None:
    signer.sign(checkpoint(17), None, [])

    with pytest.raises(SignerRefused, match=r"tail was lost|does not continue"):
        signer.sign(asked, sealed(17), given)
    assert signer.last(ORIGIN) == sealed(17)


def test_of_two_processes_the_second_looks_again(signer: Signer, tmp_path: Path) -> None:
    other = Signer(tmp_path / "keys")
    other.sign(checkpoint(5), None, [])

    assert signer.sign(checkpoint(4), None, []) is None
    assert signer.sign(checkpoint(6), sealed(5), proof(5, 6)) is not None


def test_each_log_is_held_to_its_own_past(signer: Signer) -> None:
    signer.sign(checkpoint(17), None, [])

    assert signer.sign(checkpoint(3, OTHERS, "tenure-1/other"), None, []) is not None
    assert signer.last(ORIGIN) == sealed(17)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format":2,"origins":{}}',
        '{"format":1,"origins":[]}',
        '{"format":1,"origins":{"a":{"size":0,"root":"%s"}}}' % ("0" * 64),
        '{"format":1,"origins":{"a":{"size":"3","root":"%s"}}}' % ("0" * 64),
        '{"format":1,"origins":{"a":{"size":3,"root":"00"}}}',
        '{"format":1,"origins":{"a":{"size":3}}}',
    ],
)
def test_a_state_that_cannot_be_read_stops_the_signer(
    signer: Signer, tmp_path: Path, text: str
) -> None:
    state = tmp_path / "keys" / "signing-state.json"
    state.write_text(text)
    state.chmod(0o600)

    with pytest.raises(SignerRefused, match="signing state"):
        signer.sign(checkpoint(3), None, [])
    assert state.read_text() == text


def test_the_state_is_on_disk_and_holds_no_secret(signer: Signer, tmp_path: Path) -> None:
    signer.sign(checkpoint(3), None, [])
    text = (tmp_path / "keys" / "signing-state.json").read_text()

    assert json.loads(text)["origins"] == {ORIGIN: {"size": 3, "root": root_of(LEAVES[:3]).hex()}}
    assert signer.key().secret_text.split("+", 4)[4] not in text


def test_the_next_key_waits_until_it_is_adopted(signer: Signer) -> None:
    first = signer.key().verifier
    following = signer.next_key().verifier

    assert signer.next_key().verifier == following
    assert signer.key().verifier == first
    signer.adopt_next_key()
    assert signer.key().verifier == following
    assert signer.next_key().verifier != following


def test_the_latest_epoch_that_was_signed_in_is_known(signer: Signer) -> None:
    assert signer.last_epoch("tenure-1", "acme") == 0
    for epoch in (1, 3):
        origin = origin_of("tenure-1", "acme", epoch)
        signer.sign(checkpoint(3, origin=origin), None, [])

    assert signer.last_epoch("tenure-1", "acme") == 3
    assert signer.last_epoch("tenure-1", "ac") == 0


def test_a_name_that_no_key_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SignerRefused, match="no name of a key"):
        Signer(tmp_path).create_key("two words")
    assert SigningKey.generate("one-word").name == "one-word"
