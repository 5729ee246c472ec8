"""`tenure run`: everything at once, with demo data, for a first look and for development."""

import json
import os
from pathlib import Path

import psycopg
import typer

from cli.logs import set_up_logging
from cli.play import play_once
from cli.serve import listening, prepared_database, serve_until_stopped
from ledger.api_keys import KeyRing, Role, create_key
from ledger.ledger import Ledger
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT


def run() -> None:
    """Start everything, with demo data; Ctrl-C stops everything, and the data stay."""
    settings = load_settings()
    set_up_logging(settings)
    with listening(settings) as listener, prepared_database(settings) as url:
        key = _DemoKey(url, settings.data_dir / "demo-key")

        async def first(ledger: Ledger) -> None:
            await play_once(ledger, settings.data_dir)

        async def then(ledger: Ledger) -> None:
            typer.echo(_welcome(settings, await key.text(ledger)))

        serve_until_stopped(url, settings, listener, first=first, then=then)
        typer.echo("Stopped; the data stay.")


class _DemoKey:
    """An API key kept in a file of the data folder, for the one whose folder that is."""

    def __init__(self, url: str, path: Path) -> None:
        self._url = url
        self._path = path

    async def text(self, ledger: Ledger) -> str:
        """Return the key that was kept; make another where that opens nothing (any more)."""
        kept = self._path.read_text().strip() if self._path.exists() else ""
        if kept and await KeyRing(ledger.pool).find(kept) is not None:
            return kept
        with psycopg.connect(self._url) as connection:
            made = create_key(connection, DEFAULT_TENANT, Role.ADMIN, "demo")
        self._path.unlink(missing_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(made + "\n")
        return made


def _welcome(settings: Settings, key: str) -> str:
    everywhere = settings.host in {"0.0.0.0", "::"}  # noqa: S104  # told apart, not bound
    host = "127.0.0.1" if everywhere else settings.host
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    bearer = f"-H 'Authorization: Bearer {key}'"
    body = json.dumps({"name": "Example GmbH", "country": "DE", "employees": 40})
    return f"""
Tenure is running. Its documentation: {url}/docs
Demo API key (role admin): {key}

Open an account:
curl -s {bearer} -H 'Content-Type: application/json' -d '{body}' {url}/accounts
List the accounts:
curl -s {bearer} '{url}/accounts?limit=5'

Ctrl-C stops everything; the data stay.
"""
