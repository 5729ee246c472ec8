"""An export of another system, read through a mapping: its rows in our columns and our forms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import Final, TextIO

from importers import column_style
from importers.bound_column import BoundColumn, bind
from importers.cells import Column, Shape
from importers.column_style import Evidence
from importers.convention import UNSAID, Convention
from importers.csv_table import CsvTable
from importers.failure import BadCell, Unusable
from importers.heading import folded_heading
from importers.mapping import ColumnRule
from importers.mapping import Mapping as ExportMapping
from importers.order_lines import grouped
from importers.owners import NO_OWNERS, OWNER, Owners
from importers.rows import ORIGIN, REJECT_COLUMNS, Row
from importers.source import Source
from importers.taking import Kind
from importers.written_number import currency_in

ACCOUNT: Final = "account_id"
OWN_HEADING: Final = "tenure_account_id"
"""The heading under which a person says which account a held row belongs to."""
_CURRENCY_OF: Final = {"amount": "currency", "annual_revenue": "annual_revenue_currency"}
_NO_RULE: Final = ColumnRule()


@dataclass(frozen=True, slots=True)
class Said:
    """What the person who imports has said about a file."""

    convention: Convention = UNSAID
    zone: tzinfo = UTC
    values: Mapping[str, str] = field(default_factory=dict)
    """By column: what it is where the file says nothing."""
    owners: Owners = NO_OWNERS
    reason: str | None = None


class MappedTable:
    """A CSV file as a mapping reads it."""

    newline = ""

    def __init__(
        self, source: Source, csv: CsvTable, mapping: ExportMapping, kind: Kind, said: Said
    ) -> None:
        self.csv = csv
        self._mapping = mapping
        self._said = said
        self._headings = [
            heading.strip() or name for heading, name in zip(csv.header, csv.columns, strict=True)
        ]
        self._bound = self._bind(source, mapping.columns, kind.columns, said.values)
        self._lines = self._bind(source, mapping.lines, kind.columns_of_lines, {})
        self._require(source, kind)
        evidence = self._evidence(source)
        styles = column_style.decide(source.name, evidence, said.convention)
        self._bound, self._lines = (
            [replace(each, style=styles.by_column.get(each.name, each.style)) for each in bound]
            for bound in (self._bound, self._lines)
        )
        self.columns: Sequence[str] = [each.name for each in self._bound if each.is_filled]
        self.form = f"{csv.form}; {mapping.title} (mapping {mapping.name})"
        self.notes = [*styles.notes, *self._about_the_rest()]

    @property
    def headings(self) -> Sequence[str]:
        """What the file calls its columns, for the side file."""
        return [h for h, c in zip(self._headings, self.csv.columns, strict=True)
                if c not in REJECT_COLUMNS]  # fmt: skip

    def rows(self, text: TextIO) -> Iterator[Row]:
        mapped: Iterable[Row] = map(self._mapped, self.csv.rows(text))
        if self._mapping.group_by is not None:
            mapped = grouped(mapped, self._mapping.group_by)
        if self._mapping.sort_by is not None:
            column = self._mapping.sort_by
            mapped = sorted(mapped, key=lambda row: (row.cells.get(column, ""), row.number))
        yield from mapped

    def line_of(self, row: Row, column: str) -> int:
        places = self._places(column)
        return self.csv.line_of(row, self.csv.columns[places[0]]) if places else row.line

    def heading_of(self, column: str) -> str:
        places = self._places(column)
        return self._headings[places[0]] if places else column

    def _places(self, column: str) -> Sequence[int]:
        both = (*self._bound, *self._lines)
        return next((each.places for each in both if each.name == column and each.places), ())

    def _bind(
        self,
        source: Source,
        rules: Mapping[str, ColumnRule],
        columns: Sequence[Column],
        values: Mapping[str, str],
    ) -> list[BoundColumn]:
        known = [column.name for column in columns]
        for name in rules:
            if name not in known:
                raise Unusable(
                    f"{source.name}: {self._mapping.imports} have no column {name!r}; "
                    f"they have {', '.join(known)}"
                )
        places: dict[str, int] = {}
        for place, heading in enumerate(self._headings):
            places.setdefault(folded_heading(heading), place)
        return [
            bind(column, _rule(column, rules), places, values.get(column.name))
            for column in columns
        ]

    def _require(self, source: Source, kind: Kind) -> None:
        missing = [
            each
            for each in (*self._bound, *self._lines)
            if each.column.required and not each.is_filled and not self._is_summed(each, kind)
        ]
        if missing:
            raise Unusable("\n".join(f"{source.name}: {_ask_for(each)}" for each in missing))

    def _is_summed(self, each: BoundColumn, kind: Kind) -> bool:
        """Tell whether it is the amount of an order, which is the sum of its lines."""
        return (
            self._mapping.group_by is not None
            and each.column in kind.columns
            and (each.name == "amount")
        )

    def _evidence(self, source: Source) -> dict[str, Evidence]:
        """Read the file once to see how its numbers and days are written."""
        written = [
            each
            for each in (*self._bound, *self._lines)
            if each.places and each.shape is not Shape.TEXT
        ]
        evidence = {
            each.name: Evidence(self._headings[each.places[0]], each.shape) for each in written
        }
        if not written:
            return evidence
        with source.path.open(encoding=source.encoding, newline=self.newline) as text:
            for row in self.csv.rows(text):
                for each in written:
                    for place in each.places:
                        cell = row.cells.get(self.csv.columns[place])
                        if cell is not None:
                            evidence[each.name].add(cell)
        return evidence

    def _about_the_rest(self) -> list[str]:
        """Name the headings that fill no column: nothing is dropped in silence."""
        used = {place for each in (*self._bound, *self._lines) for place in each.places}
        used.update(self._places_of_left_out_rows())
        somebody_elses = set(map(folded_heading, self._mapping.left_out))
        rest = [
            heading
            for place, heading in enumerate(self._headings)
            if place not in used and self.csv.columns[place] not in REJECT_COLUMNS
        ]
        theirs = [heading for heading in rest if folded_heading(heading) in somebody_elses]
        unknown = [heading for heading in rest if heading not in theirs]
        notes = []
        if unknown:
            notes.append(f"no column here, kept aside: {', '.join(unknown)}")
        if theirs:
            notes.append(f"somebody else's, not the row's own, kept aside: {', '.join(theirs)}")
        filled = {each.name for each in self._bound if each.is_filled}
        for each in self._bound:
            lacking = [name for name in each.rule.needs if name not in filled]
            if each.places and lacking:
                asked = " ".join(f"--set {name}=..." for name in lacking)
                notes.append(f"{self._headings[each.places[0]]}: kept aside; to take it, {asked}")
        return notes

    def _places_of_left_out_rows(self) -> Sequence[int]:
        rule = self._mapping.leave_out_rows
        folds = set() if rule is None else set(map(folded_heading, rule.headers))
        return [i for i, heading in enumerate(self._headings) if folded_heading(heading) in folds]

    def _mapped(self, row: Row) -> Row:
        if row.broken is not None:
            return row
        texts = [row.cells.get(column) for column in self.csv.columns]
        if self._is_left_out(texts):
            return replace(row, cells={}, left_out=True)
        told: set[int] = set()
        bad: list[BadCell] = []
        cells = self._filled(self._bound, texts, told, bad)
        lines = [self._filled(self._lines, texts, told, bad)] if self._lines else []
        aside = {
            self._headings[place]: text
            for place, text in enumerate(texts)
            if text is not None
            and place not in told
            and self.csv.columns[place] not in REJECT_COLUMNS
        }
        if ORIGIN in row.cells:
            cells[ORIGIN] = row.cells[ORIGIN]
        bad = [_at(cell, row.line) for cell in bad]
        return replace(row, cells=cells, lines=lines, bad=bad, aside=((row.number, aside),))

    def _is_left_out(self, texts: Sequence[str | None]) -> bool:
        rule = self._mapping.leave_out_rows
        if rule is None:
            return False
        words = set(map(folded_heading, rule.when))
        return any(
            folded_heading(texts[place] or "") in words for place in self._places_of_left_out_rows()
        )

    def _filled(
        self,
        bound: Sequence[BoundColumn],
        texts: Sequence[str | None],
        told: set[int],
        bad: list[BadCell],
    ) -> dict[str, str]:
        """Fill the columns; `told` gets the places that say nothing more than is now filled in."""
        cells: dict[str, str] = {}
        places: dict[str, int] = {}
        for each in bound:
            place = next((place for place in each.places if texts[place] is not None), None)
            text = None if place is None else texts[place]
            if place is None or text is None:
                if each.default is not None:
                    cells[each.name] = each.default
                continue
            try:
                converted = each.convert(text, self._said.zone)
            except ValueError as error:
                bad.append(BadCell(each.name, str(error), text))
                told.add(place)
                continue
            if converted.text is not None:
                cells[each.name] = converted.text
                if converted.word_kept and self._is_placed(each, converted.text):
                    places[each.name] = place
        self._drop_what_stands_alone(bound, cells, {cell.column for cell in bad})
        told.update(place for name, place in places.items() if name in cells)
        bad += _other_currencies(cells, places, texts)
        return cells

    def _is_placed(self, each: BoundColumn, text: str) -> bool:
        """Tell whether a fact will hold what is written; of an owner nobody has told of, none."""
        return each.name != OWNER or self._said.owners.find(text) is not None

    @staticmethod
    def _drop_what_stands_alone(
        bound: Sequence[BoundColumn], cells: dict[str, str], bad: set[str]
    ) -> None:
        lacking = True
        while lacking:
            lacking = False
            for each in bound:
                needs = [name for name in each.rule.needs if name not in cells and name not in bad]
                if needs and cells.pop(each.name, None) is not None:
                    lacking = True


def _rule(column: Column, rules: Mapping[str, ColumnRule]) -> ColumnRule:
    rule = rules.get(column.name, _NO_RULE)
    if column.name == ACCOUNT:
        return rule.model_copy(update={"headers": (OWN_HEADING, *rule.headers)})
    return rule


def _ask_for(each: BoundColumn) -> str:
    known = " or ".join(repr(heading) for heading in each.rule.headers)
    looked = f" ({known})" if known else ""
    return (
        f"nothing fills the column {each.name}{looked}; "
        f"say what it is in all rows with --set {each.name}=..., or name its heading in a mapping"
    )


def _at(cell: BadCell, line: int) -> BadCell:
    return BadCell(cell.column, cell.what, cell.value, line=line)


def _other_currencies(
    cells: Mapping[str, str], places: Mapping[str, int], texts: Sequence[str | None]
) -> list[BadCell]:
    """Find amounts with a currency beside them that is not the row's."""
    bad = []
    for amount, currency in _CURRENCY_OF.items():
        text = texts[places[amount]] if amount in places else None
        if text is None or text.isdecimal() or currency not in cells:
            continue
        beside = currency_in(text)
        if beside is not None and beside != cells[currency].upper():
            bad.append(BadCell(amount, f"is in {beside}, the row in {cells[currency]}", text))
    return bad
