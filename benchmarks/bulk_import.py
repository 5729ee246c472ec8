"""All of CDNOW through `tenure import`, against COPY of the very rows that it stored.

`python -m benchmarks.bulk_import`: from an empty database, with fsync on, each import in a process
of its own whose peak memory is measured. COPY writes the same rows, in their order, into an empty
table that is like `ledger.event`: its columns, checks, indexes and triggers. Prints rates, their
ratio, memory, and whether every total of every account and month is right, to the cent, and a
second import adds nothing. Exits with 1 if not, if the ratio is under 0.15, or if an import takes
more than 500 MB.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import AsyncConnection

from benchmarks.append import ROOT, fresh_database
from domain.aggregates import EVERY_AGGREGATE
from ledger.database import open_database
from ledger.event_types import EventTypes
from ledger.migrate import migrate, runtime_conninfo
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from tests import cdnow
from tests.ledger.log import assert_log_is_whole

RATIO_MIN = 0.15
MEGABYTES_MAX = 500
COPIES = 3
BLOCK_BYTES = 1 << 20
COLUMNS = """
    tenant_id, position, stream_id, stream_type, version, account_id, name, schema_version,
    recorded_at, effective_at, actor, on_behalf_of, reason, correlation_id, causation_id,
    command_id, record, leaf
"""


@dataclass(frozen=True)
class Imported:
    """What came of one import, and what it took."""

    events: int
    seconds: float
    megabytes: float
    summary: dict[str, Any]


def main() -> int:
    if not cdnow.download():
        print("CDNOW could not be downloaded; check pip's index")
        return 3
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            return measure(fresh_database(database.url), Path(folder))
        finally:
            database.stop()


def measure(url: str, data_dir: Path) -> int:
    migrate(url, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
    first = [
        run_import(url, data_dir, "accounts", cdnow.ACCOUNTS),
        run_import(url, data_dir, "orders", cdnow.ORDERS),
    ]
    copied = sorted(seconds_to_copy(url) for _ in range(COPIES))[COPIES // 2]
    for name, imported in zip(("accounts", "orders"), first, strict=True):
        print(
            f"{name:<9} {imported.summary['read']:,} rows, {imported.events:,} events in "
            f"{imported.seconds:.1f} s: {imported.events / imported.seconds:,.0f} events/s, "
            f"{imported.megabytes:.0f} MB at the most"
        )
    events = sum(imported.events for imported in first)
    rate = events / sum(imported.seconds for imported in first)
    ratio = rate / (events / copied)
    print(f"COPY      {events:,} events in {copied:.1f} s: {events / copied:,.0f} events/s")
    print(f"ratio     {ratio:.2f} (at least {RATIO_MIN})")
    again = [
        run_import(url, data_dir, "accounts", cdnow.ACCOUNTS),
        run_import(url, data_dir, "orders", cdnow.ORDERS),
    ]
    wrong = [*mistakes(first, again), *asyncio.run(wrong_totals(url))]
    for mistake in wrong:
        print(mistake)
    print(f"correct: {'NO' if wrong else 'yes'}")
    small = all(imported.megabytes < MEGABYTES_MAX for imported in [*first, *again])
    return 0 if ratio >= RATIO_MIN and small and not wrong else 1


def run_import(url: str, data_dir: Path, kind: str, file: Path) -> Imported:
    """Import in a child; the time is that of the import itself, without starting Python."""
    settings = {"DATABASE_URL": url, "TENURE_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "cli.main", "import", kind, str(file), "--json"]
    before = size_of(url)
    reading, writing = os.pipe()
    output = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)]
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    child = os.posix_spawn(sys.executable, command, environment, file_actions=output)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"the import of {kind} failed")
    summary = json.loads(text)
    megabytes = usage.ru_maxrss / 1_024  # Linux counts in KiB
    return Imported(size_of(url) - before, summary["seconds"], megabytes, summary)


def seconds_to_copy(url: str) -> float:
    """COPY all events into an empty table like theirs, and commit."""
    with psycopg.connect(url) as connection:
        out = f"COPY (SELECT {COLUMNS} FROM ledger.event ORDER BY position) TO STDOUT"  # noqa: S608
        with connection.cursor().copy(out) as copy:
            blocks = in_blocks([bytes(row) for row in copy])
        connection.execute("CREATE TABLE ledger.event_copied (LIKE ledger.event INCLUDING ALL)")
        for trigger in triggers_of(connection):
            connection.execute(trigger.replace("ledger.event", "ledger.event_copied"))
        connection.commit()
        started = time.perf_counter()
        with connection.cursor().copy(f"COPY ledger.event_copied ({COLUMNS}) FROM STDIN") as copy:
            for block in blocks:
                copy.write(block)
        connection.commit()
        seconds = time.perf_counter() - started
        copied = connection.execute("SELECT count(*) FROM ledger.event_copied").fetchone()
        assert copied == (size_of(url),)
        connection.execute("DROP TABLE ledger.event_copied")
    return seconds


def in_blocks(rows: Sequence[bytes]) -> list[bytes]:
    """Put rows together, so that COPY is not slowed down by the one who feeds it."""
    joined = b"".join(rows)
    return [joined[at : at + BLOCK_BYTES] for at in range(0, len(joined), BLOCK_BYTES)]


def triggers_of(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = 'ledger.event'::regclass AND NOT tgisinternal"
    )
    return [definition for (definition,) in rows]


def mistakes(first: Sequence[Imported], again: Sequence[Imported]) -> list[str]:
    not_recorded = [
        f"not every row was recorded: {imported.summary}"
        for imported in first
        if imported.summary["accepted"] != imported.summary["read"]
    ]
    added = [
        f"the second import added something: {imported.summary}"
        for imported in again
        if imported.events or imported.summary["already_there"] != imported.summary["read"]
    ]
    return not_recorded + added


async def wrong_totals(url: str) -> list[str]:
    """Compare the views with the file, account by account and month by month."""
    head = assert_log_is_whole(url)
    conninfo = runtime_conninfo(url)
    async with Engine(conninfo, EventTypes(EVERY_AGGREGATE), EVERY_PROJECTION) as engine:
        await engine.catch_up(DEFAULT_TENANT)
    async with await AsyncConnection.connect(conninfo) as connection:
        shown = await cdnow.months_in_the_views(connection, head)
    expected = cdnow.months_in_the_file()
    wrong = [
        f"{key}: {shown.get(key)} instead of {expected.get(key)}"
        for key in shown.keys() | expected.keys()
        if shown.get(key) != expected.get(key)
    ]
    if cdnow.lifetimes(shown) != cdnow.lifetimes(expected):
        wrong.append("lifetime totals differ")
    total = sum(month.revenue for month in shown.values())
    print(f"totals    {len(expected):,} months of {cdnow.ACCOUNTS_TOTAL:,} accounts, {total:,} USD")
    return wrong


def size_of(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT coalesce(sum(size), 0) FROM ledger.log_head").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
