"""Lists of the rows of any view, page by page: the newest day first, or in the order of a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.refusal import NotFound
from projections.page import Page, day_and_id, name_and_id, page_of, where
from projections.row_view import Row, RowView

R = TypeVar("R", bound=Row)

Condition = tuple[str, Sequence[Any]]
"""A condition in SQL, a constant of the view's, and its parameters."""


@dataclass(frozen=True, slots=True)
class RowList(Generic[R]):
    """How the rows of a view are listed: by which day or name, and which id where those are equal.

    `kind` is what one row is called when it is not found.
    """

    view: RowView[R]
    kind: str
    by: str
    id: str
    newest_first: bool = True
    """By a day; else by a name, from the first to the last."""

    async def page(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        wanted: Mapping[str, Any],
        *,
        beside: Sequence[Condition] = (),
        after: str | None = None,
        limit: int = 100,
    ) -> Page[R]:
        """Return rows whose columns have the values `wanted` (None: any), `limit` at the most.

        Raises:
            BadCursor: `after` is not a cursor of this list.
        """
        conditions, parameters = ["tenant_id = %s"], [tenant_id]
        for column, value in wanted.items():
            if value is not None:
                conditions.append(f"{column} = %s")
                parameters.append(str(value))
        for condition, values in beside:
            conditions.append(condition)
            parameters += map(str, values)
        way, follows = ("DESC", "<") if self.newest_first else ("ASC", ">")
        if after is not None:
            conditions.append(f"({self.by}, {self.id}) {follows} (%s, %s)")
            parameters += map(str, day_and_id(after) if self.newest_first else name_and_id(after))
        order = SQL(f" ORDER BY {self.by} {way}, {self.id} {way} LIMIT %s")
        query = self.view.select_from + where(conditions) + order
        rows = await self.view.select(connection, query, (*parameters, limit + 1))
        return page_of(rows, limit, lambda row: (getattr(row, self.by), getattr(row, self.id)))

    async def one(self, connection: AsyncConnection[Any], tenant_id: str, **ids: UUID) -> R:
        """Return the row with these ids, of which the last one is its own.

        Raises:
            NotFound: there is no such row, or the view does not hold it yet.
        """
        conditions = ["tenant_id = %s", *(f"{column} = %s" for column in ids)]
        query = self.view.select_from + where(conditions)
        rows = await self.view.select(connection, query, (tenant_id, *ids.values()))
        if not rows:
            raise NotFound(self.kind, list(ids.values())[-1])
        return rows[0]
