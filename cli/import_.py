"""`tenure import`: accounts and orders in Tenure's own columns, from CSV and NDJSON files."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.import_crm import crm
from cli.import_mappings import mapping, mappings
from cli.import_options import (
    ActorOption,
    AsJson,
    Delimiter,
    DryRun,
    Encoding,
    ReasonOption,
    ReasonText,
    RejectsOption,
    Tenant,
    delimiter_of,
    of_type,
)
from cli.import_run import Job, carry_out, rejects_path
from cli.import_sentences import rehearsed
from cli.logs import set_up_logging
from domain.words import Code
from importers.accounts import Accounts
from importers.csv_table import CsvTable
from importers.failure import Unusable
from importers.ndjson_table import NdjsonTable
from importers.orders import Orders
from importers.request import Import, require_columns
from importers.rows import Table, folded
from importers.source import Source, open_source
from importers.taking import Kind
from ledger.command import Actor
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT

EXIT_SOME_REJECTED: Final = 1
EXIT_UNUSABLE: Final = 2


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

File = Annotated[str, typer.Argument(help="The file; - is stdin (then give --format).")]
FormatOption = Annotated[
    Form | None, typer.Option("--format", help="What the file is, if its suffix does not tell.")
]
IgnoreColumn = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", help="A column to leave out; may be given again."),
]
System = Annotated[
    str, typer.Option(help="Whose ids the file holds, where it has no column external_system.")
]

import_ = typer.Typer(
    name="import",
    help="Import accounts, persons, deals, activities and orders.",
    no_args_is_help=True,
)


@import_.command()
def accounts(  # noqa: PLR0913  # one parameter an option
    file: File,
    *,
    form: FormatOption = None,
    dry_run: DryRun = False,
    rejects: RejectsOption = None,
    ignore_column: IgnoreColumn = None,
    system: System = "import",
    actor: ActorOption = None,
    reason: ReasonOption = None,
    tenant: Tenant = DEFAULT_TENANT,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Import accounts from a CSV or NDJSON file; the same file again adds nothing.

    Columns: external_id, name and opened_on (2026-05-31); if known external_system, legal_name,
    industry, industry_scheme, industry_code, territory, country (ES), employees, annual_revenue
    with annual_revenue_currency and annual_revenue_year, tier, tier_criteria. An account that is
    there already is left as it is.

    Exit code 0: every row taken or there already; 1: some rejected; 2: the file cannot be used as
    asked; 3: Tenure cannot run.
    """
    asked = _Asked(
        file, form, rejects, ignore_column, system, actor, reason, tenant, encoding, delimiter
    )
    _import(Accounts(), asked, dry_run=dry_run, as_json=as_json)


@import_.command()
def orders(  # noqa: PLR0913  # one parameter an option
    file: File,
    *,
    form: FormatOption = None,
    dry_run: DryRun = False,
    rejects: RejectsOption = None,
    ignore_column: IgnoreColumn = None,
    system: System = "import",
    actor: ActorOption = None,
    reason: ReasonOption = None,
    tenant: Tenant = DEFAULT_TENANT,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Import orders from a CSV or NDJSON file; the same file again adds nothing.

    Columns: account_external_id, ordered_on, amount (1234.56) and currency (EUR); if known
    external_system, order_id, discount, tax, number, and for a single line product, quantity,
    product_line; in NDJSON also lines, a list of objects with product, quantity, amount and
    product_line. An order without order_id is known by the file's hash and its row: correct a
    rejects file rather than the file itself.

    Exit codes are those of `tenure import accounts`.
    """
    asked = _Asked(
        file, form, rejects, ignore_column, system, actor, reason, tenant, encoding, delimiter
    )
    _import(Orders(), asked, dry_run=dry_run, as_json=as_json)


import_.command()(crm)
import_.command()(mappings)
import_.command()(mapping)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say."""

    file: str
    form: Form | None
    rejects: Path | None
    ignored: list[str] | None
    system: str
    actor: str | None
    reason: str | None
    tenant: str
    encoding: str | None
    delimiter: str | None


def _import(kind: Kind, said: _Asked, *, dry_run: bool, as_json: bool) -> None:
    settings = load_settings()
    set_up_logging(settings)
    try:
        with open_source(said.file, encoding=said.encoding) as source:
            table = _table(source, said.form, kind, said.delimiter)
            asked = Import(
                source=source,
                table=table,
                kind=kind,
                tenant_id=said.tenant,
                system=of_type(Code, "--system", said.system),
                today=datetime.now(UTC).date(),
                ignored=frozenset(map(folded, said.ignored or ())),
                on_behalf_of=() if said.actor is None else (of_type(Actor, "--actor", said.actor),),
                reason=None
                if said.reason is None
                else of_type(ReasonText, "--reason", said.reason),
            )
            require_columns(asked)
            suffix = "ndjson" if isinstance(table, NdjsonTable) else "csv"
            path = rejects_path(source.name, source.path, said.rejects, suffix)
            (summary,), rehearsal = carry_out(settings, [Job(asked, path)], dry_run=dry_run)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(summary.as_json() | rehearsed(rehearsal).as_json()))
    else:
        typer.echo("\n".join([summary.as_text(), *rehearsed(rehearsal).as_lines()]))
    raise typer.Exit(EXIT_SOME_REJECTED if summary.rejected else 0)


def _table(source: Source, form: Form | None, kind: Kind, delimiter: str | None) -> Table:
    form = form or _BY_SUFFIX.get(Path(source.name).suffix.lower())
    if form is None:
        raise Unusable(f"{source.name}: say with --format whether it is csv or ndjson")
    if form is Form.NDJSON:
        return NdjsonTable(source)
    known = [column.name for column in kind.columns]
    return CsvTable(source, known, delimiter=delimiter_of(delimiter))
