"""`tenure import`: accounts and orders from CSV and NDJSON files."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import psycopg
import typer
from pydantic import TypeAdapter, ValidationError

from cli.collector import collect_rarely
from cli.import_progress import Progress
from cli.logs import set_up_logging
from cli.serve import prepared_database
from domain.refusal import NotFound
from domain.words import Code
from importers.accounts import Accounts
from importers.csv_table import CsvTable
from importers.failure import Unusable
from importers.ndjson_table import NdjsonTable
from importers.orders import Orders
from importers.rehearsal import Rehearsal
from importers.rejects import Rejects
from importers.request import Import, require_columns
from importers.rows import Table, folded
from importers.run import BATCH_ROWS, run
from importers.source import Source, open_source
from importers.summary import Summary
from importers.taking import Kind
from ledger.command import Actor, OutcomeUnknown, Unavailable
from ledger.database import local_postgres
from ledger.failure import CannotStart
from ledger.ledger import open_ledger
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT

EXIT_SOME_REJECTED: Final = 1
EXIT_UNUSABLE: Final = 2
_DELIMITERS: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


class Form(StrEnum):
    CSV = "csv"
    NDJSON = "ndjson"


_BY_SUFFIX: Final = {
    ".csv": Form.CSV,
    ".tsv": Form.CSV,
    ".txt": Form.CSV,
    ".ndjson": Form.NDJSON,
    ".jsonl": Form.NDJSON,
}


class What(StrEnum):
    ACCOUNTS = "accounts"
    ORDERS = "orders"


_KINDS: Final[dict[What, Kind]] = {What.ACCOUNTS: Accounts(), What.ORDERS: Orders()}

WhatArgument = Annotated[What, typer.Argument(metavar="accounts|orders")]
File = Annotated[str, typer.Argument(help="The file; - is stdin (then give --format).")]
FormatOption = Annotated[
    Form | None, typer.Option("--format", help="What the file is, if its suffix does not tell.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")
]
RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Where rows that cannot be taken go, with line and reason; "
        "FILE.rejects.csv (or .ndjson) if not given. Overwritten at the first such row.",
    ),
]
IgnoreColumn = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", help="A column to leave out; may be given again."),
]
System = Annotated[
    str, typer.Option(help="Whose ids the file holds, where it has no column external_system.")
]
ActorOption = Annotated[
    str | None,
    typer.Option(help="On whose behalf: a kind and a random id, such as user:0199...; no names."),
]
Tenant = Annotated[str, typer.Option(help="Whose log.")]
Encoding = Annotated[
    str | None, typer.Option(help="Such as cp1250; if not given: UTF-8, or else CP-1252.")
]
Delimiter = Annotated[
    str | None, typer.Option(help="What stands between cells; if not given, found out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


def import_(  # noqa: PLR0913  # one parameter an option
    what: WhatArgument,
    file: File,
    *,
    form: FormatOption = None,
    dry_run: DryRun = False,
    rejects: RejectsOption = None,
    ignore_column: IgnoreColumn = None,
    system: System = "import",
    actor: ActorOption = None,
    tenant: Tenant = DEFAULT_TENANT,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Import accounts or orders from a CSV or NDJSON file; the same file again adds nothing.

    Columns of accounts: external_id, name and opened_on (2026-05-31); if known external_system,
    legal_name, industry, industry_scheme, industry_code, territory, country (ES), employees,
    annual_revenue with annual_revenue_currency and annual_revenue_year, tier, tier_criteria.
    An account that is there already is left as it is.

    Columns of orders: account_external_id, ordered_on, amount (1234.56) and currency (EUR); if
    known external_system, order_id, discount, tax, number, and for a single line product, quantity,
    product_line; in NDJSON also lines, a list of objects with product, quantity, amount and
    product_line. An order without order_id is known by the file's hash and its row: correct a
    rejects file rather than the file itself.

    Exit code 0: every row taken or there already; 1: some rejected; 2: the file cannot be used as
    asked; 3: Tenure cannot run.
    """
    settings = load_settings()
    set_up_logging(settings)
    try:
        with open_source(file, encoding=encoding) as source:
            table = _table(source, form, _KINDS[what], delimiter)
            asked = Import(
                source=source,
                table=table,
                kind=_KINDS[what],
                tenant_id=tenant,
                system=_of_type(Code, "--system", system),
                today=datetime.now(UTC).date(),
                ignored=frozenset(map(folded, ignore_column or ())),
                on_behalf_of=() if actor is None else (_of_type(Actor, "--actor", actor),),
            )
            require_columns(asked)
            path = _rejects_path(source, table, rejects)
            summary = _run(settings, asked, path, dry_run=dry_run)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None
    typer.echo(json.dumps(summary.as_json()) if as_json else summary.as_text())
    raise typer.Exit(EXIT_SOME_REJECTED if summary.rejected else 0)


def _run(settings: Settings, asked: Import, rejects: Path, *, dry_run: bool) -> Summary:
    running = settings.database_url is None and local_postgres(settings).is_running()
    with prepared_database(settings, keep_running=running) as url:
        try:
            return asyncio.run(_import(url, settings, asked, rejects, dry_run=dry_run))
        except NotFound as error:
            raise CannotStart(f"{error}; name one with --tenant") from error
        except (OutcomeUnknown, Unavailable, psycopg.OperationalError) as error:
            raise CannotStart(
                "the database was lost; what has been recorded stays, and the same command "
                "takes up the rest"
            ) from error


async def _import(
    url: str, settings: Settings, asked: Import, path: Path, *, dry_run: bool
) -> Summary:
    # Half of the queue each: the next batch is there when one has been committed.
    batch_max = min(BATCH_ROWS, max(1, settings.queue_commands_max // 2))
    async with open_ledger(url, settings, batch_max=batch_max) as ledger:
        collect_rarely()
        recorder = Rehearsal(ledger) if dry_run else ledger.writer
        with (
            Rejects(path, asked.table, asked.source.sha256) as rejects,
            Progress(asked.source) as progress,
        ):
            summary = await run(asked, recorder, ledger.pool, rejects, progress)
    summary.dry_run = dry_run
    return summary


def _table(source: Source, form: Form | None, kind: Kind, delimiter: str | None) -> Table:
    form = form or _BY_SUFFIX.get(Path(source.name).suffix.lower())
    if form is None:
        raise Unusable(f"{source.name}: say with --format whether it is csv or ndjson")
    if form is Form.NDJSON:
        return NdjsonTable(source)
    mark = _DELIMITERS.get(delimiter or "", delimiter)
    if mark is not None and len(mark) != 1:
        raise Unusable(f"--delimiter {mark!r} is not one character")
    return CsvTable(source, [column.name for column in kind.columns], delimiter=mark)


def _rejects_path(source: Source, table: Table, given: Path | None) -> Path:
    suffix = "ndjson" if isinstance(table, NdjsonTable) else "csv"
    path = given or Path(f"{source.name}.rejects.{suffix}")
    if path.exists() and path.samefile(source.path):
        raise Unusable(f"--rejects {path} is the file to import; name another")
    return path


def _of_type(kind: Any, option: str, text: str) -> str:
    try:
        return str(TypeAdapter(kind).validate_python(text))
    except ValidationError as error:
        raise Unusable(f"{option} {text!r}: {error.errors()[0]['msg']}") from None
