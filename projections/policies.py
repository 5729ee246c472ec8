"""The policies of a tenant, read from their own stream: it is short, and always up to date."""

from functools import reduce
from typing import Any

from psycopg import AsyncConnection

from domain.policy_set import NO_POLICIES, POLICIES, POLICY_SET, PolicySet
from ledger.event_types import EventTypes
from ledger.reading import read_stream


async def read_policies(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    *,
    known_at: int | None = None,
) -> tuple[PolicySet, int]:
    """Return the policies as published up to a position (None: up to now), and their version."""
    entries = await read_stream(connection, types, tenant_id, POLICIES.id)
    known = [e.event for e in entries if known_at is None or e.position <= known_at]
    policies: PolicySet = reduce(POLICY_SET.evolve, known, NO_POLICIES)  # type: ignore[arg-type]
    return policies, len(known)
