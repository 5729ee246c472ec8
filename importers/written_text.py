"""What people write in other systems, HTML and all, as plain text."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Final

from importers.heading import folded_heading

TEXT_MAX: Final = 10_000
_BREAK: Final = re.compile(r"(?i)<br\s*/?>|</p\s*>|</div\s*>|</li\s*>")
_TAG: Final = re.compile(r"(?s)<!--.*?-->|</?[A-Za-z][A-Za-z0-9:]*(?:\s[^<>]*)?/?>")
"""Not what merely stands between angles, such as an address, or a comparison of two numbers."""
_WORD: Final = re.compile(r"\w+")
_GONE: Final = "…"
_SEVERAL_GONE: Final = re.compile(rf"{_GONE}(?:[\s.,]*{_GONE})+")
_NAME_LETTERS_MIN: Final = 3


def plain_text(written: str) -> str:
    """Read HTML, as Pipedrive and HubSpot write notes, or plain text; it may say nothing.

    Raises:
        ValueError: it is too long, or cannot be stored.
    """
    text = unescape(_TAG.sub("", _BREAK.sub("\n", written)))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    read = "\n".join(line for line in lines if line)
    if "\0" in read:
        raise ValueError("holds the character U+0000")
    if len(read) > TEXT_MAX:
        raise ValueError(f"has {len(read)} characters, more than {TEXT_MAX}")
    return read


def one_line(written: str) -> str:
    return " ".join(plain_text(written).split())


def without_names(text: str, names: Iterable[str | None]) -> str:
    """Put `…` in place of the words of these names: what goes into the log is there for ever.

    Words of a name are its capitalised ones, so that `de la` stays; an address is no name.
    """
    words = {
        folded_heading(word)
        for name in names
        if name is not None and "@" not in name
        for word in _WORD.findall(name)
        if len(word) >= _NAME_LETTERS_MIN and word[0].isupper()
    }
    hidden = _WORD.sub(lambda word: _GONE if folded_heading(word[0]) in words else word[0], text)
    return text if hidden == text else _SEVERAL_GONE.sub(_GONE, hidden)


def shortened(text: str, length_max: int) -> str:
    return text if len(text) <= length_max else text[: length_max - 1].rstrip() + _GONE
