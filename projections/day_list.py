"""Lists in the order of a day, and of an id within the day: one way for many views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from projections.page import Page, day_and_id, page_of, where
from projections.row_view import Row, RowView

R = TypeVar("R", bound=Row)

Condition = tuple[str, Sequence[Any]]
"""A condition in SQL, a constant of the view's, and its parameters."""


@dataclass(frozen=True, slots=True)
class DayList(Generic[R]):
    """How the rows of a view are listed: by which day (in SQL, and of a row) and which id."""

    view: RowView[R]
    day: str
    id: str
    key: Callable[[R], tuple[date, UUID]]
    newest_first: bool = False

    async def page(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        conditions: Sequence[Condition],
        *,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[R]:
        """Return the rows that meet all conditions, `limit` at the most.

        Raises:
            BadCursor: `after` is not a cursor of this list.
        """
        position = None if after is None else day_and_id(after)
        rows = await self.rows(connection, tenant_id, conditions, position, limit + 1)
        return page_of(rows, limit, self.key)

    async def rows(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        conditions: Sequence[Condition],
        position: tuple[date, UUID] | None,
        count: int,
    ) -> list[R]:
        """Return up to `count` rows that follow a position of the list."""
        texts = ["tenant_id = %s"]
        parameters: list[Any] = [tenant_id]
        for text, given in conditions:
            texts.append(text)
            parameters += given
        way, follows = ("DESC", "<") if self.newest_first else ("ASC", ">")
        if position is not None:
            texts.append(f"({self.day}, {self.id}) {follows} (%s, %s)")
            parameters += position
        order = SQL(f" ORDER BY {self.day} {way}, {self.id} {way} LIMIT %s")
        query = self.view.select_from + where(texts) + order
        return await self.view.select(connection, query, (*parameters, count))


def equal(**columns: Any) -> list[Condition]:
    """Ask for rows whose columns have these values; None: any."""
    return [
        (f"{column} = %s", [str(value) if isinstance(value, StrEnum) else value])
        for column, value in columns.items()
        if value is not None
    ]
