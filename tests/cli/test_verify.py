"""`tenure verify` says in its exit code and its first fault whether a log is what was sealed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.note import SigningKey, VerifierKey
from tests.cli.test_keys import Installation

ROOT = Path(__file__).parents[2]


class Auditor:
    """Someone with a key on paper, a state file, and no trust."""

    def __init__(self, folder: Path, key: VerifierKey) -> None:
        self.state, self.key = folder / "auditor.json", key

    def run(self, source: str, *more: str, **environment: str) -> Any:
        command = [sys.executable, "-m", "cli.main", "verify", source, "--key", str(self.key)]
        return subprocess.run(
            [*command, "--state", str(self.state), *more],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def verify(self, source: str, *more: str, **environment: str) -> dict[str, Any]:
        done = self.run(source, "--json", *more, **environment)
        body: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == body["exit_code"], done.stderr
        return body


def as_url(conninfo: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    secret = f"{parts['user']}:{parts['password']}"
    return f"postgresql://{secret}@{parts['host']}:{parts['port']}/{parts['dbname']}"


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path / "data")


def test_an_auditor_verifies_a_service_and_its_database_until_somebody_tampers(
    installation: Installation, tmp_path: Path
) -> None:
    installation.folder.mkdir()
    url = as_url(installation.url)
    api_key = installation.headers["Authorization"].removeprefix("Bearer ")
    with installation.service.running():
        installation.open_account()
        installation.sealed(installation.open_account())
        auditor = Auditor(tmp_path, installation.trusted()[0])
        over_http = auditor.verify(installation.service.url, AUDITOR_API_KEY=api_key)
        refused = auditor.run(installation.service.url, AUDITOR_API_KEY="tenure_none")
        installation.sealed(installation.open_account())
        in_the_database = auditor.verify(url)
    with psycopg.connect(url) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger.event SET actor = 'key:nobody' WHERE position = 2")
    tampered = auditor.verify(url)
    told = auditor.run(url)
    with psycopg.connect(url) as owner:
        ambiguous = b'{"$sd":"","$sd":""}'
        owner.execute("UPDATE ledger.event SET record = %s WHERE position = 1", (ambiguous,))
    unreadable = auditor.verify(url)

    assert (over_http["exit_code"], over_http["sealed_size"], over_http["read"]) == (0, 2, 2)
    assert (in_the_database["exit_code"], in_the_database["sealed_size"]) == (0, 3)
    assert [step["result"] for step in over_http["steps"]].count("SKIPPED") == 8
    assert json.loads(auditor.state.read_text())["origins"][auditor.key.name]["size"] == 3
    assert refused.returncode == 5
    assert "401" in refused.stderr
    assert tampered["exit_code"] == 3
    assert tampered["first_fault"]["step"] == "columns"
    assert (tampered["first_fault"]["position"], tampered["first_fault"]["actual"]) == (
        2,
        "key:nobody",
    )
    assert told.returncode == 3
    assert "tampered: the column actor is not what the record says, at position 2" in told.stdout
    assert "a second history goes unseen" in told.stdout
    assert unreadable["exit_code"] == 3
    assert unreadable["first_fault"]["position"] == 1
    skipped = {step["step"] for step in unreadable["steps"] if step["result"] == "SKIPPED"}
    assert {"figures", "periods", "disclosures", "erasures"} <= skipped


def test_what_is_not_sealed_or_cannot_be_read_is_told_apart(
    database_url: str, tmp_path: Path
) -> None:
    url = as_url(database_url)
    auditor = Auditor(tmp_path, SigningKey.generate("tenure-1/default").verifier)

    never_sealed = auditor.run(url)
    assert never_sealed.returncode == 4
    assert "there is no checkpoint" in never_sealed.stdout
    assert not auditor.state.exists()
    nowhere = auditor.run("postgresql://someone:secret-word@127.0.0.1:1/nothing")
    assert nowhere.returncode == 5
    assert "secret-word" not in nowhere.stdout + nowhere.stderr
    assert auditor.run("http://127.0.0.1:1").returncode == 5
    assert auditor.run("somewhere").returncode == 2
    assert auditor.run(url, "--key", "no-key").returncode == 2
    auditor.state.write_text("{")
    damaged = auditor.run(url)
    assert damaged.returncode == 5
    assert "cannot be read" in damaged.stderr
    assert "Traceback" not in damaged.stderr
