"""`tenure reads`: who read what, to be listed, and to be kept elsewhere as it was sealed."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer

from api.read_log import ReadRow, read_row
from api.reading import csv_of
from cli.running_database import running_database
from domain.read import ReadKind
from ledger.command_line_read import command_line_read
from ledger.failure import CannotStart
from ledger.ledger import Ledger, open_ledger
from ledger.read_log import ReadNotLogged, read_log_of
from ledger.reading import log_head
from ledger.reads import KINDS, ReadsWanted, find_reads
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT

_LIST: Final = "tenure reads list"
_EXPORT: Final = "tenure reads export"
_FETCHED_ROWS: Final = 1_000
_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event WHERE tenant_id = %s AND position <= %s ORDER BY position
"""

Tenant = Annotated[str, typer.Option(help="Whose read log.")]
Day = datetime | None

reads = typer.Typer(
    name="reads",
    help="Who read what: list it, or write its records to a file. Both are put on record.",
    no_args_is_help=True,
)


@reads.command("list")
def list_all(  # noqa: PLR0913  # each is a filter of the list
    *,
    actor: Annotated[str | None, typer.Option(help="Who read: key:<id> or cli:<user>.")] = None,
    subject: Annotated[UUID | None, typer.Option(help="Whose values were shown.")] = None,
    account: Annotated[UUID | None, typer.Option(help="About which account.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}.")] = None,
    first: Annotated[Day, typer.Option(formats=["%Y-%m-%d"], help="From this day (UTC).")] = None,
    last: Annotated[Day, typer.Option(formats=["%Y-%m-%d"], help="To this day (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The last so many.")] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with every column.")] = False,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """List who read what, the last first."""
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"give one of {', '.join(KINDS)}", param_hint="--kind")
    wanted = ReadsWanted(
        actor, subject, account, kind, None, first and first.date(), last and last.date()
    )

    async def run(ledger: Ledger) -> None:
        async with ledger.pool.connection() as connection:
            found = await find_reads(
                connection, ledger.types, tenant, wanted, before=None, limit=limit
            )
        rows = [read_row(entry) for entry in found]
        form = "csv" if as_csv else "text"
        await ledger.reads.commit(
            command_line_read(tenant, ReadKind.READ_LOG, _LIST, form=form, rows=len(rows))
        )
        if as_csv:
            typer.echo(csv_of(rows, ReadRow), nl=False)
        else:
            for row in rows:
                typer.echo(_line(row))

    _with_ledger(run)


@reads.command()
def export(
    path: Annotated[Path, typer.Argument(help="The file to write; there must be none yet.")],
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Write the exact records, one a line: the SHA-256 of 0x00 and a line is its leaf hash."""

    async def run(ledger: Ledger) -> None:
        async with ledger.pool.connection() as connection:
            head = await log_head(connection, read_log_of(tenant))
        size = head.size if head else 0
        await ledger.reads.commit(
            command_line_read(tenant, ReadKind.READ_LOG, _EXPORT, form="jsonl", rows=size)
        )
        await _write(ledger, tenant, size, path)
        typer.echo(f"{size} records written to {path}")

    _with_ledger(run)


async def _write(ledger: Ledger, tenant: str, size: int, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        async with (
            ledger.pool.connection() as connection,
            connection.transaction(),
            connection.cursor(name="records", binary=True) as cursor,
        ):
            cursor.itersize = _FETCHED_ROWS
            await cursor.execute(_RECORDS_SQL, (read_log_of(tenant), size))
            async for (record,) in cursor:
                file.write(record + b"\n")


def _with_ledger(run: Callable[[Ledger], Awaitable[None]]) -> None:
    async def opened(url: str) -> None:
        async with open_ledger(url, load_settings()) as ledger:
            await run(ledger)

    with running_database() as url:
        try:
            asyncio.run(opened(url))
        except ReadNotLogged as error:
            raise CannotStart(str(error)) from error


def _line(row: ReadRow) -> str:
    who = f"{row.actor} ({row.role})"
    times = f" x {row.times}" if row.times > 1 else ""
    persons = f"  {row.values} values of {len(row.subjects)} persons" if row.values else ""
    why = f"  because: {row.reason}" if row.reason else ""
    what = f"{row.kind:<10} {row.route} {' '.join(row.path)}".rstrip()
    return f"{row.recorded_at:%Y-%m-%d %H:%M:%S}  {who}  {what}{times}{persons}{why}"
