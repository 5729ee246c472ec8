"""Views with one row a key: a pure fold of entries, written in one statement a batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar, get_args, get_origin
from typing import get_type_hints as hints_of
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

from ledger.recorded import Recorded
from projections.schemas import LIVE
from projections.text_form import amount_array, id_array, nested_array, plain_array, text_array

Key = tuple[UUID | str | int, ...]


class Row(Protocol):
    """A frozen dataclass; its fields are the columns of its table, but for `tenant_id`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Row)

_SQL_TYPES: Final[Mapping[Any, tuple[str, Callable[[Iterable[Any]], str]]]] = {
    UUID: ("uuid", id_array),
    str: ("text", text_array),
    date: ("date", plain_array),
    int: ("bigint", plain_array),
    bool: ("boolean", plain_array),
    Decimal: ("numeric", amount_array),
    tuple[str, ...]: ("text[]", nested_array),
    tuple[UUID, ...]: ("uuid[]", nested_array),
}
"""For each type of a field, that of its column, and how a whole column is written."""


class RowView(Generic[R]):
    """A projection that keeps one row for each key, and the way its rows are read.

    `key_of` names the row that an entry concerns, None where it concerns none. `evolve` takes that
    row (None: there is none yet) and returns the next one, or the same where nothing changes. Both
    are pure, so that a rebuild gives the same rows. `whole`: entries of several accounts may
    concern one row (projection.py).
    """

    def __init__(
        self,
        *,
        name: str,
        table: str,
        row: type[R],
        key: tuple[str, ...],
        key_of: Callable[[Recorded], Key | None],
        evolve: Callable[[R | None, Recorded], R],
        version: int = 1,
        whole: bool = False,
    ) -> None:
        self.name = name
        self.tables = (table,)
        self.version = version
        self.whole = whole
        self.row: Final = row
        self.key: Final = key
        self._key_of = key_of
        self._evolve = evolve
        self._columns = [field.name for field in fields(row)]
        types = {column: _plain(hint) for column, hint in hints_of(row).items()}
        self._loaders = {column: _loader(types[column]) for column in self._columns}
        self._table = Identifier(table)
        sql_types = {column: _SQL_TYPES[_stored(types[column])] for column in self._columns}
        self._select_keys = self._select_keys_sql([sql_types[column][0] for column in key])
        self._key_writers = [sql_types[column][1] for column in key]
        self._upsert = self._upsert_sql({column: type_ for column, (type_, _) in sql_types.items()})
        self._writers = [write for _, write in sql_types.values()]

    def key_of(self, entry: Recorded) -> Key | None:
        """Name the row that an entry concerns; None: it concerns none."""
        return self._key_of(entry)

    def fold(self, rows: Mapping[Key, R], entries: Iterable[Recorded]) -> dict[Key, R]:
        """Return the rows that entries change or add, given those that there are."""
        return self._fold(rows, self._by_key(entries))

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        """Read the rows that these entries concern, fold, and write what has changed."""
        touched = self._by_key(entries)
        if not touched:
            return
        parts = zip(*touched, strict=True)
        keys = [write(part) for write, part in zip(self._key_writers, parts, strict=True)]
        standing = await self.select(connection, self._select_keys, (*keys, tenant_id))
        rows = {self._key_in(row): row for row in standing}
        changed = self._fold(rows, touched)
        if changed:
            rows_changed = list(changed.values())
            columns = [
                write([getattr(row, column) for row in rows_changed])
                for column, write in zip(self._columns, self._writers, strict=True)
            ]
            await connection.execute(self._upsert, (tenant_id, *columns))

    @property
    def select_from(self) -> Composed:
        """`SELECT … FROM …` of whole live rows, for a reader to go on with `WHERE`."""
        columns = SQL(", ").join([Identifier(column) for column in self._columns])
        return SQL("SELECT {} FROM {}.{}").format(columns, Identifier(LIVE), self._table)

    async def select(
        self, connection: AsyncConnection[Any], query: Composed, parameters: Sequence[Any]
    ) -> list[R]:
        """Run a query whose columns are those of the rows."""
        cursor = await connection.execute(query, parameters)
        loaders = list(self._loaders.values())
        return [
            self.row(*[load(value) for load, value in zip(loaders, values, strict=True)])
            async for values in cursor
        ]

    def _by_key(self, entries: Iterable[Recorded]) -> Mapping[Key, Sequence[Recorded]]:
        """Put together what concerns one row, so that its key is looked at once."""
        by_key: dict[Key, list[Recorded]] = {}
        for entry in entries:
            key = self._key_of(entry)
            if key is not None:
                by_key.setdefault(key, []).append(entry)
        return by_key

    def _fold(
        self, rows: Mapping[Key, R], touched: Mapping[Key, Sequence[Recorded]]
    ) -> dict[Key, R]:
        changed: dict[Key, R] = {}
        for key, entries in touched.items():
            row = before = rows.get(key)
            for entry in entries:
                row = self._evolve(row, entry)
            if row is not None and row is not before:
                changed[key] = row
        return changed

    def _key_in(self, row: R) -> Key:
        return tuple([getattr(row, column) for column in self.key])

    def _select_keys_sql(self, key_types: Sequence[str]) -> Composed:
        return SQL(
            "SELECT {columns} FROM unnest({arrays}) AS key ({key}) JOIN {table} AS row "
            "ON row.tenant_id = %s AND {same}"
        ).format(
            columns=SQL(", ").join([Identifier("row", column) for column in self._columns]),
            arrays=SQL(", ").join([SQL(f"%s::{type_}[]") for type_ in key_types]),
            key=SQL(", ").join([Identifier(column) for column in self.key]),
            table=self._table,
            same=SQL(" AND ").join(
                [SQL("row.{0} = key.{0}").format(Identifier(column)) for column in self.key]
            ),
        )

    def _upsert_sql(self, sql_types: Mapping[str, str]) -> Composed:
        """Arrays of arrays must be rectangular: an array column travels as text, one an element."""
        arrays, selected, updates = [], [], []
        for column in self._columns:
            sql_type, name = sql_types[column], Identifier(column)
            is_array = sql_type.endswith("[]")
            arrays.append(SQL(f"%s::{'text' if is_array else sql_type}[]"))
            selected.append(SQL(f"{{}}::{sql_type}").format(name))
            if column not in self.key:
                updates.append(SQL("{0} = excluded.{0}").format(name))
        names = SQL(", ").join([Identifier(column) for column in self._columns])
        return SQL(
            "INSERT INTO {table} (tenant_id, {names}) SELECT %s, {selected} "
            "FROM unnest({arrays}) AS new ({names}) "
            "ON CONFLICT (tenant_id, {key}) DO UPDATE SET {updates}"
        ).format(
            table=self._table,
            names=names,
            selected=SQL(", ").join(selected),
            arrays=SQL(", ").join(arrays),
            key=SQL(", ").join([Identifier(column) for column in self.key]),
            updates=SQL(", ").join(updates),
        )


def _plain(hint: Any) -> Any:
    """Return the type without `| None`."""
    if isinstance(hint, UnionType):
        (hint,) = [part for part in get_args(hint) if part is not type(None)]
    return hint


def _stored(hint: Any) -> Any:
    return str if _is_word(hint) else hint


def _is_word(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _loader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) is tuple:
        return tuple
    if _is_word(hint):
        return lambda value: None if value is None else hint(value)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
