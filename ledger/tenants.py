"""Tenants: each owns one log."""

from typing import Any, Final

from psycopg import Connection

DEFAULT_TENANT: Final = "default"
"""The one tenant of a fresh installation."""


def create_tenant(connection: Connection[Any], tenant_id: str, name: str) -> None:
    """Set a tenant up with an empty log; does nothing where it exists. Needs the owner's rights."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO ledger.tenant (tenant_id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (tenant_id, name),
        )
        connection.execute(
            "INSERT INTO ledger.log_head (tenant_id) VALUES (%s) ON CONFLICT DO NOTHING",
            (tenant_id,),
        )
