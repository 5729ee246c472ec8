"""One of our columns, bound to the headings of an export that fill it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Final

from importers import written_day, written_number
from importers.cells import Column, Shape, shape_of
from importers.column_style import UNDECIDED, Style
from importers.country_names import country_code
from importers.heading import folded_heading
from importers.mapping import ColumnRule, Form

_SEVERAL: Final = re.compile(r"[,;]")
_SHORT_ID, _LONG_ID = 15, 18
_NO_ID: Final = "0" * _SHORT_ID
"""What Salesforce's data export writes where nothing is linked."""
_ID_BLOCK: Final = 5
_ID_CHECKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell in our form. `word_kept` tells that it says all that the export's own cell says."""

    text: str | None
    word_kept: bool = True


ASIDE: Final = Converted(None, word_kept=False)


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """How one column is filled from the cells of a row."""

    column: Column
    rule: ColumnRule
    places: Sequence[int]
    """Where in the row its headings stand, the preferred first."""
    values: Mapping[str, str]
    """The rule's values, by the fold of the export's words."""
    default: str | None
    style: Style = UNDECIDED

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def shape(self) -> Shape:
        return shape_of(self.column)

    @property
    def is_filled(self) -> bool:
        return bool(self.places) or self.default is not None

    def convert(self, text: str, zone: tzinfo) -> Converted:
        """Put a cell of the export into our form.

        Raises:
            ValueError: it cannot be read as what it should be.
        """
        if self.values:
            ours = self.values.get(folded_heading(text))
            if ours is not None:
                return Converted(ours)
            if self.rule.otherwise is not None:
                return Converted(self.rule.otherwise, word_kept=False)
            if self.rule.otherwise_aside:
                return ASIDE
        if self.rule.form is not None:
            return _of_form(self.rule.form, text)
        return Converted(self._read(text, zone))

    def _read(self, text: str, zone: tzinfo) -> str:
        match self.shape:
            case Shape.NUMBER:
                number = written_number.plain(text, self.style.decimal_mark)
                times = self.rule.times
                return number if times is None else f"{Decimal(number) * times:f}"
            case Shape.DAY:
                return written_day.moment(text, self.style.day_order, zone).date().isoformat()
            case Shape.MOMENT:
                return written_day.moment(text, self.style.day_order, zone).isoformat()
            case Shape.TEXT:
                return text


def _of_form(form: Form, text: str) -> Converted:
    match form:
        case Form.SALESFORCE_ID if text.startswith(_NO_ID):
            return Converted(None)
        case Form.SALESFORCE_ID:
            return Converted(long_salesforce_id(text))
        case Form.COUNTRY:
            code = country_code(text)
            return ASIDE if code is None else Converted(code)
        case Form.FIRST_OF_SEVERAL:
            several = list(filter(None, map(str.strip, _SEVERAL.split(text))))
            return Converted(several[0], word_kept=len(several) == 1) if several else ASIDE


def bind(
    column: Column, rule: ColumnRule, places: Mapping[str, int], default: str | None
) -> BoundColumn:
    """Find the headings of a column among those of the file, which are given by their fold."""
    folds = dict.fromkeys(map(folded_heading, rule.headers))
    return BoundColumn(
        column=column,
        rule=rule,
        places=[places[fold] for fold in folds if fold in places],
        values={folded_heading(word): ours for word, ours in rule.values.items()},
        default=rule.constant if default is None else default,
    )


def long_salesforce_id(text: str) -> str:
    """Write an id with its 18 characters: the last three tell which of the others are capitals.

    Raises:
        ValueError: it has not 15 or 18 letters and digits, or its capitals got lost.
    """
    if len(text) not in {_SHORT_ID, _LONG_ID} or not (text.isascii() and text.isalnum()):
        raise ValueError("is not an id of Salesforce, of 15 or 18 letters and digits")
    short = text[:_SHORT_ID]
    blocks = [short[at : at + _ID_BLOCK] for at in range(0, _SHORT_ID, _ID_BLOCK)]
    capitals = [
        sum(1 << place for place, letter in enumerate(block) if letter.isupper())
        for block in blocks
    ]
    long = short + "".join(_ID_CHECKS[which] for which in capitals)
    if len(text) == _LONG_ID and text[_SHORT_ID:].upper() != long[_SHORT_ID:]:
        raise ValueError("is an id of Salesforce that has lost its capital letters")
    return long
