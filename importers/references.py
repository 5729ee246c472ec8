"""Looks up which account holds the id that another system knows it by."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.external_reference import ExternalReference, external_reference_id
from ledger.ledger import Pool

_HOLDERS_SQL: Final = """
    SELECT stream_id, account_id FROM ledger.event
    WHERE tenant_id = %s AND stream_id = ANY(%s) AND version = 1
"""


async def holders(
    pool: Pool, tenant_id: str, references: Collection[ExternalReference]
) -> Mapping[ExternalReference, UUID]:
    """Return the account of each reference that any account holds."""
    if not references:
        return {}
    ids = {reference: external_reference_id(reference) for reference in references}
    async with pool.connection() as connection:
        accounts = dict(await _held(connection, tenant_id, list(set(ids.values()))))
    return {reference: accounts[id_] for reference, id_ in ids.items() if id_ in accounts}


async def _held(
    connection: AsyncConnection[Any], tenant_id: str, ids: list[UUID]
) -> list[tuple[UUID, UUID]]:
    cursor = await connection.execute(_HOLDERS_SQL, (tenant_id, ids), binary=True)
    return await cursor.fetchall()
