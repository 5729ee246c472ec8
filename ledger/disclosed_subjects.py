"""Whom a disclosure is about: what must be known before anybody is shown what it says."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

SUBJECTS_SQL: Final = """
    SELECT digest, subject_id FROM ledger.personal_disclosure
    WHERE tenant_id = %s AND digest = ANY(%s)
"""


async def subjects_of(
    connection: AsyncConnection[Any], tenant_id: str, digests: Iterable[str]
) -> Mapping[str, UUID]:
    """Return the person behind each digest; what was erased is not among them."""
    cursor = await connection.execute(SUBJECTS_SQL, (tenant_id, list(digests)))
    return dict(await cursor.fetchall())
