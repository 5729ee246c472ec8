"""The bytes that a record must have around its data, as PostgreSQL writes them from the columns.

Where they are those of the record, every column is what the record says, and the record is in the
one form that it may have: nothing needs to be parsed but the data. Where they are not, nothing is
said yet: whoever asks looks again, field by field (`ledger.replayed_log`).
"""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

_TYPES: Final = {
    "tenant_id": "text",
    "position": "int8",
    "stream_id": "uuid",
    "stream_type": "text",
    "version": "int8",
    "account_id": "uuid",
    "name": "text",
    "schema_version": "int4",
    "recorded_at": "timestamptz",
    "effective_at": "date",
    "actor": "text",
    "on_behalf_of": "_text",
    "reason": "text",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "command_id": "uuid",
    "record": "bytea",
    "leaf": "bytea",
}
"""Of these types, PostgreSQL writes each value in one form; of others we do not know."""
_DIFFERENT: Final = "'!'"
"""Stands where a column holds what no record does, and is in none."""

_UUID_OR_NULL: Final = "CASE WHEN {0} IS NULL THEN 'null' ELSE '\"' || {0} || '\"' END"
_INSTANT: Final = (
    "CASE WHEN recorded_at >= '0001-01-01 00:00:00+00' AND recorded_at < '10000-01-01 00:00:00+00'"
    " THEN to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    f" ELSE {_DIFFERENT} END"
)
_CHAIN: Final = (
    "CASE WHEN on_behalf_of = '{}' THEN '[]' WHEN array_ndims(on_behalf_of) <> 1"
    f" OR array_position(on_behalf_of, NULL) IS NOT NULL THEN {_DIFFERENT}"
    " ELSE to_json(on_behalf_of)::text END"
)
_BEFORE_DATA: Final = f"""concat(
    '{{"account_id":', {_UUID_OR_NULL.format("account_id")},
    ',"actor":', to_json(actor),
    ',"causation_id":', {_UUID_OR_NULL.format("causation_id")},
    ',"command_id":"', command_id, '","correlation_id":"', correlation_id, '","data":')"""
_BEFORE_LINK: Final = f"""concat(
    ',"effective_at":"', effective_at, '","format":1,"name":', to_json(name),
    ',"on_behalf_of":', {_CHAIN}, ',"position":', position, ',"prev_in_stream":')"""
_AFTER_LINK: Final = f"""concat(
    ',"reason":', CASE WHEN reason IS NULL THEN 'null' ELSE to_json(reason)::text END,
    ',"recorded_at":"', {_INSTANT},
    '","schema_version":', CASE WHEN schema_version > 0 THEN schema_version::text END,
    ',"stream_id":"', stream_id, '","stream_type":', to_json(stream_type),
    ',"tenant_id":', to_json(%(tenant_id)s::text), ',"version":', version, '}}')"""
_ROWS_SQL: Final = f"""
    SELECT position, record, leaf, {_BEFORE_DATA}, {_BEFORE_LINK}, {_AFTER_LINK},
        uuid_send(stream_id), version, timestamptz_send(recorded_at)
    FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND position > %(before)s AND position <= %(last)s
    ORDER BY position
"""  # noqa: S608  # constants
_COLUMNS_SQL: Final = SQL("SELECT {} FROM ledger.event LIMIT 0").format(
    SQL(", ").join(map(Identifier, _TYPES))
)

RecordTexts = tuple[int, bytes, bytes, str, str, str, bytes, int, bytes]
"""Position, record, leaf, the three texts, stream, version, and an instant that sorts as bytes."""


def can_compare(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether the columns are of the types that the texts are right for; prepare for them."""
    connection.execute("SET DateStyle = 'ISO'")
    columns = connection.execute(_COLUMNS_SQL).description or []
    types = [connection.adapters.types[column.type_code] for column in columns]
    return [
        each.name if column.type_code == each.oid else f"_{each.name}"
        for column, each in zip(columns, types, strict=True)
    ] == list(_TYPES.values())


def read_texts(
    connection: psycopg.Connection[Any], tenant_id: str, first: int, last: int
) -> Sequence[RecordTexts]:
    """Return the rows from one position to another, in that order; there may be fewer."""
    asked = {"tenant_id": tenant_id, "before": first - 1, "last": last}
    return connection.execute(_ROWS_SQL, asked, binary=True, prepare=True).fetchall()
