"""`tenure database`: the local PostgreSQL, by hand."""

import typer

from ledger.database import local_postgres
from ledger.failure import CannotStart
from ledger.local_postgres import LocalPostgres
from ledger.settings import load_settings

database = typer.Typer(
    name="database", help="Start, stop and find the local PostgreSQL.", no_args_is_help=True
)


@database.command()
def start() -> None:
    """Start it in the background, or find it running; data and address stay the same."""
    _server().start()
    typer.echo("running")


@database.command()
def stop() -> None:
    """Stop it, whoever uses it; what has been committed stays."""
    _server().stop()
    typer.echo("stopped")


@database.command()
def status() -> None:
    """Say whether it is running."""
    typer.echo("running" if _server().is_running() else "stopped")


@database.command()
def url() -> None:
    """Print its address with the password, for psql and the like."""
    address = _server().url()
    if address is None:
        raise CannotStart(
            "the local PostgreSQL is not running; start it with `tenure database start`"
        )
    typer.echo(address)


def _server() -> LocalPostgres:
    settings = load_settings()
    if settings.database_url is not None:
        raise CannotStart(
            "DATABASE_URL is set, so no local PostgreSQL is used; unset it to use the local one"
        )
    return local_postgres(settings)
