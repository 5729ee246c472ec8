"""`tenure figures`: told once, listed, and reckoned again; what stops it is one sentence."""

import json
import subprocess
import sys
from datetime import date
from os import environ
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.commands import place_order
from domain.money import Money
from domain.order_book import OrderContent
from ledger.ledger import open_ledger
from ledger.settings import Settings
from tests.ledger.processes.setting import command, opening

pytestmark = pytest.mark.anyio

ACME, MAY = UUID(int=1), date(2026, 5, 20)


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> str:
    """Give a ledger with an account that has ordered twice."""
    async with open_ledger(database_url, Settings(data_dir=tmp_path)) as ledger:
        await ledger.writer.execute(opening(ACME))
        for number, amount in enumerate(("10.00", "2.50")):
            content = OrderContent(
                ordered_on=MAY, amount=Money.model_validate({"amount": amount, "currency": "EUR"})
            )
            order = place_order(ACME, order_id=UUID(int=number), content=content, today=MAY)
            await ledger.writer.execute(command(order, on=MAY))
    return database_url


async def test_figures_are_published_listed_and_replayed(database: str, tmp_path: Path) -> None:
    def figures(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "figures", *arguments],
            env=environ | {"DATABASE_URL": database, "TENURE_DATA_DIR": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    asked = ["publish", "revenue", "--period", "2026-05", "--known-at", "3"]
    told = figures(*asked)
    assert told.returncode == 0, told.stderr
    figure_id = told.stdout.split()[0]
    assert told.stdout.strip() == f"{figure_id}  12.50 EUR  (2 events, known at 3, at 4)"

    assert shown(figures("list", "--json").stdout) == {
        "figure_id": figure_id,
        "kpi": "revenue",
        "scope": "tenant",
        "period": "2026-05",
        "as_of": "2026-05-31",
        "known_at": 3,
        "told": ["12.50 EUR"],
        "state": "stands",
    }
    agrees = figures("replay")
    assert (agrees.returncode, agrees.stdout.strip()) == (
        0,
        f"{figure_id}  revenue 2026-05  agrees (2 events)",
    )

    refused = figures("publish", "revenue", "--period", "2026-05")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert f"the figure {figure_id} stands" in refused.stderr

    withhold(database)
    caught = figures("replay", figure_id)
    assert caught.returncode == 3
    assert "DISAGREES at position 4: evidence_events should be 1, and is 2" in caught.stdout


def shown(text: str) -> Any:
    (line,) = text.splitlines()
    return json.loads(line)


def withhold(url: str) -> None:
    """Delete, as superuser, an event that a figure was reckoned from."""
    with psycopg.connect(url) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM ledger.event WHERE position = 3")
        owner.execute("ALTER TABLE ledger.event ENABLE TRIGGER ALL")
