"""The owners file: a small CSV file that says who is meant by the owners that exports name.

`tenure import crm --write-owners` makes one ready to be filled in.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from domain.manager import ManagerRole
from domain.words import Name
from importers import cells
from importers.cells import Column, Values, read_cells
from importers.csv_table import CsvTable
from importers.failure import BadCell, BadRow, Unusable
from importers.owners import OWNER, Owner, Owners, Person, owner_key
from importers.rows import Row
from importers.source import open_source

REGISTER: Final = "register"


def _party(text: str) -> UUID | None:
    """Read the id of a party; None: one is to be registered."""
    if text.casefold() == REGISTER:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"is neither the id of a party nor the word {REGISTER}") from None


COLUMNS: Final = (
    Column(OWNER, cells.of_type(Name), required=True),
    Column("rows", str),
    Column("party", _party),
    Column("role", cells.one_of(ManagerRole)),
    Column("name", cells.of_type(Name)),
    Column("email", cells.of_type(Name)),
    Column("same_as", cells.of_type(Name)),
    Column("register_as", cells.of_type(UUID)),
)
"""`rows` is there to be read by people alone."""


def read_owners(files: Iterable[str]) -> Owners:
    """Read owners files. Rows without a party are not decided yet, and say nothing.

    Raises:
        Unusable: a file cannot be read, or says what an owners file does not say, with its line.
    """
    read = [each for file in files for each in _read(file)]
    rows = [each for each in read if isinstance(each, _Said)]
    known: dict[str, Owner] = {}
    lines: dict[str, str] = {}
    bad = [each for each in read if isinstance(each, str)]
    bad += _take_each(rows, known, lines)
    bad += _take_the_same(rows, known, lines)
    if bad:
        raise Unusable("\n".join(bad))
    return Owners(known)


@dataclass(frozen=True, slots=True)
class _Said:
    """A row of an owners file."""

    file: str
    row: Row
    values: Values

    @property
    def place(self) -> str:
        return f"{self.file}:{self.row.line}"

    def owner(self) -> Owner | None:
        """Return whom the row means; None: not decided, or told by another row.

        Raises:
            BadCell: its cells do not go together.
        """
        values = self.values
        if "party" not in values:
            return None
        if "same_as" in values:
            raise BadCell("same_as", "is given beside a party; give one of the two", "")
        role: ManagerRole | None = values.get("role")
        if values["party"] is not None:
            return Owner(values["party"], role)
        if "register_as" not in values:
            what = f"is missing beside {REGISTER}: a random id, such as {uuid4()}"
            raise BadCell("register_as", what, "")
        if "name" not in values:
            raise BadCell("name", f"is missing beside {REGISTER}: a person needs a name", "")
        return Owner(values["register_as"], role, Person(values["name"], values.get("email")))

    def complain(self, column: str, what: str) -> str:
        return f"{self.place}:{column}: {what}, {self.row.cells.get(column, '')!r}"


def _take_each(
    rows: Sequence[_Said], known: dict[str, Owner], lines: dict[str, str]
) -> Iterator[str]:
    """Take the rows that tell of a party themselves; yield what is wrong with them."""
    registered: dict[UUID, str] = {}
    for said in rows:
        key = owner_key(said.values[OWNER])
        if key in lines:
            yield said.complain(OWNER, f"stands in {lines[key]} already")
            continue
        lines[key] = said.place
        try:
            owner = said.owner()
        except BadCell as error:
            yield said.complain(error.column, error.what)
            continue
        if owner is None:
            continue
        if owner.person is not None and owner.party_id in registered:
            what = f"stands in {registered[owner.party_id]} already; for one person, use same_as"
            yield said.complain("register_as", what)
        elif owner.person is not None:
            registered[owner.party_id] = said.place
        known[key] = owner


def _take_the_same(
    rows: Sequence[_Said], known: dict[str, Owner], lines: Mapping[str, str]
) -> Iterator[str]:
    """Let other names of a person mean the same party; yield what is wrong."""
    others = [said for said in rows if "same_as" in said.values and "party" not in said.values]
    found: dict[str, Owner] = {}
    for said in others:
        same = owner_key(said.values["same_as"])
        if same not in lines or any(same == owner_key(each.values[OWNER]) for each in others):
            yield said.complain("same_as", "is no owner of this file with a party of its own")
        elif same in known:
            owner = known[same]
            found[owner_key(said.values[OWNER])] = replace(
                owner, role=said.values.get("role", owner.role)
            )
    known |= found


def _read(file: str) -> Iterator["_Said | str"]:
    """Yield the rows of a file, or what is wrong with them.

    Raises:
        Unusable: it cannot be read.
    """
    with open_source(file) as source:
        table = CsvTable(source, [column.name for column in COLUMNS])
        yield from _wrong_columns(source.name, table.columns)
        with source.path.open(encoding=source.encoding, newline=table.newline) as text:
            for row in table.rows(text):
                yield from _read_row(source.name, row)


def _read_row(file: str, row: Row) -> Iterator["_Said | str"]:
    if row.broken is not None:
        yield f"{file}:{row.line}: {row.broken.what}"
        return
    try:
        yield _Said(file, row, read_cells(row.cells, COLUMNS))
    except BadRow as error:
        for cell in error.cells:
            yield f"{file}:{row.line}:{cell.column}: {cell.what}, {cell.value!r}"


def _wrong_columns(file: str, columns: Sequence[str]) -> Iterator[str]:
    names = [column.name for column in COLUMNS]
    for column in columns:
        if column not in names:
            known = ", ".join(names)
            yield f"{file}:1:{column}: is not a column of an owners file; there are {known}"
    for column in (OWNER, "party"):
        if column not in columns:
            yield f"{file}:1:{column}: the column is missing"


def require_absent(path: Path) -> None:
    """Make sure, before anything is recorded, that a file can be written and none overwritten.

    Raises:
        Unusable: it is there already, or its folder is not.
    """
    if not path.parent.is_dir():
        raise Unusable(f"--write-owners {path}: there is no folder {path.parent}")
    if path.exists():
        raise Unusable(f"--write-owners {path} is there already; name another, or move it away")


def write_unknown(path: Path, unknown: Mapping[str, int]) -> None:
    """Write the owners that nobody has told of, with their rows, for somebody to fill in.

    The id under which each may be registered is random, and stands in the file alone: one that
    were made from the name would tell, for ever, whoever guesses the name.
    """
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in COLUMNS])
        for said, rows in sorted(unknown.items(), key=lambda each: (-each[1], each[0])):
            is_address = "@" in said
            is_name = not is_address and not any(letter.isdigit() for letter in said)
            name, email = said if is_name else "", said if is_address else ""
            writer.writerow([said, rows, "", "", name, email, "", uuid4()])
