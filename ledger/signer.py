"""The signer: a key in a file, and beside it what it has signed last, which it never contradicts.

Neither is ever in a database: whoever may write there must not be able to seal what they wrote.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.failure import CannotStart
from ledger.note import KeyRefused, SigningKey
from ledger.private_file import create_private_file, read_private_file, replace_private_file
from ledger.proofs import Proof, ProofRefused, verify_consistency
from ledger.seal_state import STATE_BYTES_MAX, Sealed, parse_state, write_state

KEY_FILE: Final = "signing.key"
NEXT_KEY_FILE: Final = "signing.key.next"
STATE_FILE: Final = "signing-state.json"
_LOCK_FILE: Final = "signing.lock"

_KEY_BYTES_MAX: Final = 1_024


class SignerRefused(Exception):
    """Nothing is signed; one sentence that says why, and the way out."""


def origin_of(name: str, tenant_id: str, epoch: int) -> str:
    """Return the origin of a tenant's log: the installation's name, the tenant, a later epoch."""
    return f"{name}/{tenant_id}" if epoch == 1 else f"{name}/{tenant_id}/{epoch}"


class Signer:
    """Signs checkpoints with the key in a folder; any number of processes may share the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def key_path(self) -> Path:
        return self._folder / KEY_FILE

    @property
    def has_key(self) -> bool:
        return self.key_path.exists()

    def key(self) -> SigningKey:
        """Return the key.

        Raises:
            SignerRefused: there is none, or the file cannot be used.
        """
        if not self.has_key:
            raise SignerRefused(
                f"there is no signing key {self.key_path}; put it back, or make one with "
                "`tenure keys create`"
            )
        return self._read_key(self.key_path)

    def create_key(self, name: str) -> SigningKey:
        """Make the first key of an installation.

        Raises:
            SignerRefused: there is one, or no key may have this name.
        """
        if self.has_key:
            raise SignerRefused(f"there is a signing key already: {self.key_path}")
        self._write(self.key_path, name)
        return self.key()

    def next_key(self) -> SigningKey:
        """Return the key that is to take over; make it where there is none yet.

        Raises:
            SignerRefused: there is no key that it could take over from.
        """
        path = self._folder / NEXT_KEY_FILE
        if not path.exists():
            self._write(path, self.key().name)
        return self._read_key(path)

    def adopt_next_key(self) -> None:
        """Let the next key sign from now on; the one before it is no more."""
        with self._locked():
            (self._folder / NEXT_KEY_FILE).replace(self.key_path)

    def last(self, origin: str) -> Sealed | None:
        """Return what was signed last for an origin.

        Raises:
            SignerRefused: the file that says so cannot be read.
        """
        return self._read_state().get(origin)

    def last_epoch(self, name: str, tenant_id: str) -> int:
        """Return the latest epoch of a tenant that anything was signed in; 0: in none.

        Raises:
            SignerRefused: as `last`.
        """
        first = origin_of(name, tenant_id, 1)
        epochs = [
            1 if origin == first else int(origin.removeprefix(f"{first}/"))
            for origin in self._read_state()
            if origin == first or re.fullmatch(rf"{re.escape(first)}/[0-9]+", origin)
        ]
        return max(epochs, default=0)

    def sign(self, checkpoint: Checkpoint, last: Sealed | None, proof: Proof) -> bytes | None:
        """Sign a checkpoint that the proof shows to continue what was signed last.

        Returns None where another process has signed in the meantime: look again.

        Raises:
            SignerRefused: the log is smaller than, or inconsistent with, what was signed last.
        """
        with self._locked():
            key = self.key()
            state = self._read_state()
            if state.get(checkpoint.origin) != last:
                return None
            if last is not None:
                require_continuation(checkpoint, last, proof)
            sealed = Sealed(checkpoint.size, checkpoint.root)
            if sealed != last:
                # On disk before anyone can see the signature: it must never be forgotten.
                self._write_state({**state, checkpoint.origin: sealed})
            return sign_checkpoint(checkpoint, key)

    def _write(self, path: Path, name: str) -> None:
        try:
            create_private_file(path, f"{SigningKey.generate(name).secret_text}\n".encode())
        except KeyRefused as error:
            raise SignerRefused(str(error)) from error
        except OSError as error:
            raise SignerRefused(f"{path} cannot be made: {error.strerror}") from error

    def _read_key(self, path: Path) -> SigningKey:
        try:
            octets = read_private_file(path, bytes_max=_KEY_BYTES_MAX, what="signing key")
            return SigningKey.parse(octets.decode("ascii"))
        except CannotStart as error:
            raise SignerRefused(str(error)) from error
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else str(error)
            raise SignerRefused(f"the signing key {path} cannot be used: {said}") from None

    def _read_state(self) -> Mapping[str, Sealed]:
        path = self._folder / STATE_FILE
        try:
            octets = read_private_file(path, bytes_max=STATE_BYTES_MAX, what="signing state")
            return parse_state(octets)
        except FileNotFoundError:
            return {}
        except CannotStart as error:
            raise SignerRefused(str(error)) from error
        except (OSError, ValueError) as error:
            raise SignerRefused(
                f"the signing state {path} cannot be read ({error}); put the right one back"
            ) from error

    def _write_state(self, state: Mapping[str, Sealed]) -> None:
        path = self._folder / STATE_FILE
        try:
            replace_private_file(path, write_state(state))
        except OSError as error:
            raise SignerRefused(f"{path} cannot be written: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time look and sign; the kernel takes the lock back from the dead."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder / _LOCK_FILE, os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError as error:
            raise SignerRefused(f"{self._folder} cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def require_continuation(checkpoint: Checkpoint, last: Sealed, proof: Proof) -> None:
    """Make sure that a checkpoint continues what was signed last.

    Raises:
        SignerRefused: it does not.
    """
    if checkpoint.size < last.size:
        raise SignerRefused(
            f"the log {checkpoint.origin} has {checkpoint.size} events, but {last.size} were "
            "sealed: its tail was lost or cut off. Bring it back, or let the log go on under "
            "another origin with `tenure keys new-epoch`"
        )
    try:
        verify_consistency(
            proof,
            size_before=last.size,
            size=checkpoint.size,
            root_before=last.root,
            root=checkpoint.root,
        )
    except ProofRefused as error:
        raise SignerRefused(
            f"the log {checkpoint.origin} of {checkpoint.size} events does not continue the one of "
            f"{last.size} that was sealed ({error}): it was changed, or is another"
        ) from error
