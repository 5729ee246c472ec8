"""`tenure doctor`: the settings with their origins, and whether everything needed is here."""

import platform

import typer

from ledger.database import check_reachable, local_postgres
from ledger.settings import Settings, load_settings


def doctor() -> None:
    """Print the settings with their origins, and check PostgreSQL."""
    settings = load_settings()
    for name, value, origin in settings.origins():
        typer.echo(f"{name:<27} {value or '-':<40} {origin}")
    typer.echo(f"{'Python':<27} {platform.python_version()}")
    typer.echo(f"{'PostgreSQL':<27} {_postgresql(settings)}")


def _postgresql(settings: Settings) -> str:
    if settings.database_url is not None:
        version = check_reachable(settings.database_url.get_secret_value())
        return f"version {version}, reachable at DATABASE_URL"
    server = local_postgres(settings)
    return f"{server.binaries} ({'running' if server.is_running() else 'not running'})"
