"""`tenure import crm`: what other systems export, read through mappings."""

import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

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
from importers.aside import Aside
from importers.convention import UNSAID, convention_of
from importers.export import Export, in_order, read_export, require_known
from importers.failure import Unusable
from importers.mapped_table import Said
from importers.owners import owner_key
from importers.owners_file import read_owners, require_absent, write_unknown
from importers.request import Import
from importers.source import open_source
from importers.summary import Summary
from ledger.command import Actor
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT

EXIT_SOME_REJECTED: Final = 1
EXIT_UNUSABLE: Final = 2

Files = Annotated[
    list[str],
    typer.Argument(help="The exports, in any order: accounts are taken first. - is stdin."),
]
MappingOption = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        help="A mapping of `tenure import mappings`, or a .toml file of your own; "
        "if not given, found by the headings.",
    ),
]
Locale = Annotated[
    str | None,
    typer.Option(help="Where the file was written, such as es, es-MX, en-GB or en-US."),
]
TimeZone = Annotated[
    str, typer.Option(help="Whose days instants with an offset become, such as Europe/Madrid.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="COLUMN=VALUE where the file says nothing, such as currency=EUR."),
]
System = Annotated[
    str | None, typer.Option(help="Whose ids the files hold; the mapping's system if not given.")
]

OwnersOption = Annotated[
    list[str] | None,
    typer.Option("--owners", help="A file that says who the owners are; may be given again."),
]
WriteOwners = Annotated[
    Path | None,
    typer.Option(
        "--write-owners",
        help="Where to put the owners that nobody has told of, ready to be filled in; "
        "an existing file is not overwritten.",
    ),
]


def crm(  # noqa: PLR0913  # one parameter an option
    files: Files,
    *,
    mapping: MappingOption = None,
    locale: Locale = None,
    time_zone: TimeZone = "UTC",
    set_: SetOption = None,
    owners: OwnersOption = None,
    write_owners: WriteOwners = None,
    dry_run: DryRun = False,
    rejects: RejectsOption = None,
    system: System = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    tenant: Tenant = DEFAULT_TENANT,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Import CSV exports of HubSpot, Pipedrive, Salesforce and others; again, they add nothing.

    What numbers and days mean is found out from each column as a whole, and reported. What has no
    column here is kept in FILE.unmapped.csv; rows that cannot be taken, or whose account is not
    certain, in FILE.rejects.csv with the reason. Who owns an account or a deal, or took part, is
    said in an owners file (--owners, --write-owners). docs/importing.md tells more.

    Exit code 0: every row taken or there already; 1: some rejected; 2: a file cannot be used as
    asked, and nothing was recorded; 3: Tenure cannot run.
    """
    settings = load_settings()
    set_up_logging(settings)
    try:
        said = Said(
            convention=UNSAID if locale is None else convention_of(locale),
            zone=_zone(time_zone),
            values=_values(set_ or []),
            owners=read_owners(owners or []),
            reason=reason and of_type(ReasonText, "--reason", reason),
        )
        _require_one_file(files, rejects)
        if write_owners is not None:
            require_absent(write_owners)
        with ExitStack() as stack:
            if system is not None:
                system = of_type(Code, "--system", system)
            exports = [
                read_export(
                    stack.enter_context(open_source(file, encoding=encoding)),
                    said,
                    mapping=mapping,
                    delimiter=delimiter_of(delimiter),
                    system=system,
                )
                for file in files
            ]
            require_known(exports, said.values)
            on_behalf_of = () if actor is None else (of_type(Actor, "--actor", actor),)
            recorded: set[str] = set()
            jobs = [
                _job(export, said, tenant, on_behalf_of, recorded, rejects, dry_run=dry_run)
                for export in in_order(exports)
            ]
            summaries, rehearsal = carry_out(settings, jobs, dry_run=dry_run)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None
    if write_owners is not None:
        _write_owners_of(summaries, write_owners)
    told = rehearsed(rehearsal)
    if as_json:
        *others, last = [summary.as_json() for summary in summaries]
        for each in (*others, last | told.as_json()):
            typer.echo(json.dumps(each))
    else:
        texts = [summary.as_text() for summary in summaries]
        typer.echo("\n".join([*texts, *told.as_lines()]))
    raise typer.Exit(EXIT_SOME_REJECTED if any(each.rejected for each in summaries) else 0)


def _job(  # what an import is asked with
    export: Export,
    said: Said,
    tenant: str,
    on_behalf_of: tuple[str, ...],
    recorded: set[str],
    rejects: Path | None,
    *,
    dry_run: bool,
) -> Job:
    source, table = export.source, export.table
    asked = Import(
        source=source,
        table=table,
        kind=export.kind,
        tenant_id=tenant,
        system=export.system,
        today=datetime.now(UTC).date(),
        on_behalf_of=on_behalf_of,
        origin=export.origin,
        reason=said.reason,
        owners=said.owners,
        recorded=recorded,
    )
    aside = None
    if not dry_run:
        aside = Aside(Path(f"{source.name}.unmapped.csv"), table.headings, export.id_column)
    path = rejects_path(source.name, source.path, rejects, "csv")
    return Job(asked, path, aside, table.notes)


def _write_owners_of(summaries: list[Summary], path: Path) -> None:
    """Write the owners of all files together; without any there is no file."""
    unknown: dict[str, tuple[str, int]] = {}
    for summary in summaries:
        for said, rows in summary.unknown_owners.items():
            spelt, before = unknown.get(owner_key(said), (said, 0))
            unknown[owner_key(said)] = spelt, before + rows
    if unknown:
        write_unknown(path, dict(unknown.values()))
        sys.stderr.write(f"{path}: {len(unknown)} owners to be told of\n")


def _require_one_file(files: list[str], rejects: Path | None) -> None:
    if rejects is not None and len(files) > 1:
        raise Unusable("--rejects is for one file; with several, each has its own")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unusable(
            f"--time-zone {name!r} is not known; give one such as UTC or Europe/Madrid"
        ) from None


def _values(said: list[str]) -> dict[str, str]:
    values = {}
    for each in said:
        column, equals, value = each.partition("=")
        if not equals or not column.strip() or not value.strip():
            raise Unusable(f"--set {each!r} is not COLUMN=VALUE, such as currency=EUR")
        values[column.strip()] = value.strip()
    return values
