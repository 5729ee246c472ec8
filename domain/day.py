"""A day as people and programs write it: 2026-05-31, and in no other form."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(value: Any) -> Any:
    """Keep pydantic from reading a number, also one in a text, as the seconds since 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("is not a day of the calendar; give one like 2026-05-31")


Day = Annotated[date, BeforeValidator(_iso_day)]
