"""Days as people and spreadsheets write them: ISO, `31.05.2026`, `5/31/2026`, 45631."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from importers.convention import DayOrder

_TIME: Final = (
    r"(?:(?:T|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST: Final = re.compile(
    rf"(?P<year>[0-9]{{4}})(?P<mark>[-/.])(?P<a>[0-9]{{1,2}})(?P=mark)(?P<b>[0-9]{{1,2}}){_TIME}"
)
_YEAR_LAST: Final = re.compile(
    rf"(?P<a>[0-9]{{1,2}})(?P<mark>[-/.])(?P<b>[0-9]{{1,2}})(?P=mark)(?P<year>[0-9]{{4}}){_TIME}"
)
_SERIAL: Final = re.compile(r"(?P<day>[0-9]{5})(?:[.,](?P<part>[0-9]+))?")
_SERIAL_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001  # ECMA-376, 18.17.4.1; a sheet has no zone
_MONTHS: Final = 12
_HOURS: Final = 12


@dataclass(slots=True)
class DayEvidence:
    """What the days of a column say about the order of day and month."""

    clear: dict[DayOrder, str] = field(default_factory=dict)
    ambiguous: str | None = None
    serial: str | None = None
    """The first day that is a number of a spreadsheet."""

    def add(self, text: str) -> None:
        if _SERIAL.fullmatch(text):
            self.serial = self.serial or text
            return
        found = _YEAR_LAST.fullmatch(text)
        if found is None or found["mark"] == ".":
            return
        first, second = int(found["a"]), int(found["b"])
        if first == second:
            return
        if first <= _MONTHS and second <= _MONTHS:
            self.ambiguous = self.ambiguous or text
        elif second <= _MONTHS:
            self.clear.setdefault(DayOrder.DAY_FIRST, text)
        elif first <= _MONTHS:
            self.clear.setdefault(DayOrder.MONTH_FIRST, text)


def merged(evidence: Iterable[DayEvidence]) -> DayEvidence:
    """Put the evidence of several columns together: one program wrote them all."""
    all_of_them = DayEvidence()
    for each in evidence:
        all_of_them.clear = each.clear | all_of_them.clear
    return all_of_them


def moment(text: str, order: DayOrder | None, zone: tzinfo) -> datetime:
    """Read a day, with its time if it has one, as the clocks of `zone` show it.

    A time without a zone of its own is taken as it stands.

    Raises:
        ValueError: it is no day, or could be two.
    """
    if found := _SERIAL.fullmatch(text):
        part = float(f"0.{found['part']}") if found["part"] else 0.0
        return _SERIAL_ZERO + timedelta(days=int(found["day"]), seconds=round(part * 86_400))
    if found := _YEAR_FIRST.fullmatch(text):
        month, day = int(found["a"]), int(found["b"])
    elif found := _YEAR_LAST.fullmatch(text):
        day, month = _day_and_month(found, order)
    else:
        raise ValueError("is not a day that can be read; write it as 2026-05-31")
    try:
        read = datetime.combine(date(int(found["year"]), month, day), _time(found))
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
    offset = _offset(found["zone"])
    if offset is None:
        return read
    return (read - offset).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _day_and_month(found: re.Match[str], order: DayOrder | None) -> tuple[int, int]:
    first, second = int(found["a"]), int(found["b"])
    if found["mark"] == "." or first > _MONTHS:  # nobody writes 5.31.2026
        return first, second
    if second > _MONTHS:
        return second, first
    if first != second and order is None:
        raise ValueError("is ambiguous: its column has days of both orders")
    return (second, first) if order is DayOrder.MONTH_FIRST else (first, second)


def _time(found: re.Match[str]) -> time:
    if found["hour"] is None:
        return time()
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= _HOURS:
            raise ValueError("is not a time of the day")
        hour = hour % _HOURS + (_HOURS if found["half"].casefold().startswith("p") else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _offset(written: str | None) -> timedelta | None:
    if written is None:
        return None
    if written in {"Z", "UTC", "GMT"}:
        return timedelta()
    digits = written[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -offset if written[0] == "-" else offset
