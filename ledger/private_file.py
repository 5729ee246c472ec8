"""Files that hold secrets, or what must never be half written: whole or not at all, ours alone."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

from ledger.failure import CannotStart


def create_private_file(path: Path, octets: bytes) -> None:
    """Make a file that is not there yet; of two processes, one wins and both find its file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, octets)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, never replaces what others depend on
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def replace_private_file(path: Path, octets: bytes) -> None:
    """Write a file anew; whoever reads it finds what was there or what is, also after a crash."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, octets)
    try:
        draft.rename(path)
    except OSError:
        draft.unlink()
        raise
    _sync_folder(path.parent)


def read_private_file(path: Path, *, bytes_max: int, what: str) -> bytes:
    """Return what is in the file, up to one byte more than it may have.

    Raises:
        CannotStart: others may read or write it.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        octets = file.read(bytes_max + 1) if S_ISREG(status.st_mode) else b""
    if status.st_mode & 0o077:
        raise CannotStart(f"others may use the {what} {path}; run: chmod 600 {path}")
    return octets


def _draft(path: Path, octets: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
