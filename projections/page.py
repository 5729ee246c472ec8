"""Lists in pages: each goes on after the last key of the one before."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg.sql import SQL, Composed

R = TypeVar("R")


class BadCursor(ValueError):
    """The text is not a cursor of this list."""

    def __init__(self) -> None:
        super().__init__("this is not a cursor of this list; give one as `next` had it, or none")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some rows, and the cursor of what follows; None: these are the last."""

    rows: Sequence[R]
    next: str | None


def page_of(rows: Sequence[R], limit: int, key: Callable[[R], Sequence[Any]]) -> Page[R]:
    """Cut a page out of up to `limit` + 1 rows."""
    if len(rows) <= limit:
        return Page(rows, None)
    shown = rows[:limit]
    return Page(shown, encode_cursor(key(shown[-1])))


def encode_cursor(key: Sequence[Any]) -> str:
    text = json.dumps([str(part) for part in key], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def name_and_id(cursor: str) -> tuple[str, UUID]:
    """Read a cursor of a list in the order of names.

    Raises:
        BadCursor: it is none.
    """
    name, id_ = _decode(cursor)
    if "\0" in name:
        raise BadCursor
    return name, _parsed(UUID, id_)


def day_and_id(cursor: str) -> tuple[date, UUID]:
    """Read a cursor of a list in the order of days.

    Raises:
        BadCursor: it is none.
    """
    day, id_ = _decode(cursor)
    return _parsed(date.fromisoformat, day), _parsed(UUID, id_)


def where(conditions: Sequence[str]) -> Composed:
    """Join conditions, all of them constants of a view, into a WHERE clause."""
    parts = [SQL(condition) for condition in conditions]
    return SQL(" WHERE ") + SQL(" AND ").join(parts)


def decode_cursor(cursor: str) -> Sequence[str]:
    """Read what a cursor was made of.

    Raises:
        BadCursor: it is none.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (BadBase64, UnicodeError, ValueError, RecursionError) as error:
        raise BadCursor from error
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise BadCursor
    return key


def _decode(cursor: str) -> tuple[str, str]:
    match decode_cursor(cursor):
        case [first, second]:
            return first, second
        case _:
            raise BadCursor


def _parsed(parse: Callable[[str], R], text: str) -> R:
    try:
        return parse(text)
    except ValueError as error:
        raise BadCursor from error


def whole_positions(
    rows: Sequence[R], limit: int, position: Callable[[R], int]
) -> tuple[Sequence[R], int | None]:
    """Return the first rows in the order of their positions, and after which position to go on.

    All rows of one position stay together: at most `limit` rows, but at least those of one.
    """
    if len(rows) <= limit:
        return rows, None
    cut = position(rows[limit])
    whole = [row for row in rows[:limit] if position(row) < cut]
    whole = whole or [row for row in rows if position(row) == cut]
    return whole, position(whole[-1]) if len(whole) < len(rows) else None


def position_in(cursor: str) -> int:
    """Read the position that the page before ended with.

    Raises:
        BadCursor: it is none.
    """
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):  # noqa: PLR2004  # a bigint
        raise BadCursor
    return int(cursor)
