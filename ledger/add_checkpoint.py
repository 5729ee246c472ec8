"""What a witness is asked (C2SP tlog-witness): a size before, a consistency proof, a checkpoint."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from ledger.merkle import HASH_BYTES
from ledger.note import unbase64
from ledger.proofs import SIZE_MAX, Proof
from ledger.witness import Refusal, WitnessRefused

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_HASHES_MAX: Final = 63


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """`size` is that of the checkpoint that the witness has cosigned last, as the asker thinks."""

    size: int
    proof: Proof
    note: bytes

    @property
    def octets(self) -> bytes:
        hashes = "".join(f"{b64encode(hashed).decode('ascii')}\n" for hashed in self.proof)
        return f"old {self.size}\n{hashes}\n".encode() + self.note


def parse_request(body: bytes) -> AddCheckpoint:
    """Read a request.

    Raises:
        WitnessRefused: it is malformed.
    """
    head, blank, note = body.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    old = _OLD.fullmatch(lines[0])
    if not blank or old is None or int(old[1]) > SIZE_MAX:
        raise WitnessRefused(Refusal.MALFORMED, "the body begins with `old SIZE`")
    if len(lines) - 1 > _HASHES_MAX:
        raise WitnessRefused(Refusal.MALFORMED, "the proof is too long")
    return AddCheckpoint(int(old[1]), [_hash(line) for line in lines[1:]], note)


def _hash(line: str) -> bytes:
    try:
        hashed = unbase64(line)
    except ValueError as error:
        raise WitnessRefused(Refusal.MALFORMED, f"a hash of the proof is {error}") from error
    if len(hashed) != HASH_BYTES:
        raise WitnessRefused(Refusal.MALFORMED, f"a hash has {HASH_BYTES} bytes")
    return hashed
