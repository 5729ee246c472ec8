"""`tenure import` as people and scripts use it: what it says, where, and how it exits."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest

from domain.commands import close_period
from domain.period import parse
from tests.importers.conftest import Run
from tests.ledger.processes.setting import command, writer_on

ACCOUNTS = "external_id,name,opened_on\nacme,Acme GmbH,2025-01-02\n"
ORDERS = "account_external_id,ordered_on,amount,currency\nacme,2026-03-02,1.50,EUR\n"


def test_an_import_tells_what_it_did(tenure: Run, tmp_path: Path, database_url: str) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    accounts = tenure("accounts", "accounts.csv")
    orders = tenure("orders", "-", "--format", "csv", "--json", stdin=ORDERS)

    assert (accounts.returncode, orders.returncode) == (0, 0)
    assert accounts.stdout.startswith("accounts.csv: 1 accounts read in ")
    assert json.loads(orders.stdout)["accepted"] == 1
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM ledger.event").fetchone()
    assert row == (3,), "the account, its reference, and the order"


def test_what_is_rejected_is_said_on_stderr_and_kept(tenure: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)

    done = tenure("orders", "orders.csv", "--rejects", "bad.csv")

    complaint = (
        "orders.csv:2:account_external_id: no account has this id of the system import, 'acme'"
    )
    assert done.returncode == 1
    assert complaint in done.stderr.splitlines()
    assert complaint in (tmp_path / "bad.csv").read_text()
    assert "rejected" in done.stdout


def test_a_dry_run_leaves_nothing_behind(tenure: Run, tmp_path: Path, database_url: str) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)

    done = tenure("accounts", "accounts.csv", "--dry-run")

    assert done.returncode == 0
    assert "would be recorded" in done.stdout
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT size FROM ledger.log_head").fetchone() == (0,)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["accounts", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["accounts", "file.xlsx"], "say with --format whether it is csv or ndjson"),
        (["accounts", "file.csv", "--rejects", "file.csv"], "is the file to import; name another"),
        (["accounts", "file.csv", "--delimiter", "ab"], "is not one character"),
        (["accounts", "file.csv", "--actor", "Jane Doe"], "--actor 'Jane Doe'"),
        (["accounts", "file.csv", "--reason", " "], "--reason ' '"),
        (["accounts", "file.csv", "--encoding", "klingon"], "is not an encoding"),
    ],
)
def test_a_file_that_cannot_be_used_is_exit_code_2(
    tenure: Run, tmp_path: Path, arguments: list[str], what: str
) -> None:
    for name in ("file.csv", "file.xlsx"):
        (tmp_path / name).write_text(ACCOUNTS)

    done = tenure(*arguments)

    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "file.csv").read_text() == ACCOUNTS


@pytest.mark.parametrize(
    ("more", "arguments", "what"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, [], "cannot be reached"),
        ({}, ["--tenant", "nobody"], "name one with --tenant"),
    ],
)
def test_what_keeps_tenure_from_running_is_exit_code_3(
    tenure: Run, tmp_path: Path, more: dict[str, str], arguments: list[str], what: str
) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)

    done = tenure("accounts", "accounts.csv", *arguments, **more)

    assert done.returncode == 3
    assert what in done.stderr
    assert len(done.stderr.splitlines()) == 1


COMPANIES = "Record ID,Company name,Create Date,Lifecycle Stage\n101,Acme,2024-01-02,customer\n"
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Associated Company\n"
    "1,Roll-out,Closed Won,12,2024-03-01,2024-02-01,Acme\n"
    "2,Pilot,Qualified To Buy,13,2024-09-01,2024-02-01,Nobody\n"
)


def test_exports_are_recognised_and_taken_in_their_order(tenure: Run, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(COMPANIES)
    (tmp_path / "deals.csv").write_text(DEALS)

    done = tenure("crm", "deals.csv", "companies.csv", "--set", "currency=EUR", "--json")

    companies, deals = map(json.loads, done.stdout.splitlines())
    assert (companies["kind"], companies["accepted"]) == ("accounts", 1)
    assert (deals["kind"], deals["accepted"], deals["held"]) == ("deals", 1, 1)
    assert done.returncode == 1
    assert companies["aside"] == "companies.csv.unmapped.csv"
    assert (tmp_path / "companies.csv.unmapped.csv").read_text().splitlines()[-1].startswith("101,")
    held = (tmp_path / "deals.csv.rejects.csv").read_text()
    assert "deals.csv:3:Associated Company: no account is called so" in held
    again = tenure("crm", "companies.csv")
    assert "HubSpot: companies (mapping hubspot-companies)" in again.stdout
    assert "no column here, kept aside: Lifecycle Stage" in again.stdout


def test_a_dry_run_tells_in_sentences_what_would_be_recorded(tenure: Run, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(COMPANIES)
    (tmp_path / "deals.csv").write_text(DEALS)

    done = tenure("crm", "companies.csv", "deals.csv", "--set", "currency=EUR", "--dry-run")

    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "account.opened 1" in lines
    assert "deal.won 1" in lines
    opened = "2024-01-02: opens the account Acme (imported from a hubspot snapshot of companies.csv"
    assert any(line.startswith(opened) for line in lines)
    terms = "12 EUR, new-business, in prospecting"
    assert any(f"opens the deal Roll-out over {terms}" in line for line in lines)
    assert not list(tmp_path.glob("*.unmapped.csv"))


def test_mappings_are_listed_and_printed_to_be_copied(tenure: Run, tmp_path: Path) -> None:
    listed, printed = tenure("mappings"), tenure("mapping", "hubspot-deals")
    own = printed.stdout.replace('"Contract Sent" =', '"Demo 2" =')
    (tmp_path / "own.toml").write_text(own)
    (tmp_path / "companies.csv").write_text(COMPANIES)
    row = "9,Pilot,Demo 2,13,2027-09-01,2024-02-01,Acme\n"
    (tmp_path / "deals.csv").write_text(DEALS.splitlines()[0] + "\n" + row)
    tenure("crm", "companies.csv")

    done = tenure("crm", "deals.csv", "--mapping", "own.toml", "--set", "currency=EUR", "--json")

    assert "pipedrive-deals" in listed.stdout
    assert json.loads(done.stdout)["accepted"] == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["companies.csv", "--mapping", "hubspot"], "there is no mapping 'hubspot'"),
        (["companies.csv", "--locale", "tlh"], "--locale 'tlh' is not known"),
        (["companies.csv", "--time-zone", "Mars/Base"], "--time-zone 'Mars/Base' is not known"),
        (["companies.csv", "--set", "currency"], "--set 'currency' is not COLUMN=VALUE"),
        (["companies.csv", "--set", "colour=red"], "--set colour: there is no such column"),
        (["companies.csv", "deals.csv", "--rejects", "r.csv"], "--rejects is for one file"),
        (["companies.csv", "deals.csv"], "nothing fills the column currency"),
    ],
)
def test_an_export_that_cannot_be_used_is_exit_code_2(
    tenure: Run, tmp_path: Path, database_url: str, arguments: list[str], what: str
) -> None:
    (tmp_path / "companies.csv").write_text(COMPANIES)
    (tmp_path / "deals.csv").write_text(DEALS)

    done = tenure("crm", *arguments)

    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT size FROM ledger.log_head").fetchone() == (0,)


def test_a_mapping_that_is_not_there_is_exit_code_2(tenure: Run) -> None:
    done = tenure("mapping", "sugar")

    assert done.returncode == 2
    assert "there is no mapping 'sugar'; give one of forbes2000, " in done.stderr


def test_rows_of_a_closed_period_are_taken_with_a_reason(
    tenure: Run, tmp_path: Path, database_url: str
) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    tenure("accounts", "accounts.csv")
    close_may(database_url, tmp_path)
    (tmp_path / "orders.csv").write_text(ORDERS)

    rehearsed = tenure("orders", "orders.csv", "--dry-run")
    refused = tenure("orders", "orders.csv")
    taken = tenure("orders", "orders.csv", "--reason", "the shop was connected late")

    assert (rehearsed.returncode, refused.returncode, taken.returncode) == (1, 1, 0)
    assert "2026-03-02 was closed with 2026-05" in refused.stderr
    with psycopg.connect(database_url) as connection:
        reasons = connection.execute(
            "SELECT reason FROM ledger.event WHERE name = 'order.placed'"
        ).fetchall()
    assert reasons == [("the shop was connected late",)]


def close_may(database_url: str, folder: Path) -> None:
    """Close all days up to the end of May 2026."""
    today = date(2026, 6, 3)
    decision = close_period(period=parse("2026-05"), reason="month's end", on=today, today=today)
    closing = replace(command(decision, on=today), reason="month's end")

    async def close() -> None:
        async with writer_on(database_url, folder / "data" / "master.key") as writer:
            await writer.execute(closing)

    asyncio.run(close())
