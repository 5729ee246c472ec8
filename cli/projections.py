"""`tenure projections`: the views, by hand."""

import asyncio
import signal

import typer

from cli.logs import set_up_logging
from cli.running_database import running_database
from domain.aggregates import EVERY_AGGREGATE
from ledger.collector import collect_rarely
from ledger.event_types import EventTypes
from ledger.migrate import runtime_conninfo
from ledger.settings import load_settings
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION

projections = typer.Typer(name="projections", help="Keep the views.", no_args_is_help=True)


@projections.callback()
def _group() -> None:
    """Keep the commands of this group apart, however few there are."""


@projections.command("run")
def run_worker() -> None:
    """Keep views level beside a running service, and share its work, until told to stop."""
    set_up_logging(load_settings())
    with running_database() as url:
        asyncio.run(_work(url))


async def _work(url: str) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Engine(runtime_conninfo(url), EventTypes(EVERY_AGGREGATE), EVERY_PROJECTION):
        collect_rarely()
        typer.echo("working; Ctrl-C stops")
        await stopped.wait()
