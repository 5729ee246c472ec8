"""`tenure reads`, and the read log verified like any other log, over HTTP and on the database."""

import csv
import io
import json
import time
from pathlib import Path

import httpx2
import psycopg
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ledger.failure import CannotStart
from ledger.merkle import leaf_hash
from ledger.note import VerifierKey
from tests.cli.test_keys import SEALED_SECONDS_MAX, Installation
from tests.cli.test_verify import as_url

READS = "default~reads"


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    (tmp_path / "data").mkdir()
    return Installation(as_url(database_url), tmp_path / "data")


def tenure(installation: Installation, *arguments: str) -> Result:
    """Run a command in this process: a dozen new ones would take most of the test's time."""
    environment = {
        "DATABASE_URL": installation.url,
        "TENURE_DATA_DIR": str(installation.folder),
        "AUDITOR_API_KEY": installation.headers["Authorization"].split()[-1],
    }
    return CliRunner().invoke(app, arguments, env=environment)


def key_of_reads(installation: Installation) -> VerifierKey:
    """Read the verifier key of the read log off `tenure keys list`."""
    lines = tenure(installation, "keys", "list").stdout.splitlines()
    (line,) = [each for each in lines if f" {READS} " in each]
    return VerifierKey.parse(line.split()[-1])


def wait_until_sealed(installation: Installation, size: int) -> None:
    deadline = time.monotonic() + SEALED_SECONDS_MAX
    while time.monotonic() < deadline:
        answer = installation.get("/read-log/log/checkpoint")
        if answer.status_code == 200 and int(answer.text.splitlines()[1]) >= size:
            return
        time.sleep(0.1)
    raise AssertionError("the read log was not sealed")


def test_the_read_log_is_verified_like_any_other_until_somebody_tampers(
    installation: Installation, tmp_path: Path
) -> None:
    url = installation.url
    with installation.service.running():
        body = {"side": "ours", "name": "Ada Lovelace"}
        made = httpx2.post(
            f"{installation.service.url}/parties", json=body, headers=installation.headers
        )
        ada = made.json()["id"]
        for _ in range(3):
            assert installation.get(f"/parties/{ada}").json()["name"] == "Ada Lovelace"
        wait_until_sealed(installation, 3)
        held = ("--key", str(key_of_reads(installation)), "--state", str(tmp_path / "state.json"))
        over_http = tenure(
            installation, "verify", f"{installation.service.url}/read-log", *held, "--json"
        )
    verify = ("verify", url, *held, "--tenant", READS)
    stopped = tenure(installation, *verify)
    of_history = tenure(installation, "verify", url, *held[:2])
    archive = tmp_path / "reads.jsonl"
    exported = tenure(installation, "reads", "export", str(archive))
    again = tenure(installation, "reads", "export", str(archive))
    listed = tenure(installation, "reads", "list", "--subject", ada, "--kind", "disclosure")
    as_csv = tenure(installation, "reads", "list", "--csv", "--limit", "3")
    unknown = tenure(installation, "reads", "list", "--kind", "gossip")
    unsealed = tenure(installation, *verify)
    with psycopg.connect(url) as owner:
        leaves = owner.execute(
            "SELECT leaf FROM ledger.event WHERE tenant_id = %s ORDER BY position", (READS,)
        ).fetchall()
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE ledger.event SET record = convert_to(replace(convert_from(record, 'UTF8'), "
            "'\"values\":1', '\"values\":0'), 'UTF8') WHERE tenant_id = %s AND position = 2",
            (READS,),
        )
    tampered = tenure(installation, *verify)

    verified = json.loads(over_http.stdout)
    assert verified["exit_code"] == over_http.exit_code == 0
    assert verified["origin"].endswith(f"/{READS}")
    assert verified["sealed_size"] >= 3
    assert stopped.exit_code == 0, stopped.stdout  # what was counted was listed, and sealed
    assert of_history.exit_code == 3  # the key of one log is no key of the other
    assert exported.exit_code == 0, exported.output
    assert isinstance(again.exception, CannotStart)
    lines = archive.read_bytes().splitlines()
    assert [leaf_hash(line) for line in lines] == [leaf for (leaf,) in leaves[: len(lines)]]
    assert b"Ada" not in archive.read_bytes()
    assert listed.stdout.count("1 values of 1 persons") == 3, listed.output
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [(row["role"], row["route"]) for row in rows[:3]] == [
        ("operator", "tenure reads list"),
        ("operator", "tenure reads export"),
        ("operator", "tenure reads export"),
    ]
    assert unknown.exit_code == 2
    assert unsealed.exit_code == 4
    assert tampered.exit_code == 3
    assert "the leaf is not the hash of the record" in tampered.stdout
    assert "position: 2" in tampered.stdout
