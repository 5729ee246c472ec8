"""A witness (C2SP tlog-witness): cosigns checkpoints that continue those it has seen, and no other.

Its key and what it saw last lie in two files of its own, on a machine of its own.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.cosignature import CosigningKey
from ledger.failure import CannotStart
from ledger.note import NoteRefused, VerifierKey, parse_note, signature_line
from ledger.private_file import create_private_file, read_private_file, replace_private_file
from ledger.proofs import Proof, ProofRefused, verify_consistency
from ledger.seal_state import STATE_BYTES_MAX, Sealed, parse_state, write_state

_KEY_BYTES_MAX: Final = 1_024


class Refusal(StrEnum):
    """Why a checkpoint is not cosigned."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown-log"
    NOT_SIGNED = "not-signed"
    OTHER_SIZE = "other-size"
    """It is not compared with what was cosigned last, or is another tree of that size."""
    INCONSISTENT = "inconsistent"


class WitnessRefused(Exception):
    """Nothing is cosigned; one sentence that says why. `size` is that of what was seen last."""

    def __init__(self, refusal: Refusal, sentence: str, size: int = 0) -> None:
        super().__init__(sentence)
        self.refusal = refusal
        self.size = size


class Witness:
    """Sees logs whose keys it was given; any number of processes may share its files."""

    def __init__(self, key_path: Path, state_path: Path, logs: Sequence[VerifierKey]) -> None:
        self._key_path = key_path
        self._state_path = state_path
        self._logs = logs

    def last(self, origin: str) -> Sealed | None:
        """Return what was cosigned last of a log.

        Raises:
            CannotStart: the file that says so cannot be used.
        """
        return self._read_state().get(origin)

    def cosign(self, note: bytes, *, size_before: int, proof: Proof, at: datetime) -> str:
        """Return the cosignature of a checkpoint, a signature line with its newline.

        `size_before` is the size of what was cosigned last, 0 for nothing; the proof shows that
        the checkpoint continues it.

        Raises:
            WitnessRefused: it does not, or is none of a log that is known here.
            CannotStart: the key or the state cannot be used.
        """
        checkpoint = self._verified(note)
        if size_before > checkpoint.size:
            sentence = f"{size_before} events before a checkpoint of {checkpoint.size}"
            raise WitnessRefused(Refusal.MALFORMED, sentence)
        with self._locked():
            key = read_witness_key(self._key_path)
            state = self._read_state()
            last = state.get(checkpoint.origin)
            _require_continuation(checkpoint, last, size_before, proof)
            sealed = Sealed(checkpoint.size, checkpoint.root)
            if sealed != last:
                # On disk before anyone can see the cosignature: it must never be forgotten.
                self._write_state({**state, checkpoint.origin: sealed})
            return signature_line(key.cosign(parse_note(note).text, at))

    def _verified(self, note: bytes) -> Checkpoint:
        try:
            origin = parse_note(note).text.split("\n", 1)[0]
        except NoteRefused as error:
            raise WitnessRefused(Refusal.MALFORMED, f"no checkpoint: {error}") from error
        keys = [key for key in self._logs if key.name == origin]
        if not keys:
            raise WitnessRefused(Refusal.UNKNOWN_LOG, f"no key of the log {origin[:200]} is known")
        try:
            return verify_checkpoint(note, keys, origin=origin)
        except NoteRefused as error:
            raise WitnessRefused(Refusal.NOT_SIGNED, f"the checkpoint: {error}") from error

    def _read_state(self) -> Mapping[str, Sealed]:
        try:
            octets = read_private_file(
                self._state_path, bytes_max=STATE_BYTES_MAX, what="state of the witness"
            )
            return parse_state(octets)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CannotStart(
                f"the state of the witness {self._state_path} cannot be read ({error}); put the "
                "right one back"
            ) from error

    def _write_state(self, state: Mapping[str, Sealed]) -> None:
        try:
            replace_private_file(self._state_path, write_state(state))
        except OSError as error:
            raise CannotStart(f"{self._state_path} cannot be written: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time look and sign; the kernel takes the lock back from the dead."""
        lock = self._state_path.with_name(f"{self._state_path.name}.lock")
        try:
            lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotStart(f"{lock} cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def create_witness_key(path: Path, name: str) -> CosigningKey:
    """Make the key of a witness, for this user's eyes alone.

    Raises:
        CannotStart: there is one, or the file cannot be made.
        KeyRefused: no key may have this name.
    """
    if path.exists():
        raise CannotStart(f"there is a key already: {path}")
    key = CosigningKey.generate(name)
    try:
        create_private_file(path, f"{key.secret_text}\n".encode())
    except OSError as error:
        raise CannotStart(f"{path} cannot be made: {error.strerror}") from error
    return read_witness_key(path)


def read_witness_key(path: Path) -> CosigningKey:
    """Return the key of a witness.

    Raises:
        CannotStart: there is none, or the file cannot be used.
    """
    try:
        octets = read_private_file(path, bytes_max=_KEY_BYTES_MAX, what="key of the witness")
        return CosigningKey.parse(octets.decode("ascii"))
    except FileNotFoundError:
        raise CannotStart(
            f"there is no key {path}; make one with `tenure witness keys create`"
        ) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotStart(f"the key of the witness {path} cannot be used: {said}") from None


def _require_continuation(
    checkpoint: Checkpoint, last: Sealed | None, size_before: int, proof: Proof
) -> None:
    seen = last.size if last else 0
    if size_before != seen:
        sentence = f"{seen} events of {checkpoint.origin} were seen last, not {size_before}"
        raise WitnessRefused(Refusal.OTHER_SIZE, sentence, seen)
    if last is None:
        if proof:
            raise WitnessRefused(Refusal.INCONSISTENT, "a proof where nothing was seen before")
        return
    if checkpoint.size == seen and checkpoint.root != last.root:
        sentence = f"another history of {checkpoint.origin} with {seen} events was seen before"
        raise WitnessRefused(Refusal.OTHER_SIZE, sentence, seen)
    try:
        verify_consistency(
            proof,
            size_before=seen,
            size=checkpoint.size,
            root_before=last.root,
            root=checkpoint.root,
        )
    except ProofRefused as error:
        sentence = f"{checkpoint.origin} does not continue the {seen} events seen last: {error}"
        raise WitnessRefused(Refusal.INCONSISTENT, sentence, seen) from error
