"""Where a tile stands in C2SP tlog-tiles: `x001/x234/067`, or `x001/x234/067.p/5` if partial."""

import re
from typing import Final

from ledger.merkle import TILE_WIDTH

_PLACE: Final = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_DIGITS: Final = 3


def write_tile_path(index: int, width: int) -> str:
    """Write the index of a tile in elements of three digits, and its width if it is partial."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // _DIGITS) * _DIGITS)
    *first, last = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return "".join(f"x{element}/" for element in first) + last + partial


def parse_tile_path(path: str) -> tuple[int, int]:
    """Return the index and the width, 1 to 256.

    Raises:
        ValueError: it is not written so; a tile has but one path.
    """
    found = _PLACE.fullmatch(path)
    if found is not None:
        index = int(found[1].replace("x", "").replace("/", ""))
        width = int(found[2] or TILE_WIDTH)
        if width <= TILE_WIDTH and write_tile_path(index, width) == path:
            return index, width
    raise ValueError("is not the path of a tile; give one like x001/x234/067 or x001/x234/067.p/5")
