"""How views are read: as fresh as asked, and every answer says how fresh it is."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args, get_type_hints
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from psycopg import AsyncConnection
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from api.business_day import today as today  # noqa: PLC0414 - every view as of a day needs it
from api.moment import AsOf, KnownAt, position_known, tell_moment
from api.past import refuse_before
from api.problems import PROBLEM_CONTENT
from api.read_so_far import this_read
from api.security import Reader
from api.service import Service, ServiceOf
from ledger.api_keys import Principal
from projections.freshness import Freshness
from projections.moment import Moment
from projections.page import Page
from projections.parked import parked_altogether, parked_of_account
from projections.past.entries import Scope

R = TypeVar("R")

_WAIT_SECONDS_MAX: Final = 5.0

Limit = Annotated[int, Query(ge=1, le=1_000, description="rows at the most")]
After = Annotated[str | None, Query(max_length=2_000, description="`next` of the page before")]


async def _form(
    request: Request,
    format: Annotated[  # noqa: A002  # the parameter's public name
        Literal["json", "csv"] | None,
        Query(description="the form of the answer; `Accept: text/csv` asks for CSV too"),
    ] = None,
) -> str:
    wants_csv = "text/csv" in request.headers.get("accept", "")
    return format or ("csv" if wants_csv else "json")


Form = Annotated[str, Depends(_form)]

READ_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"content": PROBLEM_CONTENT, "description": text}
    for code, text in {
        401: "No key, or one that opens nothing",
        403: "The key's role may not read this",
        404: "It does not exist, or did not at that moment",
        409: "`known_at` is beyond the end of the log",
        422: "A parameter is wrong",
        503: "The views have not come to `min_position` yet, or others look into the past; try "
        "again after Retry-After",
    }.items()
}

LIST_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A page",
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "headers": {
            "Tenure-Next": {
                "description": "in CSV: what `next` is in JSON",
                "schema": {"type": "string"},
            }
        },
    },
    **READ_ANSWERS,
}


class Listed(BaseModel, Generic[R]):
    """A page of a list."""

    items: list[R]
    next: str | None = Field(description="give it as `after` for the next page; null: the last")


@dataclass(frozen=True, slots=True)
class View:
    """A connection to read views with, for one principal, as they stand or as they stood."""

    connection: AsyncConnection[Any]
    principal: Principal
    service: Service
    position: int
    """Every view holds the events up to here, and those of the past none after it."""
    head: int
    """Where the log ended when this was asked."""
    response: Response
    """Whose headers say what the answer is of."""
    as_of: date | None = None
    """The day that is asked about, whether it is past or not; None: nobody asked for one."""
    past: Moment | None = None
    """The moment that is looked back at; None: views are read as they stand."""

    @property
    def tenant_id(self) -> str:
        return self.principal.tenant_id

    @property
    def day(self) -> date:
        """The day that is asked about; today, if nobody asked for one."""
        return self.as_of or today()


MinPosition = Annotated[
    int, Query(ge=0, le=2**62, description="wait until the views hold this position")
]


async def _asked(
    request: Request,
    response: Response,
    service: ServiceOf,
    principal: Reader,
    min_position: MinPosition = 0,
) -> "_Asked":
    await service.business_days.use(principal.tenant_id)
    fresh = await service.views.wait_for(principal.tenant_id, min_position, _WAIT_SECONDS_MAX)
    response.headers["Tenure-Position"] = str(fresh.position)
    response.headers["Tenure-Head"] = str(fresh.head)
    response.headers["Tenure-Lag-Seconds"] = f"{fresh.seconds_behind:.3f}"
    return _Asked(request, response, service, principal, fresh)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A read that somebody asked for, and how fresh the views are for it."""

    request: Request
    response: Response
    service: Service
    principal: Principal
    fresh: Freshness

    @asynccontextmanager
    async def as_it_stands(self, as_of: date | None = None) -> AsyncIterator[View]:
        async with self.service.ledger.pool.connection() as connection:
            await _tell_parked(self.request, self.response, connection, self.principal.tenant_id)
            yield self._view(connection, self.fresh.position, as_of, None)

    @asynccontextmanager
    async def as_it_stood(
        self, as_of: date | None, known_at: str | None, *, of_all: bool
    ) -> AsyncIterator[View]:
        past, tenant_id, fresh = self.service.past, self.principal.tenant_id, self.fresh
        async with past.turn(), self.service.ledger.pool.connection() as connection:
            position = fresh.position
            if known_at is not None:
                position = await position_known(
                    connection, tenant_id, known_at, head=fresh.head, place="known_at"
                )
            moment = Moment(position, as_of)
            account_id = _account_of(self.request)
            if account_id is not None:
                await refuse_before(connection, tenant_id, account_id, moment)
            scope = Scope(tenant_id, moment, None if of_all else account_id)
            async with past.look_back(connection, scope, self.response):
                yield self._view(connection, position, as_of, moment)

    def _view(
        self,
        connection: AsyncConnection[Any],
        position: int,
        as_of: date | None,
        past: Moment | None,
    ) -> View:
        return View(
            connection,
            self.principal,
            self.service,
            position,
            self.fresh.head,
            self.response,
            as_of,
            past,
        )


