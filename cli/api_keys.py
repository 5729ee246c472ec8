"""`tenure api-keys`: make, list and revoke the keys that open the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

import psycopg
import typer

from cli.running_database import running_database
from domain.refusal import NotFound
from ledger.api_keys import Role, create_key, list_keys, revoke_key
from ledger.tenants import DEFAULT_TENANT

Tenant = Annotated[str, typer.Option(help="The tenant that the key opens.")]

api_keys = typer.Typer(
    name="api-keys", help="Make, list and revoke API keys.", no_args_is_help=True
)


@api_keys.command()
def create(
    role: Annotated[Role, typer.Option(help="What the key is good for.")],
    label: Annotated[str, typer.Option(help="What it is for; no names of persons.")],
    tenant: Tenant = DEFAULT_TENANT,
    holder: Annotated[
        str | None,
        typer.Option(help="Whom it stands for, such as person:7f3a; all keys of one act as one."),
    ] = None,
) -> None:
    """Make a key and print it; it cannot be shown again."""
    with _owner() as connection:
        try:
            typer.echo(create_key(connection, tenant, role, label, holder))
        except psycopg.errors.ForeignKeyViolation:
            raise typer.BadParameter(f"there is no tenant {tenant}") from None
        except psycopg.errors.CheckViolation:
            raise typer.BadParameter(
                "a holder is a kind and a random id, such as person:7f3a", param_hint="--holder"
            ) from None


@api_keys.command("list")
def list_all(tenant: Tenant = DEFAULT_TENANT) -> None:
    """List the keys of a tenant; the secrets themselves are not kept."""
    with _owner() as connection:
        for key in list_keys(connection, tenant):
            revoked = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "good"
            made = f"{key.created_at:%Y-%m-%d %H:%M}"
            typer.echo(f"{key.key_id}  {key.role:<9} {made}  {revoked:<25} {key.label}")


@api_keys.command()
def revoke(key_id: UUID, tenant: Tenant = DEFAULT_TENANT) -> None:
    """Let a key open nothing any more; a running service knows within 5 seconds."""
    with _owner() as connection:
        try:
            revoke_key(connection, tenant, key_id)
        except NotFound as error:
            raise typer.BadParameter(str(error)) from None


@contextmanager
def _owner() -> Iterator[psycopg.Connection[Any]]:
    with running_database() as url, psycopg.connect(url) as connection:
        yield connection
