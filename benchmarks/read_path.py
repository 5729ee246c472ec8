"""What lanes and announcements cost: `python -m benchmarks.read_path`, on a database of its own.

Prints commands a second of the writer with announcements and without, by turns; how soon a worker
in another process has an event, when it is announced and when it has to look; and events a second
of one worker and of two, each in a process of its own, on what the writer has written.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg

from ledger.announcing import Announcer
from ledger.database import open_database
from ledger.ledger import Ledger, open_ledger
from ledger.migrate import migrate, runtime_conninfo
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT, create_tenant
from tests.ledger.processes.setting import opening
from tests.projections.rebuild import forget

ROOT: Final = Path(__file__).parent.parent
MIGRATIONS: Final = (ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
COMMANDS: Final = 1_000
TURNS: Final = 7
WAKES: Final = 20

_REACHED_SQL: Final = """
    SELECT coalesce(min(position), 0), (SELECT size FROM ledger.log_head)
    FROM projections.checkpoint
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"TENURE_DATA_DIR": folder})
        database = open_database(settings)
        try:
            migrate(database.url, *MIGRATIONS)
            with psycopg.connect(database.url) as connection:
                create_tenant(connection, DEFAULT_TENANT, "Default")
            _measure(database.url, settings)
        finally:
            database.stop()


def _measure(url: str, settings: Settings) -> None:
    asyncio.run(_measure_writer(url, settings))
    events = COMMANDS * TURNS * 2 + WAKES * 2
    for count in (1, 2):
        forget(url)
        with _workers(url, count):
            began = _wait_until_begun(url)
            seconds = _wait_until_level(url) - began
        print(f"{count} worker(s): {events / seconds:,.0f} events/s")


async def _measure_writer(url: str, settings: Settings) -> None:
    """By turns, so that whatever else the machine does is the same for both."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    async with open_ledger(url, settings) as ledger:
        for turn in range(TURNS * 2):
            announces = turn % 2 == 0
            ledger.writer._listeners.clear()  # noqa: SLF001 - nobody else asks for this
            async with Announcer(ledger.conninfo) as announcer:
                if announces:
                    ledger.writer.on_commit(announcer.tell)
                rates[announces].append(await _commands_per_second(ledger, turn))
        for announces, each in rates.items():
            told = "announced" if announces else "silent"
            print(f"writer, {told}: {statistics.median(each):,.0f} commands/s (median of {TURNS})")
        with _workers(url, 1):
            _wait_until_level(url)
            for announces in (True, False):
                ledger.writer._listeners.clear()  # noqa: SLF001 - as above
                async with Announcer(ledger.conninfo) as announcer:
                    if announces:
                        ledger.writer.on_commit(announcer.tell)
                    seconds = await _wake_seconds(ledger, url, 100 + announces)
                told = "announced" if announces else "looking by itself"
                print(f"in every view elsewhere, {told}: {seconds * 1_000:.0f} ms (median)")


async def _commands_per_second(ledger: Ledger, turn: int) -> float:
    commands = [opening(_account(turn, number)) for number in range(COMMANDS)]
    began = time.perf_counter()
    answers = await ledger.writer.execute_many(commands)
    if any(isinstance(answer, Exception) for answer in answers):
        raise AssertionError("a command failed")
    return COMMANDS / (time.perf_counter() - began)


async def _wake_seconds(ledger: Ledger, url: str, turn: int) -> float:
    seconds = []
    for number in range(WAKES):
        await asyncio.sleep(0.25 + number / 100)
        began = time.perf_counter()
        await ledger.writer.execute(opening(_account(turn, number)))
        await asyncio.to_thread(_wait_until_level, url)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _account(turn: int, number: int) -> UUID:
    return UUID(int=(turn + 1) * 1_000_000 + number)


@contextmanager
def _workers(url: str, count: int) -> Iterator[Sequence["subprocess.Popen[str]"]]:
    first = json.dumps({"conninfo": runtime_conninfo(url)}) + "\n"
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "cli.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(count)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(first)
        worker.stdin.flush()
    try:
        yield workers
    finally:
        for worker in workers:
            worker.communicate()


def _wait_until_begun(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT FROM projections.checkpoint LIMIT 1").rowcount == 0:
            time.sleep(0.005)
    return time.perf_counter()


def _wait_until_level(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(_REACHED_SQL).fetchone()
            if row is not None and row[0] == row[1]:
                return time.perf_counter()
            time.sleep(0.002)


if __name__ == "__main__":
    main()
