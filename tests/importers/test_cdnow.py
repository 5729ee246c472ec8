"""All of CDNOW, imported: every total of every account and month is right, to the cent."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from domain.kpi import EVERY_KPI
from domain.kpi_definitions import DEFINITIONS
from domain.period import parse
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_answer import figures
from projections.kpi_asked import Asked
from projections.kpi_scope import TENANT as EVERYBODY
from tests import cdnow
from tests.ledger.log import assert_log_is_whole
from tests.projections.log import TENANT, TYPES

pytestmark = [pytest.mark.anyio, pytest.mark.cdnow]


def imported(kind: str, file: Path, url: str, data_dir: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "cli.main", "import", kind, str(file), "--json"]
    environment = os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(data_dir)}
    done = subprocess.run(command, cwd=cdnow.ROOT, env=environment, capture_output=True, check=True)
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


async def test_the_totals_of_cdnow_are_those_of_the_file(database_url: str, tmp_path: Path) -> None:
    if not cdnow.download():
        pytest.skip("the package index cannot be reached")

    accounts = imported("accounts", cdnow.ACCOUNTS, database_url, tmp_path)
    orders = imported("orders", cdnow.ORDERS, database_url, tmp_path)
    again = imported("orders", cdnow.ORDERS, database_url, tmp_path)

    assert (accounts["accepted"], accounts["rejected"]) == (cdnow.ACCOUNTS_TOTAL, 0)
    assert (orders["accepted"], orders["rejected"]) == (cdnow.ORDERS_TOTAL, 0)
    assert (again["accepted"], again["already_there"]) == (0, cdnow.ORDERS_TOTAL)
    head = assert_log_is_whole(database_url)
    conninfo = runtime_conninfo(database_url)
    async with Engine(conninfo, TYPES, EVERY_PROJECTION) as engine:
        await engine.catch_up(TENANT)
    async with await AsyncConnection.connect(conninfo) as connection:
        shown = await cdnow.months_in_the_views(connection, head)
        assert shown == cdnow.months_in_the_file()
        for known_at in (cdnow.ACCOUNTS_TOTAL + 1, 60_000, 80_001, head - 1):
            rows = await _orders_up_to(connection, known_at)
            for last in (date(1997, 9, 30), date(1998, 6, 30)):
                then = await cdnow.months_in_the_views(connection, known_at, last)
                assert then == cdnow.months_in_the_file(rows=rows, last=last)
        assert await _told(connection, head, "lifetime") == ("2500315.63", "69659", "35.89")
        assert await _told(connection, head, "1997-01") == ("299060.17", "8928", "33.50")
        assert await _told(connection, head, "1998-06") == ("76109.30", "2043", "37.25")
    lifetimes = cdnow.lifetimes(shown)
    assert len(lifetimes) == cdnow.ACCOUNTS_TOTAL
    assert sum(each.revenue for each in lifetimes.values()) == cdnow.REVENUE_TOTAL
    assert _free_and_equal(database_url) == (80, 255)


async def _orders_up_to(connection: AsyncConnection[Any], position: int) -> int:
    """Count the orders recorded by then: they are recorded in the order of the file."""
    cursor = await connection.execute(
        "SELECT count(*) FROM ledger.event WHERE name = 'order.placed' AND position <= %s",
        (position,),
    )
    (count,) = await cursor.fetchone() or (0,)
    return int(count)


async def _told(connection: AsyncConnection[Any], head: int, text: str) -> tuple[str, ...]:
    """Return revenue, orders and average order value of everybody, as shown (A28)."""
    asked = Asked(TENANT, EVERYBODY, parse(text), date(1998, 6, 30), head)
    definitions = [DEFINITIONS[kpi.name] for kpi in EVERY_KPI]
    found = await figures(connection, TYPES, asked, definitions)
    return tuple(str(each.shown) for each in found)


def _free_and_equal(url: str) -> tuple[int, int]:
    """Count the orders of 0.00, and those that repeat another order of their account exactly."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            """
            SELECT sum(times) FILTER (WHERE amount = 0), sum(times - 1) FROM (
                SELECT amount, count(*) AS times FROM (
                    SELECT account_id, (data - 'order_id') AS content,
                           (data -> 'amount' ->> 'amount')::numeric AS amount
                    FROM ledger.event_readable WHERE name = 'order.placed'
                ) AS orders GROUP BY account_id, content, amount
            ) AS counted
            """
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
