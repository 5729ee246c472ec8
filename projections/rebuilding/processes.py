"""Feeds a copy from several processes at once, each of which takes some of the lanes.

They only make it faster. Whatever goes wrong in one of them ends it; whoever started them feeds the
rest, meets the same fault, and reports it.
"""

import asyncio
import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from multiprocessing import get_context
from typing import Final

import psycopg

from domain.aggregates import EVERY_AGGREGATE
from ledger.collector import collect_rarely
from ledger.event_types import EventTypes
from ledger.reading import HoleInLog
from ledger.strand import LANES
from projections.checkpoint import Standing, parts_of, survey
from projections.every_projection import EVERY_PROJECTION
from projections.feeder import Feeder
from projections.projection import Projection
from projections.rebuilding.connecting import connect
from projections.schemas import write_to

BATCH_MAX: Final = 2_000
"""Events that are fed at once, at the most."""


class FeedingProcesses:
    """Processes that feed the views so named, up to where the logs ended when they were started."""

    def __init__(self, conninfo: str, schema: str, names: Sequence[str], count: int) -> None:
        context = get_context("spawn")  # a fork would share connections and locks with its parent
        self._processes = [
            context.Process(
                target=_feed_lanes,
                args=(conninfo, schema, list(names), list(range(first, LANES, count))),
                daemon=True,
            )
            for first in range(count)
        ]
        for process in self._processes:
            process.start()

    @property
    def are_running(self) -> bool:
        return any(process.is_alive() for process in self._processes)

    def stop(self) -> None:
        """End those that still run; what they have not committed is fed again."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()


def _feed_lanes(conninfo: str, schema: str, names: list[str], lanes: list[int]) -> None:
    collect_rarely()
    projections = [each for each in EVERY_PROJECTION if each.name in names]
    # What is wrong with the log or the database is told by whoever feeds the rest.
    with suppress(HoleInLog, psycopg.Error, KeyboardInterrupt):
        asyncio.run(_feed(conninfo, schema, projections, frozenset(lanes)))


async def _feed(
    conninfo: str, schema: str, projections: Sequence[Projection], lanes: Collection[int]
) -> None:
    began_by = os.getppid()
    feeder = Feeder(EventTypes(EVERY_AGGREGATE), projections, batch_max=BATCH_MAX)
    parts = [(name, lane) for name, lane in parts_of(projections) if lane in lanes]
    async with await connect(conninfo) as connection:
        await write_to(connection, schema)
        for standing in await survey(connection, parts, waited=[]):
            while _is_behind(standing) and os.getppid() == began_by:
                if not await feeder.feed(connection, standing, lanes):
                    return


def _is_behind(standing: Standing) -> bool:
    return standing.reached < standing.head
