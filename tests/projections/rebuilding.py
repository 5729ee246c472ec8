"""Rebuilds for tests, and what they find."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg

from projections.every_projection import EVERY_PROJECTION
from projections.projection import Projection
from projections.rebuilding.comparison import Counts, Difference, count, differences
from projections.rebuilding.rebuild import Rebuild
from tests.projections.log import TYPES, Log

ACME: Final = UUID(int=1)
MAY: Final = date(2026, 5, 1)
ONE: Final = UUID(int=11)
TWO: Final = UUID(int=12)


def silent(_: int, __: int) -> None:
    """Show nobody how far it is."""


def rebuilding(url: str, *projections: Projection, batch_max: int = 1_000) -> Rebuild:
    return Rebuild(url, TYPES, projections or EVERY_PROJECTION, batch_max=batch_max)


async def rebuild(url: str, *projections: Projection) -> list[Counts]:
    """Rebuild views and swap them in; return what the comparison found."""
    async with rebuilding(url, *projections) as ours:
        await ours.begin()
        await ours.build(silent)
        async with ours.one_moment() as moment:
            found = [await count(moment.connection, t, moment.schema) for t in ours.tables]
        await ours.swap()
    return found


async def go_back(url: str, *projections: Projection) -> None:
    async with rebuilding(url, *projections) as ours:
        await ours.take_previous()
        await ours.build(silent)
        await ours.swap()


async def found_wrong(url: str, *projections: Projection) -> list[Difference]:
    """Build, and return the rows that differ; swap nothing."""
    async with rebuilding(url, *projections) as ours:
        await ours.begin()
        await ours.build(silent)
        async with ours.one_moment() as moment:
            return [
                difference
                for table in ours.tables
                async for difference in differences(
                    moment.connection, table, moment.schema, limit=None
                )
            ]


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def orders_of_acme() -> Log:
    """Positions: 1 opens, 2 and 3 place, 4 corrects the first, 5 cancels the second."""
    log = Log()
    log.open(ACME)
    log.place(ACME, ONE, "10.00", MAY)
    log.place(ACME, TWO, "20.00", MAY)
    log.correct(ACME, ONE, "11.00", MAY)
    log.cancel(ACME, TWO, MAY)
    return log
