"""Lists of the rows of a view in the order of one of several columns, page by page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from projections.page import BadCursor, Page, decode_cursor, encode_cursor, where
from projections.row_list import Condition
from projections.row_view import Row, RowView

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Order(Generic[R]):
    """One way to sort: an expression in SQL, its type, and the same of a row."""

    sql: str
    sql_type: str
    of: Callable[[R], Any]
    parse: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True)
class SortedList(Generic[R]):
    """How the rows of a view may be listed; rows of which the order says nothing come last."""

    view: RowView[R]
    id: str
    orders: Mapping[str, Order[R]]
    """By their names; `-name` is the same the other way round."""

    async def page(
        self,
        connection: AsyncConnection[Any],
        tenant_id: str,
        sort: str,
        conditions: Sequence[Condition],
        *,
        after: str | None,
        limit: int,
    ) -> Page[R]:
        """Return the rows that meet all conditions, `limit` at the most.

        Raises:
            BadCursor: `after` is not a cursor of this list in this order.
        """
        descending = sort.startswith("-")
        order = self.orders[sort.removeprefix("-")]
        texts, parameters = ["tenant_id = %s"], [tenant_id]
        for text, values in conditions:
            texts.append(text)
            parameters += values
        if after is not None:
            text, values = self._follows(order, sort, after, descending=descending)
            texts.append(text)
            parameters += values
        way = "DESC" if descending else "ASC"
        ordered = SQL(f" ORDER BY {order.sql} {way} NULLS LAST, {self.id} {way} LIMIT %s")
        query = self.view.select_from + where(texts) + ordered
        rows = await self.view.select(connection, query, (*parameters, limit + 1))
        if len(rows) <= limit:
            return Page(rows, None)
        last = rows[limit - 1]
        value = order.of(last)
        key = [sort, "" if value is None else "=" + str(value), getattr(last, self.id)]
        return Page(rows[:limit], encode_cursor(key))

    def _follows(
        self, order: Order[R], sort: str, after: str, *, descending: bool
    ) -> tuple[str, list[Any]]:
        """Ask for what comes after the row that a cursor names.

        Raises:
            BadCursor: it is not one of this order.
        """
        try:
            of_sort, value, id_ = decode_cursor(after)
            id_ = str(UUID(id_))
            parsed = order.parse(value.removeprefix("=")) if value else None
        except ValueError as error:
            raise BadCursor from error
        if of_sort != sort or "\0" in value:
            raise BadCursor
        sign = "<" if descending else ">"
        if parsed is None:
            return f"{order.sql} IS NULL AND {self.id} {sign} %s::uuid", [id_]
        follows = f"({order.sql}, {self.id}) {sign} (%s::{order.sql_type}, %s::uuid)"
        return f"({follows} OR {order.sql} IS NULL)", [parsed, id_]


def day(text: str) -> date:
    return date.fromisoformat(text)
