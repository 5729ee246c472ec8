"""Signed notes (C2SP signed-note): a text, and who has signed it with Ed25519.

A key is known by its name and its key id. `VerifierKey` is what an auditor is given, a line of
text like `example.com/foo+530d903a+AekyeRrm…`; `SigningKey` is what nobody is given.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from typing_extensions import override

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
"""The specification wants at least 16 to be accepted."""

_ED25519: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_PRIVATE: Final = "PRIVATE+KEY"
_DASH: Final = "— "


class NoteRefused(ValueError):
    """Bytes are no signed note, or not signed by a key that is trusted; says why."""


class KeyRefused(ValueError):
    """A text is no key; says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, by whomever: the name and the id of a key, and what it made."""

    name: str
    key_id: bytes
    octets: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures; nothing here has been verified."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key to verify signatures with."""

    ALGORITHM: ClassVar[bytes] = _ED25519
    """The byte that tells kinds of signatures apart."""
    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+hash+base64`.

        Raises:
            KeyRefused: it is none, is of another kind than Ed25519, or its hash is another's.
        """
        name, hashed, octets = _key_parts(text.strip(), cls.ALGORITHM)
        key = cls(name, octets)
        if hashed != key.key_id.hex():
            raise KeyRefused(f"the key of {name} has the hash {key.key_id.hex()}, not {hashed}")
        return key

    @property
    def key_id(self) -> bytes:
        """4 bytes that tell keys of one name apart; no proof of anything."""
        hashed = sha256(self.name.encode() + b"\n" + self.ALGORITHM + self.public)
        return hashed.digest()[:_KEY_ID_BYTES]

    @override
    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(self.ALGORITHM + self.public)}"

    def has_signed(self, text: str, signature: bytes) -> bool:
        return is_signature(self.public, signature, text)


def is_signature(public: bytes, signature: bytes, text: str) -> bool:
    """Tell whether this Ed25519 key has made this signature of a text."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


class SigningKey:
    """A key to sign with, under one name; the secret half leaves it as `secret_text` alone."""

    __slots__ = ("_key", "name")

    VERIFIER: ClassVar[type[VerifierKey]] = VerifierKey

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = require_name(name)
        self._key = key

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key.

        Raises:
            KeyRefused: no key may have this name.
        """
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+hash+base64`, as Go's sumdb/note writes it.

        Raises:
            KeyRefused: it is no such key.
        """
        if not text.startswith(f"{_PRIVATE}+"):
            raise KeyRefused(f"a signing key begins with {_PRIVATE}")
        text = text.strip().removeprefix(f"{_PRIVATE}+")
        name, hashed, seed = _key_parts(text, cls.VERIFIER.ALGORITHM)
        key = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if hashed != key.verifier.key_id.hex():
            raise KeyRefused(f"the signing key of {name} has another hash than {hashed}")
        return key

    def named(self, name: str) -> "SigningKey":
        """Return the same key under another name; it has another key id."""
        return SigningKey(name, self._key)

    @property
    def verifier(self) -> VerifierKey:
        return self.VERIFIER(self.name, self._key.public_key().public_bytes_raw())

    @property
    def secret_text(self) -> str:
        octets = _base64(self.VERIFIER.ALGORITHM + self._key.private_bytes_raw())
        return f"{_PRIVATE}+{self.name}+{self.verifier.key_id.hex()}+{octets}"

    @override
    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.verifier})"  # the secret must not reach a log by accident
        )

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.verifier.key_id, self._key.sign(text.encode()))


def sign_note(text: str, keys: Iterable[SigningKey]) -> bytes:
    """Write a note signed by each of these keys.

    Raises:
        NoteRefused: a note cannot hold this text.
    """
    _require_text(text)
    lines = [signature_line(key.sign(text)) for key in keys]
    return f"{text}\n{''.join(lines)}".encode()


def signature_line(made: Signature) -> str:
    """Write a signature as a note has it, with the newline."""
    return f"{_DASH}{made.name} {_base64(made.key_id + made.octets)}\n"


def parse_signature_line(line: str) -> Signature:
    """Read a signature line, without its newline.

    Raises:
        NoteRefused: it is none.
    """
    return _signature(line)


def parse_note(octets: bytes) -> Note:
    """Read a note without verifying anything.

    Raises:
        NoteRefused: these bytes are none.
    """
    if len(octets) > NOTE_BYTES_MAX:
        raise NoteRefused(f"a note may have {NOTE_BYTES_MAX} bytes, not {len(octets)}")
    try:
        whole = octets.decode()
    except UnicodeDecodeError as error:
        raise NoteRefused(f"not UTF-8, at byte {error.start}") from error
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteRefused("no blank line before the signatures, or no newline after them")
    text = head + "\n"
    _require_text(text)
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteRefused(f"a note may have {SIGNATURES_MAX} signatures, not {len(lines)}")
    return Note(text, tuple(_signature(line) for line in lines))


def verify_note(octets: bytes, keys: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """Return the text, and which of the trusted keys have signed it: at least one has.

    Signatures by other keys are ignored, as the specification asks.

    Raises:
        NoteRefused: it is no note, no trusted key has signed it, or the signature of one is false.
    """
    note = parse_note(octets)
    trusted = {(key.name, key.key_id): key for key in keys}
    signed_by: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        key = trusted.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.has_signed(note.text, signature.octets):
            raise NoteRefused(f"the signature of {signature.name} is not of this text and key")
        signed_by[key] = None
    if not signed_by:
        found = ", ".join(f"{made.name}+{made.key_id.hex()}" for made in note.signatures)
        raise NoteRefused(f"not signed by a trusted key, but by {found}")
    return note.text, list(signed_by)


def require_name(name: str) -> str:
    """Return the name of a key.

    Raises:
        KeyRefused: no key may have it.
    """
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise KeyRefused(f"{name!r} is no name of a key: it has spaces or a plus, or is empty")
    return name


def _require_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise NoteRefused("the text of a note ends with a newline, and is not empty")
    if any(letter < " " and letter != "\n" for letter in text):
        raise NoteRefused("a note has no control characters but newlines")


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteRefused(f"{line[:80]!r} is no signature line")
    try:
        octets = unbase64(encoded)
        require_name(name)
    except ValueError as error:
        raise NoteRefused(f"the signature line of {name[:80]!r}: {error}") from error
    if len(octets) <= _KEY_ID_BYTES:
        raise NoteRefused(f"the signature of {name} is cut off")
    return Signature(name, octets[:_KEY_ID_BYTES], octets[_KEY_ID_BYTES:])


def _key_parts(text: str, algorithm: bytes) -> tuple[str, str, bytes]:
    """Take `name+hash+base64` apart; the base64 may hold a plus, the name may not."""
    name, _, rest = text.partition("+")
    hashed, plus, encoded = rest.partition("+")
    if not plus:
        raise KeyRefused("a key is written name+hash+base64")
    try:
        octets = unbase64(encoded)
    except ValueError as error:
        raise KeyRefused(f"the key of {name}: {error}") from error
    if octets[:1] != algorithm or len(octets) != 1 + _KEY_BYTES:
        raise KeyRefused(f"the key of {name} is not an Ed25519 key of type 0x{algorithm.hex()}")
    return require_name(name), hashed, octets[1:]


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def unbase64(text: str) -> bytes:
    """Read standard base64, of which every value has but one form.

    Raises:
        ValueError: this is not it.
    """
    try:
        octets = b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("not base64") from error
    if _base64(octets) != text:
        raise ValueError("not base64 as it is written")
    return octets
