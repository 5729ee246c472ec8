"""The moment a question is about: as of which day, as known at which position of the log."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query

from api.reading import View, today
from api.validation import BadField
from domain.day import Day
from projections.kpi_history import position_at

AsOf = Annotated[
    Day | None,
    Query(description="what had taken effect by the end of this day; today, if not given"),
]
KnownAt = Annotated[
    str | None,
    Query(
        max_length=40,
        description="what was recorded by then: a position, or an instant with its offset from "
        "UTC; all there is, if not given",
    ),
]


def day_asked(as_of: date | None) -> date:
    """Return the day that is asked for; today, if none is.

    Raises:
        BadField: it has not come yet.
    """
    last = today()
    if as_of is not None and as_of > last:
        problem = f"has not come yet; give a day up to today, {last}"
        raise BadField("as_of", problem, place="query", code="in-the-future")
    return as_of or last


async def position_asked(view: View, known_at: str | None) -> int:
    """Resolve a position or an instant to a position that the views hold.

    Raises:
        BadField: it is neither, or the views do not hold it.
    """
    if known_at is None:
        return view.position
    if known_at.isascii() and known_at.isdecimal():
        position = int(known_at)
        if position <= view.position:
            return position
        problem = f"is beyond position {view.position}, which the views hold; give one up to that"
        raise BadField("known_at", problem, place="query", code="not-known-yet")
    try:
        instant = datetime.fromisoformat(known_at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        problem = "is neither a position nor an instant such as 2026-05-31T12:00:00Z"
        raise BadField("known_at", problem, place="query", code="bad-known-at")
    return min(view.position, await position_at(view.connection, view.tenant_id, instant))
