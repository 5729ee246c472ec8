"""Personal values outside the record: disclosures (RFC 9901), each under a key of the person's.

A record holds only the digest of a disclosure. Whoever destroys the person's key destroys what
every digest stands for, in every copy of the database.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from ledger.canonical import decode_trusted, encode
from ledger.key_service import (
    KEY_BYTES,
    Bound,
    KeyService,
    MasterKey,
    NotUnwrapped,
    seal,
    unseal,
)

_SALT_BYTES: Final = 16  # RFC 9901, section 9.3

# The first word of what a ciphertext is bound to says what it is for, and in which form.
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
    """Encrypts and reveals disclosures; what wraps the data keys is the key service's business."""

    __slots__ = ("keys",)

    def __init__(self, keys: KeyService) -> None:
        self.keys: Final = keys

    @classmethod
    def open(cls, path: Path) -> Self:
        """Use the master key in this file; on first use make both.

        Raises:
            CannotStart: the file cannot be read or made, is not a key, or is open to others.
        """
        return cls(MasterKey.open(path))

    @property
    def fingerprint(self) -> str:
        """64 hex digits that tell which master key this is, and nothing else about it."""
        return self.keys.fingerprint

    def new_subject_key(self, tenant_id: str, subject: UUID) -> tuple[bytes, bytes]:
        """Make the data key of a person: the key itself, and its wrapped form, which is stored."""
        return self.new_subject_keys(tenant_id, [subject])[subject]

    def new_subject_keys(
        self, tenant_id: str, subjects: Sequence[UUID]
    ) -> Mapping[UUID, tuple[bytes, bytes]]:
        """Make the data keys of persons, by person: the key itself, and its wrapped form.

        Raises:
            KeyServiceUnavailable: the key service cannot be reached.
        """
        keys = [AESGCM.generate_key(KEY_BYTES * 8) for _ in subjects]
        bound = [
            Bound(key, subject_context(tenant_id, subject))
            for key, subject in zip(keys, subjects, strict=True)
        ]
        pairs = zip(keys, self.keys.wrap(bound), strict=True)
        return dict(zip(subjects, pairs, strict=True))

    def unwrap(self, tenant_id: str, subject: UUID, wrapped: bytes) -> bytes:
        """Return the data key of a person.

        Raises:
            DisclosureBroken: it was wrapped for another person or by another master key.
            KeyServiceUnavailable: the key service cannot be reached.
        """
        return self.unwrap_all(tenant_id, {subject: wrapped})[subject]

    def unwrap_all(self, tenant_id: str, wrapped: Mapping[UUID, bytes]) -> Mapping[UUID, bytes]:
        """Return the data keys of persons; raises as `unwrap` does."""
        bound = [
            Bound(octets, subject_context(tenant_id, subject))
            for subject, octets in wrapped.items()
        ]
        try:
            keys = self.keys.unwrap(bound)
        except NotUnwrapped as error:
            whose = [*wrapped][error.index]
            raise DisclosureBroken(
                f"the key of {whose} in {tenant_id} was altered, swapped, or sealed by another key"
            ) from error
        return dict(zip(wrapped, keys, strict=True))

    def encrypt(
        self, data_key: bytes, tenant_id: str, subject: UUID, digest: str, encoded: str
    ) -> bytes:
        """Encrypt a disclosure for storage; it opens for this person and digest alone."""
        bound_to = encode([_DISCLOSURE, tenant_id, str(subject), digest])
        return seal(data_key, encoded.encode("ascii"), bound_to)

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
        _, value = self.opened(data_key, tenant_id, subject, digest, ciphertext)
        return value

    def opened(
        self, data_key: bytes, tenant_id: str, subject: UUID, digest: str, ciphertext: bytes
    ) -> tuple[str, Any]:
        """Return the path and the value that the digest in a record stands for.

        Raises:
            DisclosureBroken: the stored disclosure is not the one that the record names.
        """
        encoded = self.decrypt(data_key, tenant_id, subject, digest, ciphertext)
        # The encryption alone proves little: whoever holds the key can encrypt another value.
        if digest_of(encoded) != digest:
            raise DisclosureBroken(f"the disclosure of {subject} does not have the digest {digest}")
        try:
            _salt, path, value = decode_trusted(_unbase64(encoded))
        except (TypeError, ValueError) as error:
            raise DisclosureBroken(f"the disclosure {digest} is not [salt, path, value]") from error
        return str(path), value


def subject_context(tenant_id: str, subject: UUID) -> bytes:
    """Return what the wrapped key of a person is bound to."""
    return encode([_SUBJECT_KEY, tenant_id, str(subject)])


def _unseal(key: bytes, sealed: bytes, bound_to: bytes, what: str) -> bytes:
    try:
        return unseal(key, sealed, bound_to)
    except InvalidTag as error:
        raise DisclosureBroken(f"{what} was altered, swapped, or sealed by another key") from error


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _unbase64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
