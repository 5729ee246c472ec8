"""Personal values outside the record: disclosures (RFC 9901), each under a key of the person's.

A record holds only the digest of a disclosure. Whoever destroys the person's key destroys what
every digest stands for, in every copy of the database.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from ledger.canonical import decode_trusted, encode
from ledger.failure import CannotStart
from ledger.private_file import create_private_file, read_private_file

_KEY_BYTES: Final = 32  # AES-256
_NONCE_BYTES: Final = 12  # NIST SP 800-38D; random, so at most 2^32 values under one key
_SALT_BYTES: Final = 16  # RFC 9901, section 9.3

# The first word of what a ciphertext is bound to says what it is for, and in which form.
_FINGERPRINT_LABEL: Final = b"tenure master key fingerprint 1\x00"
_SUBJECT_KEY: Final = "tenure.subject-key.1"
_DISCLOSURE: Final = "tenure.disclosure.1"


class DisclosureBroken(Exception):
    """A stored disclosure or key is not the one that was stored for this digest and person."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A personal value with its salt (`encoded`), and the digest that stands for it in a record."""

    digest: str
    encoded: str

    @override
    def __repr__(self) -> str:
        return f"Disclosure({self.digest})"  # a personal value must not reach a log by accident


def disclose(path: str, value: Any) -> Disclosure:
    """Make the disclosure of the value at `path`, with 128 random bits that hide it from guessing.

    Raises:
        NotCanonical: the value has no canonical JSON.
    """
    salt = _base64(os.urandom(_SALT_BYTES))
    encoded = _base64(encode([salt, path, value]))
    return Disclosure(digest_of(encoded), encoded)


def digest_of(encoded: str) -> str:
    return _base64(sha256(encoded.encode("ascii")).digest())


class Vault:
    """Encrypts and reveals disclosures. The master key never leaves the process, nor its file."""

    __slots__ = ("_master",)

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != _KEY_BYTES:
            raise ValueError(f"a master key has {_KEY_BYTES} bytes, not {len(master_key)}")
        self._master: Final = master_key

    @classmethod
    def open(cls, path: Path) -> Self:
        """Use the master key in this file; on first use make both.

        Raises:
            CannotStart: the file cannot be read or made, is not a key, or is open to others.
        """
        try:
            if not path.exists():
                create_private_file(path, os.urandom(_KEY_BYTES))
            return cls(_read_key_file(path))
        except OSError as error:
            raise CannotStart(f"the master key {path} cannot be used: {error.strerror}") from error

    @property
    def fingerprint(self) -> str:
        """64 hex digits that tell which master key this is, and nothing else about it."""
        return sha256(_FINGERPRINT_LABEL + self._master).hexdigest()

    def new_subject_key(self, tenant_id: str, subject: UUID) -> tuple[bytes, bytes]:
        """Make the data key of a person: the key itself, and its wrapped form, which is stored."""
        data_key = AESGCM.generate_key(_KEY_BYTES * 8)
        bound_to = encode([_SUBJECT_KEY, tenant_id, str(subject)])
        return data_key, _seal(self._master, data_key, bound_to)

    def unwrap(self, tenant_id: str, subject: UUID, wrapped: bytes) -> bytes:
        """Return the data key of a person.

        Raises:
            DisclosureBroken: it was wrapped for another person or by another master key.
        """
        bound_to = encode([_SUBJECT_KEY, tenant_id, str(subject)])
        return _unseal(self._master, wrapped, bound_to, f"the key of {subject} in {tenant_id}")

    def encrypt(
        self, data_key: bytes, tenant_id: str, subject: UUID, digest: str, encoded: str
    ) -> bytes:
        """Encrypt a disclosure for storage; it opens for this person and digest alone."""
        bound_to = encode([_DISCLOSURE, tenant_id, str(subject), digest])
        return _seal(data_key, encoded.encode("ascii"), bound_to)

    def decrypt(
        self, data_key: bytes, tenant_id: str, subject: UUID, digest: str, ciphertext: bytes
    ) -> str:
        """Return the encoded disclosure.

        Raises:
            DisclosureBroken: it was stored for another person or digest, or altered since.
        """
        bound_to = encode([_DISCLOSURE, tenant_id, str(subject), digest])
        what = f"the disclosure {digest} of {subject} in {tenant_id}"
        encoded = _unseal(data_key, ciphertext, bound_to, what)
        if not encoded.isascii():
            raise DisclosureBroken(f"{what} is not base64url")
        return encoded.decode("ascii")

    def reveal(
        self, data_key: bytes, tenant_id: str, subject: UUID, digest: str, ciphertext: bytes
    ) -> Any:
        """Return the value that the digest in a record stands for.

        Raises:
            DisclosureBroken: the stored disclosure is not the one that the record names.
        """
        encoded = self.decrypt(data_key, tenant_id, subject, digest, ciphertext)
        # The encryption alone proves little: whoever holds the key can encrypt another value.
        if digest_of(encoded) != digest:
            raise DisclosureBroken(f"the disclosure of {subject} does not have the digest {digest}")
        try:
            _salt, _path, value = decode_trusted(_unbase64(encoded))
        except (TypeError, ValueError) as error:
            raise DisclosureBroken(f"the disclosure {digest} is not [salt, path, value]") from error
        return value


def _seal(key: bytes, secret: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound_to)


def _unseal(key: bytes, sealed: bytes, bound_to: bytes, what: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise DisclosureBroken(f"{what} was altered, swapped, or sealed by another key") from error


def _read_key_file(path: Path) -> bytes:
    key = read_private_file(path, bytes_max=_KEY_BYTES, what="master key")
    if len(key) != _KEY_BYTES:
        raise CannotStart(
            f"{path} is not a master key, which is a file of {_KEY_BYTES} bytes; "
            "put the right one back: what it encrypted opens with no other"
        )
    return key


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _unbase64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
