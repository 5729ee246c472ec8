"""What every kind of row is turned into: a decision, and the day on which it takes effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from domain.decision import Decision
from domain.external_reference import ExternalReference
from importers.cells import Column
from importers.failure import BadCell, BadRow
from importers.rows import Row

Values = Mapping[str, Any]
"""The values of a row by their columns; a blank cell is left out."""

DIFFERS: Final = "already-there-and-differs"
"""The code of a refusal that is no rejection: what is there is left as it is."""


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are read against."""

    system: str
    """The system whose ids stand in a row that names none."""
    sha256: str
    today: date
    accounts: Mapping[ExternalReference, UUID]
    """Which account holds each reference that a row of this chunk names."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that can be asked for."""

    decision: Decision
    effective_at: date
    reason: str | None = None


class Kind(Protocol):
    """What the rows of a file are."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def columns_of_lines(self) -> Sequence[Column]: ...
    @property
    def blame(self) -> Mapping[str, str]:
        """The column that a refusal of the domain is about, by its code."""

    def references(self, values: Values, system: str) -> Sequence[ExternalReference]:
        """Name the accounts, as other systems call them, that must be looked up first."""

    def take(self, row: Row, values: Values, context: Context) -> Taken:
        """Turn a row into a decision.

        Raises:
            BadCell: cells that do not go together.
        """


def read_cells(cells: Mapping[str, str], columns: Sequence[Column]) -> Values:
    """Read every cell of a row.

    Raises:
        BadRow: each cell that is wrong or missing.
    """
    values: dict[str, Any] = {}
    bad: list[BadCell] = []
    for column in columns:
        text = cells.get(column.name)
        if text is None:
            if column.required:
                bad.append(BadCell(column.name, "is missing", ""))
            continue
        try:
            values[column.name] = column.read(text)
        except ValueError as error:
            bad.append(BadCell(column.name, str(error), text))
    if bad:
        raise BadRow(bad)
    return values
