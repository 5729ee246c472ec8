"""What both forms of file come down to: numbered rows of named cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TextIO

from importers.failure import BadCell

LINE, BECAUSE, ORIGIN, EXTRA = REJECT_COLUMNS = (
    "rejected_line",
    "rejected_because",
    "rejected_row",
    "rejected_extra",
)
"""What a rejects file has beside the original row. `rejected_row` keeps the row's identity, so
that a corrected row is recorded once, however often the rejects file is imported."""

_ORIGIN: Final = re.compile(r"[0-9a-f]{64}:[1-9][0-9]{0,17}")
_NEW_LINE: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Cells without a text are left out; `original` is what the rejects file repeats."""

    number: int
    """1, 2, 3 ... within the file, without the header and blank lines."""
    line: int
    """The first of its physical lines, from 1."""
    cells: Mapping[str, str]
    original: Sequence[str] | str
    lines: Sequence[Mapping[str, str]] = ()
    """Of an order in NDJSON: its own lines."""
    broken: BadCell | None = None
    """Why its cells cannot be told apart."""
    bad: Sequence[BadCell] = ()
    """Cells that could not be put into our form."""
    aside: Sequence[tuple[int, Mapping[str, str]]] = ()
    """What has no column of ours, for the side file: by row number, the cells by heading."""
    left_out: bool = False
    """Whether it is no fact at all, such as one deleted in the other system."""
    more: Sequence[Sequence[str]] = ()
    """The other rows of the file that it was put together from."""

    def identity(self, sha256: str) -> str:
        """Name the row as it was in the file that first held it.

        Raises:
            BadCell: somebody has changed `rejected_row`.
        """
        origin = self.cells.get(ORIGIN)
        if origin is None:
            return f"{sha256}:{self.number}"
        if not _ORIGIN.fullmatch(origin):
            raise BadCell(ORIGIN, "must stay as Tenure wrote it", origin)
        return origin


class Table(Protocol):
    """A file as rows."""

    columns: Sequence[str]
    """The columns that the file has, as they are named in messages and to `--ignore-column`."""
    newline: str
    """How it must be opened, as `open` takes it."""
    form: str
    """What was found out about the file, for the report."""

    def rows(self, text: TextIO) -> Iterator[Row]: ...

    def line_of(self, row: Row, column: str) -> int:
        """Return the physical line on which a cell begins."""

    def heading_of(self, column: str) -> str:
        """Return what the file itself calls a column of ours."""


def folded(name: str) -> str:
    """Write a column's name as we do: `Account External-ID *` is `account_external_id`."""
    return re.sub(r"[\s\-\u2010-\u2014]+", "_", name.strip().rstrip("*").strip().casefold())


def new_lines(text: str) -> int:
    return len(_NEW_LINE.findall(text))
