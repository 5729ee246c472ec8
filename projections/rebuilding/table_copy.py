"""An empty table that is like a live one in everything that a statement can tell."""

from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier, Literal

from projections.schemas import LIVE

# LIKE leaves out storage parameters, the table's own comment and its privileges, and gives indexes
# names of its own making; so these are written from what the catalogue says of the live table.
_STATEMENTS_SQL: Final = SQL("""
    WITH live AS (
        SELECT oid, relowner, relacl, reloptions, quote_ident(relname) AS name,
               format('%I.%I', {schema}, relname) AS copy, format('%I.%I', {live}, relname) AS self
        FROM pg_class WHERE oid = {table}::regclass
    ), statements (step, name, statement) AS (
        SELECT 1, name, format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES)', copy,
                               self)
            || coalesce((SELECT ' WITH (' || string_agg(format('%I = %L', option_name,
                                                               option_value), ', ') || ')'
                         FROM pg_options_to_table(reloptions)), '')
        FROM live
        UNION ALL
        SELECT 2, conname, format('ALTER TABLE %s ADD CONSTRAINT %I %s', copy, conname,
                                  pg_get_constraintdef(c.oid))
        FROM live JOIN pg_constraint AS c ON conrelid = live.oid AND contype IN ('p', 'u', 'x')
        UNION ALL
        SELECT 2, i.relname, replace(pg_get_indexdef(i.oid), ' ON ' || self, ' ON ' || copy)
        FROM live JOIN pg_index ON indrelid = live.oid JOIN pg_class AS i ON i.oid = indexrelid
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
        UNION ALL
        SELECT 3, i.relname, format('COMMENT ON INDEX %I.%I IS %L', {schema}, i.relname, said)
        FROM live JOIN pg_index ON indrelid = live.oid JOIN pg_class AS i ON i.oid = indexrelid
        JOIN obj_description(i.oid, 'pg_class') AS said ON said IS NOT NULL
        UNION ALL
        SELECT 3, name, format('COMMENT ON TABLE %s IS %L', copy, said)
        FROM live JOIN obj_description(oid, 'pg_class') AS said ON said IS NOT NULL
        UNION ALL
        SELECT 4, name, format('GRANT %s ON %s TO %s%s', privilege_type, copy,
            CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
            CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM live, aclexplode(relacl) WHERE grantee <> relowner
        UNION ALL
        SELECT 4, name, format('GRANT %s (%I) ON %s TO %s%s', privilege_type, attname, copy,
            CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
            CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM live JOIN pg_attribute ON attrelid = live.oid, aclexplode(attacl)
    )
    SELECT statement FROM statements ORDER BY step, name, statement
""")

_COLUMNS_SQL: Final = SQL("""
    SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attrelid = to_regclass({table}) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
""")

Columns = list[tuple[str, str, bool]]
"""Name, type and whether it is never null, of each."""


async def copy_empty(connection: AsyncConnection[Any], table: str, schema: str) -> None:
    """Create a table like the live one, without its rows: names, comments and privileges too."""
    query = _STATEMENTS_SQL.format(
        schema=Literal(schema), live=Literal(LIVE), table=_quoted(LIVE, table)
    )
    for (statement,) in await (await connection.execute(query)).fetchall():
        await connection.execute(statement.encode())


async def columns_of(connection: AsyncConnection[Any], schema: str, table: str) -> Columns:
    """Return the columns in their order; none where there is no such table."""
    cursor = await connection.execute(_COLUMNS_SQL.format(table=_quoted(schema, table)))
    return await cursor.fetchall()


async def drop(connection: AsyncConnection[Any], table: str, schema: str) -> None:
    await connection.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(schema, table)))


def _quoted(schema: str, table: str) -> Literal:
    """Write a table's qualified name as the text that names it in `regclass`."""
    return Literal(Identifier(schema, table).as_string())
