"""`tenure vault`: rotate the master key that the keys of persons are wrapped by; check them."""

import asyncio
import sys
from typing import Annotated, Final

import psycopg
import typer

from cli.running_database import running_database
from domain.aggregates import EVERY_AGGREGATE
from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.key_service import KeyServiceUnavailable
from ledger.ledger import open_key_service
from ledger.personal_evidence import disclosures_hold, erasures_hold
from ledger.rewrapping import rotate_master_key
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from ledger.vault import Vault

EXIT_TAMPERED: Final = 3

vault = typer.Typer(
    name="vault",
    help="The keys that personal values are kept under.",
    no_args_is_help=True,
)


@vault.command()
def rotate() -> None:
    """Wrap the key of every person by a new master key (or a new version of it, in a KMS).

    With a master key in a file, stop the services first, and keep copies: of the new file, and of
    the one before for as long as backups of its time must be restorable. It is gone from here.
    """
    settings = load_settings()
    with running_database() as url:
        try:
            count = asyncio.run(rotate_master_key(url, settings))
        except KeyServiceUnavailable as error:
            raise CannotStart(f"the key service cannot be used: {error}") from error
    typer.echo(f"{count} keys are wrapped by the new master key")


@vault.command()
def check(
    tenant: Annotated[str, typer.Option(help="Whose log.")] = DEFAULT_TENANT,
    opening: Annotated[  # noqa: FBT002  # typer's own form
        bool, typer.Option("--open/--presence", help="Open each value, or see that it is there.")
    ] = True,
) -> None:
    """Hold personal values and erasures to the log. Exit code 3: the first fault is named."""
    settings, types = load_settings(), EventTypes(EVERY_AGGREGATE)
    keys = Vault(open_key_service(settings)) if opening else None
    with running_database() as url, psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        fault = erasures_hold(connection, types, tenant) or disclosures_hold(
            connection, types, tenant, keys
        )
    if fault is not None:
        place = f" at position {fault.position}" if fault.position else ""
        sys.stderr.write(
            f"tenure: {fault.detail}{place} (expected {fault.expected}, found {fault.actual})\n"
        )
        raise typer.Exit(EXIT_TAMPERED)
    typer.echo("every personal value is as the log says, and whoever was erased is gone")
