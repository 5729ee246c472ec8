"""A mapping: a small TOML file that says which heading of an export fills which of our columns."""

import tomllib
from collections.abc import Mapping as MappingOf
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from domain.words import Code, Name
from importers.failure import Unusable
from importers.heading import folded_heading

MAPPINGS: Final = Path(__file__).parent / "mappings"
_CONFIG: Final = ConfigDict(frozen=True, extra="forbid")


class Imports(StrEnum):
    """What the rows of an export become; in the order in which they must be taken."""

    ACCOUNTS = "accounts"
    CONTACTS = "contacts"
    DEALS = "deals"
    DEAL_CHANGES = "deal-changes"
    ORDERS = "orders"
    NOTES = "notes"
    ACTIVITIES = "activities"


class Form(StrEnum):
    """A way of writing that is the system's own."""

    SALESFORCE_ID = "salesforce-id"
    COUNTRY = "country"
    FIRST_OF_SEVERAL = "first-of-several"


def _readable(heading: str) -> str:
    if not folded_heading(heading):
        raise ValueError("a heading needs a letter or a digit")
    return heading


Heading = Annotated[str, AfterValidator(_readable)]


class ColumnRule(BaseModel):
    """How one of our columns is filled."""

    model_config = _CONFIG

    headers: tuple[Heading, ...] = ()
    """Its headings, the preferred first: the first that has a value in the row fills it."""
    constant: str | None = None
    """What it is where no heading has a value."""
    values: MappingOf[str, str] = Field(default_factory=dict)
    """The export's words, and ours for them; a word that is not here stays as it is ..."""
    otherwise: str | None = None
    """... or is this; then the export's own word goes to the side file ..."""
    otherwise_aside: bool = False
    """... or goes to the side file, and the column stays blank."""
    form: Form | None = None
    times: Decimal | None = None
    """What a number must be multiplied by, such as 1000000 where the export counts in millions."""
    needs: tuple[str, ...] = ()
    """Columns that must be filled too: without them, this one goes to the side file."""


class LeaveOutRows(BaseModel):
    """Which rows are no facts, such as those deleted in the other system."""

    model_config = _CONFIG

    headers: tuple[Heading, ...]
    when: tuple[str, ...]
    because: str


class Mapping(BaseModel):
    """One kind of export of one system."""

    model_config = _CONFIG

    name: str
    title: Name
    imports: Imports
    system: Code
    columns: MappingOf[str, ColumnRule]
    lines: MappingOf[str, ColumnRule] = Field(default_factory=dict)
    """The columns of an order's lines, where each row of the export is a line."""
    group_by: str | None = None
    """The column whose value the lines of one order have in common."""
    sort_by: str | None = None
    """The column that puts the rows in order, where the order of the file means nothing."""
    recognised_by: tuple[str, ...] = ()
    """Columns of which a file must have a heading to be taken for such an export unasked."""
    goes_before: tuple[str, ...] = ()
    """Mappings that would know such a file too, and read it less well."""
    left_out: tuple[Heading, ...] = ()
    """Headings that look like the row's own and belong to somebody else, such as its owner's."""
    leave_out_rows: LeaveOutRows | None = None

    def headings(self) -> frozenset[str]:
        """Return every heading that the mapping knows, folded."""
        rules = [*self.columns.values(), *self.lines.values()]
        known = [heading for rule in rules for heading in rule.headers]
        if self.leave_out_rows is not None:
            known += self.leave_out_rows.headers
        return frozenset(map(folded_heading, (*known, *self.left_out)))


def load(path: Path) -> Mapping:
    """Read a mapping from its file.

    Raises:
        Unusable: it cannot be read, or says what a mapping does not say.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return Mapping.model_validate({"name": path.stem} | said)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Unusable(f"{path}: {place}: {first['msg']}") from None


def shipped() -> list[Path]:
    """Return the files of the mappings that Tenure brings along."""
    return sorted(MAPPINGS.glob("*.toml"))


def find(name_or_file: str) -> Mapping:
    """Return a mapping by its name, or from a file of one's own.

    Raises:
        Unusable: there is none.
    """
    if name_or_file.endswith(".toml"):
        return load(Path(name_or_file))
    path = MAPPINGS / f"{name_or_file}.toml"
    if path not in shipped():
        names = ", ".join(each.stem for each in shipped())
        raise Unusable(
            f"there is no mapping {name_or_file!r}; give one of {names}, or a file of your own "
            "that ends in .toml"
        )
    return load(path)


def recognise(name: str, headings: MappingOf[str, str]) -> Mapping:
    """Find the one mapping that knows the most headings of a file; they are given by their fold.

    Raises:
        Unusable: none knows enough of them, or several know the same.
    """
    there = frozenset(headings)
    fitting = [mapping for mapping in map(load, shipped()) if _recognised(mapping, there)]
    outdone = {name for mapping in fitting for name in mapping.goes_before}
    known = {
        mapping.name: len(there & mapping.headings())
        for mapping in fitting
        if mapping.name not in outdone
    }
    best = [mapping for mapping in fitting if known.get(mapping.name) == max(known.values())]
    if len(best) == 1:
        return best[0]
    ask = "name one with --mapping; `tenure import mappings` lists them"
    if not best:
        shown = ", ".join(repr(heading) for heading in headings.values())
        raise Unusable(f"{name}: no mapping knows these headings: {shown}; {ask}")
    names = " or ".join(mapping.name for mapping in best)
    raise Unusable(f"{name}: this may be {names}; {ask}")


def _recognised(mapping: Mapping, there: frozenset[str]) -> bool:
    return bool(mapping.recognised_by) and all(
        there.intersection(map(folded_heading, mapping.columns[column].headers))
        for column in mapping.recognised_by
    )
