"""`tenure replay`: an account as it stood, printed from the log alone."""

import json
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from domain.account import AccountProfileRevised
from domain.change import Change
from tests.projections.log import Log


def test_an_account_is_printed_as_it_stood_with_the_events_behind_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, account = Log(), uuid4()
    log.open(account, on=date(2026, 2, 1))
    log.place(account, uuid4(), "12", date(2026, 3, 1))
    renamed = AccountProfileRevised(name=Change(was="Acme", now="Acme Cranes"))
    log.add(renamed, account_id=account, on=date(2026, 4, 1))
    log.store(database_url)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TENURE_DATA_DIR", str(tmp_path))

    def replay(*options: str) -> Result:
        return CliRunner().invoke(app, ["replay", "Acme Cranes", *options])

    then = replay("--as-of", "2026-03-31", "--known-at", "2026-12-31T00:00:00Z")
    document = json.loads(replay("--known-at", "1", "--json").stdout)

    lines = then.stdout.splitlines()
    assert lines[0] == "Acme, as of 2026-03-31, known at position 3", then.output
    assert lines[1] == "(called Acme Cranes now)"
    assert {"orders (1)", "made by 2 events"} <= set(lines)
    assert lines[-1].split()[:2] == ["2", "2026-03-01"]
    assert "test:1" in lines[-1]
    assert document["account"]["name"] == "Acme"
    assert (document["known_at"], document["items"].keys()) == (1, {"selections"})
    assert [event["leaf"] for event in document["events"]] == [log.entries[0].leaf.hex()]
    for options, said in (
        (("--as-of", "2026-01-31"), "exists since 2026-02-01"),
        (("--known-at", "4"), "beyond the log"),
        (("--known-at", "then"), "neither a position nor an instant"),
    ):
        refused = replay(*options)
        assert (refused.exit_code, said in " ".join(refused.output.replace("│", " ").split())) == (
            2,
            True,
        )
