"""CSV as RFC 4180 has it, with `,` `;` or tab between the cells, and what people make of it."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TextIO

from importers.failure import BadCell, Unusable
from importers.rows import REJECT_COLUMNS, Row, folded, new_lines
from importers.source import Source

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


class CsvTable:
    """A CSV file; its header is read at once, its rows when asked for."""

    newline = ""  # left as they are, for the cells that hold some

    def __init__(
        self, source: Source, known: Collection[str], *, delimiter: str | None = None
    ) -> None:
        headers = _headers(source, [delimiter] if delimiter else DELIMITERS)
        self.delimiter = max(headers, key=lambda mark: _fit(headers[mark], known))
        self.header = headers[self.delimiter]
        if not any(self.header):
            raise Unusable(f"{source.name} has no header; its first line must name the columns")
        self.columns: Sequence[str] = [
            folded(name) or f"column {place}" for place, name in enumerate(self.header, 1)
        ]
        twice = [name for name, times in Counter(self.columns).items() if times > 1]
        if twice:
            raise Unusable(f"{source.name}:1:{twice[0]}: the column is there twice, {twice[0]!r}")
        mark = DELIMITERS.get(self.delimiter, self.delimiter)
        self.form = f"CSV, {source.encoding}, {mark} between cells"

    def rows(self, text: TextIO) -> Iterator[Row]:
        """Yield the rows after the header; one that cannot be told apart comes as `broken`."""
        lines = _Lines(text)
        reader, number = csv.reader(lines, delimiter=self.delimiter, strict=True), 0
        next(filter(None, reader))  # the header
        while True:
            line = lines.number + 1
            lines.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield self._broken(number, line, lines, error)
                continue
            if cells:
                number += 1
                yield self._row(number, line, cells)

    def line_of(self, row: Row, column: str) -> int:
        if column not in self.columns or isinstance(row.original, str):
            return row.line
        before = row.original[: self.columns.index(column)]
        return row.line + sum(new_lines(cell) for cell in before)

    def heading_of(self, column: str) -> str:
        return column

    def _row(self, number: int, line: int, cells: list[str]) -> Row:
        columns = self.columns
        if len(cells) != len(columns):
            what = f"has {len(cells)} cells, the header {len(columns)}"
            return Row(number, line, {}, cells, broken=BadCell("row", what, cells[-1]))
        return Row(number, line, _filled(columns, cells), cells)

    def _broken(self, number: int, line: int, lines: "_Lines", error: csv.Error) -> Row:
        """Give up one physical line: a quote left open must not swallow all that follow."""
        first = lines.give_back_all_but_first()
        cells = next(csv.reader([first], delimiter=self.delimiter), [])
        what = "has a quote that is not closed, or text after a closing quote"
        if "field limit" in str(error):
            what += f", or a cell of more than {csv.field_size_limit()} characters"
        return Row(number, line, {}, cells, broken=BadCell("row", what, first.strip()))


class _Lines:
    """Hands out physical lines, remembers those of the current row, and takes some back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._text)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back_all_but_first(self) -> str:
        first, *others = self.taken
        self._again.extend(reversed(others))
        self.number -= len(others)
        return first


def _filled(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    stripped = zip(columns, [cell.strip() for cell in cells], strict=True)
    return {column: cell for column, cell in stripped if cell}


def _headers(source: Source, delimiters: Iterable[str]) -> dict[str, list[str]]:
    """Read the first row that is not blank with each mark that it can be read with.

    Raises:
        Unusable: with none of them.
    """
    headers = {}
    for mark in delimiters:
        with source.path.open(encoding=source.encoding, newline="") as text:
            try:
                reader = csv.reader(text, delimiter=mark, strict=True)
                headers[mark] = next(filter(None, reader), [])
            except csv.Error as error:
                why = error
    if not headers:
        raise Unusable(f"{source.name}:1: the header cannot be read: {why}")
    return headers


def _fit(header: Sequence[str], known: Collection[str]) -> tuple[int, int]:
    """Prefer the mark that finds the most columns we know, then the most columns."""
    names = {folded(name) for name in header}
    return len(names & {*known, *REJECT_COLUMNS}), len(header)
