"""`tenure figures`: publish a figure from the log, list what was published, and replay it."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID, uuid4

import typer

from api.business_day import BusinessDays, day_of, today
from api.figure_answers import told
from cli.import_options import ActorOption, AsJson, ReasonText, Tenant, of_type
from cli.logs import set_up_logging
from cli.serve import prepared_database
from domain import commands
from domain.published_figure import FigureScopeKind
from domain.refusal import NoSuch, NotFound, Refused
from importers.failure import Unusable
from ledger.command import Actor, Command
from ledger.database import local_postgres
from ledger.ledger import Ledger, open_ledger
from ledger.reading import log_head
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.figure_publishing import known_until, reckon_to_publish, replay_figure
from projections.figure_replay import FigureCheck
from projections.figure_subjects import closing_day, period_of, subject_of
from projections.published_figures import (
    FIGURE_LIST,
    PublishedFigureRow,
    read_published,
    restated_by,
)

EXIT_UNUSABLE: Final = 2
EXIT_DISAGREES: Final = 3
_ACTOR: Final = "cli:figures"
_LISTED_MAX: Final = 1_000

R = TypeVar("R")

figures = typer.Typer(
    name="figures",
    help="Published figures: tell one, list what was told, reckon it again from the log.",
    no_args_is_help=True,
)


@figures.command()
def publish(  # noqa: PLR0913  # one parameter an option
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="such as revenue")],
    *,
    period: Annotated[str, typer.Option(help="2026-05, 2026-Q2, 2026, ttm@2026-05-31, lifetime")],
    scope: Annotated[FigureScopeKind, typer.Option(help="Whose figure.")] = FigureScopeKind.TENANT,
    of: Annotated[str | None, typer.Option(help="Which: an id or a word.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day; the period's last, if not given."),
    ] = None,
    known_at: Annotated[
        int | None, typer.Option(min=1, help="A position; all there is, if not given.")
    ] = None,
    restates: Annotated[
        UUID | None, typer.Option(help="The figure whose place this one takes.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in a few words; name no persons.")] = "",
    actor: ActorOption = None,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Reckon a figure from the log, and put it on record with its evidence and formula.

    Exit code 0: published, or published before; 2: it cannot be told as asked; 3: Tenure cannot
    run.
    """

    async def run(ledger: Ledger) -> str:
        on_behalf_of = () if actor is None else (of_type(Actor, "--actor", actor),)
        why = reason and of_type(ReasonText, "--reason", reason)
        wanted = period_of(period)
        subject = subject_of(kpi, scope, of, wanted)
        day = as_of.date() if as_of else closing_day(wanted, today())
        async with ledger.pool.connection() as connection:
            position = known_at or await _head(ledger, tenant)
            await _require_within(ledger, tenant, position)
            published = await reckon_to_publish(
                connection,
                ledger.types,
                tenant,
                subject,
                as_of=day,
                known_at=position,
                restates=restates,
            )
            until = await known_until(connection, tenant, position)
        decision = commands.publish_figure(
            published,
            known_on=day_of(until) if until else today(),
            reason=why,
            on=today(),
            today=today(),
        )
        command_id = uuid4()
        command = Command(
            tenant_id=tenant,
            decision=decision,
            actor=_ACTOR,
            effective_at=today(),
            command_id=command_id,
            correlation_id=command_id,
            on_behalf_of=on_behalf_of,
            reason=why or None,
        )
        receipt = (await ledger.writer.execute(command)).receipt
        values = ", ".join(told(each) for each in published.values)
        where = "already on record" if receipt.position is None else f"at {receipt.position}"
        return (
            f"{published.figure_id}  {values}  ({published.evidence.events} events, "
            f"known at {position}, {where})"
        )

    typer.echo(_with_ledger(run, tenant))


@figures.command("list")
def list_figures(*, tenant: Tenant = DEFAULT_TENANT, json_: AsJson = False) -> None:
    """Print what was published, the latest first, and what of it still stands."""

    async def run(ledger: Ledger) -> list[dict[str, Any]]:
        rows = await _rows(ledger, tenant)
        async with ledger.pool.connection() as connection:
            later = await restated_by(connection, tenant, [row.figure_id for row in rows])
            positions = [row.position for row in rows]
            entries = await read_published(connection, ledger.types, tenant, positions)
        return [
            {
                "figure_id": str(row.figure_id),
                "kpi": row.kpi,
                "scope": f"{row.scope} {row.scope_value or ''}".strip(),
                "period": row.period,
                "as_of": row.as_of.isoformat(),
                "known_at": row.known_at,
                "told": [told(each) for each in entries[row.position].event.values],
                "state": _state(row, later.get(row.figure_id)),
            }
            for row in rows
        ]

    for each in _with_ledger(run, tenant):
        told_so = ", ".join(each["told"])
        line = "  ".join(str(each[name]) for name in ("figure_id", "kpi", "scope", "period"))
        typer.echo(json.dumps(each) if json_ else f"{line}  {told_so}  [{each['state']}]")


