"""Proofs that travel alone (C2SP tlog-proof): an index, a Merkle proof, a signed checkpoint."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.merkle import HASH_BYTES
from ledger.note import NoteRefused, VerifierKey, unbase64
from ledger.proofs import SIZE_MAX, Proof, ProofRefused, verify_inclusion

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_HASHES_MAX: Final = 63
"""The height of the largest tree there can be."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That the leaf at `index` is in the tree of the checkpoint, whose note stands in it whole."""

    index: int
    proof: Proof
    note: bytes

    @property
    def octets(self) -> bytes:
        hashes = "".join(f"{b64encode(hashed).decode('ascii')}\n" for hashed in self.proof)
        return f"{_HEADER}\nindex {self.index}\n{hashes}\n".encode() + self.note


def parse_tlog_proof(octets: bytes) -> TlogProof:
    """Read a proof without verifying anything.

    Raises:
        ProofRefused: these bytes are none.
    """
    head, blank, note = octets.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError as error:
        raise ProofRefused(f"not UTF-8, at byte {error.start}") from error
    if not blank or lines[0] != _HEADER:
        raise ProofRefused(f"a proof begins with {_HEADER}, and has a blank line before its note")
    rest = lines[2:] if lines[1:2] and lines[1].startswith("extra ") else lines[1:]
    index = _INDEX.fullmatch(rest[0]) if rest else None
    if index is None or int(index[1]) > SIZE_MAX:
        raise ProofRefused("a proof says the index of its leaf")
    if len(rest) - 1 > _HASHES_MAX:
        raise ProofRefused("the proof is too long")
    return TlogProof(int(index[1]), [_hash(line) for line in rest[1:]], note)


def verify_tlog_proof(octets: bytes, keys: Iterable[VerifierKey], *, leaf: bytes) -> Checkpoint:
    """Return the checkpoint, if a trusted key has signed it and the leaf is in its tree.

    Raises:
        ProofRefused: it is not, or these bytes are no proof.
    """
    given = parse_tlog_proof(octets)
    try:
        checkpoint = verify_checkpoint(given.note, keys)
    except NoteRefused as error:
        raise ProofRefused(f"the checkpoint is refused: {error}") from error
    verify_inclusion(
        given.proof, leaf=leaf, index=given.index, size=checkpoint.size, root=checkpoint.root
    )
    return checkpoint


def _hash(line: str) -> bytes:
    try:
        hashed = unbase64(line)
    except ValueError as error:
        raise ProofRefused(f"a hash of the proof is {error}") from error
    if len(hashed) != HASH_BYTES:
        raise ProofRefused(f"a hash has {HASH_BYTES} bytes, not {len(hashed)}")
    return hashed
