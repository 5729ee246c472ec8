"""`tenure export`: records with their proofs as a bag, and beside it, if asked for, disclosures."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn
from uuid import UUID

import psycopg
import typer
from rich.console import Console

from cli.import_options import Tenant
from cli.logs import set_up_logging
from cli.running_database import running_database
from domain.read import ReadKind
from domain.refusal import NotFound
from ledger.bag_disclosures import Disclosable
from ledger.bag_parquet import can_read_parquet
from ledger.bag_plan import BagAsked, ScopeRefused, parse_known_at, parse_place
from ledger.checkpoints import NotSealed
from ledger.command_line_read import command_line_read
from ledger.failure import CannotStart
from ledger.ledger import open_ledger
from ledger.read_log import ReadNotLogged
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT
from ledger.tiles import TreeBroken
from ledger.vault import DisclosureBroken
from projections.bag_export import Export, Exported, export_bag
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION

EXIT_USAGE: Final = 2


def export(  # noqa: PLR0913  # one parameter an option
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Where the bag goes.")],
    *,
    tenant: Tenant = DEFAULT_TENANT,
    account: Annotated[
        list[UUID] | None,
        typer.Option(help="Only the records of this one; may be repeated. All, if not given."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="A position, or a day (UTC) of recording.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="A position, or a day (UTC) of recording.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(help="A position, or an instant; all that is sealed, if not given."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day of the figures; that of the last record, if none."
        ),
    ] = None,
    figures: Annotated[
        bool, typer.Option(help="Whether KPI figures are in it.")
    ] = True,  # typer's own form
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Tables as Parquet, too (the extra `export`).")
    ] = False,  # as above
    disclosures: Annotated[
        Path | None,
        typer.Option(help="Write personal values to this new file, beside the bag."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why, for the read log, which has every export.")
    ] = None,
) -> None:
    """Export records, and all that is needed to check them without us, as a BagIt bag.

    The same scope and the same --known-at give the same bytes, but for Parquet. Exit code 2: there
    is nothing of what was asked for; 3: it cannot be done.
    """
    if parquet and not can_read_parquet():
        raise CannotStart("--parquet needs DuckDB; install it with pip install 'tenure[export]'")
    if disclosures is not None and disclosures.exists():
        _stop(f"{disclosures} exists; name a new file")
    settings = load_settings()
    set_up_logging(settings)
    try:
        asked = BagAsked(
            tenant,
            tuple(account or ()),
            parse_place("from", first),
            parse_place("to", last),
            parse_known_at(known_at),
        )
        wanted = Export(
            asked,
            figures=figures,
            as_of=as_of.date() if as_of else None,
            parquet=parquet,
            disclosures=disclosures,
        )
        with running_database() as url:
            done = asyncio.run(_export(url, settings, wanted, file.absolute(), reason))
    except ScopeRefused as error:
        _stop(f"--{error.field.replace('_', '-')} {error}")
    except (NotFound, NotSealed) as error:
        _stop(str(error))
    except (TreeBroken, DisclosureBroken) as error:
        raise CannotStart(f"the log contradicts itself: {error}") from error
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: {error.strerror}") from error
    except ReadNotLogged as error:
        raise CannotStart(str(error)) from error
    except psycopg.OperationalError as error:
        raise CannotStart("the database was lost; try the same command again") from error
    typer.echo(_said(done, file, disclosures))


async def _export(
    url: str, settings: Settings, wanted: Export, file: Path, reason: str | None
) -> Exported:
    async with open_ledger(url, settings) as ledger:

        async def level(_: int) -> None:
            async with Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION) as engine:
                await engine.catch_up(wanted.asked.tenant_id)

        async def put_on_record(disclosable: Disclosable) -> None:
            read = command_line_read(
                wanted.asked.tenant_id,
                ReadKind.EXPORT,
                "tenure export",
                form="bag",
                subjects=disclosable.subjects,
                values=disclosable.values,
                reason=reason,
            )
            await ledger.reads.commit(read)

        console = Console(stderr=True, highlight=False, markup=False)
        with console.status("exporting") as status:
            return await export_bag(
                ledger,
                wanted,
                file,
                level=level,
                put_on_record=put_on_record,
                on_record=lambda count: status.update(f"{count:,} records"),
            )


def _said(done: Exported, file: Path, disclosures: Path | None) -> str:
    scope, written = done.plan.scope, done.written
    what = (
        f"{file}: {written.records} records of positions {scope.first} to {scope.last}, as known "
        f"at {scope.known_at}, sealed by the checkpoint of {done.plan.size}"
    )
    lines = [what, f"sha256 of its manifest: {written.sha256}"]
    if done.disclosed is not None:
        gone = f"; {done.disclosed.gone} are gone" if done.disclosed.gone else ""
        lines.append(f"{disclosures}: {done.disclosed.written} personal values{gone}")
    return "\n".join(lines)


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"tenure: {sentence}\n")
    raise typer.Exit(EXIT_USAGE)
