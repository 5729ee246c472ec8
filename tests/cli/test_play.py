"""`tenure demo`: for an empty log alone, finished with the seed it was begun with."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from cli import demo
from cli.play import play_once
from ledger.ledger import Ledger, open_ledger
from ledger.settings import Settings
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(database_url, Settings(data_dir=tmp_path)) as ledger:
        yield ledger


def command_ids(url: str) -> set[object]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT command_id FROM ledger.event").fetchall()
    return {command_id for (command_id,) in rows}


async def test_a_play_cut_short_is_finished_with_its_own_seed(
    ledger: Ledger, database_url: str, tmp_path: Path
) -> None:
    commands = demo.commands(7)
    await ledger.writer.execute_many(commands[: len(commands) // 2])
    (tmp_path / "demo-unfinished").write_text("7")

    assert await play_once(ledger, tmp_path, seed=8)

    assert command_ids(database_url) == {each.command_id for each in commands}
    assert not (tmp_path / "demo-unfinished").exists()


async def test_nothing_is_added_to_a_log_that_somebody_has_begun(
    ledger: Ledger, database_url: str, tmp_path: Path
) -> None:
    await ledger.writer.execute_many(demo.commands()[:1])

    assert not await play_once(ledger, tmp_path)
    assert assert_log_is_whole(database_url) == 1


def test_the_command_plays_once(database_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": database_url, "TENURE_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "cli.main", "demo", "--seed", "7"]

    first, again = (
        subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        for _ in range(2)
    )

    assert (first.returncode, again.returncode) == (0, 2), first.stderr
    assert "with the seed 7" in first.stdout
    assert "holds events already" in again.stderr
    assert command_ids(database_url) == {each.command_id for each in demo.commands(7)}
