"""`tenure erase`, `holds` and `vault`: two persons at the command line, and what is kept."""

import asyncio
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
from typer.testing import CliRunner, Result

from cli.main import app
from ledger.api_keys import Role, create_key
from ledger.ledger import open_ledger
from ledger.settings import Settings
from ledger.tenants import DEFAULT_TENANT
from tests.api.test_nothing_is_left import dump
from tests.ledger.test_key_service import registered

ADA: Final = UUID(int=1)


class Person:
    """Somebody with a key of their own, at the command line."""

    def __init__(self, url: str, folder: Path) -> None:
        with psycopg.connect(url) as owner:
            key = create_key(owner, DEFAULT_TENANT, Role.ADMIN, "test")
        self._environment = {
            "DATABASE_URL": url,
            "TENURE_DATA_DIR": str(folder),
            "OPERATOR_API_KEY": key,
        }

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, env=self._environment)

    def said(self, *arguments: str) -> str:
        done = self(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout


def register(url: str, folder: Path) -> None:
    async def run() -> None:
        async with open_ledger(url, Settings(data_dir=folder)) as ledger:
            await registered(ledger, ADA, "Ada")

    asyncio.run(run())


def test_two_persons_erase_a_third_at_the_command_line(database_url: str, tmp_path: Path) -> None:
    register(database_url, tmp_path)
    backup = tmp_path / "backup"
    backup.write_bytes(dump(database_url, "--format=custom"))
    one, two = Person(database_url, tmp_path), Person(database_url, tmp_path)
    asked = one.said("erase", "request", str(ADA), "--legal-basis=objection", "--reason=asked")
    erasure_id = asked.split()[0]
    hold_id = one.said("holds", "place", "person", f"--subject={ADA}", "--reason=a case").split()[0]
    held = two("erase", "approve", erasure_id)
    two.said("holds", "release", hold_id, "--reason=closed")
    same = one("erase", "approve", erasure_id)
    two.said("erase", "approve", erasure_id)
    checked = one.said("vault", "check")

    assert held.exit_code == 2
    assert hold_id in held.output.replace("\n", "")
    assert same.exit_code == 2
    assert "two persons" in same.output
    assert "gone" in checked
    listed = one.said("erase", "list")
    assert listed.split()[:4] == [erasure_id, "erased", "party", str(ADA)]
    assert "1 disclosures" in listed
    assert "released on" in one.said("holds", "list")
    assert "Traceback" not in held.output + same.output
    drilled = one.said("drill")
    assert "0 persons were there again" in drilled
    old = one.said("drill", str(backup))
    assert "1 persons were there again" in old
    assert "1 of them by the register alone" in old
    assert one.said("vault", "rotate").startswith("0 keys")
    with psycopg.connect(database_url) as owner:
        owner.execute("INSERT INTO ledger.subject_key VALUES ('default', %s, 'x')", (ADA,))
    back = one("vault", "check", "--presence")
    assert back.exit_code == 3
    assert "there again" in back.output
