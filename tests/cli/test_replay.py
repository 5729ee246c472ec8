"""`tenure replay`: an account as it stood, printed from the log alone."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
import typer

from cli.replay import document, replayed
from domain.account import AccountProfileRevised
from domain.change import Change
from ledger.settings import load_settings
from tests.projections.log import Log

pytestmark = pytest.mark.anyio

ROOT: Final = Path(__file__).parents[2]


def story(url: str) -> Log:
    """Record an account, an order and a new name."""
    log, account = Log(), uuid4()
    log.open(account, on=date(2026, 2, 1))
    log.place(account, uuid4(), "12", date(2026, 3, 1))
    renamed = AccountProfileRevised(name=Change(was="Acme", now="Acme Cranes"))
    log.add(renamed, account_id=account, on=date(2026, 4, 1))
    log.store(url)
    return log


def test_an_account_is_printed_as_it_stood_with_the_events_behind_it(
    database_url: str, tmp_path: Path
) -> None:
    story(database_url)
    environment = os.environ | {"DATABASE_URL": database_url, "TENURE_DATA_DIR": str(tmp_path)}
    options = ["--as-of", "2026-03-31", "--known-at", "2026-12-31T00:00:00Z"]
    command = [sys.executable, "-m", "cli.main", "replay", "Acme Cranes", *options]
    printed = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    lines = printed.stdout.splitlines()
    assert lines[0] == "Acme, as of 2026-03-31, known at position 3", printed.stderr
    assert lines[1] == "(called Acme Cranes now)"
    assert {"orders (1)", "made by 2 events"} <= set(lines)
    assert lines[-1].split()[:2] == ["2", "2026-03-01"]
    assert "test:1" in lines[-1]


async def test_programs_are_told_the_same_and_no_moment_is_made_up(
    database_url: str, tmp_path: Path
) -> None:
    log = story(database_url)
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path)})
    state, name = await replayed(database_url, settings, "Acme Cranes", None, "1")
    told = document(state)

    assert (name, told["account"]["name"], told["known_at"]) == ("Acme Cranes", "Acme", 1)
    assert told["items"].keys() == {"selections"}
    assert [event["leaf"] for event in told["events"]] == [log.entries[0].leaf.hex()]
    for day, known_at, said in (
        (date(2026, 1, 31), None, "exists since 2026-02-01"),
        (None, "4", "beyond the log's end, 3"),
        (None, "then", "neither a position nor an instant"),
    ):
        with pytest.raises(typer.BadParameter, match=said):
            await replayed(database_url, settings, "Acme Cranes", day, known_at)
