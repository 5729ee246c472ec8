"""An import that is killed, again and again, and run to its end: every row is there once."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.cdnow import ROOT
from tests.ledger.log import assert_log_is_whole

Start = Callable[[str, Path], "subprocess.Popen[bytes]"]

KILLS = 4
ROWS = 12_000
ACCOUNTS = 40


def test_a_killed_import_is_run_again_and_adds_each_row_once(
    database_url: str, tmp_path: Path
) -> None:
    accounts, orders = tmp_path / "accounts.csv", tmp_path / "orders.csv"
    lines = [f"{number},Account {number},2025-01-02\n" for number in range(ACCOUNTS)]
    accounts.write_text("external_id,name,opened_on\n" + "".join(lines))
    lines = [f"{number % ACCOUNTS},2026-03-02,{number}.00,EUR\n" for number in range(ROWS)]
    orders.write_text("account_external_id,ordered_on,amount,currency\n" + "".join(lines))
    start = _starter(database_url, tmp_path)
    assert start("accounts", accounts).wait() == 0
    dice = random.Random(20261123)  # noqa: S311  # when it dies is no secret

    sizes = []
    for _ in range(KILLS):
        before = _size(database_url)
        process = start("orders", orders)
        while _size(database_url) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.3))
        process.kill()
        process.wait()
        sizes.append(assert_log_is_whole(database_url))
    assert start("orders", orders).wait() == 0

    assert sizes[0] < 2 * ACCOUNTS + ROWS, "the first kill came before the end"
    assert assert_log_is_whole(database_url) == 2 * ACCOUNTS + ROWS
    assert _amounts(database_url) == list(range(ROWS))


def _starter(url: str, folder: Path) -> Start:
    environment = os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(folder / "data")}

    def start(kind: str, file: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "cli.main", "import", kind, str(file)]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    return start


def _size(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT size FROM ledger.log_head").fetchone()
    assert row is not None
    return int(row[0])


def _amounts(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT (data -> 'amount' ->> 'amount')::numeric::bigint FROM ledger.event_readable "
            "WHERE name = 'order.placed' ORDER BY 1"
        )
        return [amount for (amount,) in rows]
