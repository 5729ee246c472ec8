"""Numbers as people and spreadsheets write them: `1 234,56`, `1.234,56`, `1,234.56`, `$125000`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from domain.currency import minor_units

_SIGNS: Final = {"€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK", "Ft": "HUF"}
"""Signs that mean one currency; a $ or a kr may be any of several."""
_MONEY: Final = r"(?:[A-Z]{3}|[A-Z]{0,2}\$|[¢£¤¥\u20a0-\u20cf]|zł|Kč|Ft|kr\.?)"
_WHOLE: Final = re.compile(
    rf"(?P<sign>[-\u2212]?)\s*(?P<before>{_MONEY}?)\s*(?P<sign2>[-\u2212]?)\s*"
    rf"(?P<digits>[0-9](?:[0-9., '\u2019\u00a0\u202f\u2009]*[0-9])?)\s*(?P<after>{_MONEY}?)"
)
_BLANK_GROUPS: Final = re.compile(
    r"[0-9]{1,3}(?:[ '\u2019\u00a0\u202f\u2009][0-9]{3})+(?:[.,][0-9]+)?"
)
_BLANKS: Final = re.compile(r"[ '\u2019\u00a0\u202f\u2009]")
_GROUPED: Final = {
    mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{2,3}})*{re.escape(mark)}[0-9]{{3}}")
    for mark in ".,"
}
_OTHER: Final = {".": ",", ",": "."}
_GROUP_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A number taken apart. `decimal_mark` is the one it must have been written with, if any."""

    sign: str
    digits: str
    currency: str | None
    decimal_mark: str | None
    ambiguous_mark: str | None = None
    """The `.` of 1.200, which is either 1200 or 1.2."""


@dataclass(slots=True)
class NumberEvidence:
    """What the numbers of a column say about the mark before their decimals."""

    clear: dict[str, str] = field(default_factory=dict)
    """For each mark, the first number that can only have been written with it."""
    ambiguous: str | None = None
    """The first number that leaves it open."""

    def add(self, text: str) -> None:
        try:
            written = take_apart(text)
        except ValueError:
            return
        if written.decimal_mark is not None:
            self.clear.setdefault(written.decimal_mark, text)
        elif written.ambiguous_mark is not None and self.ambiguous is None:
            self.ambiguous = text


def plain(text: str, decimal_mark: str | None) -> str:
    """Return the number as `1234.56`; `decimal_mark` decides where the number itself does not.

    Raises:
        ValueError: it is no number, or could be two.
    """
    written = take_apart(text)
    mark = written.decimal_mark
    if mark is None and written.ambiguous_mark is not None:
        if decimal_mark is None:
            raise ValueError("is ambiguous: its column has numbers of both kinds")
        mark = decimal_mark
    digits = written.digits
    if mark is not None:
        digits = digits.replace(_OTHER[mark], "").replace(mark, ".")
    return written.sign + digits


def currency_in(text: str) -> str | None:
    """Return the currency that is written beside a number, where it can only be one."""
    try:
        return take_apart(text).currency
    except ValueError:
        return None


def take_apart(text: str) -> Written:
    """Tell sign, digits and currency apart.

    Raises:
        ValueError: it is no number.
    """
    found = _WHOLE.fullmatch(text.strip())
    if found is None:
        raise ValueError("is not a number")
    digits, blanks = found["digits"], False
    if _BLANKS.search(digits):
        if not _BLANK_GROUPS.fullmatch(digits):
            raise ValueError("is not a number")
        digits, blanks = _BLANKS.sub("", digits), True
    currency = _currency(found["before"] or found["after"])
    sign = "-" if found["sign"] or found["sign2"] else ""
    mark, ambiguous = _marks(digits, grouped_by_blanks=blanks)
    return Written(sign, digits, currency, mark, ambiguous)


def merged(evidence: Iterable[NumberEvidence]) -> NumberEvidence:
    """Put the evidence of several columns together: one program wrote them all."""
    all_of_them = NumberEvidence()
    for each in evidence:
        all_of_them.clear = each.clear | all_of_them.clear
    return all_of_them


def _marks(digits: str, *, grouped_by_blanks: bool) -> tuple[str | None, str | None]:
    """Return the mark before the decimals, and else the mark that may be it or not."""
    marks = [character for character in digits if character in _OTHER]
    if not marks:
        return None, None
    last = marks[-1]
    whole, _, decimals = digits.rpartition(last)
    if len(set(marks)) > 1:
        if marks.count(last) > 1 or not _GROUPED[_OTHER[last]].fullmatch(whole):
            raise ValueError("is not a number")
        return last, None
    if len(marks) > 1:
        if grouped_by_blanks or not _GROUPED[last].fullmatch(digits):
            raise ValueError("is not a number")
        return _OTHER[last], None
    may_be_group = len(decimals) == _GROUP_DIGITS and len(whole) <= _GROUP_DIGITS
    if may_be_group and not whole.startswith("0") and not grouped_by_blanks:
        return None, last
    return last, None


def _currency(written: str) -> str | None:
    if not written:
        return None
    if written in _SIGNS:
        return _SIGNS[written]
    if written.isalpha() and written.isupper():
        try:
            minor_units(written)
        except ValueError:
            raise ValueError("is not a number") from None
        return written
    return None
