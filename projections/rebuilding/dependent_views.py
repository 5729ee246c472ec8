"""SQL views over the tables of views: they are bound to a table, not to its name."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import Identifier

from ledger.failure import CannotStart
from projections.schemas import LIVE

_VIEWS_SQL: Final = """
    SELECT DISTINCT n.nspname, v.relname, v.relkind = 'm',
           coalesce((SELECT ' WITH (' || string_agg(format('%%I = %%L', option_name, option_value),
                                                    ', ') || ')'
                     FROM pg_options_to_table(v.reloptions)), ''),
           pg_get_viewdef(v.oid)
    FROM pg_depend AS d
    JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    JOIN pg_class AS v ON v.oid = r.ev_class
    JOIN pg_namespace AS n ON n.oid = v.relnamespace
    JOIN pg_class AS t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid
    JOIN pg_namespace AS s ON s.oid = t.relnamespace
    WHERE s.nspname = %s AND t.relname = ANY(%s) ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class DependentView:
    """A view that reads a live table, and what it is to read again from the table of that name."""

    name: Identifier
    options: str
    definition: str


async def views_on(connection: AsyncConnection[Any], tables: list[str]) -> list[DependentView]:
    """Return the SQL views over live tables, with definitions that name tables in full.

    Raises:
        CannotStart: one is materialized, and cannot be bound to another table.
    """
    await connection.execute("SET LOCAL search_path TO pg_catalog")
    rows = await (await connection.execute(_VIEWS_SQL, (LIVE, tables))).fetchall()
    for schema, name, is_materialized, _, _ in rows:
        if is_materialized:
            raise CannotStart(
                f"the materialized view {schema}.{name} is bound to the tables that are to be "
                "swapped; drop it, and create it again afterwards"
            )
    return [
        DependentView(Identifier(schema, name), options, definition)
        for schema, name, _, options, definition in rows
    ]


async def bind_again(connection: AsyncConnection[Any], views: list[DependentView]) -> None:
    """Have each read the tables that bear the names now; its privileges and comments stay."""
    for view in views:
        name = view.name.as_string(connection)
        statement = f"CREATE OR REPLACE VIEW {name}{view.options} AS {view.definition}"
        await connection.execute(statement.encode())