_AskedFor = Annotated[_Asked, Depends(_asked)]


async def _present(asked: _AskedFor) -> AsyncIterator[View]:
    async with asked.as_it_stands() as view:
        yield view


async def _view(
    asked: _AskedFor, as_of: AsOf = None, known_at: KnownAt = None
) -> AsyncIterator[View]:
    async with _at(asked, as_of, known_at, of_all=False) as view:
        tell_moment(asked.response, view.day, view.position)
        yield view


async def _view_of_all(
    asked: _AskedFor, as_of: AsOf = None, known_at: KnownAt = None
) -> AsyncIterator[View]:
    async with _at(asked, as_of, known_at, of_all=True) as view:
        tell_moment(asked.response, view.day, view.position)
        yield view


def _at(
    asked: _Asked, as_of: date | None, known_at: str | None, *, of_all: bool
) -> AbstractAsyncContextManager[View]:
    """Look back only where it makes a difference: no event takes effect after today."""
    if known_at is None and (as_of is None or as_of >= today()):
        return asked.as_it_stands(as_of)
    return asked.as_it_stood(as_of, known_at, of_all=of_all)


Reading = Annotated[View, Depends(_view)]
"""Views as they stand, or as they stood at the moment of `as_of` and `known_at`.

Under `/accounts/{account_id}` only that account's entries are looked back at.
"""
ReadingOfAll = Annotated[View, Depends(_view_of_all)]
"""The same, for what is under an account and reads other accounts too."""
PresentReading = Annotated[View, Depends(_present)]
"""Views as they stand, for what answers for a moment by itself, or for none."""


def _account_of(request: Request) -> UUID | None:
    """Return the account whose address this is under; None: no account, or no id at all."""
    try:
        return UUID(str(request.path_params["account_id"]))
    except (KeyError, ValueError):
        return None


async def _tell_parked(
    request: Request, response: Response, connection: AsyncConnection[Any], tenant_id: str
) -> None:
    """Say in a header what the views leave out: of one account, or of how many."""
    account = _account_of(request)
    if account is None:
        if count := await parked_altogether(connection, tenant_id):
            response.headers["Tenure-Parked-Count"] = str(count)
    elif parked := await parked_of_account(connection, tenant_id, account):
        response.headers["Tenure-Parked"] = ", ".join(
            [f"{projection}@{position}" for projection, position in parked]
        )


def listed(page: Page[R], row_class: type[R], response: Response, form: str) -> Any:
    """Answer with a page, or with its CSV twin, whose next page stands in `Tenure-Next`."""
    this_read().list_rows(len(page.rows), form)
    if form == "json":
        return Listed[Any](items=list(page.rows), next=page.next)
    headers = dict(response.headers)
    if page.next is not None:
        headers["Tenure-Next"] = page.next
    return Response(
        csv_of(page.rows, row_class), headers=headers, media_type="text/csv; charset=utf-8"
    )


def csv_of(rows: Sequence[Any], row_class: type[Any]) -> str:
    """Write rows as RFC 4180 has it; several values of one field stand apart by `|`."""
    text = io.StringIO()
    writer = csv.writer(text)
    columns = [field.name for field in fields(row_class) if not _is_hidden(row_class, field.name)]
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(getattr(row, column)) for column in columns])
    return text.getvalue()


def _is_hidden(row_class: type[Any], column: str) -> bool:
    """Tell whether JSON leaves the column out, so that its CSV twin does too."""
    hint = get_type_hints(row_class, include_extras=True)[column]
    return any(isinstance(extra, FieldInfo) and extra.exclude for extra in get_args(hint)[1:])


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return "|".join(str(item) for item in value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"  # a spreadsheet would carry it out (OWASP, CSV injection)
    return value
