"""Lists in the order of a day, page by page, of the rows of any view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.sql import SQL

from projections.page import Page, day_and_id, page_of, where
from projections.row_view import Row, RowView

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class DayOrder:
    """The day and the id that a list is in the order of: both names are constants of a view."""

    day: str
    id: str
    newest_first: bool = True


async def list_by_day(
    view: RowView[R],
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    order: DayOrder,
    wanted: Mapping[str, Any],
    beside: Sequence[tuple[str, Any]] = (),
    after: str | None,
    limit: int,
) -> Page[R]:
    """Return rows whose columns have the values `wanted` (None: any), `limit` at the most.

    `beside` are conditions that no equality can say, each with its one parameter.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions, parameters = ["tenant_id = %s"], [tenant_id]
    for column, value in wanted.items():
        if value is not None:
            conditions.append(f"{column} = %s")
            parameters.append(str(value))
    for condition, value in beside:
        conditions.append(condition)
        parameters.append(str(value))
    way, sign = ("DESC", "<") if order.newest_first else ("ASC", ">")
    if after is not None:
        conditions.append(f"({order.day}, {order.id}) {sign} (%s, %s)")
        parameters += map(str, day_and_id(after))
    query = (
        view.select_from
        + where(conditions)
        + SQL(f" ORDER BY {order.day} {way}, {order.id} {way} LIMIT %s")
    )
    rows = await view.select(connection, query, (*parameters, limit + 1))
    return page_of(rows, limit, lambda row: (getattr(row, order.day), getattr(row, order.id)))
