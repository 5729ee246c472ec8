"""What wraps the data keys of persons: a master key in a file, or a key service (KMS) elsewhere."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from ledger.command import Unavailable
from ledger.failure import CannotStart
from ledger.private_file import create_private_file, read_private_file

KEY_BYTES: Final = 32  # AES-256
_NONCE_BYTES: Final = 12  # NIST SP 800-38D; random, so at most 2^32 values under one key

# The first word of what a key is used for says what it is, and in which form.
FINGERPRINT_LABEL: Final = b"tenure master key fingerprint 1\x00"


class KeyServiceUnavailable(Unavailable):
    """The key service cannot be reached, or refuses to work; nothing was recorded."""


class NotUnwrapped(Exception):
    """A key was wrapped for another context, or by another master key; `index` says which."""

    def __init__(self, index: int) -> None:
        super().__init__(f"key {index} does not unwrap")
        self.index = index


@dataclass(frozen=True, slots=True)
class Bound:
    """A data key, plain or wrapped, and the context that it is good in and in no other."""

    octets: bytes
    context: bytes

    @override
    def __repr__(self) -> str:
        return "Bound(…)"  # a key must not reach a log by accident


class KeyService(Protocol):
    """Wraps data keys of 32 bytes. The key that does so never leaves it."""

    @property
    def fingerprint(self) -> str:
        """64 hex digits that tell which master key this is, and nothing else about it.

        Raises:
            KeyServiceUnavailable: it cannot be asked.
        """

    @property
    def is_remote(self) -> bool:
        """Whether it is asked over a network, and so must not be waited for in the event loop."""

    def wrap(self, keys: Sequence[Bound]) -> Sequence[bytes]:
        """Return the wrapped form of each data key.

        Raises:
            KeyServiceUnavailable: it cannot be asked.
        """

    def unwrap(self, wrapped: Sequence[Bound]) -> Sequence[bytes]:
        """Return each data key.

        Raises:
            NotUnwrapped: one is not a key that was wrapped here in this context.
            KeyServiceUnavailable: it cannot be asked.
        """


class MasterKey:
    """A key service of one key, which is in this process' memory and in a file (or a test)."""

    __slots__ = ("_master",)

    is_remote = False

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(master_key)}")
        self._master: Final = master_key

    @classmethod
    def open(cls, path: Path) -> Self:
        """Use the master key in this file; on first use make both.

        Raises:
            CannotStart: the file cannot be read or made, is not a key, or is open to others.
        """
        try:
            if not path.exists():
                create_private_file(path, os.urandom(KEY_BYTES))
            return cls(_read_key_file(path))
        except OSError as error:
            raise CannotStart(f"the master key {path} cannot be used: {error.strerror}") from error

    @property
    def fingerprint(self) -> str:
        return sha256(FINGERPRINT_LABEL + self._master).hexdigest()

    def wrap(self, keys: Sequence[Bound]) -> Sequence[bytes]:
        return [seal(self._master, each.octets, each.context) for each in keys]

    def unwrap(self, wrapped: Sequence[Bound]) -> Sequence[bytes]:
        return [self._unwrap(index, each) for index, each in enumerate(wrapped)]

    def _unwrap(self, index: int, wrapped: Bound) -> bytes:
        try:
            return unseal(self._master, wrapped.octets, wrapped.context)
        except InvalidTag as error:
            raise NotUnwrapped(index) from error


def seal(key: bytes, secret: bytes, bound_to: bytes) -> bytes:
    """Encrypt with AES-256-GCM: the nonce, and the ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        InvalidTag: it was altered, bound to something else, or sealed by another key.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except ValueError as error:
        raise InvalidTag from error  # too short to be one


def _read_key_file(path: Path) -> bytes:
    key = read_private_file(path, bytes_max=KEY_BYTES, what="master key")
    if len(key) != KEY_BYTES:
        raise CannotStart(
            f"{path} is not a master key, which is a file of {KEY_BYTES} bytes; "
            "put the right one back: what it encrypted opens with no other"
        )
    return key
