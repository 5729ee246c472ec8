"""`tenure clv`: fit the models of customer lifetime value, and show what was fitted."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Final, TypeVar

import psycopg
import typer

from cli.clv_progress import FitProgress
from cli.clv_run import Done, Fitting, NotKnownYet, fit_and_record, fits_recorded, load_fitting
from cli.clv_sentences import as_json, as_text, row_as_text
from cli.import_options import ActorOption, AsJson, Tenant, of_type
from cli.logs import set_up_logging
from cli.serve import prepared_database
from domain.currency import Currency
from domain.day import Day
from domain.lifetime_value_model import NoMaximum
from domain.refusal import NotFound, Refused
from importers.failure import Unusable
from ledger.command import Actor, OutcomeUnknown, Unavailable
from ledger.database import local_postgres
from ledger.failure import CannotStart
from ledger.ledger import Ledger, open_ledger
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.lifetime_value_fits import LifetimeValueFitRow

EXIT_UNUSABLE: Final = 2

R = TypeVar("R")

CurrencyOption = Annotated[
    str | None, typer.Option("--currency", help="Only fits to orders in this one, such as EUR.")
]

clv = typer.Typer(
    name="clv",
    help="Customer lifetime value: fit its models to the orders, and show the fits.",
    no_args_is_help=True,
)


@clv.command()
def fit(  # one parameter an option
    *,
    currency: Annotated[str, typer.Option(help="Fit to the orders in this one, such as EUR.")],
    until: Annotated[
        str | None,
        typer.Option(help="The last day whose orders count (2026-05-31); today, if not given."),
    ] = None,
    known_at: Annotated[
        int | None,
        typer.Option(min=0, help="As known at this position; all there is, if not given."),
    ] = None,
    actor: ActorOption = None,
    tenant: Tenant = DEFAULT_TENANT,
    json_: AsJson = False,
) -> None:
    """Fit BG/NBD and Gamma-Gamma to the orders of all accounts, and record the parameters.

    Needs the extra `clv`. Figures of accounts rest on the fit whose orders end last.

    Exit code 0: fitted; 2: the orders cannot be fitted as asked; 3: Tenure cannot run.
    """

    async def run(ledger: Ledger) -> Done:
        with FitProgress(f"clv {asked.currency}") as progress:
            return await fit_and_record(ledger, asked, progress)

    with _unusable_said():
        asked = Fitting(
            tenant_id=tenant,
            currency=of_type(Currency, "--currency", currency),
            until=None if until is None else _day(until),
            known_at=known_at,
            on_behalf_of=() if actor is None else (of_type(Actor, "--actor", actor),),
        )
        load_fitting()  # before a database is started for nothing
        done = _with_ledger(run)
    typer.echo(json.dumps(as_json(done)) if json_ else as_text(done))


@clv.command()
def show(currency: CurrencyOption = None, tenant: Tenant = DEFAULT_TENANT) -> None:
    """Print the fits, those recorded last first, each with its position in the log."""

    async def run(ledger: Ledger) -> list[LifetimeValueFitRow]:
        return await fits_recorded(ledger, tenant, wanted)

    with _unusable_said():
        wanted = None if currency is None else of_type(Currency, "--currency", currency)
        rows = _with_ledger(run)
    if not rows:
        sys.stderr.write("tenure: nothing was fitted yet; see `tenure clv fit --help`\n")
    for row in rows:
        typer.echo(row_as_text(row))


@contextmanager
def _unusable_said() -> Iterator[None]:
    """Say in one sentence why there is no fit, and exit with 2."""
    try:
        yield
    except (Unusable, Refused, NotKnownYet, NoMaximum) as error:
        sys.stderr.write(f"tenure: {error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None


def _with_ledger(run: Callable[[Ledger], Awaitable[R]]) -> R:
    """Run with the ledger open; a local database that ran before is left running.

    Raises:
        CannotStart: something outside keeps Tenure from running.
    """
    settings = load_settings()
    set_up_logging(settings)

    async def opened(url: str) -> R:
        async with open_ledger(url, settings) as ledger:
            return await run(ledger)

    running = settings.database_url is None and local_postgres(settings).is_running()
    with prepared_database(settings, keep_running=running) as url:
        try:
            return asyncio.run(opened(url))
        except NotFound as error:
            raise CannotStart(f"{error}; name one with --tenant") from error
        except (OutcomeUnknown, Unavailable, psycopg.OperationalError) as error:
            raise CannotStart("the database was lost; try the same command again") from error


def _day(text: str) -> date:
    return date.fromisoformat(of_type(Day, "--until", text))
