"""Carries imports out: opens the database, shows how far they are, and puts failures into words."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cli.import_progress import Progress
from cli.serve import prepared_database
from domain.refusal import NotFound
from importers.aside import Aside
from importers.failure import Unusable
from importers.known import Known
from importers.rehearsal import Rehearsal
from importers.rejects import Rejects
from importers.request import Import
from importers.run import BATCH_ROWS, run
from importers.summary import Summary
from ledger.collector import collect_rarely
from ledger.command import OutcomeUnknown, Unavailable
from ledger.database import local_postgres
from ledger.failure import CannotStart
from ledger.ledger import open_ledger
from ledger.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One file to import, and where what is not taken goes."""

    asked: Import
    rejects: Path
    aside: Aside | None = None
    notes: Sequence[str] = ()


def carry_out(
    settings: Settings, jobs: Sequence[Job], *, dry_run: bool
) -> tuple[list[Summary], Rehearsal | None]:
    """Import the files of one tenant, one after another.

    Raises:
        CannotStart: something outside keeps Tenure from running.
    """
    running = settings.database_url is None and local_postgres(settings).is_running()
    with prepared_database(settings, keep_running=running) as url:
        try:
            return asyncio.run(_import(url, settings, jobs, dry_run=dry_run))
        except NotFound as error:
            raise CannotStart(f"{error}; name one with --tenant") from error
        except (OutcomeUnknown, Unavailable, psycopg.OperationalError) as error:
            raise CannotStart(
                "the database was lost; what has been recorded stays, and the same command "
                "takes up the rest"
            ) from error


async def _import(
    url: str, settings: Settings, jobs: Sequence[Job], *, dry_run: bool
) -> tuple[list[Summary], Rehearsal | None]:
    # Half of the queue each: the next batch is there when one has been committed.
    batch_max = min(BATCH_ROWS, max(1, settings.queue_commands_max // 2))
    summaries = []
    async with open_ledger(url, settings, batch_max=batch_max) as ledger:
        collect_rarely()
        rehearsal = Rehearsal(ledger) if dry_run else None
        known = Known(ledger, jobs[0].asked.tenant_id, rehearsal)
        for job in jobs:
            asked = job.asked
            with (
                Rejects(job.rejects, asked.table, asked.source.sha256) as rejects,
                job.aside or nullcontext(),
                Progress(asked.source) as progress,
            ):
                recorder = rehearsal or ledger.writer
                summary = await run(asked, recorder, known, rejects, progress, job.aside)
            summary.dry_run, summary.notes = dry_run, job.notes
            if job.aside is not None and job.aside.is_written:
                summary.aside = job.aside.path
            summaries.append(summary)
    return summaries, rehearsal


def rejects_path(job_name: str, source: Path, given: Path | None, suffix: str) -> Path:
    """Return where rejected rows go.

    Raises:
        Unusable: it is the file that is imported.
    """
    path = given or Path(f"{job_name}.rejects.{suffix}")
    if path.exists() and path.samefile(source):
        raise Unusable(f"--rejects {path} is the file to import; name another")
    return path
