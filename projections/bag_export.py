"""Exports a bag: what was asked for is resolved, its figures are reckoned, and it is written."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from ledger.bag_disclosures import (
    Disclosable,
    Disclosed,
    find_disclosable,
    write_disclosures,
)
from ledger.bag_parquet import write_parquet
from ledger.bag_plan import BagAsked, BagPlan, plan_bag
from ledger.bag_writer import Written, write_bag
from ledger.ledger import Ledger
from projections.bag_figures import figures_of_bag

Level = Callable[[int], Awaitable[object]]
"""Waits until the views hold a position."""

PutOnRecord = Callable[[Disclosable], Awaitable[object]]
"""Puts the export on record in the read log, with the personal values that leave beside it."""


@dataclass(frozen=True, slots=True)
class Export:
    """What somebody wants to have: the scope, and what is to be in the bag besides the records.

    `as_of` is the day of the figures; None: that on which the last position was recorded.
    `disclosures` is a file beside the bag for personal values; None: none are read.
    """

    asked: BagAsked
    figures: bool = True
    as_of: date | None = None
    parquet: bool = False
    disclosures: Path | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    plan: BagPlan
    written: Written
    disclosed: Disclosed | None


async def export_bag(
    ledger: Ledger,
    export: Export,
    path: Path,
    *,
    level: Level,
    put_on_record: PutOnRecord,
    on_record: Callable[[int], None] | None = None,
) -> Exported:
    """Write a bag to a file; the database is read in another thread, so that others go on.

    That somebody does so is put on record before anything is written.

    Raises:
        NotFound, NotSealed, ScopeRefused: nothing can be exported of what was asked for.
        DisclosureBroken, TreeBroken: what is stored contradicts itself.
        OSError: a file cannot be written.
        ReadNotLogged: it cannot be put on record.
    """
    plan = await asyncio.to_thread(_planned, ledger.conninfo, export.asked)
    await put_on_record(await asyncio.to_thread(_disclosable, ledger.conninfo, export, plan))
    figures = None
    if export.figures:
        await level(plan.scope.known_at)
        async with ledger.pool.connection() as connection:
            figures = await figures_of_bag(
                connection, ledger.types, plan, as_of=export.as_of or plan.known_on
            )

    def write() -> Exported:
        with psycopg.connect(ledger.conninfo) as connection:
            written = write_bag(
                connection,
                plan,
                path,
                figures=figures,
                parquet=write_parquet if export.parquet else None,
                on_record=on_record,
            )
            disclosed = None
            if export.disclosures is not None:
                disclosed = write_disclosures(connection, ledger.vault, plan, export.disclosures)
        return Exported(plan, written, disclosed)

    return await asyncio.to_thread(write)


def _planned(conninfo: str, asked: BagAsked) -> BagPlan:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return plan_bag(connection, asked)


def _disclosable(conninfo: str, export: Export, plan: BagPlan) -> Disclosable:
    if export.disclosures is None:
        return Disclosable()
    with psycopg.connect(conninfo) as connection:
        return find_disclosable(connection, plan)
