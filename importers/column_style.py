"""How the numbers and days of a column are written: the column as a whole decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from importers import written_day, written_number
from importers.cells import Shape
from importers.convention import Convention, DayOrder
from importers.failure import Unusable
from importers.written_day import DayEvidence
from importers.written_number import NumberEvidence

_MARKS = {".": "a point", ",": "a comma"}


@dataclass(frozen=True, slots=True)
class Style:
    """What decides where a cell alone does not; None: nothing does."""

    decimal_mark: str | None = None
    day_order: DayOrder | None = None


UNDECIDED: Final = Style()


@dataclass(slots=True)
class Evidence:
    """What the cells of one column say about how they are written."""

    heading: str
    shape: Shape
    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    days: DayEvidence = field(default_factory=DayEvidence)

    def add(self, text: str) -> None:
        if self.shape is Shape.NUMBER:
            self.numbers.add(text)
        else:
            self.days.add(text)


@dataclass(slots=True)
class Styles:
    """The style of each column that has one, and what is to be said about it."""

    by_column: dict[str, Style] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def decide(name: str, evidence: Mapping[str, Evidence], said: Convention) -> Styles:
    """Decide for each column of a file, by what it says itself, the other columns, or the locale.

    Raises:
        Unusable: a column may be read in two ways, or not in the way that the locale says.
    """
    styles = Styles()
    all_numbers = written_number.merged(each.numbers for each in evidence.values())
    all_days = written_day.merged(each.days for each in evidence.values())
    for column, each in evidence.items():
        if each.shape is Shape.NUMBER:
            mark = _mark(name, each, all_numbers, said)
            styles.by_column[column] = Style(decimal_mark=mark)
            styles.notes += _about_numbers(each, mark)
        else:
            order = _order(name, each, all_days, said)
            styles.by_column[column] = Style(day_order=order)
            styles.notes += _about_days(each, order)
    return styles


def _mark(name: str, each: Evidence, others: NumberEvidence, said: Convention) -> str | None:
    clear, ambiguous = each.numbers.clear, each.numbers.ambiguous
    if said.decimal_mark is not None:
        if clear and said.decimal_mark not in clear:
            shown = next(iter(clear.values()))
            raise Unusable(
                f"{name}: {each.heading!r} holds {shown!r}, which is not written as --locale says; "
                "name another locale, or none"
            )
        return said.decimal_mark
    if not clear and ambiguous is not None:
        clear = others.clear
        if len(clear) != 1:
            either, other = (written_number.plain(ambiguous, mark) for mark in ",.")
            raise Unusable(
                f"{name}: {each.heading!r} may be read in two ways: {ambiguous!r} is either "
                f"{either} or {other}, "
                "and nothing in the file tells; name the place it was written in, "
                "such as --locale es or --locale en"
            )
    return next(iter(clear)) if len(clear) == 1 else None


def _order(name: str, each: Evidence, others: DayEvidence, said: Convention) -> DayOrder | None:
    clear, ambiguous = each.days.clear, each.days.ambiguous
    if said.day_order is not None:
        wrong = next((text for order, text in clear.items() if order is not said.day_order), None)
        if wrong is not None:
            raise Unusable(
                f"{name}: {each.heading!r} holds {wrong!r}, which is no day in the form "
                f"{said.day_order} of --locale; name another locale, or none"
            )
        return said.day_order
    if not clear and ambiguous is not None:
        clear = others.clear
        if len(clear) != 1:
            raise Unusable(
                f"{name}: {each.heading!r} may be read in two ways: {ambiguous!r} is either "
                f"{DayOrder.DAY_FIRST} or {DayOrder.MONTH_FIRST}, and nothing in the file tells; "
                "name the place it was written in, such as --locale es or --locale en-US"
            )
    return next(iter(clear)) if len(clear) == 1 else None


def _about_numbers(each: Evidence, mark: str | None) -> list[str]:
    clear, ambiguous = each.numbers.clear, each.numbers.ambiguous
    if len(clear) > 1:
        shown = " and ".join(map(repr, clear.values()))
        return [f"{each.heading}: written in two ways, {shown}; what is ambiguous is rejected"]
    if mark is None or not (clear or ambiguous):
        return []
    note = f"{each.heading}: {_MARKS[mark]} before the decimals"
    if clear:
        note += f", as in {next(iter(clear.values()))!r}"
    if ambiguous is not None:
        note += f"; so {ambiguous!r} is {written_number.plain(ambiguous, mark)}"
    return [note]


def _about_days(each: Evidence, order: DayOrder | None) -> list[str]:
    clear, ambiguous, serial = each.days.clear, each.days.ambiguous, each.days.serial
    notes = []
    if len(clear) > 1:
        shown = " and ".join(map(repr, clear.values()))
        notes.append(
            f"{each.heading}: written in two orders, {shown}; what is ambiguous is rejected"
        )
    elif order is not None and (clear or ambiguous):
        example = next(iter(clear.values()), ambiguous)
        notes.append(f"{each.heading}: days as {order}, as in {example!r}")
    if serial is not None:
        notes.append(f"{each.heading}: days as a spreadsheet counts them, as in {serial!r}")
    return notes
