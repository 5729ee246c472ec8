"""A view built again from its log, against the library's own ProjectionRunner beside it.

`python -m benchmarks.rebuild [--events 200000] [--library-events 5000]`: on one PostgreSQL with
fsync on, a log of so many events is stored; then `tenure rebuild`'s own code builds the view of
orders from it, in a process of its own, and after that every view. Before and after the first of
these the library's runner writes the same rows, an event a transaction, from logs of fewer events,
of orders alone; rates are per event of orders for both. Prints rates, their ratio, peak memory
when a quarter was built and at the end, and whether every total is right. Exits with 1 if one is
not, if the ratio is under 10, or if memory exceeds 400 MB or grows by more than a fifth after the
first quarter.

The library's rate is that of the disk's fsync: where that is cheap, as it was on the machine that
the bound comes from (1,350 commits a second), the ratio is at its smallest.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psycopg

from benchmarks.append import ROOT, fresh_database, library
from benchmarks.library_view import Projected, project
from benchmarks.made_log import Made, Totals, make_log
from ledger.collector import collect_rarely
from ledger.database import open_database
from ledger.migrate import migrate
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT, create_tenant
from projections.every_projection import EVERY_PROJECTION
from projections.orders import ORDERS
from projections.rebuilding.rebuild import Rebuild
from tests.projections.log import TYPES

RATIO_MIN = 10.0
MEGABYTES_MAX = 400.0
GROWTH_MAX = 1.2
TOTALS_SQL = """
    SELECT count(*) FILTER (WHERE status = 'placed'), count(*) FILTER (WHERE status = 'cancelled'),
           sum(amount), sum(refunded)
    FROM projections.customer_order
"""

T = TypeVar("T")


@dataclass(frozen=True)
class Built:
    """What a build took, and how much memory the process had needed by when."""

    seconds: float
    quarter_megabytes: float
    megabytes: float


def main(events: int, library_events: int) -> int:
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            return measure(database.url, events, library_events)
        finally:
            database.stop()


def measure(url: str, events: int, library_events: int) -> int:
    ours = fresh_database(url)
    migrate(ours, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
    with psycopg.connect(ours) as connection:
        create_tenant(connection, DEFAULT_TENANT, "Benchmark")
    started = time.perf_counter()
    made = make_log(ours, events)
    print(
        f"log        {made.events:,} events, {made.of_orders:,} of them of orders, "
        f"stored in {time.perf_counter() - started:.0f} s"
    )
    peers = [project_in_a_process(url, library_events // 2)]
    one = build_in_a_process(ours, [ORDERS.name])
    peers.append(project_in_a_process(url, library_events // 2))
    told("orders", made, one)
    are_right = totals_of(ours) == made.totals
    every = build_in_a_process(ours, [projection.name for projection in EVERY_PROJECTION])
    told(f"all {len(EVERY_PROJECTION)}", made, every)
    are_right &= totals_of(ours) == made.totals
    return verdict(made, [one, every], peers, are_right=are_right)


def verdict(
    made: Made, builds: Sequence[Built], peers: Sequence[Projected], *, are_right: bool
) -> int:
    peers_events = sum(peer.events for peer in peers)
    peers_seconds = sum(peer.seconds for peer in peers)
    ratio = made.of_orders / builds[0].seconds / (peers_events / peers_seconds)
    rates = " and ".join(f"{peer.events / peer.seconds:,.0f}" for peer in peers)
    print(
        f"library    {peers_events:,} events of orders in {peers_seconds:.1f} s: "
        f"{rates} events/s before and after"
    )
    print(f"ratio      {ratio:.0f}, of events of orders (at least {RATIO_MIN:.0f})")
    are_right &= all(peer.totals == peer.expected for peer in peers)
    print(f"correct: {'yes' if are_right else 'NO'}")
    is_small = all(
        built.megabytes < MEGABYTES_MAX and built.megabytes < built.quarter_megabytes * GROWTH_MAX
        for built in builds
    )
    return 0 if ratio >= RATIO_MIN and is_small and are_right else 1


def told(views: str, made: Made, built: Built) -> None:
    print(
        f"{views:<10} {made.events:,} events in {built.seconds:.1f} s: "
        f"{made.events / built.seconds:,.0f} events/s ({made.of_orders / built.seconds:,.0f} of "
        f"orders), {built.quarter_megabytes:.0f} MB after a quarter, {built.megabytes:.0f} MB at "
        "the most"
    )


def build_in_a_process(url: str, names: list[str]) -> Built:
    """Build views in a child, compare nothing, and swap them in."""
    return in_a_process(build, url, names)


def project_in_a_process(url: str, events: int) -> Projected:
    """Have the library project a log of its own, in a child."""
    theirs = fresh_database(url)
    return in_a_process(project, theirs, library(theirs), events)


def in_a_process(do: Callable[..., T], *arguments: Any) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(do, *arguments).result()


def build(url: str, names: list[str]) -> Built:
    return asyncio.run(_build(url, names))


async def _build(url: str, names: list[str]) -> Built:
    projections = [projection for projection in EVERY_PROJECTION if projection.name in names]
    quarter_megabytes = 0.0

    def progress(events: int, total: int) -> None:
        nonlocal quarter_megabytes
        if not quarter_megabytes and events * 4 >= total:
            quarter_megabytes = peak_megabytes()

    async with Rebuild(url, TYPES, projections, processes=os.cpu_count() or 1) as rebuild:
        collect_rarely()  # as `tenure rebuild` does
        await rebuild.begin()
        started = time.perf_counter()
        await rebuild.build(progress)
        seconds = time.perf_counter() - started
        await rebuild.swap()
    return Built(seconds, quarter_megabytes, peak_megabytes())


def peak_megabytes() -> float:
    """Return the most that this process has had in memory; Linux tells in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1_024


def totals_of(url: str) -> Totals:
    with psycopg.connect(url) as connection:
        found = connection.execute(TOTALS_SQL).fetchone()
    assert found is not None
    return Totals(*found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--library-events", type=int, default=5_000)
    asked = parser.parse_args()
    sys.exit(main(asked.events, asked.library_events))
