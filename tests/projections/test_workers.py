"""Workers in processes of their own share the lanes of one log, and are killed at random."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import pytest

from ledger.migrate import runtime_conninfo
from ledger.strand import LANES
from tests.projections.log import Log
from tests.projections.rebuild import rebuilt, rows
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio

ROOT: Final = Path(__file__).parents[2]
KILLS: Final = int(os.environ.get("WORKER_KILLS", "5"))
SECONDS_OF_LIFE: Final = (0.2, 0.8)

HOLDERS_SQL: Final = "SELECT holder, count(*) FROM projections.lease GROUP BY holder"
LIVING_SQL: Final = "SELECT count(*) FROM projections.worker WHERE expires_at > now()"
BEHIND_SQL: Final = """
    SELECT coalesce(min(position), 0) < (SELECT size FROM ledger.log_head)
    FROM projections.checkpoint
"""


class Worker:
    """A program that keeps views level, to be killed and begun again."""

    def __init__(self, *command: str, url: str, folder: Path) -> None:
        self._command = [sys.executable, "-m", *command]
        self._environment = os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(folder)}
        self._first = json.dumps({"conninfo": runtime_conninfo(url)}) + "\n"
        self._told = folder / uuid4().hex
        self._process: subprocess.Popen[str] | None = None

    @property
    def works(self) -> bool:
        """Whether it has told of anything since it was started."""
        return self._told.stat().st_size > 0

    def start(self) -> None:
        with self._told.open("w") as told:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=told,
                text=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(self._first)
        self._process.stdin.flush()

    def kill(self) -> None:
        self._end(lambda process: process.kill())

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        return self._end(lambda process: process.terminate())

    def _end(self, how: Callable[["subprocess.Popen[str]"], None]) -> int:
        assert self._process is not None
        with self._process as process:
            how(process)
            return process.wait(20)


@contextmanager
def running(workers: Sequence[Worker]) -> Iterator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.kill()


def wait_until(true: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


async def test_workers_that_are_killed_at_random_apply_each_event_once(
    database_url: str, tmp_path: Path
) -> None:
    dice, log = random.Random(20261128), Log()  # noqa: S311 - not for secrets
    workers = [Worker("cli.engine", url=database_url, folder=tmp_path) for _ in range(2)]
    with running(workers):
        for kill in range(KILLS):
            victim, until = workers[kill % 2], time.monotonic() + dice.uniform(*SECONDS_OF_LIFE)
            while time.monotonic() < until or not victim.works:
                grow(log, 15, seed=dice.randrange(10**6))
                await asyncio.to_thread(log.store, database_url)
                await asyncio.sleep(0.02)
            victim.kill()
            victim.start()
        wait_until(lambda: not is_behind(database_url))
    live = rows(database_url)

    assert len(live["customer_order"]) > 500
    assert live == await rebuilt(database_url)


def test_workers_share_the_lanes_and_those_of_a_dead_one_are_taken_over(
    database_url: str, tmp_path: Path
) -> None:
    log = Log()
    workers = [
        Worker("cli.main", "projections", "run", url=database_url, folder=tmp_path)
        for _ in range(2)
    ]
    survivor, victim = workers

    def shares() -> list[int]:
        grow(log, 10)
        log.store(database_url)
        with psycopg.connect(database_url) as connection:
            return sorted(count for _, count in connection.execute(HOLDERS_SQL).fetchall())

    with running(workers):
        wait_until(lambda: shares() == [LANES // 2, LANES // 2])
        victim.kill()
        wait_until(lambda: shares() == [LANES])
        wait_until(lambda: not is_behind(database_url))
        code = survivor.stop()
        left = living(database_url)

    assert (code, left) == (0, 0)


def living(url: str) -> int:
    """Return how many workers have given a sign of life lately."""
    with psycopg.connect(url) as connection:
        row = connection.execute(LIVING_SQL).fetchone()
    assert row is not None
    return int(row[0])


def is_behind(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(BEHIND_SQL).fetchone()
    assert row is not None
    return bool(row[0])
