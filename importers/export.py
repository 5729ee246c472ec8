"""An export as a whole: which mapping reads it, as what, and what it is a picture of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from importers.accounts import Accounts
from importers.acquaintances import Acquaintances
from importers.activities import Activities
from importers.contacts import Contacts
from importers.csv_table import CsvTable
from importers.deal_changes import DealChanges, History, read_history
from importers.deals import Deals
from importers.failure import Unusable
from importers.heading import folded_heading
from importers.mapped_table import MappedTable, Said
from importers.mapping import Imports, Mapping, find, recognise
from importers.notes import Notes
from importers.orders import Orders
from importers.source import Source
from importers.taking import Kind

_KINDS: Final[dict[Imports, Callable[[], Kind]]] = {
    Imports.ACCOUNTS: lambda: Accounts(identified=False),
    Imports.CONTACTS: Contacts,
    Imports.DEALS: Deals,
    Imports.NOTES: Notes,
    Imports.ACTIVITIES: Activities,
    Imports.DEAL_CHANGES: DealChanges,
    Imports.ORDERS: Orders,
}
_IDS: Final = {Imports.ORDERS: "order_id", Imports.DEAL_CHANGES: "change_id"}
_ORDER: Final = list(Imports)
_FILE_NAME_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and how it is read."""

    source: Source
    mapping: Mapping
    kind: Kind
    table: MappedTable
    system: str
    """Whose ids it holds."""

    @property
    def id_column(self) -> str:
        """Name the column that holds the id of the row itself."""
        return _IDS.get(self.mapping.imports, "external_id")

    @property
    def origin(self) -> str | None:
        """Say where the facts come from; None for orders, which are their own history."""
        name = Path(self.source.name).name[:_FILE_NAME_MAX]
        file = name.encode(errors="replace").decode()  # a name may be no text at all
        match self.mapping.imports:
            case Imports.ORDERS:
                return None
            case Imports.DEAL_CHANGES:
                return f"imported from the {self.system} change history {file}"
            case _:
                return f"imported from a {self.system} snapshot of {file}"


def read_export(
    source: Source,
    said: Said,
    *,
    mapping: str | None = None,
    delimiter: str | None = None,
    system: str | None = None,
) -> Export:
    """Look at a file, and find the mapping that reads it unless one is named.

    `system` is whose ids it holds; the mapping's own if not given.

    Raises:
        Unusable: no mapping fits, or the file may be read in two ways.
    """
    csv = CsvTable(source, (), delimiter=delimiter)
    if mapping is None:
        chosen = recognise(
            source.name, {folded_heading(heading): heading for heading in csv.header}
        )
    else:
        chosen = find(mapping)
    kind = _KINDS[chosen.imports]()
    table = MappedTable(source, csv, chosen, kind, said)
    return Export(source, chosen, kind, table, system or chosen.system)


def require_known(exports: Iterable[Export], values: Iterable[str]) -> None:
    """Make sure that what was said of a column is about a column of some file.

    Raises:
        Unusable: no file has such a column.
    """
    known = {column.name for export in exports for column in export.kind.columns}
    for name in values:
        if name not in known:
            raise Unusable(
                f"--set {name}: there is no such column; there are {', '.join(sorted(known))}"
            )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the files of one system tell one another."""

    history: History = field(default_factory=History)
    acquaintances: Acquaintances = field(default_factory=Acquaintances)


def in_order(exports: Iterable[Export]) -> list[Export]:
    """Put the exports of one run in the order in which they build upon one another.

    Histories of deals are read first, so that the deals of the same run are opened as they began.
    """
    systems: dict[str, _Shared] = {}
    shared = [_sharing(export, systems.setdefault(export.system, _Shared())) for export in exports]
    for export in shared:
        if isinstance(export.kind, DealChanges):
            read_history(export.table, export.source, export.kind, export.system, export.origin)
    return sorted(shared, key=lambda export: _ORDER.index(export.mapping.imports))


def _sharing(export: Export, shared: _Shared) -> Export:
    """Let the files of one system that are about the same things know of one another."""
    match export.mapping.imports:
        case Imports.CONTACTS:
            return replace(export, kind=Contacts(shared.acquaintances))
        case Imports.DEALS:
            return replace(export, kind=Deals(shared.history))
        case Imports.DEAL_CHANGES:
            return replace(export, kind=DealChanges(shared.history))
        case Imports.ACTIVITIES:
            return replace(export, kind=Activities(shared.acquaintances))
        case _:
            return export
