"""The zip of a bag in its one form: the same files, the same bytes, on every machine.

Nothing is compressed, since what a compressor makes of a file differs between its versions; every
field that could say something else is fixed, and sizes are always written as zip64. So a reader can
demand the whole form, to the bit, and no zip can unfold into more than its own size.
"""

import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import BinaryIO, Final

from ledger.bag_layout import FILE_NAME, FILES_MAX, TOP, BagRefused, place_of

_CHUNK: Final = 1 << 20
_VERSION: Final = 45  # zip64
_MADE_BY: Final = 3 << 8 | _VERSION  # on Unix, so that the mode below counts
_DATE: Final = 0x21  # 1 January 1980, the first day that a zip can say
_MODE: Final = 0o100644 << 16
_MARK: Final = 0xFFFFFFFF  # look into the zip64 field
_MARK_16: Final = 0xFFFF

_LOCAL: Final = Struct("<4sHHHHHIIIHH")
_LOCAL_ZIP64: Final = Struct("<HHQQ")
_CENTRAL: Final = Struct("<4sHHHHHHIIIHHHHHII")
_CENTRAL_ZIP64: Final = Struct("<HHQQQ")
_END_ZIP64: Final = Struct("<4sQHHIIQQQQ")
_LOCATOR: Final = Struct("<4sIQI")
_END: Final = Struct("<4sHHHHIIH")
_CRC_AT: Final = slice(14, 18)
_NAME_LENGTH_AT: Final = slice(26, 28)
_SIZE_AT: Final = slice(4, 12)


@dataclass(frozen=True, slots=True)
class Zipped:
    """A file in a zip: where its bytes begin, and what the zip says of them."""

    name: str
    header_at: int
    start: int
    size: int
    crc: int


@dataclass
class ZipWriter:
    """Writes files into a zip in the order of `place_of`; `hashes` are their SHA-256, in hex."""

    file: BinaryIO
    hashes: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    _entries: list[Zipped] = field(default_factory=list)
    _at: int = 0

    def add(self, name: str, source: BinaryIO) -> None:
        """Copy a file, which is read twice: its length and CRC stand before it."""
        if self._entries and place_of(self._entries[-1].name) >= place_of(name):
            raise ValueError(f"{name} does not follow {self._entries[-1].name}")
        hashed, crc, size = sha256(), 0, 0
        while octets := source.read(_CHUNK):
            hashed.update(octets)
            crc = zlib.crc32(octets, crc)
            size += len(octets)
        header = _local_header(f"{TOP}/{name}".encode(), size, crc)
        self.file.write(header)
        source.seek(0)
        while octets := source.read(_CHUNK):
            self.file.write(octets)
        entry = Zipped(name, self._at, self._at + len(header), size, crc)
        self._entries.append(entry)
        self._at = entry.start + size
        self.hashes[name], self.sizes[name] = hashed.hexdigest(), size

    def close(self) -> None:
        """Write the end of the zip; the file stays open."""
        self.file.write(_end(self._entries, self._at))


def read_zip(path: Path) -> list[Zipped]:
    """Return the files of a zip that is written as `ZipWriter` writes it, to the bit.

    Raises:
        BagRefused: it is not.
    """
    entries: list[Zipped] = []
    with path.open("rb") as file:
        whole = file.seek(0, 2)
        at = file.seek(0)
        while (head := file.read(_LOCAL.size))[:4] == b"PK\x03\x04":
            entry = _read_entry(file, head, at)
            if len(entries) >= FILES_MAX:
                raise BagRefused(f"more than {FILES_MAX} files")
            if entry.start + entry.size > whole:
                raise BagRefused(f"{entry.name} goes beyond the end of the file")
            entries.append(entry)
            at = file.seek(entry.start + entry.size)
        end = _end(entries, at)
        file.seek(at)
        if whole - at != len(end) or file.read() != end:
            raise BagRefused(f"byte {at} on: not the end of a zip that Tenure writes")
    names = [entry.name for entry in entries]
    if names != sorted(set(names), key=place_of):
        raise BagRefused("the files are not in the order in which Tenure writes them, each once")
    return entries


def _read_entry(file: BinaryIO, head: bytes, at: int) -> Zipped:
    crc = int.from_bytes(head[_CRC_AT], "little")
    name = file.read(int.from_bytes(head[_NAME_LENGTH_AT], "little"))
    extra = file.read(_LOCAL_ZIP64.size)
    size = int.from_bytes(extra[_SIZE_AT], "little")
    header = head + name + extra
    if header != _local_header(name, size, crc):
        raise BagRefused(
            f"byte {at}: not the zip that Tenure writes; unpack it, and give the folder"
        )
    text = name.decode("ascii", "replace")
    inner = text.removeprefix(f"{TOP}/")
    if inner == text or not FILE_NAME.fullmatch(inner):
        raise BagRefused(f"{text[:80]!r} is no name of a file in a bag")
    return Zipped(inner, at, at + len(header), size, crc)


def _local_header(name: bytes, size: int, crc: int) -> bytes:
    extra = _LOCAL_ZIP64.pack(1, _LOCAL_ZIP64.size - 4, size, size)
    fixed = (_VERSION, 0, 0, 0, _DATE, crc, _MARK, _MARK, len(name), len(extra))
    return _LOCAL.pack(b"PK\x03\x04", *fixed) + name + extra


def _end(entries: list[Zipped], at: int) -> bytes:
    octets = b"".join(map(_central_header, entries))
    count, size = len(entries), len(octets)
    rest = (_MADE_BY, _VERSION, 0, 0, count, count, size, at)
    octets += _END_ZIP64.pack(b"PK\x06\x06", _END_ZIP64.size - 12, *rest)
    octets += _LOCATOR.pack(b"PK\x06\x07", 0, at + size, 1)
    return octets + _END.pack(b"PK\x05\x06", 0, 0, _MARK_16, _MARK_16, _MARK, _MARK, 0)


def _central_header(entry: Zipped) -> bytes:
    name = f"{TOP}/{entry.name}".encode()
    sizes = (entry.size, entry.size, entry.header_at)
    extra = _CENTRAL_ZIP64.pack(1, _CENTRAL_ZIP64.size - 4, *sizes)
    fixed = (_MADE_BY, _VERSION, 0, 0, 0, _DATE, entry.crc, _MARK, _MARK, len(name), len(extra))
    return _CENTRAL.pack(b"PK\x01\x02", *fixed, 0, 0, 0, _MODE, _MARK) + name + extra
