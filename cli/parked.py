"""`tenure parked`: what views leave out because they failed at it; to try again or to give up."""

import asyncio
import getpass
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from psycopg import AsyncConnection

from cli.running_database import running_database
from domain.aggregates import EVERY_AGGREGATE
from domain.refusal import Refused
from ledger.event_types import EventTypes
from ledger.migrate import runtime_conninfo
from ledger.tenants import DEFAULT_TENANT
from projections.every_projection import EVERY_PROJECTION
from projections.parked import Parked, list_parked
from projections.parking import NotParked, Parking, Tried
from projections.schemas import live_tables

EXIT_STILL_PARKED: Final = 1
EXIT_NOT_PARKED: Final = 2

Tenant = Annotated[str, typer.Option(help="Whose log.")]
ProjectionName = Annotated[str, typer.Argument(help="The projection that parked it.")]

Work = Callable[[AsyncConnection[Any]], Coroutine[Any, Any, Any]]

parked = typer.Typer(
    name="parked",
    help="Accounts that a view leaves out since it failed at one of their events.",
    no_args_is_help=True,
)


@parked.command("list")
def list_all(tenant: Tenant = DEFAULT_TENANT) -> None:
    """List what is parked: projection, account (or stream), position, attempts, error."""

    async def work(connection: AsyncConnection[Any]) -> None:
        for each in await list_parked(connection, tenant):
            typer.echo(_line(each))

    _on_database(work)


@parked.command()
def retry(
    projection: ProjectionName,
    id_: Annotated[
        UUID | None, typer.Argument(metavar="[ID]", help="The account or stream; without it, all.")
    ] = None,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Take what was left out. Exit code 1: some stays parked; 2: it is not parked."""

    async def work(connection: AsyncConnection[Any]) -> None:
        ids = [id_] if id_ is not None else await _parked_by(connection, tenant, projection)
        tries = []
        for each in ids:
            async with live_tables(connection):
                tries.append(await _parking().retry(connection, tenant, projection, each))
            _tell(tries[-1])
        _exit_if_parked(tries)

    _on_database(work)


@parked.command()
def discard(
    projection: ProjectionName,
    id_: Annotated[UUID, typer.Argument(metavar="ID", help="The account or stream.")],
    reason: Annotated[str, typer.Option(help="Why the event is given up; kept on record.")],
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Give up the one event at fault, and take those after it. Exit codes as of `retry`."""

    async def work(connection: AsyncConnection[Any]) -> None:
        async with live_tables(connection):
            tried = await _parking().discard(
                connection, tenant, projection, id_, reason=reason, by=f"cli:{_user()}"
            )
        _tell(tried)
        _exit_if_parked([tried])

    _on_database(work)


async def _parked_by(
    connection: AsyncConnection[Any], tenant_id: str, projection: str
) -> list[UUID]:
    found = await list_parked(connection, tenant_id)
    return [each.strand_id for each in found if each.projection == projection]


def _parking() -> Parking:
    return Parking(EventTypes(EVERY_AGGREGATE), EVERY_PROJECTION)


def _on_database(work: Work) -> None:
    with running_database() as url:
        try:
            asyncio.run(_connected(url, work))
        except NotParked as error:
            sys.stderr.write(f"tenure: {error}\n")
            raise typer.Exit(EXIT_NOT_PARKED) from None
        except Refused as error:
            raise typer.BadParameter(str(error)) from None


async def _connected(url: str, work: Work) -> None:
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        await work(connection)


def _exit_if_parked(tries: list[Tried]) -> None:
    if any(tried.position is not None for tried in tries):
        raise typer.Exit(EXIT_STILL_PARKED)


def _tell(tried: Tried) -> None:
    if tried.position is None:
        typer.echo(f"{tried.projection} {tried.strand_id}: taken, not parked any more")
    else:
        why = f"{tried.error_class}: {_first_line(tried.error_text or '')}"
        typer.echo(f"{tried.projection} {tried.strand_id}: still parked at {tried.position}, {why}")


def _line(each: Parked) -> str:
    place = f"{each.projection}  {each.strand_kind} {each.strand_id}  at {each.position}"
    times = f"tried {each.attempts} x, last {each.tried_at:%Y-%m-%d %H:%M}"
    return f"{place}  {times}  {each.error_class}: {_first_line(each.error_text)}"


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _user() -> str:
    """Return who runs this program; in a container that may be nobody the system knows."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
