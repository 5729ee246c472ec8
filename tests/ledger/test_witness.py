"""A witness cosigns what continues what it saw, and nothing else (C2SP tlog-witness)."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.witness_service import answer
from ledger.add_checkpoint import AddCheckpoint, parse_request
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import WitnessKey, cosignatures_of
from ledger.failure import CannotStart
from ledger.merkle import leaf_hash, root_of
from ledger.note import SigningKey
from ledger.proofs import Proof, consistency_path, make_proof
from ledger.witness import (
    Refusal,
    Witness,
    WitnessRefused,
    create_witness_key,
    read_witness_key,
)

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
ORIGIN = "example.com/log"
LOG = SigningKey.generate(ORIGIN)
LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]
OTHERS = [*LEAVES[:5], leaf_hash(b"another"), *LEAVES[6:]]


def note_of(size: int, leaves: list[bytes] = LEAVES, key: SigningKey = LOG) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root_of(leaves[:size])), key)


def proof_of(size_before: int, size: int, leaves: list[bytes] = LEAVES) -> Proof:
    tile = {(0, 0): b"".join(leaves[:size])}
    return make_proof(consistency_path(size_before, size), tile)


@pytest.fixture
def key(tmp_path: Path) -> WitnessKey:
    return create_witness_key(tmp_path / "key", "witness.example.com/w1").witness


@pytest.fixture
def witness(tmp_path: Path, key: WitnessKey) -> Witness:
    assert key.name == "witness.example.com/w1"
    return Witness(tmp_path / "key", tmp_path / "state", [LOG.verifier])


def test_it_cosigns_a_log_while_it_grows(witness: Witness, key: WitnessKey) -> None:
    size_before, proof = 0, list[bytes]()
    for size in (3, 3, 8, 20):
        proof = proof_of(size_before, size) if size_before else []
        line = witness.cosign(note_of(size), size_before=size_before, proof=proof, at=AT)
        [made] = cosignatures_of(note_of(size) + line.encode(), [key])
        assert made.at == AT
        size_before = size
        last = witness.last(ORIGIN)
        assert last is not None
        assert (last.size, last.root) == (size, root_of(LEAVES[:size]))


def refused(witness: Witness, note: bytes, size_before: int, proof: Proof) -> tuple[Refusal, int]:
    with pytest.raises(WitnessRefused) as caught:
        witness.cosign(note, size_before=size_before, proof=proof, at=AT)
    return caught.value.refusal, caught.value.size


def test_it_refuses_what_it_must(witness: Witness) -> None:
    witness.cosign(note_of(8), size_before=0, proof=[], at=AT)
    stranger = SigningKey.generate(ORIGIN)
    elsewhere = sign_checkpoint(Checkpoint("example.org", 8, bytes(32)), stranger)
    proof = proof_of(8, 20)

    assert refused(witness, b"", 8, []) == (Refusal.MALFORMED, 0)
    assert refused(witness, elsewhere, 8, []) == (Refusal.UNKNOWN_LOG, 0)
    assert refused(witness, note_of(20, key=stranger), 8, proof) == (Refusal.NOT_SIGNED, 0)
    assert refused(witness, note_of(8), 9, []) == (Refusal.MALFORMED, 0)
    assert refused(witness, note_of(20), 0, []) == (Refusal.OTHER_SIZE, 8)
    assert refused(witness, note_of(20), 7, proof_of(7, 20)) == (Refusal.OTHER_SIZE, 8)
    assert refused(witness, note_of(8, OTHERS), 8, []) == (Refusal.OTHER_SIZE, 8)
    assert refused(witness, note_of(20, OTHERS), 8, proof_of(8, 20, OTHERS)) == (
        Refusal.INCONSISTENT,
        8,
    )
    assert refused(witness, note_of(20), 8, proof[:-1]) == (Refusal.INCONSISTENT, 8)
    assert refused(witness, note_of(8), 8, proof) == (Refusal.INCONSISTENT, 8)
    last = witness.last(ORIGIN)
    assert last is not None
    assert last.size == 8


def test_it_takes_no_proof_where_it_has_seen_nothing(witness: Witness) -> None:
    assert refused(witness, note_of(8), 0, proof_of(3, 8)) == (Refusal.INCONSISTENT, 0)


def test_of_many_that_ask_at_once_the_state_is_never_taken_back(
    tmp_path: Path, witness: Witness
) -> None:
    witness.cosign(note_of(1), size_before=0, proof=[], at=AT)
    answers: list[int] = []

    def ask(size: int) -> None:
        other = Witness(tmp_path / "key", tmp_path / "state", [LOG.verifier])
        body = AddCheckpoint(1, proof_of(1, size), note_of(size)).octets
        answers.append(int(answer(other, body, AT)[0]))

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, *[409] * 7]


def test_its_files_are_its_own(tmp_path: Path, witness: Witness) -> None:
    witness.cosign(note_of(3), size_before=0, proof=[], at=AT)

    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    with pytest.raises(CannotStart, match="there is a key already"):
        create_witness_key(tmp_path / "key", "w")
    with pytest.raises(CannotStart, match="make one with"):
        read_witness_key(tmp_path / "nothing")
    (tmp_path / "state").write_text("{")
    with pytest.raises(CannotStart, match="cannot be read"):
        witness.cosign(note_of(3), size_before=3, proof=[], at=AT)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(CannotStart, match="others may use"):
        read_witness_key(tmp_path / "key")


STATUSES = [
    (AddCheckpoint(0, [], note_of(3)).octets, 200),
    (AddCheckpoint(0, [], note_of(3) + b"x").octets, 400),
    (b"old 0\n" + note_of(3), 400),
    (b"old 00\n\n" + note_of(3), 400),
    (b"old -1\n\n" + note_of(3), 400),
    (b"old 18446744073709551616\n\n" + note_of(3), 400),
    (b"old 4\n\n" + note_of(3), 400),
    (b"old 1\nQQ==\n\n" + note_of(3), 400),
    (b"old 1\n" + b"%b=\n" % (b"A" * 43) * 64 + b"\n" + note_of(3), 400),
    (b"", 400),
    (os.urandom(400), 400),
    (AddCheckpoint(0, proof_of(2, 3), note_of(3)).octets, 422),
    (AddCheckpoint(2, proof_of(2, 3), note_of(3)).octets, 409),
    (AddCheckpoint(0, [], note_of(3, key=SigningKey.generate(ORIGIN))).octets, 403),
    (AddCheckpoint(0, [], sign_checkpoint(Checkpoint("b", 1, bytes(32)), LOG)).octets, 404),
]


@pytest.mark.parametrize(("body", "status"), STATUSES)
def test_it_answers_as_the_specification_says(witness: Witness, body: bytes, status: int) -> None:
    said, text, media_type = answer(witness, body, AT)

    assert said == status
    assert text.endswith("\n")
    if status == 409:
        assert (text, media_type) == ("0\n", "text/x.tlog.size")


def test_a_request_is_read_back() -> None:
    asked = AddCheckpoint(8, proof_of(8, 20), note_of(20))

    assert parse_request(asked.octets) == asked
