"""The side file: what an export says that has no column of ours, kept beside the row's own id."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from importers.rows import Row

ID: Final = "external_id"
ROW: Final = "row"


class Aside:
    """Writes the file at the first thing worth keeping; without one there is none."""

    def __init__(self, path: Path, headings: Sequence[str], id_column: str) -> None:
        self.path = path
        self.is_written = False
        self._headings = headings
        self._id_column = id_column
        self._file: TextIO | None = None
        self._csv: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row) -> None:
        """Keep what is aside of the row, if anything is."""
        for number, cells in row.aside:
            if cells:
                self._write(row.cells.get(self._id_column, ""), number, cells)

    def _write(self, id_: str, number: int, cells: Mapping[str, str]) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._file, lineterminator="\n")
            self._csv.writerow([ID, ROW, *self._headings])
            self.is_written = True
        self._csv.writerow([id_, number, *[cells.get(heading, "") for heading in self._headings]])
