"""Reads the text of one cell as a value, or says what is wrong with it. Nothing is guessed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain.currency import Currency
from domain.day import Day
from domain.money import Amount
from domain.tier import TierCriterion
from importers.failure import BadCell, BadRow

E = TypeVar("E", bound=StrEnum)

Reader = Callable[[str], Any]
"""Reads a cell that is not blank; raises ValueError saying what is wrong."""

Values = Mapping[str, Any]
"""The values of a row by their columns; a blank cell is left out."""

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_COUNT: Final = re.compile(r"[0-9]{1,18}")
_DECIMAL_COMMA: Final = re.compile(r"-?[0-9][0-9., '\u00a0\u202f]*")
_SLASHED_DAY: Final = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may have, by the name in its header."""

    name: str
    read: Reader
    required: bool = False


def of_type(kind: Any) -> Reader:
    """Read what a type of the domain admits, and put its objection into words."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def read(text: str) -> Any:
        if "\0" in text:
            raise ValueError("holds the character U+0000")
        try:
            return adapter.validate_python(text)
        except ValidationError as error:
            raise ValueError(_objection(error)) from None

    return read


def one_of(kind: type[E]) -> Callable[[str], E]:
    def read(text: str) -> E:
        try:
            return kind(text.lower())
        except ValueError:
            raise ValueError(f"is not one of {', '.join(kind)}") from None

    return read


_amount: Final[TypeAdapter[Decimal]] = TypeAdapter(Amount)
_day: Final[TypeAdapter[date]] = TypeAdapter(Day)
_currency: Final[TypeAdapter[str]] = TypeAdapter(Currency)


def amount(text: str) -> Decimal:
    """Read a plain decimal number; separators that could mean two things are refused."""
    if not _NUMBER.fullmatch(text):
        if _DECIMAL_COMMA.fullmatch(text):
            raise ValueError("is ambiguous; write 1234.56, a point and no other separator")
        raise ValueError("is not a number")
    try:
        return _amount.validate_python(Decimal(text))
    except ValidationError as error:
        raise ValueError(_objection(error)) from None


def count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError("is not a whole number of 0 or more, in digits alone")
    return int(text)


@lru_cache(maxsize=4_096)  # a file has few days
def day(text: str) -> date:
    """Read an ISO day; any other order of day and month is ambiguous."""
    try:
        return _day.validate_python(text)
    except ValidationError:
        if _SLASHED_DAY.fullmatch(text) and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$", text):
            raise ValueError("is ambiguous; write the day as 2026-05-31") from None
        raise ValueError("is not a day of the calendar; write it as 2026-05-31") from None


@lru_cache(maxsize=512)
def currency(text: str) -> str:
    try:
        return _currency.validate_python(text.upper())
    except ValidationError:
        raise ValueError("is not a currency of ISO 4217, such as EUR") from None


def moment(text: str) -> datetime:
    """Read a day with its time, as the table wrote it."""
    return datetime.fromisoformat(text)


def truth(text: str) -> bool:
    """Read what exports tick a box with."""
    word = text.casefold()
    if word in {"true", "1", "yes", "y", "sí", "si", "verdadero"}:
        return True
    if word in {"false", "0", "no", "n", "falso"}:
        return False
    raise ValueError("is neither true nor false")


def criteria(text: str) -> tuple[TierCriterion, ...]:
    """Read words with spaces or `|` between them."""
    read = one_of(TierCriterion)
    return tuple(read(word) for word in text.replace("|", " ").split())


def _objection(error: ValidationError) -> str:
    """Turn pydantic's first message into the end of a sentence: `<value> ...`."""
    first = error.errors(include_url=False, include_input=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    return said[0].lower() + said[1:]


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


class Shape(StrEnum):
    """What a foreign cell must be put into before its column reads it."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"


def shape_of(column: Column) -> Shape:
    if column.read in (amount, count):
        return Shape.NUMBER
    if column.read is day:
        return Shape.DAY
    return Shape.MOMENT if column.read is moment else Shape.TEXT
