"""Imports into a real ledger, in this process."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.commands import revise_profile
from domain.decision import Decision
from domain.profile import ProfileRevision
from importers.accounts import Accounts
from importers.aside import Aside
from importers.csv_table import CsvTable
from importers.export import in_order, read_export
from importers.known import Known
from importers.mapped_table import Said
from importers.ndjson_table import NdjsonTable
from importers.orders import Orders
from importers.rehearsal import Rehearsal
from importers.rejects import Rejects
from importers.request import Import, require_columns
from importers.run import run
from importers.source import open_source
from importers.summary import Summary
from importers.taking import Kind
from ledger.command import Command
from ledger.ledger import Ledger, open_ledger
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from tests.cdnow import ROOT

TODAY = date(2026, 6, 30)
NOTHING_SAID = Said()
Run = Callable[..., "subprocess.CompletedProcess[str]"]
KINDS: dict[str, Kind] = {"accounts": Accounts(), "orders": Orders()}


@dataclass
class Complaints:
    """Hears what an import says on its way."""

    said: list[str] = field(default_factory=list)
    bytes_read: int = 0

    def rejected(self, complaint: str) -> None:
        self.said.append(complaint)

    def advanced(self, bytes_read: int, so_far: Summary) -> None:
        assert bytes_read >= self.bytes_read
        assert so_far.read == (
            so_far.accepted + so_far.already_there + so_far.rejected + so_far.left_out
        )
        self.bytes_read = bytes_read


@dataclass(frozen=True)
class Imported:
    summary: Summary
    complaints: list[str]
    rejects: Path
    aside: Path | None = None

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many rows were recorded, were there already, were rejected."""
        return self.summary.accepted, self.summary.already_there, self.summary.rejected


@dataclass(frozen=True)
class Office:
    """A ledger, a folder for files, and what stands in the log."""

    ledger: Ledger
    folder: Path
    url: str

    async def take(
        self,
        kind: str,
        content: str | bytes,
        *,
        name: str = "file.csv",
        ignored: frozenset[str] = frozenset(),
        dry_run: bool = False,
    ) -> Imported:
        """Write a file and import it."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rejects, complaints = self.folder / f"{name}.rejects", Complaints()
        with open_source(str(path)) as source:
            columns = [column.name for column in KINDS[kind].columns]
            table = NdjsonTable(source) if name.endswith("json") else CsvTable(source, columns)
            asked = Import(
                source=source,
                table=table,
                kind=KINDS[kind],
                tenant_id=DEFAULT_TENANT,
                system="shop",
                today=TODAY,
                ignored=ignored,
            )
            require_columns(asked)
            recorder = Rehearsal(self.ledger) if dry_run else self.ledger.writer
            with Rejects(rejects, table, source.sha256) as kept:
                rehearsal = recorder if isinstance(recorder, Rehearsal) else None
                known = Known(self.ledger, DEFAULT_TENANT, rehearsal)
                summary = await run(asked, recorder, known, kept, complaints)
        said = [complaint.removeprefix(f"{self.folder}/") for complaint in complaints.said]
        return Imported(summary, said, rejects)

    async def take_exports(
        self,
        files: Mapping[str, str | bytes],
        *,
        mapping: str | None = None,
        said: Said = NOTHING_SAID,
        dry_run: bool = False,
    ) -> list[Imported]:
        """Write exports of other systems and import them in one run, in the order of their kind."""
        done: list[Imported] = []
        rehearsal = Rehearsal(self.ledger) if dry_run else None
        recorded: set[str] = set()
        with ExitStack() as stack:
            exports = []
            for name, content in files.items():
                path = self.folder / name
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                source = stack.enter_context(open_source(str(path)))
                exports.append(read_export(source, said, mapping=mapping))
            for export in in_order(exports):
                asked = Import(
                    source=export.source,
                    table=export.table,
                    kind=export.kind,
                    tenant_id=DEFAULT_TENANT,
                    system=export.system,
                    today=TODAY,
                    origin=export.origin,
                    owners=said.owners,
                    recorded=recorded,
                )
                name, complaints = export.source.name, Complaints()
                rejects, aside = Path(f"{name}.rejects.csv"), Path(f"{name}.unmapped.csv")
                with (
                    Rejects(rejects, export.table, export.source.sha256) as kept,
                    Aside(aside, export.table.headings, export.id_column) as beside,
                ):
                    known = Known(self.ledger, DEFAULT_TENANT, rehearsal)
                    recorder = rehearsal or self.ledger.writer
                    summary = await run(asked, recorder, known, kept, complaints, beside)
                summary.notes = export.table.notes
                said_shortly = [text.removeprefix(f"{self.folder}/") for text in complaints.said]
                done.append(Imported(summary, said_shortly, rejects, aside))
        return done

    async def take_export(
        self,
        content: str | bytes,
        *,
        name: str = "export.csv",
        mapping: str | None = None,
        said: Said = NOTHING_SAID,
    ) -> Imported:
        (done,) = await self.take_exports({name: content}, mapping=mapping, said=said)
        return done

    async def rename(self, was: str, now: str) -> None:
        """Revise the profile of the account that is called so."""
        (account_id,) = [
            UUID(event["stream_id"])
            for event in self.log("account.opened")
            if event["data"]["profile"]["name"] == was
        ]
        decision = revise_profile(
            account_id, revision=ProfileRevision(name=now), on=TODAY, today=TODAY
        )
        await self.carry_out(decision)

    async def carry_out(self, decision: Decision, on: date = TODAY) -> None:
        """Carry out a command of ours, beside what is imported."""
        await self.ledger.writer.execute(
            Command(
                tenant_id=DEFAULT_TENANT,
                decision=decision,
                actor="user:1",
                effective_at=on,
                command_id=uuid4(),
                correlation_id=uuid4(),
            )
        )

    def log(self, name: str) -> list[dict[str, Any]]:
        """Return the events of this name, with their envelopes, in order."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(
                "SELECT to_jsonb(event) FROM ledger.event_readable AS event "
                "WHERE name = %s ORDER BY position",
                (name,),
            )
            return [event for (event,) in rows]

    def log_size(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT size FROM ledger.log_head").fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path / "data")})
    async with open_ledger(database_url, settings, batch_max=500) as ledger:
        yield Office(ledger, tmp_path, database_url)


@pytest.fixture
async def acme(office: Office) -> Office:
    """Give the office, with the account `acme` of the shop."""
    await office.take("accounts", "external_id,name,opened_on\nacme,Acme GmbH,2025-01-02\n")
    return office


@pytest.fixture
def tenure(database_url: str, tmp_path: Path) -> Run:
    """Run `tenure import` in a folder of its own."""

    def run(*arguments: str, stdin: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "TENURE_DATA_DIR": str(tmp_path / "data"),
            "PYTHONPATH": str(ROOT),
            **more,
        }
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "import", *arguments],
            cwd=tmp_path,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
