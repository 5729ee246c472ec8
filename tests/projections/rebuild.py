"""All rows of all views, and what a rebuild makes of them."""

from typing import Final

import psycopg

from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from tests.projections.log import TENANT, TYPES

TABLES: Final = (
    "checkpoint",
    *[table for projection in EVERY_PROJECTION for table in projection.tables],
)

Rows = dict[str, list[tuple[str, ...]]]


def rows(url: str) -> Rows:
    """Return every row of every table, as text."""
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(
                f"SELECT t::text FROM projections.{table} AS t ORDER BY 1"  # noqa: S608 - own names
            ).fetchall()
            for table in TABLES
        }


def parked(url: str) -> list[tuple[str, str, int, int]]:
    """Return projection, account (or stream), position and attempts of what is parked."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT projection, strand_id::text, position, attempts FROM projections.parked "
            "ORDER BY projection, position"
        ).fetchall()


def forget(url: str) -> None:
    with psycopg.connect(url) as connection:
        for table in (*TABLES, "parked", "discarded"):
            connection.execute(f"TRUNCATE projections.{table}")


async def caught_up(url: str) -> Rows:
    """Return the rows once every view is level with the log."""
    async with Engine(runtime_conninfo(url), TYPES, EVERY_PROJECTION, poll_s=0.02) as engine:
        await engine.catch_up(TENANT)
    return rows(url)


async def rebuilt(url: str) -> Rows:
    """Return the rows that the log makes from nothing."""
    forget(url)
    return await caught_up(url)
