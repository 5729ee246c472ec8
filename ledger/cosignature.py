"""Cosignatures (C2SP tlog-cosignature): that a witness saw a checkpoint, and when.

Its Ed25519 form, `cosignature/v1`. A witness signs the text of the checkpoint under a header and a
time of its own, so its key can be taken for no log's, and its time for none that the log says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from typing_extensions import override

from ledger.note import (
    NoteRefused,
    Signature,
    SigningKey,
    VerifierKey,
    is_signature,
    parse_note,
)

_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = 64
_TIME_MAX: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
"""In seconds; the specification allows 2^63 - 1, which no calendar has."""


@dataclass(frozen=True, slots=True)
class WitnessKey(VerifierKey):
    """A key to verify the cosignatures of a witness with."""

    ALGORITHM: ClassVar[bytes] = b"\x04"

    @override
    def has_signed(self, text: str, signature: bytes) -> bool:
        if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES:
            return False
        seconds = seconds_of(signature)
        signed = _signed_text(text, seconds)
        return seconds <= _TIME_MAX and is_signature(self.public, signature[_TIME_BYTES:], signed)


class CosigningKey(SigningKey):
    """The key of a witness."""

    __slots__ = ()

    VERIFIER: ClassVar[type[VerifierKey]] = WitnessKey

    def cosign(self, text: str, at: datetime) -> Signature:
        """Sign the text of a checkpoint as seen at an instant, in whole seconds."""
        seconds = int(at.timestamp())
        octets = self._key.sign(_signed_text(text, seconds).encode())
        stamped = seconds.to_bytes(_TIME_BYTES, "big") + octets
        return Signature(self.name, self.verifier.key_id, stamped)

    @property
    def witness(self) -> WitnessKey:
        """Return what verifies it."""
        return WitnessKey(self.name, self.verifier.public)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness saw a checkpoint at an instant, UTC; verified."""

    key: WitnessKey
    at: datetime


def cosignatures_of(note: bytes, keys: Iterable[WitnessKey]) -> list[Cosignature]:
    """Return the cosignatures of a checkpoint by these witnesses, in the order of its lines.

    Those of others are ignored, as the specification asks.

    Raises:
        NoteRefused: it is no note, or what is said to be one of theirs is not.
    """
    parsed = parse_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    found = []
    for made in parsed.signatures:
        key = known.get((made.name, made.key_id))
        if key is None:
            continue
        if not key.has_signed(parsed.text, made.octets):
            raise NoteRefused(f"the cosignature of {made.name} is not of this text and key")
        at = datetime.fromtimestamp(seconds_of(made.octets), UTC)
        found.append(Cosignature(key, at))
    return found


def seconds_of(signature: bytes) -> int:
    """Return the time that stands in a cosignature, in seconds since 1970."""
    return int.from_bytes(signature[:_TIME_BYTES], "big")


def _signed_text(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"
