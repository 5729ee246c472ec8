"""How views are read: as fresh as asked, and every answer says how fresh it is."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args, get_type_hints
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from psycopg import AsyncConnection
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from api.business_day import today as today  # noqa: PLC0414 - every view as of a day needs it
from api.problems import PROBLEM_CONTENT
from api.read_so_far import this_read
from api.security import Reader
from api.service import Service, ServiceOf
from ledger.api_keys import Principal
from projections.page import Page
from projections.parked import parked_altogether, parked_of_account

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
        404: "It does not exist",
        422: "A parameter is wrong",
        503: "The views have not come to `min_position` yet; try again after Retry-After",
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
    """A connection to read views with, for one principal."""

    connection: AsyncConnection[Any]
    principal: Principal
    service: Service
    position: int
    """Every view holds the events up to here."""

    @property
    def tenant_id(self) -> str:
        return self.principal.tenant_id


async def _view(
    request: Request,
    response: Response,
    service: ServiceOf,
    principal: Reader,
    min_position: Annotated[
        int, Query(ge=0, le=2**62, description="wait until the views hold this position")
    ] = 0,
) -> AsyncIterator[View]:
    await service.business_days.use(principal.tenant_id)
    fresh = await service.views.wait_for(principal.tenant_id, min_position, _WAIT_SECONDS_MAX)
    response.headers["Tenure-Position"] = str(fresh.position)
    response.headers["Tenure-Head"] = str(fresh.head)
    response.headers["Tenure-Lag-Seconds"] = f"{fresh.seconds_behind:.3f}"
    async with service.ledger.pool.connection() as connection:
        await _tell_parked(request, response, connection, principal.tenant_id)
        yield View(connection, principal, service, fresh.position)


Reading = Annotated[View, Depends(_view)]


async def _tell_parked(
    request: Request, response: Response, connection: AsyncConnection[Any], tenant_id: str
) -> None:
    """Say in a header what the views leave out: of one account, or of how many."""
    account_id = request.path_params.get("account_id")
    try:
        account = None if account_id is None else UUID(str(account_id))
    except ValueError:
        return  # no account at all, which the endpoint will say
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
