"""A checkpoint says of which log it is, how large it was and which root it had, and no more."""

from base64 import b64encode

import pytest

from ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint, verify_checkpoint
from ledger.merkle import leaf_hash, root_of
from ledger.note import NoteRefused, SigningKey, sign_note
from ledger.proofs import ProofRefused, inclusion_path, make_proof
from ledger.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof

KEY = SigningKey.generate("installation")
ORIGIN = "installation/acme"
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]
CHECKPOINT = Checkpoint(ORIGIN, 11, root_of(LEAVES))
NOTE = sign_checkpoint(CHECKPOINT, KEY)
TRUSTED = [KEY.named(ORIGIN).verifier]
PROOF = TlogProof(6, make_proof(inclusion_path(6, 11), {(0, 0): b"".join(LEAVES)}), NOTE)


def test_a_checkpoint_is_signed_under_the_name_of_its_origin() -> None:
    assert NOTE.startswith(f"{ORIGIN}\n11\n".encode())
    assert f"— {ORIGIN} ".encode() in NOTE
    assert verify_checkpoint(NOTE, TRUSTED, origin=ORIGIN) == CHECKPOINT


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(NoteRefused, match="of installation/acme, not of installation/other"):
        verify_checkpoint(NOTE, TRUSTED, origin="installation/other")


def test_extension_lines_are_read_over() -> None:
    assert parse_checkpoint(CHECKPOINT.text + "more\n") == CHECKPOINT


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("\n11\n", "\n", "three lines"),
        ("\n11\n", "\n\n11\n", "no empty one"),
        ("\n11\n", "\n011\n", "no size"),
        ("\n11\n", "\n+11\n", "no size"),
        ("\n11\n", "\n-1\n", "no size"),
        ("\n11\n", "\n1e1\n", "no size"),
        ("\n11\n", "\n\u0661\n", "no size"),
        ("\n11\n", "\n18446744073709551616\n", "no size"),
        ("\n11\n", "\n9223372036854775808\n", "no size"),
        (b64encode(CHECKPOINT.root).decode(), "AAAA", "32 bytes, not 3"),
        (b64encode(CHECKPOINT.root).decode(), "x", "not base64"),
        (ORIGIN, "", "no empty one"),
    ],
)
def test_what_is_not_quite_a_checkpoint_is_refused_though_signed(
    was: str, now: str, reason: str
) -> None:
    text = CHECKPOINT.text.replace(was, now)
    assert text != CHECKPOINT.text

    with pytest.raises(NoteRefused, match=reason):
        verify_checkpoint(sign_note(text, [KEY.named(ORIGIN)]), TRUSTED)


def test_a_proof_travels_with_its_checkpoint() -> None:
    written = PROOF.octets

    assert written.startswith(b"c2sp.org/tlog-proof@v1\nindex 6\n")
    assert written.endswith(b"\n\n" + NOTE)
    assert parse_tlog_proof(written) == PROOF
    assert verify_tlog_proof(written, TRUSTED, leaf=LEAVES[6]) == CHECKPOINT


def test_a_proof_may_carry_more_which_proves_nothing() -> None:
    written = PROOF.octets.replace(b"\nindex", b"\nextra AAAA\nindex")

    assert parse_tlog_proof(written) == PROOF


def test_a_proof_of_another_leaf_is_refused() -> None:
    with pytest.raises(ProofRefused, match="another root"):
        verify_tlog_proof(PROOF.octets, TRUSTED, leaf=LEAVES[5])


def test_a_proof_whose_checkpoint_nobody_trusted_has_signed_is_refused() -> None:
    with pytest.raises(ProofRefused, match="not signed by a trusted key"):
        verify_tlog_proof(PROOF.octets, [KEY.verifier], leaf=LEAVES[6])


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        (b"@v1", b"@v2", "begins with"),
        (b"\n\n", b"\n", "not base64"),
        (b"index 6", b"index 06", "the index"),
        (b"index 6", b"index -6", "the index"),
        (b"index 6", b"index 9223372036854775808", "the index"),
        (b"index 6\n", b"", "the index"),
        (b"index 6", b"index 7", "another root"),
        (b"index 6", b"index 11", "not one of 11"),
        (b"=\n", b"\n", "not base64"),
        (b"index 6\n", b"index 6\nAAAA\n", "32 bytes"),
        (b"index 6\n", b"index 6\n" + b"A" * 43 + b"=\n", "too long"),
        (b"index 6\n", b"index 6\n" + (b"A" * 43 + b"=\n") * 64, "too long"),
        (b"c2sp", b"\xff", "not UTF-8"),
    ],
)
def test_what_is_not_quite_a_proof_is_refused(was: bytes, now: bytes, reason: str) -> None:
    with pytest.raises(ProofRefused, match=reason):
        verify_tlog_proof(PROOF.octets.replace(was, now, 1), TRUSTED, leaf=LEAVES[6])