@figures.command()
def replay(
    figure: Annotated[
        list[UUID] | None, typer.Argument(metavar="FIGURE", help="Ids; all, if none is given.")
    ] = None,
    *,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Reckon published figures again from the log's records, and compare.

    Exit code 0: all agree; 2: there is no such figure; 3: one does not agree, or Tenure cannot run.
    """

    async def run(ledger: Ledger) -> list[FigureCheck]:
        rows = await _rows(ledger, tenant)
        wanted = {*(figure or [row.figure_id for row in rows])}
        unknown = wanted - {row.figure_id for row in rows}
        if unknown:
            raise NotFound("figure", min(unknown))
        positions = sorted(row.position for row in rows if row.figure_id in wanted)
        checks = []
        async with ledger.pool.connection() as connection:
            entries = await read_published(connection, ledger.types, tenant, positions)
            for position in positions:
                entry = entries[position]
                check, _ = await replay_figure(
                    connection, ledger.types, tenant, entry, head=position
                )
                checks.append(check)
        return checks

    checks = _with_ledger(run, tenant)
    for check in checks:
        typer.echo(_verdict(check))
    if not all(check.agrees for check in checks):
        raise typer.Exit(EXIT_DISAGREES)


def _verdict(check: FigureCheck) -> str:
    what = f"{check.figure_id}  {check.subject.kpi} {check.subject.period}"
    if check.disagreement is not None:
        found = check.disagreement
        return (
            f"{what}  DISAGREES at position {check.position}: {found.what} should be "
            f"{found.expected}, and is {found.actual}"
        )
    left_out = f"; not checked: {'; '.join(check.not_checked)}" if check.not_checked else ""
    events = check.reckoned.evidence.events if check.reckoned else 0
    return f"{what}  agrees ({events} events){left_out}"


def _state(row: PublishedFigureRow, later: UUID | None) -> str:
    if row.withdrawn_on is not None:
        return f"withdrawn on {row.withdrawn_on}"
    return "stands" if later is None else f"restated by {later}"


async def _rows(ledger: Ledger, tenant: str) -> Sequence[PublishedFigureRow]:
    """Bring the views level, and return the rows, the latest first."""
    async with Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION) as engine:
        await engine.catch_up(tenant)
    rows: list[PublishedFigureRow] = []
    after = None
    async with ledger.pool.connection() as connection:
        while True:
            page = await FIGURE_LIST.page(connection, tenant, {}, after=after, limit=_LISTED_MAX)
            rows += page.rows
            after = page.next
            if after is None:
                return rows


async def _head(ledger: Ledger, tenant: str) -> int:
    async with ledger.pool.connection() as connection:
        head = await log_head(connection, tenant)
    if head is None:
        raise NotFound("tenant", tenant)
    return head.size


async def _require_within(ledger: Ledger, tenant: str, position: int) -> None:
    head = await _head(ledger, tenant)
    if not 0 < position <= head:
        raise Unusable(f"position {position} lies beyond the log, which has {head} events")


@contextmanager
def _unusable_said() -> Iterator[None]:
    """Say in one sentence why it cannot be done as asked, and exit with 2."""
    try:
        yield
    except (NoSuch, NotFound, Refused, Unusable) as error:
        sys.stderr.write(f"tenure: {error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None


def _with_ledger(run: Callable[[Ledger], Awaitable[R]], tenant: str) -> R:
    """Run with the ledger open; a local database that ran before is left running.

    Raises:
        CannotStart: something outside keeps Tenure from running.
    """
    settings = load_settings()
    set_up_logging(settings)

    async def opened(url: str) -> R:
        async with open_ledger(url, settings) as ledger:
            await BusinessDays(ledger.pool, ledger.types).use(tenant)
            return await run(ledger)

    running = settings.database_url is None and local_postgres(settings).is_running()
    with prepared_database(settings, keep_running=running) as url, _unusable_said():
        return asyncio.run(opened(url))
