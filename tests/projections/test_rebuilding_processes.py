"""A rebuild in several processes: the same rows, whatever becomes of the processes."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

import psutil
import pytest

from ledger.reading import HoleInLog
from projections.every_projection import EVERY_PROJECTION
from projections.orders import ORDERS
from projections.projection import Projection
from projections.rebuilding.rebuild import Rebuild
from projections.row_view import RowView
from projections.streams import STREAMS
from tests.projections.log import TYPES, Log
from tests.projections.rebuild import caught_up, rebuilt, rows
from tests.projections.rebuilding import run
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio

EVENTS = 3_000


def in_processes(url: str, projections: Sequence[Projection] = EVERY_PROJECTION) -> Rebuild:
    return Rebuild(
        url, TYPES, projections, batch_max=200, processes=2, events_worth_processes=EVENTS // 2
    )


async def test_processes_build_what_one_would(database_url: str) -> None:
    log, seen = Log(), []
    grow(log, EVENTS)
    log.store(database_url)
    async with in_processes(database_url) as ours:
        await ours.begin()
        await ours.build(lambda events, total: seen.append((events, total)))
        await ours.swap()

    assert rows(database_url) == await rebuilt(database_url)
    assert seen[0] == (0, log.size)
    assert seen[-1] == (log.size, log.size)
    assert seen == sorted(seen)


async def test_a_process_that_is_killed_leaves_its_work_to_the_others(database_url: str) -> None:
    log = Log()
    grow(log, EVENTS)
    log.store(database_url)
    killed = 0

    def kill_one(events: int, _: int) -> None:
        nonlocal killed
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if not killed and "spawn_main" in " ".join(child.cmdline()):
                    os.kill(child.pid, signal.SIGKILL)
                    killed = child.pid
        assert events <= log.size

    async with in_processes(database_url, [ORDERS]) as ours:
        await ours.begin()
        await ours.build(kill_one)
        await ours.swap()

    assert killed
    assert rows(database_url)["customer_order"] == (await rebuilt(database_url))["customer_order"]


async def test_a_hole_that_a_process_meets_is_told_by_the_rebuild(database_url: str) -> None:
    log = Log()
    grow(log, EVENTS)
    log.store(database_url)
    run(
        database_url,
        "ALTER TABLE ledger.event DISABLE TRIGGER append_only",
        "DELETE FROM ledger.event WHERE position = 2993",
    )
    async with in_processes(database_url, [ORDERS]) as ours:
        await ours.begin()
        with pytest.raises(HoleInLog, match="position 2993 "):
            await ours.build(lambda _, __: None)


async def test_a_rebuild_that_is_cancelled_leaves_no_process(database_url: str) -> None:
    log, began = Log(), asyncio.Event()
    grow(log, EVENTS)
    log.store(database_url)
    async with in_processes(database_url, [ORDERS]) as ours:
        await ours.begin()
        task = asyncio.create_task(ours.build(lambda _, __: began.set()))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    running = [child.cmdline() for child in psutil.Process().children()]
    assert not [line for line in running if "spawn_main" in " ".join(line)]


async def test_a_view_takes_nothing_of_other_streams_than_it_names(database_url: str) -> None:
    log = Log()
    grow(log, 300)
    log.store(database_url)
    await caught_up(database_url)
    views = [each for each in EVERY_PROJECTION if isinstance(each, RowView)]

    assert ORDERS in views
    for view in views:
        others = [e for e in log.entries if e.envelope.stream_type not in STREAMS[view.name]]
        assert others
        assert view.fold({}, others) == {}
