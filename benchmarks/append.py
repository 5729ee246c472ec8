"""Commands over HTTP, against the library's own `Application.save` behind the same endpoint.

`python -m benchmarks.append [SECONDS]`: both services on one PostgreSQL with fsync on, each with 64
connections, turn about. Prints rates, their ratio and whether every acknowledged order is there,
once, in a log that is whole. Exits with 1 if one is not, or if the ratio is under 8.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.load import Result, post, run_load
from ledger.api_keys import Role, create_key
from ledger.database import open_database
from ledger.migrate import migrate
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT, create_tenant
from tests.ledger.log import assert_log_is_whole

RATIO_MIN = 8.0
CONNECTIONS = 64
ACCOUNTS = 200
ROUNDS = 3
ROOT = Path(__file__).parent.parent
ORDER = json.dumps(
    {"ordered_on": "2026-01-15", "amount": {"amount": "125.00", "currency": "EUR"}}
).encode()


def main(seconds: float) -> int:
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            return measure(database.url, Path(folder), seconds)
        finally:
            database.stop()


def measure(url: str, folder: Path, seconds: float) -> int:
    ours, theirs = fresh_database(url), fresh_database(url)
    migrate(ours, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
    with psycopg.connect(ours) as connection:
        create_tenant(connection, DEFAULT_TENANT, "Benchmark")
        key = create_key(connection, DEFAULT_TENANT, Role.MANAGER, "benchmark")
    peer = library(theirs)
    tenure = {"DATABASE_URL": ours, "TENURE_DATA_DIR": str(folder), "TENURE_PORT": "8471"}
    with (
        service([sys.executable, "-m", "cli.main", "serve"], tenure, 8471),
        service([sys.executable, "-m", "benchmarks.library_service", "8472"], peer, 8472),
    ):
        tenure_accounts = open_accounts(8471, key)
        library_accounts = open_accounts(8472, "")
        tenure_results, library_results = [], []
        for _ in range(ROUNDS):
            tenure_results.append(place_orders(8471, tenure_accounts, key, seconds))
            library_results.append(place_orders(8472, library_accounts, "", seconds))
    right = verdict(ours, theirs, tenure_results, library_results)
    ratios = sorted(
        own.rate / peers.rate for own, peers in zip(tenure_results, library_results, strict=True)
    )
    ratio = ratios[len(ratios) // 2]
    report("tenure", tenure_results)
    report("eventsourcing", library_results)
    print(
        f"ratio {ratio:.1f} (rounds: {', '.join(f'{r:.1f}' for r in ratios)}; at least {RATIO_MIN})"
    )
    print(f"correct: {'yes' if right else 'NO'}")
    return 0 if right and ratio >= RATIO_MIN else 1


def place_orders(port: int, accounts: list[str], key: str, seconds: float) -> Result:
    requests = [post(f"/accounts/{account}/orders", ORDER, key=key) for account in accounts]
    return run_load(
        port, lambda n: requests[n % ACCOUNTS], connections=CONNECTIONS, seconds=seconds
    )


def verdict(
    ours: str, theirs: str, tenure_results: list[Result], library_results: list[Result]
) -> bool:
    """Every acknowledged order is stored once, nothing else was answered, the log is whole."""
    assert_log_is_whole(ours)
    stored = count(ours, "SELECT count(*) FROM ledger.event WHERE name = 'order.placed'")
    peer = count(theirs, "SELECT count(*) FROM orders_events WHERE topic LIKE '%Placed'")
    results = tenure_results + library_results
    for answer in {answer for result in results for answer in result.unexpected}:
        print(f"unexpected answer: {answer!r}")
    return (
        stored == sum(len(result.latencies) for result in tenure_results)
        and peer == sum(len(result.latencies) for result in library_results)
        and not any(result.unexpected for result in results)
    )


def report(name: str, results: list[Result]) -> None:
    rates = ", ".join(f"{result.rate:,.0f}" for result in results)
    p50 = sorted(result.percentile_ms(0.50) for result in results)[len(results) // 2]
    p99 = sorted(result.percentile_ms(0.99) for result in results)[len(results) // 2]
    print(f"{name:<14} {rates} commands/s; median p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def open_accounts(port: int, key: str) -> list[str]:
    opened = []
    for number in range(ACCOUNTS):
        request = Request(  # our own service on the loopback
            f"http://127.0.0.1:{port}/accounts",
            json.dumps({"name": f"Account {number}"}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        with urlopen(request) as answer:  # noqa: S310  # as above
            opened.append(json.load(answer)["id"])
    return opened


@contextmanager
def service(command: list[str], settings: Mapping[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT)  # noqa: S603
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/openapi.json").close()  # as above
        except URLError:
            if process.poll() is not None:
                sys.exit(f"the service on port {port} ended by itself")
            time.sleep(0.1)
        else:
            return
    sys.exit(f"the service on port {port} did not come up")


def fresh_database(url: str) -> str:
    name = f"tenure_benchmark_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_conninfo(url, dbname=name)


def library(conninfo: str) -> dict[str, str]:
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    return {
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port", 5432)),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
    }


def count(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
