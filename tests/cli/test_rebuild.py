"""`tenure rebuild`, as operators run it: beside a service, killed, and run again."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from cli.rebuild_progress import pace_of
from ledger.api_keys import Role, create_key
from ledger.tenants import DEFAULT_TENANT
from projections.every_projection import EVERY_PROJECTION
from tests.api.service import ROOT, Service
from tests.projections.log import Log
from tests.projections.rebuild import caught_up, rebuilt, rows
from tests.projections.rebuilding import ask, orders_of_acme, run
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio

EVENTS = 8_000
READERS = 2


def started(
    url: str, folder: Path, *arguments: str, command: str = "rebuild"
) -> "subprocess.Popen[str]":
    environment = os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(folder / "data")}
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", command, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tenure(url: str, folder: Path, *arguments: str, command: str = "rebuild") -> tuple[int, str]:
    """Run to the end; return the exit code and what was said, on stdout and then on stderr."""
    process = started(url, folder, *arguments, command=command)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


@pytest.mark.parametrize("arguments", [["nope"], [], ["orders", "--all"]])
def test_views_that_are_not_there_end_it_with_those_that_are(
    arguments: list[str], tmp_path: Path
) -> None:
    code, said = tenure("postgresql://nobody@127.0.0.1:1/none", tmp_path, *arguments)

    assert code == 2
    assert all(projection.name in said for projection in EVERY_PROJECTION)


async def test_a_dry_run_tells_what_is_wrong_and_a_swap_puts_it_right(
    database_url: str, tmp_path: Path
) -> None:
    orders_of_acme().store(database_url)
    right = await caught_up(database_url)
    run(database_url, "UPDATE projections.customer_order SET amount = 7 WHERE position = 4")
    dry, told = tenure(database_url, tmp_path, "orders", "--dry-run", "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    left = ask(database_url, "SELECT to_regclass('projections_next.customer_order')")
    wrong = rows(database_url)
    swapped, said = tenure(database_url, tmp_path, "orders", "kpi-facts")
    again, nothing = tenure(database_url, tmp_path, "--all", "--dry-run")

    assert (dry, swapped, again) == (1, 0, 0), said
    assert lines[0]["columns"] == {"amount": {"live": 7, "rebuilt": "11.00"}}
    assert lines[0]["events"] == [{"position": 4, "name": "order.corrected"}]
    assert lines[1] == {
        "table": "customer_order",
        "equal": 1,
        "differ": 1,
        "missing": 0,
        "extra": 0,
    }
    assert lines[2] == {"views": ["orders"], "equal": False, "swapped": False}
    assert left == [(None,)]
    assert wrong != right
    assert "amount is 7, the log makes 11.00 (events: 4 order.corrected)" in said
    assert "`tenure rebuild orders kpi-facts --back`" in said
    assert "nothing was swapped" in nothing
    assert rows(database_url) == right


async def test_killed_at_any_moment_it_is_run_again_and_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    log = Log()
    grow(log, EVENTS)
    log.store(database_url)
    right = await caught_up(database_url)
    views = ("orders", "kpi-facts", "deals")

    def holds(query: str) -> Callable[[], bool]:
        return lambda: ask(database_url, query) == [(True,)]

    fed = "(SELECT coalesce(min(position), 0) FROM projections_next.checkpoint)"
    is_there = "to_regclass('projections_next.checkpoint') IS NOT NULL"
    moments = [
        holds(f"SELECT {is_there}"),
        holds(f"SELECT {fed} > 0"),
        holds(f"SELECT {fed} > {EVENTS // 2}"),
        holds(f"SELECT {fed} = {len(log.entries)}"),
        holds("SELECT to_regclass('projections_previous.deal') IS NOT NULL"),
    ]
    reached = []
    for has_come in moments:
        process = started(database_url, tmp_path, *views)
        while not has_come() and process.poll() is None:
            time.sleep(0.005)  # noqa: ASYNC251  # nothing else runs here
        process.kill()
        process.communicate()
        reached += ask(database_url, f"SELECT {fed}")
        assert rows(database_url) == right
    code, said = tenure(database_url, tmp_path, *views)

    assert code == 0, said
    assert reached[0] < reached[2], "the first kills came before the end"
    assert rows(database_url) == right == await rebuilt(database_url)


async def test_killed_within_the_swap_it_has_swapped_nothing(
    database_url: str, tmp_path: Path
) -> None:
    orders_of_acme().store(database_url)
    await caught_up(database_url)
    run(database_url, "UPDATE projections.customer_order SET amount = 7 WHERE position = 4")
    wrong = rows(database_url)
    waiting = (
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' "
        "AND relation = 'projections.customer_order'::regclass"
    )
    with psycopg.connect(database_url) as reader:
        reader.execute("SELECT FROM projections.customer_order")
        process = started(database_url, tmp_path, "orders", "kpi-facts")
        while ask(database_url, waiting) != [(True,)] and process.poll() is None:
            time.sleep(0.005)  # noqa: ASYNC251  # nothing else runs here
        process.kill()
        process.communicate()
    after = rows(database_url)
    code, said = tenure(database_url, tmp_path, "orders", "kpi-facts")

    assert after == wrong
    assert code == 0, said
    assert "going on with orders, kpi-facts" in said
    assert rows(database_url) != wrong


async def test_readers_and_writers_notice_nothing_of_swaps(
    database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url) as owner:
        bearer = create_key(owner, DEFAULT_TENANT, Role.MANAGER, "test")
    service = Service(database_url, tmp_path)
    headers = {"Authorization": f"Bearer {bearer}"}
    with service.running():
        async with httpx2.AsyncClient(base_url=service.url, headers=headers, timeout=30) as http:
            opened = await http.post("/accounts", json={"name": "Acme"})
            path = f"/accounts/{opened.raise_for_status().json()['id']}"
            there = {"min_position": await _order(http, path)}
            (await http.get(path, params=there)).raise_for_status()
            done = asyncio.Event()
            reading = [asyncio.create_task(_read(http, path, done)) for _ in range(READERS)]
            writing = asyncio.create_task(_write(http, path, done))
            ended = [
                await asyncio.to_thread(tenure, database_url, tmp_path, *arguments)
                for arguments in (["--all"], ["orders", "kpi-facts"], ["orders", "--back"])
            ]
            done.set()
            reads = await asyncio.gather(*reading)
            orders = await writing
            ready = (await http.get("/readyz")).json()
    grown = await caught_up(database_url)

    assert [code for code, _ in ended] == [0, 0, 0], ended
    assert all("swapped" in said or "live again" in said for _, said in ended)
    assert min(reads) > 10
    assert orders > 10
    assert ready == {"ready": True, "reasons": [], "degraded": []}
    assert grown == await rebuilt(database_url)


async def _order(http: httpx2.AsyncClient, path: str) -> int:
    body = {"ordered_on": "2026-05-01", "amount": {"amount": "5.00", "currency": "EUR"}}
    placed = await http.post(f"{path}/orders", json=body)
    assert placed.status_code == 201, placed.text
    position = placed.json()["position"]
    assert isinstance(position, int)
    return position


async def _read(http: httpx2.AsyncClient, path: str, done: asyncio.Event) -> int:
    """Read until it is done; every answer shows at least what was there at first."""
    reads = 0
    while not done.is_set():
        orders, accounts = await http.get(f"{path}/orders"), await http.get("/accounts")
        account = await http.get(path)
        assert (orders.status_code, accounts.status_code, account.status_code) == (200,) * 3
        assert orders.json()["items"]
        assert accounts.json()["items"]
        reads += 1
        await asyncio.sleep(0.01)
    return reads


async def _write(http: httpx2.AsyncClient, path: str, done: asyncio.Event) -> int:
    """Order until it is done, and read each order back at once."""
    placed = 0
    while not done.is_set():
        position = await _order(http, path)
        placed += 1
        shown: Any = await http.get(f"{path}/orders", params={"min_position": position, "limit": 1})
        assert shown.status_code == 200, shown.text
        assert shown.json()["items"][0]["status"] == "placed"
    return placed


@pytest.mark.parametrize(
    ("events", "left", "seconds", "said"),
    [
        (0, 500, 1.0, ""),
        (3_000, 500, 1.5, "2,000 events/s, 0:00 left"),
        (1_000, 90_000, 1.0, "1,000 events/s, 1:30 left"),
    ],
)
def test_the_pace_is_a_rate_and_the_time_left(
    events: int, left: int, seconds: float, said: str
) -> None:
    assert pace_of(events, left, seconds) == said


async def test_what_depends_on_replaced_tables_is_named(database_url: str, tmp_path: Path) -> None:
    orders_of_acme().store(database_url)
    first, _ = tenure(database_url, tmp_path, "orders")
    run(
        database_url,
        "CREATE VIEW public.clinging AS SELECT order_id FROM projections_previous.customer_order",
    )
    second, said = tenure(database_url, tmp_path, "orders")

    assert (first, second) == (0, 3)
    assert "view public.clinging depends on table" in said
    assert "Traceback" not in said


async def test_an_outdated_view_is_named_by_doctor(database_url: str, tmp_path: Path) -> None:
    fresh = tenure(database_url, tmp_path, command="doctor")
    run(database_url, "INSERT INTO projections.built (projection, version) VALUES ('deals', 7)")
    outdated = tenure(database_url, tmp_path, command="doctor")

    assert (fresh[0], outdated[0]) == (0, 0)
    assert "Views" not in fresh[1]
    assert "deals was built by version 7 of its code, this program has 1" in outdated[1]
