"""Compares a view with the one that is to take its place: row for row, to the byte."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from projections.schemas import LIVE

# `*<>` compares rows as they are stored: 1.0 and 1.00 are two amounts.
_COUNTS_SQL: Final = SQL("""
    SELECT count(*) FILTER (WHERE NOT live *<> built),
           count(*) FILTER (WHERE live *<> built),
           count(*) FILTER (WHERE live IS NULL),
           count(*) FILTER (WHERE built IS NULL)
    FROM (SELECT live, built FROM {live} AS live FULL JOIN {built} AS built USING ({key})) AS pair
""")
_DIFFERENCES_SQL: Final = SQL("""
    SELECT pair.live::text, pair.built::text, (
        SELECT json_agg(json_build_object('position', position, 'name', name) ORDER BY position)
        FROM ledger.event WHERE tenant_id = pair.tenant_id AND position IN ({positions})
    )::text
    FROM (
        SELECT tenant_id, to_jsonb(live) AS live, to_jsonb(built) AS built
        FROM {live} AS live FULL JOIN {built} AS built USING ({key})
        WHERE (live *<> built) IS NOT FALSE
        ORDER BY {key}
        LIMIT {limit}
    ) AS pair
""")
_KEY_SQL: Final = SQL("""
    SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid
    WHERE indrelid = {table}::regclass AND indisprimary AND attnum = ANY(indkey)
    ORDER BY array_position(indkey::int2[], attnum)
""")
_POSITIONS_SQL: Final = SQL("""
    SELECT attname FROM pg_attribute
    WHERE attrelid = {table}::regclass AND atttypid = 'bigint'::regtype AND NOT attisdropped
    AND (attname IN ('position', 'superseded_by') OR attname LIKE '%\\_position') ORDER BY attnum
""")
_CURSOR: Final = "differences"


class Kind(StrEnum):
    DIFFERS = "differs"
    MISSING = "missing"
    """The log makes this row, and the live view has none."""
    EXTRA = "extra"
    """The live view has this row, and the log makes none."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a table are as the log makes them, and how many are not."""

    table: str
    equal: int
    differ: int
    missing: int
    extra: int

    @property
    def is_equal(self) -> bool:
        return not (self.differ or self.missing or self.extra)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as the log makes it."""

    table: str
    kind: Kind
    key: Mapping[str, Any]
    columns: Mapping[str, tuple[Any, Any]]
    """What differs: as it is in the live view, and as it was built now."""
    events: Sequence[Mapping[str, Any]]
    """Position and name of each event that either row says it comes from."""

    def as_json(self) -> dict[str, Any]:
        columns = {
            name: {"live": live, "rebuilt": built} for name, (live, built) in self.columns.items()
        }
        return {
            "table": self.table,
            "row": self.kind,
            "key": self.key,
            "columns": columns,
            "events": self.events,
        }


async def count(connection: AsyncConnection[Any], table: str, schema: str) -> Counts:
    """Compare the live table with the one in a schema."""
    key = await _key(connection, table)
    query = _COUNTS_SQL.format(**_pair(table, schema), key=_joined(key))
    (counts,) = await (await connection.execute(query)).fetchall()
    return Counts(table, *counts)


async def differences(
    connection: AsyncConnection[Any], table: str, schema: str, *, limit: int | None
) -> AsyncIterator[Difference]:
    """Yield the rows that differ, in the order of their keys; in the open transaction."""
    key = await _key(connection, table)
    positions = await _names(connection, _POSITIONS_SQL, table)
    stated: list[Composable] = [
        SQL("({}->>{})::bigint").format(Identifier("pair", side), Literal(position))
        for side in ("live", "built")
        for position in positions
    ]
    query = _DIFFERENCES_SQL.format(
        **_pair(table, schema),
        key=_joined(key),
        limit=Literal(limit),
        positions=SQL(", ").join(stated or [SQL("NULL")]),
    )
    async with connection.cursor(_CURSOR) as cursor:
        await cursor.execute(query)
        async for live, built, events in cursor:
            yield _difference(table, key, _read(live), _read(built), json.loads(events or "[]"))


def _difference(
    table: str, key: Sequence[str], live: Any, built: Any, events: Sequence[Mapping[str, Any]]
) -> Difference:
    if live is None or built is None:
        kind = Kind.MISSING if live is None else Kind.EXTRA
        row = built if live is None else live
        return Difference(table, kind, {name: row[name] for name in key}, {}, events)
    columns = {
        name: (live.get(name), built.get(name)) for name in built if live.get(name) != built[name]
    }
    return Difference(table, Kind.DIFFERS, {name: live[name] for name in key}, columns, events)


def _read(text: str | None) -> Any:
    """Read a row; amounts stay text, as precise as they are written."""
    return None if text is None else json.loads(text, parse_float=str)


def _pair(table: str, schema: str) -> dict[str, Identifier]:
    return {"live": Identifier(LIVE, table), "built": Identifier(schema, table)}


def _joined(names: Sequence[str]) -> Composed:
    return SQL(", ").join([Identifier(name) for name in names])


async def _key(connection: AsyncConnection[Any], table: str) -> list[str]:
    return await _names(connection, _KEY_SQL, table)


async def _names(connection: AsyncConnection[Any], query: SQL, table: str) -> list[str]:
    quoted = Literal(Identifier(LIVE, table).as_string(connection))
    cursor = await connection.execute(query.format(table=quoted))
    return [name for (name,) in await cursor.fetchall()]
