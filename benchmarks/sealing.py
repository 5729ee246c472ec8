"""What sealing costs those who write: the same load with it and without, turn about, in one run.

`python -m benchmarks.sealing [SECONDS]`: two services on one PostgreSQL with fsync on, one that
signs checkpoints and one that does not, 64 connections each. Prints rates, their ratio and whether
the last checkpoint verifies, seals everything that was acknowledged, and has the root recomputed
from the bytes of all records. Exits with 1 if it does not, or if sealing costs more than 15 %.
"""

import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.append import fresh_database, open_accounts, place_orders, report, service
from benchmarks.load import Result
from ledger.api_keys import Role, create_key
from ledger.checkpoint import verify_checkpoint
from ledger.database import open_database
from ledger.merkle import extend, leaf_hash, root
from ledger.migrate import migrate
from ledger.settings import load_settings
from ledger.signer import Signer, origin_of
from ledger.tenants import DEFAULT_TENANT, create_tenant
from tests.ledger.log import assert_log_is_whole

COST_MAX = 0.15
ROUNDS = 5
ROOT = Path(__file__).parent.parent
PORTS = {"on": 8473, "off": 8474}


def main(seconds: float) -> int:
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            return measure(database.url, Path(folder), seconds)
        finally:
            database.stop()


def measure(url: str, folder: Path, seconds: float) -> int:
    urls = {sealing: fresh_database(url) for sealing in PORTS}
    keys = {sealing: prepare(urls[sealing]) for sealing in PORTS}
    results: dict[str, list[Result]] = {"on": [], "off": []}
    with served(urls["on"], folder, "on"), served(urls["off"], folder, "off"):
        accounts = {sealing: open_accounts(port, keys[sealing]) for sealing, port in PORTS.items()}
        for number in range(ROUNDS):
            for sealing in ("on", "off") if number % 2 else ("off", "on"):
                results[sealing].append(
                    place_orders(PORTS[sealing], accounts[sealing], keys[sealing], seconds)
                )
        time.sleep(2)  # for the last checkpoint of those that share an interval
    right = is_sealed(urls["on"], folder) and not any(
        result.unexpected for sealing in results for result in results[sealing]
    )
    costs = [
        1 - with_.rate / without.rate
        for with_, without in zip(results["on"], results["off"], strict=True)
    ]
    report("sealed", results["on"])
    report("not sealed", results["off"])
    print(
        f"sealing costs {median(costs):.1%} (rounds: {', '.join(f'{c:.1%}' for c in costs)}; "
        f"at most {COST_MAX:.0%})"
    )
    print(f"correct: {'yes' if right else 'NO'}")
    return 0 if right and median(costs) <= COST_MAX else 1


def prepare(url: str) -> str:
    migrate(url, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
    with psycopg.connect(url) as connection:
        create_tenant(connection, DEFAULT_TENANT, "Benchmark")
        return create_key(connection, DEFAULT_TENANT, Role.MANAGER, "benchmark")


def served(url: str, folder: Path, sealing: str) -> AbstractContextManager[None]:
    settings = {
        "DATABASE_URL": url,
        "TENURE_DATA_DIR": str(folder),
        "TENURE_PORT": str(PORTS[sealing]),
        "TENURE_SEALING": sealing,
    }
    return service([sys.executable, "-m", "cli.main", "serve"], settings, PORTS[sealing])


def is_sealed(url: str, folder: Path) -> bool:
    """Verify the last checkpoint, and hold its root to the bytes of everything recorded."""
    assert_log_is_whole(url)
    key = Signer(folder).key()
    origin = origin_of(key.name, DEFAULT_TENANT, 1)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "SELECT note, count(*) OVER () FROM ledger.log_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        records = connection.execute("SELECT record FROM ledger.event ORDER BY position")
        leaves = [leaf_hash(record) for (record,) in records]
    assert kept is not None
    checkpoint = verify_checkpoint(kept[0], [key.named(origin).verifier], origin=origin)
    print(f"{kept[1]} checkpoints of {len(leaves):,} events")
    return checkpoint.size == len(leaves) and checkpoint.root == root(
        len(leaves), extend(0, b"", leaves)
    )


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
