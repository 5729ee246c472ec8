"""What a bag holds, and the proof that it stands in the log: two small files of canonical JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.seal import SEAL_STREAM
from ledger.bag_layout import BagBroken
from ledger.canonical import NotCanonical, decode_canonical, encode
from ledger.proofs import Leaves, Proof
from ledger.recorded import Envelope

_FORMAT: Final = 1
_HASHES_MAX: Final = 64
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BagScope:
    """Whose records, from which position to which, as known at a position.

    No accounts: all records of the range. Otherwise those of the accounts, and those of the seal,
    which tell how keys were changed.
    """

    tenant_id: str
    accounts: tuple[UUID, ...]
    first: int
    last: int
    known_at: int

    @property
    def of_accounts(self) -> bool:
        return bool(self.accounts)

    @property
    def is_whole(self) -> bool:
        return not self.accounts and self.first == 1 and self.last == self.known_at

    def covers(self, envelope: Envelope) -> bool:
        """Tell whether a record of the log belongs to it."""
        if not self.first <= envelope.position <= self.last:
            return False
        if not self.accounts or envelope.stream_id == SEAL_STREAM.id:
            return True
        return envelope.account_id in self.accounts


@dataclass(frozen=True, slots=True)
class BagProof:
    """That all records of a range stand in the log.

    `frontier` is that of the records before them; `consistency` leads from the tree that ends with
    them to that of the checkpoint. A bag of accounts has a proof for each record instead.
    """

    frontier: Proof
    consistency: Proof


def write_scope(scope: BagScope) -> bytes:
    value = {
        "accounts": sorted(map(str, scope.accounts)),
        "first": scope.first,
        "format": _FORMAT,
        "known_at": scope.known_at,
        "last": scope.last,
        "tenant_id": scope.tenant_id,
    }
    return encode(value) + b"\n"


def parse_scope(octets: bytes) -> BagScope:
    """Read what `write_scope` wrote.

    Raises:
        BagBroken: it is something else.
    """
    value = _object(
        octets, "scope.json", ["accounts", "first", "format", "known_at", "last", "tenant_id"]
    )
    first, last, known_at = (value[key] for key in ("first", "last", "known_at"))
    if value["format"] != _FORMAT or not isinstance(value["tenant_id"], str):
        raise BagBroken("scope.json is of a form that cannot be read here")
    if any(type(each) is not int for each in (first, last, known_at)):
        raise BagBroken("scope.json: the positions are no numbers")
    if not 1 <= first <= last <= known_at:
        raise BagBroken(f"scope.json: positions {first} to {last} of {known_at}")
    try:
        accounts = tuple(UUID(each) for each in value["accounts"])
    except (ValueError, TypeError, AttributeError) as error:
        raise BagBroken(f"scope.json: the accounts are no ids: {error}") from error
    scope = BagScope(value["tenant_id"], accounts, first, last, known_at)
    if len(set(accounts)) != len(accounts) or write_scope(scope) != octets:
        raise BagBroken("scope.json is not written as Tenure writes it")
    return scope


def write_proof(proof: BagProof) -> bytes:
    value = {name: [each.hex() for each in getattr(proof, name)] for name in _PROOF_KEYS}
    return encode(value) + b"\n"


def parse_proof(octets: bytes) -> BagProof:
    """Read what `write_proof` wrote.

    Raises:
        BagBroken: it is something else.
    """
    value = _object(octets, "proof.json", _PROOF_KEYS)
    return BagProof(*(_hashes(value[key], "proof.json") for key in ("frontier", "consistency")))


def write_inclusion(position: int, proof: Sequence[bytes]) -> bytes:
    """Write one line of the proofs of a bag of accounts."""
    return encode({"position": position, "proof": [each.hex() for each in proof]}) + b"\n"


def parse_inclusion(line: bytes, position: int) -> Proof:
    """Return the proof in a line, which must be that of a position.

    Raises:
        BagBroken: it is not.
    """
    value = _object(line, f"the proof of position {position}", ["position", "proof"])
    if type(value["position"]) is not int or value["position"] != position:
        raise BagBroken(f"the proof of position {position} is missing", position=position)
    return _hashes(value["proof"], f"the proof of position {position}")


def frontier_path(size: int) -> list[Leaves]:
    """Name the subtrees whose roots are the frontier of the first `size` leaves."""
    path: list[Leaves] = []
    first = 0
    while first < size:
        width = 1 << ((size - first).bit_length() - 1)
        path.append((first, first + width))
        first += width
    return path


_SCOPE_KEYS: Final = ["accounts", "first", "format", "known_at", "last", "tenant_id"]
_PROOF_KEYS: Final = ["consistency", "frontier"]


def _object(octets: bytes, what: str, keys: Sequence[str]) -> dict[str, Any]:
    if not octets.endswith(b"\n"):
        raise BagBroken(f"{what} is missing, or cut off")
    try:
        value = decode_canonical(octets[:-1])
    except NotCanonical as error:
        raise BagBroken(f"{what}: {error}") from error
    if not isinstance(value, dict) or sorted(value) != list(keys):
        raise BagBroken(f"{what} is not of this form")
    return value


def _hashes(value: Any, what: str) -> Proof:
    if not isinstance(value, list) or len(value) > _HASHES_MAX:
        raise BagBroken(f"{what} is no proof")
    if any(not isinstance(each, str) or not _HASH.fullmatch(each) for each in value):
        raise BagBroken(f"{what}: a hash is not 32 bytes in hex")
    return [bytes.fromhex(each) for each in value]
