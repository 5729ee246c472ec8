"""Checkpoints (C2SP tlog-checkpoint): how large a log was, and the root it had, signed."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.merkle import HASH_BYTES
from ledger.note import NoteRefused, SigningKey, VerifierKey, sign_note, unbase64, verify_note
from ledger.proofs import SIZE_MAX

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `origin` says of which, `root` is the RFC 6962 root of `size` leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed; without extension lines, since no monitor could check them."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode('ascii')}\n"


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Write the checkpoint as a note; the key signs under the name of the log's origin."""
    return sign_note(checkpoint.text, [key.named(checkpoint.origin)])


def verify_checkpoint(
    note: bytes, keys: Iterable[VerifierKey], *, origin: str | None = None
) -> Checkpoint:
    """Return what a checkpoint says, if a trusted key says it.

    Raises:
        NoteRefused: no trusted key does, it is no checkpoint, or it is one of another log.
    """
    text, _ = verify_note(note, keys)
    checkpoint = parse_checkpoint(text)
    if origin is not None and checkpoint.origin != origin:
        raise NoteRefused(f"a checkpoint of {checkpoint.origin}, not of {origin}")
    return checkpoint


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are allowed, and ignored.

    Raises:
        NoteRefused: it is none.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):  # noqa: PLR2004  # the lines that the format demands
        raise NoteRefused("a checkpoint has three lines or more, and no empty one")
    origin, size, encoded = lines[:3]
    if not _SIZE.fullmatch(size) or int(size) > SIZE_MAX:
        raise NoteRefused(f"{size[:32]!r} is no size of a tree")
    try:
        root = unbase64(encoded)
    except ValueError as error:
        raise NoteRefused(f"the root is {error}") from error
    if len(root) != HASH_BYTES:
        raise NoteRefused(f"a root has {HASH_BYTES} bytes, not {len(root)}")
    return Checkpoint(origin, int(size), root)
