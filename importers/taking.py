"""What every kind of row is turned into: a decision, and the day on which it takes effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from typing_extensions import override

from domain.decision import Decision
from domain.external_reference import ExternalReference
from importers.cells import Column, Values
from importers.owners import NO_OWNERS, Owners
from importers.rows import Row

DIFFERS: Final = "already-there-and-differs"
"""The code of a refusal that is no rejection: what is there is left as it is."""

HISTORY_STARTS_HERE: Final = "history starts here"
"""Said of what a snapshot holds: what came before it is not known."""


@dataclass(frozen=True, slots=True)
class Links:
    """What a row names that must be looked up before it can be taken."""

    references: Sequence[ExternalReference] = ()
    """Accounts, as other systems call them."""
    names: Sequence[str] = ()
    """Accounts, by what they are called."""
    deals: Sequence[UUID] = ()
    opened: bool = False
    """Whether it must be known when the accounts were opened."""


NO_LINKS: Final = Links()


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account that is called as a row says."""

    id: UUID
    references: tuple[str, ...] = ()

    @override
    def __str__(self) -> str:
        return f"{self.id} ({', '.join(self.references)})" if self.references else str(self.id)


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are read against."""

    system: str
    """The system whose ids stand in a row that names none."""
    sha256: str
    today: date
    accounts: Mapping[ExternalReference, UUID]
    """Which account holds each reference that a row of this chunk names."""
    named: Mapping[str, Sequence[NamedAccount]] = field(default_factory=dict)
    """The accounts that are called as rows of this chunk say, by their folded name."""
    deals: Mapping[UUID, UUID] = field(default_factory=dict)
    """The account of each deal on record that a row of this chunk names."""
    opened: Mapping[UUID, date] = field(default_factory=dict)
    """When the accounts were opened that rows of this chunk name, where a kind asks for it."""
    origin: str | None = None
    """What an export is a picture of, for the reason in the envelope; None: a file of our own."""
    owners: Owners = NO_OWNERS
    """Whom the rows mean by the owners that they name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing to be asked for on behalf of a row."""

    decision: Decision
    effective_at: date
    reason: str | None = None
    key: str | None = None
    """If given, what is asked for under this key is recorded once, whatever happened since."""
    of_another_row: bool = False
    """Whether another row will be blamed if it is refused."""


class Kind(Protocol):
    """What the rows of a file are."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def columns_of_lines(self) -> Sequence[Column]: ...
    @property
    def blame(self) -> Mapping[str, str | tuple[str, ...]]:
        """The column that a refusal of the domain is about, by its code.

        Of several it is the first that the row fills, or else the last.
        """

    def links(self, values: Values, system: str) -> Links:
        """Name what must be looked up first."""

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        """Turn a row into decisions, to be carried out in this order.

        Raises:
            BadCell: cells that do not go together, or an account that is not certain.
        """
