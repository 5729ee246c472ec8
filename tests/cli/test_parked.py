"""`tenure parked`: what is parked is listed, tried again or given up, and nothing goes by."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import pytest

from ledger.migrate import runtime_conninfo
from projections.deals import DEALS
from projections.engine import Engine
from projections.orders import ORDERS
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import parked, rows
from tests.projections.test_engine import MAY

ROOT: Final = Path(__file__).parents[2]
ACME, OTHER = UUID(int=1), UUID(int=2)
DIRE: Final = "666.00"


class Tenure:
    """The command line, on one database."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._environment = os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(data_dir)}

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "parked", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def tenure(database_url: str, tmp_path: Path) -> Tenure:
    return Tenure(database_url, tmp_path)


@pytest.fixture
def at(database_url: str) -> int:
    """Park two accounts at an order that the view cannot take; return where the first one is."""
    log = Log()
    log.open(ACME)
    log.open(OTHER)
    at = log.place(ACME, UUID(int=11), DIRE, MAY)
    log.place(OTHER, UUID(int=12), DIRE, MAY)
    log.place(ACME, UUID(int=13), "7.00", MAY)
    log.store(database_url)
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "ALTER TABLE projections.customer_order ADD CONSTRAINT bug CHECK (amount <> 666)"
        )
    asyncio.run(project(database_url))
    return at


async def project(url: str) -> None:
    async with Engine(runtime_conninfo(url), TYPES, [ORDERS, DEALS]) as engine:
        await engine.catch_up(TENANT)


def mend(url: str) -> None:
    with psycopg.connect(url) as owner:
        owner.execute("ALTER TABLE projections.customer_order DROP CONSTRAINT bug")


def test_what_is_parked_is_listed_and_tried_again(
    database_url: str, tenure: Tenure, at: int
) -> None:
    listed = tenure("list")
    failing = tenure("retry", "orders", str(ACME))
    counted = parked(database_url)
    mend(database_url)
    one = tenure("retry", "orders", str(ACME))
    all_others = tenure("retry", "orders")
    none_left = tenure("list")

    first, second = listed.stdout.splitlines()
    assert first.startswith(f"orders  account {ACME}  at {at}  tried 1 x")
    assert "CheckViolation: " in first
    assert f"account {OTHER}" in second
    assert failing.returncode == 1
    assert f"still parked at {at}, CheckViolation" in failing.stdout
    assert counted[0] == ("orders", str(ACME), at, 2)
    assert (one.returncode, all_others.returncode) == (0, 0)
    assert one.stdout == f"orders {ACME}: taken, not parked any more\n"
    assert all_others.stdout == f"orders {OTHER}: taken, not parked any more\n"
    assert none_left.stdout == ""
    assert len(rows(database_url)["customer_order"]) == 3


def test_the_event_at_fault_is_given_up_for_a_reason_alone(
    database_url: str, tenure: Tenure, at: int
) -> None:
    blank = tenure("discard", "orders", str(ACME), "--reason", " ")
    missing = tenure("discard", "orders", str(ACME))
    done = tenure("discard", "orders", str(ACME), "--reason", "a faulty script")
    with psycopg.connect(database_url) as owner:
        kept = owner.execute(
            "SELECT position, reason, discarded_by LIKE 'cli:%' FROM projections.discarded"
        ).fetchall()

    assert (blank.returncode, missing.returncode) == (2, 2)
    assert "say which" in blank.stderr
    assert done.returncode == 0
    assert kept == [(at, "a faulty script", True)]
    assert [row[1] for row in parked(database_url)] == [str(OTHER)]
    assert len(rows(database_url)["customer_order"]) == 1


def test_what_is_not_parked_ends_with_a_sentence_and_a_code(tenure: Tenure, at: int) -> None:
    answer = tenure("retry", "deals", str(ACME))

    assert answer.returncode == 2
    assert (
        f"deals has not parked {ACME}; parked are orders: account {ACME} at {at}" in answer.stderr
    )
    assert "Traceback" not in answer.stderr
