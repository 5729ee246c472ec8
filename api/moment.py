"""The moment a question is about: as of which day, as known at which position of the log."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Protocol

from fastapi import Query, Response
from psycopg import AsyncConnection
from pydantic import Field, StringConstraints

from api.business_day import today
from api.problems import BeyondHead
from api.service import Service
from api.validation import BadField
from domain.day import Day
from projections.kpi_history import position_at
from projections.moment import Moment

AsOf = Annotated[
    Day | None,
    Query(description="what had taken effect by the end of this day; today, if not given"),
]
KnownAt = Annotated[
    str | None,
    Query(
        max_length=40,
        description="what was recorded by then: a position, which is the size of a checkpoint "
        "too, or an instant with its offset from UTC; all there is, if not given",
    ),
]

MomentAsked = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    Field(
        description="`now`; a day; a position or an instant with its offset from UTC; or a day "
        "as it was known then: `2026-03-31@120`",
        examples=["2026-03-31", "120", "2026-03-31@2026-04-02T09:00:00Z"],
    ),
]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WAIT_SECONDS_MAX: Final = 5.0


class Held(Protocol):
    """Views, and how far they and the log go."""

    @property
    def connection(self) -> AsyncConnection[Any]: ...
    @property
    def service(self) -> Service: ...
    @property
    def tenant_id(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def head(self) -> int: ...
    @property
    def response(self) -> Response: ...


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


async def moment_written(view: Held, text: str, *, place: str) -> Moment:
    """Read a moment that is written in one word: `now`, a day, what was known, or both.

    `place` is the parameter that it was given in.

    Raises:
        BadField: it is none of these, or its day has not come yet.
        BeyondHead: the log does not go so far.
    """
    day, at, known_at = text.rpartition("@") if "@" in text else _axes(text)
    as_of = _day(day, place) if day else None
    if not known_at:
        if at:
            problem = "has nothing after the @; give a position or an instant there"
            raise BadField(place, problem, place="query", code="bad-moment")
        return Moment(view.position, as_of)
    known = await position_known(
        view.connection, view.tenant_id, known_at, head=view.head, place=place
    )
    return Moment(known, as_of)


def _axes(text: str) -> tuple[str, str, str]:
    if text == "now":
        return "", "", ""
    return (text, "", "") if _DAY.fullmatch(text) else ("", "", text)


def _day(text: str, place: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problem = f"has the day {text}, which is none; give one such as 2026-05-31"
        raise BadField(place, problem, place="query", code="bad-moment") from None
    if day > today():
        problem = f"has not come yet; give a day up to today, {today()}"
        raise BadField(place, problem, place="query", code="in-the-future")
    return day


async def moment_asked(view: Held, as_of: date | None, known_at: str | None) -> tuple[date, int]:
    """Return the day and the position that are asked for, and say so in the answer.

    Raises:
        BadField, BeyondHead, NotYet: as `day_asked` and `position_asked` say.
    """
    day, known = day_asked(as_of), await position_asked(view, known_at)
    tell_moment(view.response, day, known)
    return day, known


def tell_moment(response: Response, as_of: date, known_at: int) -> None:
    """Say in headers which moment an answer is of."""
    response.headers["Tenure-As-Of"] = as_of.isoformat()
    response.headers["Tenure-Known-At"] = str(known_at)


async def position_asked(view: Held, known_at: str | None) -> int:
    """Resolve a position or an instant to a position that the views hold.

    Raises:
        BadField: it is neither.
        BeyondHead: the log does not go so far.
        NotYet: the log does, and the views do not yet.
    """
    if known_at is None:
        return view.position
    position = await position_known(
        view.connection, view.tenant_id, known_at, head=view.head, place="known_at"
    )
    if position > view.position and known_at.isdecimal():
        await view.service.views.wait_for(view.tenant_id, position, _WAIT_SECONDS_MAX)
        return position
    return min(view.position, position)


async def position_known(
    connection: AsyncConnection[Any], tenant_id: str, known_at: str, *, head: int, place: str
) -> int:
    """Resolve a position, or an instant to the last position recorded by then.

    `place` is the parameter that it was given in.

    Raises:
        BadField: it is neither.
        BeyondHead: the log does not go so far.
    """
    if known_at.isascii() and known_at.isdecimal():
        position = int(known_at)
        if position > head:
            raise BeyondHead(f"position {position}", head)
        return position
    try:
        instant = datetime.fromisoformat(known_at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        problem = "is neither a position nor an instant such as 2026-05-31T12:00:00Z"
        raise BadField(place, problem, place="query", code="bad-known-at")
    return await position_at(connection, tenant_id, instant)
