"""The rejects file: each row that was not taken, as it was, with its line and the reason."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from importers.csv_table import CsvTable
from importers.mapped_table import MappedTable
from importers.rows import BECAUSE, EXTRA, LINE, ORIGIN, REJECT_COLUMNS, Row, Table, folded


class Rejects:
    """Writes the file at the first rejection; without one there is none."""

    def __init__(self, path: Path, table: Table, sha256: str) -> None:
        self.path = path
        self.rows = 0
        self._table = table.csv if isinstance(table, MappedTable) else table
        self._sha256 = sha256
        self._file: TextIO | None = None
        self._csv: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row, because: str) -> None:
        self.rows += 1
        about = {
            LINE: str(row.line),
            BECAUSE: because,
            ORIGIN: row.cells.get(ORIGIN) or f"{self._sha256}:{row.number}",
        }
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
        if isinstance(row.original, str):
            self._file.write(_json_line(row, about) + "\n")
        elif isinstance(self._table, CsvTable):
            for cells in (row.original, *row.more):
                self._csv_row(self._file, self._table, cells, about)

    def _csv_row(
        self, file: TextIO, table: CsvTable, cells: Sequence[str], about: dict[str, str]
    ) -> None:
        kept = [i for i, name in enumerate(table.columns) if name not in REJECT_COLUMNS]
        if self._csv is None:
            self._csv = csv.writer(file, delimiter=table.delimiter, lineterminator="\n")
            self._csv.writerow([*[table.header[i] for i in kept], *REJECT_COLUMNS])
        about[EXTRA] = table.delimiter.join(cells[len(table.columns) :])
        original = [cells[i] if i < len(cells) else "" for i in kept]
        self._csv.writerow([*original, *[about[name] for name in REJECT_COLUMNS]])


def _json_line(row: Row, about: dict[str, str]) -> str:
    """Put what is to be said at the end of the object; the rest stays to the letter."""
    written = str(row.original)
    said = json.dumps(about, ensure_ascii=False)[1:]
    if row.broken is not None:
        return json.dumps({EXTRA: written}, ensure_ascii=False)[:-1] + ", " + said
    if row.cells.keys() & set(REJECT_COLUMNS):  # a rejects file that was imported again
        value = json.loads(written, parse_float=str, parse_int=str)
        kept = {key: each for key, each in value.items() if folded(key) not in REJECT_COLUMNS}
        written = json.dumps(kept, ensure_ascii=False)
    inside = written.rstrip("}").rstrip() if written == "{}" else written[:-1].rstrip()
    return inside + ("" if inside == "{" else ", ") + said
