"""NDJSON: one JSON object a line. Numbers are kept as their digits, so that none is lost."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from importers.failure import BadCell, Unusable
from importers.rows import Row, folded
from importers.source import Source

LINES: Final = "lines"
"""The one column that may hold a list of objects: the lines of an order."""

_COLUMNS_MAX: Final = 1_000


class NdjsonTable:
    """An NDJSON file; all its keys are looked through at once, its rows when asked for."""

    newline = "\n"

    def __init__(self, source: Source) -> None:
        self._source = source
        names: dict[str, None] = {}
        with source.path.open(encoding=source.encoding, newline=self.newline) as text:
            for row in self.rows(text):
                names |= dict.fromkeys(row.cells)
                if row.lines:
                    names[LINES] = None
                if len(names) > _COLUMNS_MAX:
                    raise Unusable(f"{source.name} has more than {_COLUMNS_MAX} different keys")
        self.columns: Sequence[str] = list(names)
        self.form = f"NDJSON, {source.encoding}"

    def rows(self, text: TextIO) -> Iterator[Row]:
        number = 0
        for line, written in enumerate(text, 1):
            if written.strip():
                number += 1
                yield _row(number, line, written.strip())

    def line_of(self, row: Row, column: str) -> int:  # noqa: ARG002  # all cells are on one line
        return row.line

    def heading_of(self, column: str) -> str:
        return column


def _row(number: int, line: int, written: str) -> Row:
    try:
        value = _decoded(written)
        lines = [_cells(each) for each in _list(value.pop(LINES, None))]
        return Row(number, line, _cells(value), written, lines)
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg} at character {error.pos + 1}"
        return Row(number, line, {}, written, broken=BadCell("row", what, written))
    except RecursionError:
        broken = BadCell("row", "has too many levels", written)
        return Row(number, line, {}, written, broken=broken)
    except BadCell as bad:
        return Row(number, line, {}, written, broken=bad)


def _decoded(written: str) -> dict[str, Any]:
    value = _DECODER.decode(written)
    if isinstance(value, dict):
        return value
    raise BadCell("row", "is not a JSON object", written)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise BadCell(LINES, "is not a list of objects", str(value))


def _cells(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise BadCell(LINES, "holds something else than objects", str(value))
    cells: dict[str, str] = {}
    for key, cell in value.items():
        name = folded(key)
        if name in cells:
            raise BadCell(name, "is there twice", str(cell))
        if cell is None:
            continue
        if not isinstance(cell, str):
            raise BadCell(name, "is neither a text nor a number", json.dumps(cell))
        if text := cell.strip():
            cells[name] = text
    return cells


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadCell(twice, "is there twice", str(value[twice]))
    return value


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str
)
