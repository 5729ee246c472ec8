"""How fast a stored log is verified, against SHA-256 alone of the same bytes, in one run.

`python -m benchmarks.verify [--events 100000]`: a log of so many events is stored and sealed on a
PostgreSQL with fsync on. `tenure verify --full`'s own code verifies it, in a process of its own;
before and after that a loop hashes the same records, once as it reads them from the same database,
and once out of memory. Prints rates, both ratios, peak memory of all processes together, what a
proof takes beside its query, and whether the verdicts are right: verified as it is, tampered after
one column was changed. Exits with 1 if a verdict is wrong, if the first ratio is under 0.3, if
memory exceeds 300 MB, or if a proof takes a millisecond.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from statistics import mean, median
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.append import ROOT, fresh_database
from benchmarks.made_log import make_log
from benchmarks.rebuild import in_a_process, peak_megabytes
from ledger.database import open_database
from ledger.merkle import TILE_WIDTH, extend, full_tiles, parent_hash
from ledger.migrate import migrate
from ledger.note import VerifierKey
from ledger.parallel_replay import verify_stored
from ledger.proofs import inclusion_path, make_proof, tiles_of, verify_inclusion
from ledger.sealer import Sealer
from ledger.settings import load_settings
from ledger.signer import Signer, origin_of
from ledger.stored_log import open_stored_log
from ledger.tenants import DEFAULT_TENANT, create_tenant
from ledger.tiles import TILES_SQL, tiles_asked, whole_tiles
from ledger.verification import Verdict
from tests.projections.log import TYPES

RATIO_MIN = 0.3
MEGABYTES_MAX = 300.0
PROOF_MS_MAX = 1.0
PROOFS = 1_000
ROWS_AT_ONCE = 2_048
RECORDS_SQL = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position <= %s ORDER BY position
"""


@dataclass(frozen=True)
class Verified:
    """What came of a verification, how long it took, and the memory of all its processes."""

    verdict: Verdict
    place: int | None
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Hashed:
    """Records a second of SHA-256 alone: as they are read, and out of memory."""

    read: float
    in_memory: float


@dataclass(frozen=True)
class Proved:
    """Milliseconds of a proof, at the median: its query, and all the rest."""

    query_ms: float
    rest_ms: float
    rest_ms_max: float


def main(events: int) -> int:
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            return measure(database.url, Path(folder), events)
        finally:
            database.stop()


def measure(cluster: str, folder: Path, events: int) -> int:
    url = fresh_database(cluster)
    started = time.perf_counter()
    key, size = prepare(url, folder, events)
    print(f"log        {size:,} events, stored and sealed in {time.perf_counter() - started:.0f} s")
    before = hashed(url, size)
    verified = in_a_process(verify, url, str(key))
    after = hashed(url, size)
    proved = prove(url, key, size)
    with psycopg.connect(url) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger.event SET actor = 'x' WHERE position = %s", (size - 1,))
    tampered = in_a_process(verify, url, str(key))
    told(size, verified, before, after, proved, tampered)
    read = mean([before.read, after.read])
    is_right = verified.verdict is Verdict.VERIFIED and (tampered.verdict, tampered.place) == (
        Verdict.TAMPERED,
        size - 1,
    )
    print(f"correct: {'yes' if is_right else 'NO'}")
    return int(
        not is_right
        or size / verified.seconds < RATIO_MIN * read
        or verified.megabytes > MEGABYTES_MAX
        or proved.rest_ms > PROOF_MS_MAX
    )


def told(  # what was measured
    size: int, verified: Verified, before: Hashed, after: Hashed, proved: Proved, tampered: Verified
) -> None:
    rate = size / verified.seconds
    print(
        f"verified   {verified.seconds:.1f} s: {rate:,.0f} events/s, "
        f"{verified.megabytes:.0f} MB in all processes (at most {MEGABYTES_MAX:.0f})"
    )
    for name, rates in (
        ("as read", (before.read, after.read)),
        ("in memory", (before.in_memory, after.in_memory)),
    ):
        bound = f" (at least {RATIO_MIN})" if name == "as read" else ""
        print(
            f"SHA-256    {name}: {rates[0]:,.0f} and {rates[1]:,.0f} records/s before and after; "
            f"ratio {rate / mean(rates):.2f}{bound}"
        )
    print(
        f"a proof    {proved.rest_ms:.3f} ms (at most {proved.rest_ms_max:.3f}) beside its query "
        f"of {proved.query_ms:.2f} ms"
    )
    print(
        f"tampered   found at position {tampered.place} in {tampered.seconds:.1f} s: "
        f"{size / tampered.seconds:,.0f} events/s, read strictly"
    )


