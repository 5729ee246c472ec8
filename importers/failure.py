"""Why a file, or one cell of it, cannot be imported, in words for the person who has it."""

from collections.abc import Sequence


class Unusable(Exception):
    """The file as a whole cannot be imported as asked; nothing was recorded."""


class BadCell(Exception):
    """One cell keeps its row from being taken: which column, what is wrong, and the value."""

    def __init__(self, column: str, what: str, value: str, *, line: int | None = None) -> None:
        super().__init__(what)
        self.column = column
        self.what = what
        self.value = value
        self.line = line
        """The physical line, where the row itself does not tell."""


class Held(BadCell):
    """The row may be right, but what it belongs to is not certain, and is not guessed."""


class BadRow(Exception):
    """A row with at least one cell that is wrong."""

    def __init__(self, cells: Sequence[BadCell]) -> None:
        super().__init__(cells)
        self.cells = cells
