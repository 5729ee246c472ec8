"""`tenure keys` and `tenure serve` seal a log that people run."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role, create_key
from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.note import VerifierKey
from ledger.tenants import DEFAULT_TENANT
from tests.api.service import Service

ROOT = Path(__file__).parents[2]
SEALED_SECONDS_MAX = 30


class Installation:
    """A database and a data folder, and `tenure` on them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        with psycopg.connect(url) as owner:
            key = create_key(owner, DEFAULT_TENANT, Role.ADMIN, "test")
        self.headers = {"Authorization": f"Bearer {key}"}
        self.service = Service(url, folder)

    def tenure(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "TENURE_DATA_DIR": str(self.folder),
            "TENURE_LOG_FORMAT": "json",
        }
        command = [sys.executable, "-m", "cli.main", "keys", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def said(self, *arguments: str) -> str:
        done = self.tenure(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def trusted(self) -> list[VerifierKey]:
        """Read the keys that sign now off `tenure keys list`, as an operator hands them over."""
        lines = self.said("list").splitlines()
        return [VerifierKey.parse(line.split()[-1]) for line in lines if "signs now" in line]

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(f"{self.service.url}{path}", headers=self.headers)

    def open_account(self) -> int:
        answer = httpx2.post(
            f"{self.service.url}/accounts", json={"name": "Acme"}, headers=self.headers
        )
        assert answer.status_code == 201
        return int(answer.json()["position"])

    def sealed(self, size: int) -> Checkpoint:
        """Wait for the checkpoint of a size, and verify it."""
        deadline = time.monotonic() + SEALED_SECONDS_MAX
        while time.monotonic() < deadline:
            answer = self.get("/log/checkpoint")
            if answer.status_code == 200 and int(answer.text.splitlines()[1]) >= size:
                return verify_checkpoint(answer.content, self.trusted())
            time.sleep(0.1)
        raise AssertionError(f"size {size} was not sealed: {self.get('/readyz').text}")


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path)


def reasons(installation: Installation) -> Any:
    return installation.get("/readyz").json()["reasons"]


def test_a_service_seals_and_goes_on_with_a_rotated_key(installation: Installation) -> None:
    installation.said("create", "--name", "example.com/tenure")
    with installation.service.running():
        first = installation.sealed(installation.open_account())
        said = installation.said("rotate", "--reason", "once a year")
        second = installation.sealed(installation.open_account())
        keys = installation.get("/log/keys").json()
        metrics = installation.get("/metrics").text

    assert first.origin == second.origin == "example.com/tenure/default"
    assert (first.size, second.size) == (1, 3)
    assert "signed by a new key of example.com/tenure" in said
    assert len(keys["items"]) == 2
    assert installation.said("list").count("signed before") == 1
    assert 'tenure_sealed_size{tenant="default"} 3.0' in metrics
    assert 'tenure_sealing_stopped{tenant="default"} 0.0' in metrics


def test_after_a_restore_the_service_says_so_until_a_new_epoch_is_declared(
    installation: Installation,
) -> None:
    with installation.service.running():
        installation.open_account()
        position = installation.open_account()
        lost = installation.sealed(position)
    with psycopg.connect(installation.url) as owner:
        for table in ("event", "log_head", "log_checkpoint"):
            owner.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
        owner.execute("DELETE FROM ledger.event WHERE position = 2")
        owner.execute("DELETE FROM ledger.log_checkpoint WHERE size = 2")
        owner.execute(
            "UPDATE ledger.log_head SET size = 1, frontier = (SELECT leaf FROM ledger.event)"
        )
        owner.execute("DELETE FROM projections.checkpoint")
    with installation.service.running(until="/livez"):
        refused = reasons(installation)
        metrics = installation.get("/metrics").text
    said = installation.said("new-epoch", "--reason", "the last hour was lost in a fire")
    with installation.service.running():
        after = installation.sealed(2)

    assert any("its tail was lost or cut off" in reason for reason in refused)
    assert 'tenure_sealing_stopped{tenant="default"} 1.0' in metrics
    assert f"{lost.origin}/2" in said
    assert after.origin == f"{lost.origin}/2"


def test_what_cannot_be_done_is_one_sentence(installation: Installation) -> None:
    installation.said("create")

    for arguments, sentence in [
        (["create"], "there is a signing key already"),
        (["new-epoch", "--reason", "so"], "continues what was sealed"),
    ]:
        done = installation.tenure(*arguments)
        assert done.returncode == 3, arguments
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1
