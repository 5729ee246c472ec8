"""`--owners` and `--write-owners` as people use them, one after the other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.cdnow import ROOT
from tests.importers.conftest import Run

COMPANIES = (
    "Record ID,Company name,Company owner,Create Date\n"
    "101,Acme,Luis García,2024-01-02\n"
    "102,Bolt,Ana Ruiz,2024-01-03\n"
)
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Create Date,Deal owner,"
    "Associated Company IDs\n"
    "1,Roll-out,qualifiedtobuy,12500,EUR,2027-03-01,2024-02-01,Luis García,101\n"
)


def write_files(folder: Path) -> None:
    (folder / "companies.csv").write_text(COMPANIES)
    (folder / "deals.csv").write_text(DEALS)


def log_size(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT size FROM ledger.log_head").fetchone()
    assert row is not None
    return int(row[0])


def test_owners_are_found_written_told_and_taken(
    tenure: Run, tmp_path: Path, database_url: str
) -> None:
    write_files(tmp_path)
    files = ["crm", "companies.csv", "deals.csv"]

    first = tenure(*files, "--dry-run", "--write-owners", "owners.csv")
    assert (first.returncode, log_size(database_url)) == (0, 0)
    assert "owner not told               2  (Ana Ruiz (1), Luis García (1); say" in first.stdout
    assert "owners.csv: 2 owners to be told of" in first.stderr.splitlines()

    owners = tmp_path / "owners.csv"
    lines = owners.read_text().splitlines()
    assert lines[1].startswith("Luis García,2,,,Luis García,")
    owners.write_text(owners.read_text().replace("Luis García,2,,", "Luis García,2,register,"))
    second = tenure(*files, "--owners", "owners.csv", "--json")

    assert second.returncode == 0
    accounts, deals = map(json.loads, second.stdout.splitlines())
    assert (accounts["unknown_owners"], deals["unknown_owners"]) == ({"Ana Ruiz": 1}, {})
    size = log_size(database_url)
    third = tenure(*files, "--owners", "owners.csv", "--write-owners", "others.csv")
    assert (third.returncode, log_size(database_url)) == (0, size)
    assert len((tmp_path / "others.csv").read_text().splitlines()) == 2, (
        "Ana is still to be told of"
    )


def test_a_dry_run_says_who_would_lead(tenure: Run, tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "owners.csv").write_text(
        "owner,party,name,register_as\n"
        "Luis García,register,Luis García,0b0fd7a8-33c5-4f45-9e51-0f6f0ea3cb70\n"
    )

    done = tenure("crm", "companies.csv", "deals.csv", "--owners", "owners.csv", "--dry-run")

    assert done.returncode == 0
    assert "registers a person of ours" in done.stdout
    assert "one of ours becomes the account-manager who leads the account" in done.stdout
    assert "one of ours has the deal from now on" in done.stdout


def test_a_file_that_is_there_is_not_overwritten(
    tenure: Run, tmp_path: Path, database_url: str
) -> None:
    write_files(tmp_path)
    (tmp_path / "owners.csv").write_text("mine")

    done = tenure("crm", "companies.csv", "--write-owners", "owners.csv")

    assert (done.returncode, (tmp_path / "owners.csv").read_text()) == (2, "mine")
    assert "--write-owners owners.csv is there already" in done.stderr
    nowhere = tenure("crm", "companies.csv", "--write-owners", "no/owners.csv")
    assert (nowhere.returncode, "there is no folder no" in nowhere.stderr) == (2, True)
    assert log_size(database_url) == 0


def test_an_owners_file_that_cannot_be_read_is_exit_code_2(
    tenure: Run, tmp_path: Path, database_url: str
) -> None:
    write_files(tmp_path)
    (tmp_path / "owners.csv").write_text("owner;party;role\nLuis García;register;boss\n")

    done = tenure("crm", "companies.csv", "--owners", "owners.csv")

    assert done.returncode == 2
    assert done.stderr.startswith("owners.csv:2:role: is not one of account-executive, ")
    assert done.stderr.rstrip().endswith("'boss'")
    assert log_size(database_url) == 0


def test_without_an_owner_to_be_told_of_no_file_is_written(tenure: Run, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("Record ID,Company name,Create Date\n1,A,2024-01-02\n")

    done = tenure("crm", "companies.csv", "--write-owners", "owners.csv")

    assert done.returncode == 0
    assert not (tmp_path / "owners.csv").exists()


def test_a_dry_run_says_what_became_of_activities(tenure: Run, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("Record ID,Company name,Create Date\n1,A,2024-01-02\n")
    (tmp_path / "activities.csv").write_text(
        "Record ID,Activity Type,Activity Date,Activity assigned to,Title,Task Status,Create Date,"
        "Associated Company IDs\n"
        "1,Email,2024-03-01,Luis,Prices,,2024-02-20,1\n"
        "2,Meeting,2999-03-01,Luis,Plans,,2024-02-20,1\n"
        "3,Task,2024-03-01,Luis,Send offer,Completed,2024-02-20,1\n"
    )
    (tmp_path / "owners.csv").write_text(
        "owner,party,name,register_as\nLuis,register,Luis,0b0fd7a8-33c5-4f45-9e51-0f6f0ea3cb70\n"
    )

    done = tenure("crm", "activities.csv", "companies.csv", "--owners", "owners.csv", "--dry-run")

    assert done.returncode == 0
    assert "(mapping hubspot-activities)" in done.stdout
    sentences = [line.strip() for line in done.stdout.split("first of all:")[1].splitlines()]
    whats = [line[12:].split(" (imported")[0] for line in sentences if line]
    assert whats == [
        "opens the account A",
        "the account is known as hubspot:1",
        "begins a relationship with the account",
        "registers a person of ours",
        "a check-in is held: e-mail, Prices",
        "a check-in is planned for 2999-03-01: meeting",
        "adds a note to the account",
        "we promise, until 2024-03-01: Send offer",
        "a promise is kept",
    ]


def test_the_exports_that_are_known_are_listed(tenure: Run) -> None:
    listed = tenure("mappings").stdout

    for name in ("pipedrive-activities", "hubspot-activities", "salesforce-tasks"):
        assert f"{name:<32}activities    " in listed
    assert "salesforce-events" in listed


def test_the_documented_example_runs(database_url: str, tmp_path: Path) -> None:
    guide = (ROOT / "docs/importing.md").read_text()
    example = guide.split("An example that runs, in an empty folder:\n```sh\n")[1].split("```")[0]
    (tmp_path / "bin").mkdir()
    tenure = tmp_path / "bin/tenure"
    tenure.write_text(f'#!/bin/sh\nexec {sys.executable} -m cli.main "$@"\n')
    tenure.chmod(0o700)
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "TENURE_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{tenure.parent}:{os.environ['PATH']}",
    }

    done = subprocess.run(
        ["bash", "-c", example],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "nobody of ours is known to have taken part" in done.stderr
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT name, effective_at::text FROM ledger.event").fetchall()
    assert {
        ("account.manager-assigned", "2024-01-02"),
        ("relationship.check-in-held", "2024-03-01"),
        ("relationship.commitment-made", "2024-03-01"),
    } <= set(rows)
