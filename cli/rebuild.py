"""`tenure rebuild`: views are built again beside the live ones, compared, and swapped in."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import psycopg
import typer

from cli.logs import set_up_logging
from cli.rebuild_progress import RebuildProgress
from cli.rebuild_report import JsonLines, Lines, Report
from cli.serve import prepared_database
from domain.aggregates import EVERY_AGGREGATE
from ledger.collector import collect_rarely
from ledger.database import local_postgres
from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.reading import HoleInLog
from ledger.settings import load_settings
from projections.every_projection import EVERY_PROJECTION
from projections.projection import Projection
from projections.rebuilding.comparison import count, differences
from projections.rebuilding.level import Stuck
from projections.rebuilding.rebuild import Moment, Rebuild

EXIT_DIFFERENT: Final = 1
EXIT_UNUSABLE: Final = 2

Names = Annotated[
    list[str] | None, typer.Argument(metavar="VIEW", help="Such as orders or kpi-facts.")
]
All = Annotated[bool, typer.Option("--all", help="Every view.")]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", "--compare-only", help="Compare, and swap nothing; exit code 1: rows differ."
    ),
]
Back = Annotated[
    bool, typer.Option("--back", help="Return to the tables that the last swap replaced.")
]
Keep = Annotated[
    bool | None,
    typer.Option(
        "--keep/--no-keep",
        help="After a swap: keep the replaced tables, for --back (kept if not given). "
        "With --dry-run: keep what was built, for the next run (dropped if not given).",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print every row that differs, as JSON lines.")
]


def rebuild(
    names: Names = None,
    *,
    all_: All = False,
    dry_run: DryRun = False,
    back: Back = False,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Build views from the log beside the live ones, compare them, and swap them in.

    Readers see a whole view at every moment, and `tenure serve` may run. Killed, it is run again
    and goes on. Exit code 1: rows differ (with --dry-run); 2: no such view; 3: it cannot be done.
    """
    projections = _named(names or [], every=all_)
    settings = load_settings()
    set_up_logging(settings)
    report: Report = JsonLines() if as_json else Lines()
    running = settings.database_url is None and local_postgres(settings).is_running()
    with prepared_database(settings, keep_running=running) as url:
        try:
            are_equal = asyncio.run(
                _rebuild(url, projections, report, dry_run=dry_run, back=back, keep=keep)
            )
        except (Stuck, HoleInLog) as error:
            raise CannotStart(f"{error}; the live views are as they were") from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise CannotStart(
                f"the role in DATABASE_URL may not rebuild views ({error.diag.message_primary}); "
                "give that of the role that owns the tables"
            ) from error
        except psycopg.errors.DependentObjectsStillExist as error:
            raise CannotStart(
                "something depends on tables that were replaced before "
                f"({error.diag.message_detail}); drop it, and run the same command again"
            ) from error
        except psycopg.OperationalError as error:
            raise CannotStart(
                "the database was lost; the live views are whole, and the same command goes on "
                "from where this one was"
            ) from error
    if dry_run and not are_equal:
        raise typer.Exit(EXIT_DIFFERENT)


async def _rebuild(
    url: str,
    projections: Sequence[Projection],
    report: Report,
    *,
    dry_run: bool,
    back: bool,
    keep: bool | None,
) -> bool:
    """Return whether all rows were equal."""
    views = [projection.name for projection in projections]
    types, processes = EventTypes(EVERY_AGGREGATE), os.cpu_count() or 1
    async with Rebuild(url, types, projections, processes=processes) as rebuilding:
        collect_rarely()
        if back:
            await rebuilding.take_previous()
        elif resumed := await rebuilding.begin():
            sys.stderr.write(f"going on with {', '.join(resumed)}\n")
        with RebuildProgress(views[0] if len(views) == 1 else f"{len(views)} views") as progress:
            await rebuilding.build(progress.advanced)
        async with rebuilding.one_moment() as moment:
            are_equal = await _compare(moment, rebuilding.tables, report)
        facts: dict[str, Any] = {"views": views, "equal": are_equal, "swapped": not dry_run}
        if dry_run:
            if not back and not keep:
                await rebuilding.discard_copies()
            report.end("nothing was swapped", **facts)
            return are_equal
        await rebuilding.swap()
        if keep is False:
            await rebuilding.discard_previous()
        report.end(_swapped(views, back=back, is_kept=keep is not False), **facts)
        return are_equal


async def _compare(moment: Moment, tables: Sequence[str], report: Report) -> bool:
    if moment.stuck is not None:
        sys.stderr.write(f"the live view stands still: {moment.stuck}\n")
    are_equal = True
    for table in tables:
        counts = await count(moment.connection, table, moment.schema)
        if not counts.is_equal:
            are_equal = False
            async for difference in differences(
                moment.connection, table, moment.schema, limit=report.rows_max
            ):
                report.row(difference)
        report.table(counts)
    return are_equal


def _named(names: Sequence[str], *, every: bool) -> Sequence[Projection]:
    """Return the views that are named, each once; or end, and say which there are."""
    if every and not names:
        return EVERY_PROJECTION
    there_are = {projection.name: projection for projection in EVERY_PROJECTION}
    unknown = [name for name in names if name not in there_are]
    if unknown or every or not names:
        wrong = f"there is no view {', '.join(unknown)}" if unknown else "name views, or --all"
        sys.stderr.write(f"tenure: {wrong}; there are {', '.join(sorted(there_are))}\n")
        raise typer.Exit(EXIT_UNUSABLE)
    return [there_are[name] for name in dict.fromkeys(names)]


def _swapped(views: Sequence[str], *, back: bool, is_kept: bool) -> str:
    said = "swapped"
    if back:
        said = "the previous tables are live again, with all that was recorded since"
    if not is_kept:
        return said
    what = "--all" if len(views) == len(EVERY_PROJECTION) else " ".join(views)
    return f"{said}; `tenure rebuild {what} --back` returns to those that were live until now"
