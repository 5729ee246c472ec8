"""`tenure drill`: restores a backup beside the database, and sees that the erased stay erased."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from cli.running_database import running_database
from cli.serve import MIGRATIONS
from domain.aggregates import EVERY_AGGREGATE
from ledger.erasing import Replayed, erase_again
from ledger.erasure_register import ErasureRegister
from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.ledger import open_ledger
from ledger.migrate import migrate
from ledger.personal_evidence import disclosures_hold, erasures_hold
from ledger.postgres_programs import find_binaries
from ledger.settings import Settings, load_settings


def drill(
    backup: Annotated[
        Path | None,
        typer.Argument(help="A file of `pg_dump --format=custom`; without it, one is made now."),
    ] = None,
) -> None:
    """Restore a backup into a database of its own, erase again who must be, check it, drop it."""
    settings = load_settings()
    with running_database() as url:
        octets = _dumped(url, settings) if backup is None else backup.read_bytes()
        with _database_beside(url) as restored:
            _restore(octets, restored, settings)
            migrate(restored, *MIGRATIONS)
            replayed = asyncio.run(_erase_again(restored, settings))
            size = _check(restored)
    typer.echo(
        f"restored {size} events; {replayed.total} persons were there again, and were erased again "
        f"({replayed.replayed} of them by the register alone); everything personal is as it must be"
    )


async def _erase_again(url: str, settings: Settings) -> Replayed:
    async with open_ledger(url, settings) as ledger:
        return await erase_again(ledger, ErasureRegister.of(settings))


def _check(url: str) -> int:
    types = EventTypes(EVERY_AGGREGATE)
    size = 0
    with psycopg.connect(url) as connection:
        heads = connection.execute("SELECT tenant_id, size FROM ledger.log_head").fetchall()
        for tenant_id, events in heads:
            size += events
            fault = erasures_hold(connection, types, tenant_id) or disclosures_hold(
                connection, types, tenant_id
            )
            if fault is not None:
                raise CannotStart(f"the backup cannot be used: {fault.detail}, in {tenant_id}")
    return size


def _dumped(url: str, settings: Settings) -> bytes:
    return _run(settings, "pg_dump", url, "--format=custom")


def _restore(backup: bytes, url: str, settings: Settings) -> None:
    _run(settings, "pg_restore", url, "--exit-on-error", "--no-owner", given=backup)


def _run(settings: Settings, program: str, url: str, *options: str, given: bytes = b"") -> bytes:
    """Run a program of PostgreSQL's; the password is not for those who list processes.

    Raises:
        CannotStart: it is not there, or it failed.
    """
    path = find_binaries(settings) / program
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    environment = os.environ | {"PGPASSWORD": parts.pop("password", "")}
    command: list[str | Path] = [path, *options, f"--dbname={make_conninfo(**parts)}"]
    try:
        done = subprocess.run(  # noqa: S603  # a path of our own
            command, input=given, capture_output=True, check=False, env=environment
        )
    except OSError as error:
        raise CannotStart(f"{path} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise CannotStart(f"{program} failed: {said[0]}")
    return done.stdout


@contextmanager
def _database_beside(url: str) -> Iterator[str]:
    """Make an empty database on the same server; drop it in the end."""
    name = f"tenure_drill_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_conninfo(url, dbname=name)
        finally:
            owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
