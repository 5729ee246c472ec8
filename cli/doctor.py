"""`tenure doctor`: the settings with their origins, and whether everything needed is here."""

import platform

import psycopg
import typer

from ledger.database import check_reachable, local_postgres
from ledger.settings import Settings, load_settings
from projections.every_projection import EVERY_PROJECTION
from projections.versions import BUILT_SQL, Outdated, outdated


def doctor() -> None:
    """Print the settings with their origins, check PostgreSQL, and name outdated views."""
    settings = load_settings()
    for name, value, origin in settings.origins():
        typer.echo(f"{name:<27} {value or '-':<40} {origin}")
    typer.echo(f"{'Python':<27} {platform.python_version()}")
    typer.echo(f"{'PostgreSQL':<27} {_postgresql(settings)}")
    for view in _outdated(settings):
        typer.echo(f"{'Views':<27} {view}")


def _postgresql(settings: Settings) -> str:
    if settings.database_url is not None:
        version = check_reachable(settings.database_url.get_secret_value())
        return f"version {version}, reachable at DATABASE_URL"
    server = local_postgres(settings)
    return f"{server.binaries} ({'running' if server.is_running() else 'not running'})"


def _outdated(settings: Settings) -> list[Outdated]:
    """Compare the versions of views, where a database is running that has any."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
    elif (local := local_postgres(settings).url()) is not None:
        url = local
    else:
        return []
    with psycopg.connect(url) as connection:
        try:
            built: dict[str, int] = dict(connection.execute(BUILT_SQL).fetchall())
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
            return []  # nothing is set up yet, or it is not ours to see
    return outdated(built, EVERY_PROJECTION)
