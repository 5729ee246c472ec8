"""Searches for texts in whatever form a program may have left them: in files, dumps and logs."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from pathlib import Path
from urllib.parse import quote


def forms_of(text: str) -> Mapping[str, bytes]:
    """Return the octets of each form in which a text may stand somewhere."""
    forms = {}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        octets = text.encode(encoding)
        forms[encoding] = octets
        forms[f"{encoding} in hex"] = octets.hex().encode()
        forms[f"{encoding} in HEX"] = octets.hex().upper().encode()
        for before in range(3):
            # What depends on the neighbours is left out, at both ends.
            encoded = b64encode(bytes(before) + octets)
            first = (before * 8 + 5) // 6
            whole = ((before + len(octets)) * 8) // 6
            forms[f"{encoding} in base64, {before}"] = encoded[first:whole]
            forms[f"{encoding} in base64url, {before}"] = encoded[first:whole].translate(
                bytes.maketrans(b"+/", b"-_")
            )
    forms["percent-encoded"] = quote(text, safe="").encode()
    forms["in JSON, ASCII"] = dumps(text)[1:-1].encode()
    return forms


def found(texts: Iterable[str], octets: bytes) -> Iterator[tuple[str, str]]:
    """Yield each text that stands there, and in which form."""
    for text in texts:
        for form, needle in forms_of(text).items():
            if needle in octets:
                yield text, form


def found_in_files(texts: Iterable[str], files: Iterable[Path]) -> list[tuple[str, str, str]]:
    """Return each text that stands in a file, in which form, and in which file."""
    wanted = list(texts)
    return [
        (text, form, str(path))
        for path in files
        if path.is_file()
        for text, form in found(wanted, path.read_bytes())
    ]