def prepare(url: str, folder: Path, events: int) -> tuple[VerifierKey, int]:
    """Store a log with its tree, and have it sealed; return the key and the size."""
    migrate(url, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
    with psycopg.connect(url) as owner:
        create_tenant(owner, DEFAULT_TENANT, "Benchmark")
    size = make_log(url, events).events
    with psycopg.connect(url) as owner:
        store_tree(owner)
    signer = Signer(folder)
    key = signer.create_key("benchmark")
    asyncio.run(seal(url, signer))
    return key.named(origin_of(key.name, DEFAULT_TENANT, 1)).verifier, size


async def seal(url: str, signer: Signer) -> None:
    async with Sealer(url, TYPES, signer, interval_s=3_600):
        return


def store_tree(owner: psycopg.Connection) -> None:
    """Store the tiles and the frontier, which the made log does not come with."""
    rows = owner.execute("SELECT leaf FROM ledger.event ORDER BY position", binary=True)
    leaves = [leaf for (leaf,) in rows]
    tiles: dict[tuple[int, int], bytes] = {}
    for level, index in full_tiles(0, len(leaves)):
        below = range(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        hashes = b"".join(
            leaves[i] if level == 0 else parent_hash(tiles[level - 1, i]) for i in below
        )
        tiles[level, index] = hashes
        owner.execute(
            "INSERT INTO ledger.log_tile VALUES (%s, %s, %s, %s)",
            (DEFAULT_TENANT, level, index, hashes),
        )
    owner.execute("ALTER TABLE ledger.log_head DISABLE TRIGGER USER")
    owner.execute("UPDATE ledger.log_head SET frontier = %s", (extend(0, b"", leaves),))
    owner.execute("ALTER TABLE ledger.log_head ENABLE TRIGGER USER")


def verify(url: str, key: str) -> Verified:
    trusted = [VerifierKey.parse(key)]
    started = time.perf_counter()
    with open_stored_log(url, DEFAULT_TENANT, [trusted[0].name]) as log:
        report = verify_stored(log, url, trusted, {})
    seconds = time.perf_counter() - started
    found = report.first_fault
    # The workers are alike; the largest of them stands for each.
    workers = len(os.sched_getaffinity(0)) * getrusage(RUSAGE_CHILDREN).ru_maxrss / 1_024
    place = found.fault.position if found else None
    return Verified(report.verdict, place, seconds, peak_megabytes() + workers)


def hashed(url: str, size: int) -> Hashed:
    """Hash the records while they are read, and again out of memory."""
    with psycopg.connect(url) as connection:

        def read() -> None:
            for records in blocks(connection, size):
                for record in records:
                    sha256(record).digest()

        as_read = rate(read, size)
        kept = [record for records in blocks(connection, min(size, 100_000)) for record in records]

    def in_memory() -> None:
        for record in kept:
            sha256(record).digest()

    return Hashed(as_read, rate(in_memory, len(kept)))


def blocks(connection: psycopg.Connection, size: int) -> Iterator[list[bytes]]:
    for first in range(0, size, ROWS_AT_ONCE):
        asked = (DEFAULT_TENANT, first, min(first + ROWS_AT_ONCE, size))
        rows = connection.execute(RECORDS_SQL, asked, binary=True, prepare=True).fetchall()
        yield [record for (record,) in rows]


def rate(do: Callable[[], None], count: int) -> float:
    started = time.perf_counter()
    do()
    return count / (time.perf_counter() - started)


def prove(url: str, key: VerifierKey, size: int) -> Proved:
    """Make and check proofs of random records, and tell their queries from the rest."""
    dice = Random(20261128)  # noqa: S311  # which records are proved is no secret
    queries, rests = [], []
    with open_stored_log(url, DEFAULT_TENANT, [key.name]) as log:
        root = log.connection.execute("SELECT root FROM ledger.log_checkpoint").fetchone()
        assert root is not None
        for index in dice.sample(range(size), min(PROOFS, size)):
            path = inclusion_path(index, size)
            wanted = tiles_of(path, size)
            asked = tiles_asked(DEFAULT_TENANT, wanted)
            started = time.perf_counter()
            rows = log.connection.execute(TILES_SQL, asked, binary=True).fetchall()
            queried = time.perf_counter()
            proof = make_proof(
                inclusion_path(index, size),
                whole_tiles(DEFAULT_TENANT, tiles_of(path, size), rows),
            )
            made = time.perf_counter()
            leaf = log.proved(index + 1, size).row.leaf
            assert leaf is not None
            verify_inclusion(proof, leaf=leaf, index=index, size=size, root=root[0])
            queries.append((queried - started) * 1_000)
            rests.append((made - queried) * 1_000)
    return Proved(median(queries), median(rests), max(rests))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    sys.exit(main(parser.parse_args().events))
