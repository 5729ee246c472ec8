"""The files of a bag, in its zip or unpacked: their names, sizes and bytes, and the manifests."""

import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, Final

from typing_extensions import Buffer, override

from ledger.bag_layout import (
    BAG_INFO,
    BAGIT,
    BAGIT_TXT,
    FILE_NAME,
    FILES_MAX,
    LAST,
    MANIFEST,
    PAYLOAD,
    SMALL_BYTES_MAX,
    TAG_MANIFEST,
    TAGS,
    TOP,
    BagBroken,
    BagRefused,
)
from ledger.bag_zip import read_zip

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class BagFile:
    """Where the bytes of a file lie; `crc` None: it is in no zip."""

    path: Path
    start: int
    size: int
    crc: int | None = None


@dataclass(frozen=True, slots=True)
class BagFiles:
    """The files of a bag by their names."""

    files: Mapping[str, BagFile]

    @classmethod
    def at(cls, path: Path) -> "BagFiles":
        """Find the files of a zip, or of the folder that it was unpacked into.

        Raises:
            BagRefused: this is no bag.
            OSError: it cannot be read.
        """
        return cls(_of_folder(path) if path.is_dir() else _of_zip(path))

    def open(self, name: str) -> BinaryIO:
        """Open a file to be read from its beginning.

        Raises:
            BagBroken: it is missing.
        """
        found = self.files.get(name)
        if found is None:
            raise BagBroken(f"{name} is missing")
        return BufferedReader(_Part(found), 1 << 16)

    def read_small(self, name: str) -> bytes:
        """Return the whole of a file that is not large.

        Raises:
            BagBroken: it is missing.
            BagRefused: it is absurdly large.
        """
        with self.open(name) as file:
            octets = file.read(SMALL_BYTES_MAX + 1)
        if len(octets) > SMALL_BYTES_MAX:
            raise BagRefused(f"{name} has more than {SMALL_BYTES_MAX} bytes, which is absurd")
        return octets

    def lines(self, name: str, *, bytes_max: int) -> Iterator[bytes]:
        """Yield the lines of a file, each with its newline.

        Raises:
            BagBroken: the file is missing, or a line is too long or cut off.
        """
        with self.open(name) as file:
            number = 0
            while line := file.readline(bytes_max + 2):
                number += 1
                if not line.endswith(b"\n"):
                    raise BagBroken(f"{name}, line {number}: too long, or cut off")
                yield line

    def check(self) -> int:
        """Hold every file against the manifests, to the byte; return how many there are.

        Raises:
            BagBroken: a file is not the one that a manifest names, or has no place in a bag.
            BagRefused: a manifest is absurdly large.
        """
        if self.read_small(BAGIT_TXT) != BAGIT:
            raise BagBroken(f"{BAGIT_TXT} is not that of a bag")
        for name in LAST:
            self.read_small(name)  # before all else is hashed, in vain
        hashes = {name: self._hash(name) for name in sorted(self.files)}
        payload = {name: hashed for name, hashed in hashes.items() if name.startswith(PAYLOAD)}
        tags = {name: hashes[name] for name in hashes if name not in payload}
        tags.pop(TAG_MANIFEST, None)
        self._check_manifest(MANIFEST, payload)
        self._check_manifest(TAG_MANIFEST, tags)
        for name in tags:
            if name not in {*TAGS, *LAST}:
                raise BagBroken(f"{name} has no place in a bag")
        size = sum(self.files[name].size for name in payload)
        oxum = f"Payload-Oxum: {size}.{len(payload)}".encode()
        if oxum not in self.read_small(BAG_INFO).split(b"\n"):
            raise BagBroken(f"{BAG_INFO} does not say {oxum.decode()}")
        return len(hashes)

    def _hash(self, name: str) -> str:
        hashed, crc, size = sha256(), 0, 0
        with self.open(name) as file:
            while octets := file.read(_CHUNK):
                hashed.update(octets)
                crc = zlib.crc32(octets, crc)
                size += len(octets)
        said = self.files[name]
        if size != said.size or said.crc not in {None, crc}:
            raise BagBroken(f"{name} is not what the zip says of it (length or CRC)")
        return hashed.hexdigest()

    def _check_manifest(self, manifest: str, hashes: Mapping[str, str]) -> None:
        given = self.read_small(manifest)
        if given == "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode():
            return
        lines = (line.partition("  ") for line in given.decode("utf-8", "replace").split("\n"))
        said = {name: hashed for hashed, _, name in lines}
        for name, hashed in sorted(hashes.items()):
            if said.get(name) != hashed:
                raise BagBroken(f"{name} is not the file that {manifest} names")
        raise BagBroken(f"{manifest} names what is not there, or is not as Tenure writes it")


class _Part(RawIOBase):
    """A part of a file, to be read as a file."""

    def __init__(self, part: BagFile) -> None:
        super().__init__()
        self._file = part.path.open("rb")
        self._file.seek(part.start)
        self._left = part.size

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer).cast("B")
        octets = self._file.read(min(len(target), self._left))
        target[: len(octets)] = octets
        self._left -= len(octets)
        return len(octets)

    @override
    def close(self) -> None:
        self._file.close()
        super().close()


def _of_zip(path: Path) -> dict[str, BagFile]:
    return {
        entry.name: BagFile(path, entry.start, entry.size, entry.crc) for entry in read_zip(path)
    }


def _of_folder(path: Path) -> dict[str, BagFile]:
    """Find the files in a folder; links and all that is no plain file are refused."""
    path = path if (path / BAGIT_TXT).is_file() else path / TOP
    files: dict[str, BagFile] = {}
    for folder, folders, names in os.walk(path, onerror=_refuse_folder):
        for each in (*folders, *names):
            file = Path(folder, each)
            name = file.relative_to(path).as_posix()
            status = file.lstat()
            if stat.S_ISDIR(status.st_mode):
                continue
            if not stat.S_ISREG(status.st_mode) or not FILE_NAME.fullmatch(name):
                raise BagRefused(f"{name[:80]!r} is no plain file of a bag")
            if len(files) >= FILES_MAX:
                raise BagRefused(f"more than {FILES_MAX} files")
            files[name] = BagFile(file, 0, status.st_size)
    return files


def _refuse_folder(error: OSError) -> None:
    raise BagRefused(f"a folder cannot be read: {error.strerror}") from error
