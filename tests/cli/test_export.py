"""`tenure export` and `GET /export.zip` give one bag, which an auditor checks by two programs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx2
import psycopg
import pytest

from ledger.note import VerifierKey
from tests.cli.test_keys import Installation
from tests.cli.test_verify import ROOT, Auditor, as_url


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path / "data")


def export(installation: Installation, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "DATABASE_URL": installation.url,
        "TENURE_DATA_DIR": str(installation.folder),
        "TENURE_LOG_FORMAT": "json",
    }
    command = [sys.executable, "-m", "cli.main", "export", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def over_http(installation: Installation, **asked: Any) -> httpx2.Response:
    url = f"{installation.service.url}/export.zip"
    return httpx2.get(url, headers=installation.headers, params=asked, timeout=60)


def test_a_bag_is_the_same_over_http_and_proves_itself(
    installation: Installation, tmp_path: Path
) -> None:
    installation.folder.mkdir()
    file, beside, part = (tmp_path / name for name in ("log.zip", "personal.txt", "part.zip"))
    with installation.service.running():
        party = {"side": "theirs", "name": "Ada Lovelace"}
        httpx2.post(f"{installation.service.url}/parties", json=party, headers=installation.headers)
        size = installation.sealed(installation.open_account()).size
        downloaded = over_http(installation)
        account = account_of(installation)
        in_part = over_http(installation, account=account, known_at=size, figures=False)
        asked = (
            {"known_at": size + 9},
            {"known_at": "soon"},
            {"account": "00000000-0000-0000-0000-000000000009"},
            {"from": 2, "to": 1},
            {"as_of": "2100-01-01"},
        )
        problems = [over_http(installation, **each).status_code for each in asked]
    done = export(
        installation, str(file), "--disclosures", str(beside), "--reason", "the audit of 2026"
    )
    refused = export(installation, str(file), "--known-at", str(size + 9))
    assert done.returncode == 0, done.stderr
    part.write_bytes(in_part.content)
    with ZipFile(file) as unpacker:
        unpacker.extractall(tmp_path)
    key = (tmp_path / "tenure-bag" / "data" / "keys.txt").read_text().strip()
    auditor = Auditor(tmp_path, VerifierKey.parse(key))
    verified = auditor.verify(str(part), "--against", str(file))
    by_the_bag = subprocess.run(
        [sys.executable, "-I", "verify.py", str(file), "--key", key, "--disclosures", str(beside)],
        cwd=tmp_path / "tenure-bag",
        capture_output=True,
        text=True,
        check=False,
    )

    assert downloaded.content == file.read_bytes()
    assert downloaded.headers["content-type"] == "application/zip"
    assert downloaded.headers["etag"].strip('"') in done.stdout
    over_http_twice = [("/export.zip", 0, None)] * 2
    by_command = ("tenure export", 1, "the audit of 2026")
    assert exports_on_record(installation) == [*over_http_twice, by_command]
    assert refused.returncode == 2
    assert "is not sealed yet" in refused.stderr
    assert problems == [404, 422, 404, 422, 422]
    assert (verified["exit_code"], verified["read"], verified["sealed_size"]) == (0, 1, size)
    steps = {each["step"]: each["result"] for each in verified["steps"]}
    assert (steps["against"], steps["figures"]) == ("PASS", "SKIPPED")
    assert by_the_bag.returncode == 0, by_the_bag.stdout + by_the_bag.stderr
    assert "PASS     disclosures  1 are those" in by_the_bag.stdout
    figures = (tmp_path / "tenure-bag" / "data" / "kpis.csv").read_text()
    assert '"orders",1,"tenant","","lifetime"' in figures
    assert not list(tmp_path.glob(".tenure-bag-*"))


def exports_on_record(installation: Installation) -> list[tuple[str, int, str | None]]:
    """Return what the read log says of exports: by which way, how many personal values, and why."""
    with psycopg.connect(as_url(installation.url)) as owner:
        rows = owner.execute(
            "SELECT convert_from(record, 'UTF8')::jsonb FROM ledger.event "
            "WHERE tenant_id = 'default~reads' AND name = 'read.answered' ORDER BY position"
        ).fetchall()
    return [
        (record["data"]["route"], record["data"]["values"], record["reason"])
        for (record,) in rows
        if record["data"]["kind"] == "export"
    ]


def account_of(installation: Installation) -> str:
    with psycopg.connect(as_url(installation.url)) as owner:
        row = owner.execute(
            "SELECT account_id::text FROM ledger.event WHERE account_id IS NOT NULL LIMIT 1"
        ).fetchone()
    assert row is not None
    return str(row[0])
