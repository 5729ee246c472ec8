"""The file to import: its bytes, their hash, and how they spell text."""

import codecs
import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from importers.failure import Unusable

STDIN: Final = "-"
_BLOCK_BYTES: Final = 1 << 20
_NOT_TEXT: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WESTERN, _CENTRAL = "cp1252", "cp1250"
"""What spreadsheets of Windows write, in Western and in Central Europe; tried where the bytes are
not UTF-8. Nearly all bytes are letters in both: see `_legacy`."""
_ODD_IN_WORDS: Final = re.compile(
    r"(?<=[^\W\d_])(?<!\bm)[\xa1-\xa9\xab\xac\xae-\xb1\xb3\xb6\xb8\xb9\xbb-\xbf\ufffd]"
    r"|[\xa3\xa5\xaf\xb3\xb9](?=[^\W\d_])|(?<=[a-z])\u0178|\u0152(?=[^uUdDiI\W])|\u0153(?![^\W\d_])"
)
"""A sign, fraction or raised number right behind a letter, or one that leads a word."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read from its beginning as often as needed."""

    name: str
    """What messages call it."""
    path: Path
    size_bytes: int
    sha256: str
    """In hex; of the bytes as they are."""
    encoding: str


@contextmanager
def open_source(file: str, *, encoding: str | None = None) -> Iterator[Source]:
    """Hash the file and find out its encoding; `-` is stdin, kept in a temporary file meanwhile.

    Raises:
        Unusable: it cannot be read, or is not text.
    """
    if file == STDIN:
        with _spooled(sys.stdin.buffer) as path:
            yield _inspect("stdin", path, encoding)
        return
    path = Path(file)
    try:
        if path.is_file():
            yield _inspect(file, path, encoding)
        else:  # a pipe can be read only once
            with path.open("rb") as pipe, _spooled(pipe) as spooled:
                yield _inspect(file, spooled, encoding)
    except OSError as error:
        if error.filename != file:
            raise
        raise Unusable(f"{file} cannot be read: {error.strerror}") from error


@contextmanager
def _spooled(stream: BinaryIO) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="tenure-import-") as file:
        shutil.copyfileobj(stream, file, _BLOCK_BYTES)
        file.flush()
        yield Path(file.name)


def _inspect(name: str, path: Path, encoding: str | None) -> Source:
    """Read the file once: its hash, and whether all of it can be decoded."""
    digest, size, is_utf8 = hashlib.sha256(), 0, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            is_utf8 = is_utf8 and _decodes(decoder, block)
            if b"\0" in block or head.startswith(_NOT_TEXT):
                raise Unusable(f"{name} is not text in UTF-8 or CP-1252; save it as UTF-8")
    if encoding is None:
        is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
        encoding = ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8") if is_utf8 else ""
    if not encoding.startswith("utf-8"):
        encoding = encoding or _legacy(path)
        _require_decodable(name, path, encoding)
    return Source(name, path, size, digest.hexdigest(), encoding)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(path: Path) -> str:
    """Tell Western from Central European text: whose signs stand inside words is the wrong one.

    `Łódź` of CP-1250 is `£ódŸ` in CP-1252; `España` is `Espańa` the other way round, which no rule
    can tell, so that Western Europe has it unless something speaks against it.
    """
    with path.open("rb") as file:
        sample = file.read(_BLOCK_BYTES)
    western, central = (
        sum(1 for _ in _ODD_IN_WORDS.finditer(sample.decode(encoding, errors="replace")))
        for encoding in (_WESTERN, _CENTRAL)
    )
    return _CENTRAL if central < western else _WESTERN


def _require_decodable(name: str, path: Path, encoding: str) -> None:
    try:
        with path.open(encoding=encoding, newline="") as text:
            while text.read(_BLOCK_BYTES):
                pass
    except LookupError:
        raise Unusable(f"{encoding} is not an encoding; give one such as utf-8 or cp1250") from None
    except UnicodeDecodeError as error:
        raise Unusable(
            f"{name} is neither UTF-8 nor {encoding} (byte {error.object[error.start]:#04x}); "
            "save it as UTF-8, or name its encoding"
        ) from None
