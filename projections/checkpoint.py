"""How far projections have read: the checkpoints, moved only by whoever knows where they stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

# Level projections are left out unless someone waits for their tenant: with many tenants almost
# all are level almost always.
_SURVEY_SQL: Final = """
    SELECT head.tenant_id, head.size, projection.name, coalesce(checkpoint.position, 0)
    FROM ledger.log_head AS head
    CROSS JOIN unnest(%(names)s::text[]) AS projection (name)
    LEFT JOIN checkpoint
        ON checkpoint.tenant_id = head.tenant_id AND checkpoint.projection = projection.name
    WHERE coalesce(checkpoint.position, 0) <> head.size OR head.tenant_id = ANY(%(waited)s)
    ORDER BY head.tenant_id, projection.name
"""
_BEGIN_SQL: Final = """
    INSERT INTO checkpoint (tenant_id, projection, position)
    SELECT %s, name, 0 FROM unnest(%s::text[]) AS projection (name) ORDER BY name
    ON CONFLICT DO NOTHING
"""
# Locked in one order, so that two runners never wait for each other. Whoever comes second waits
# here, before any work is done, and then finds that the position has moved.
_MOVE_SQL: Final = """
    WITH standing AS (
        SELECT projection FROM checkpoint
        WHERE tenant_id = %(tenant_id)s AND projection = ANY(%(names)s) AND position = %(was)s
        ORDER BY projection FOR UPDATE
    )
    UPDATE checkpoint SET position = %(now)s
    FROM standing
    WHERE checkpoint.tenant_id = %(tenant_id)s AND checkpoint.projection = standing.projection
"""


class Overtaken(Exception):
    """Another runner has moved a checkpoint meanwhile; nothing must be written."""


@dataclass
class Standing:
    """Where the projections of one tenant stand; those not named stand at the head."""

    tenant_id: str
    head: int
    positions: dict[str, int]

    @property
    def reached(self) -> int:
        """The position up to which every view holds every event."""
        return min(self.positions.values(), default=self.head)


async def survey(
    connection: AsyncConnection[Any], names: Collection[str], *, waited: Collection[str]
) -> Sequence[Standing]:
    """Return, as of one moment, the tenants with projections that are not level, and the waited."""
    parameters = {"names": list(names), "waited": list(waited)}
    standings: dict[str, Standing] = {}
    cursor = await connection.execute(_SURVEY_SQL, parameters)
    async for tenant_id, size, name, position in cursor:
        standing = standings.setdefault(tenant_id, Standing(tenant_id, size, {}))
        standing.positions[name] = position
    return list(standings.values())


async def move(
    connection: AsyncConnection[Any],
    tenant_id: str,
    names: Collection[str],
    *,
    was: int,
    now: int,
) -> None:
    """Move checkpoints in the open transaction, which must be rolled back if this raises.

    Raises:
        Overtaken: not all of them stand at `was`.
    """
    if was == 0:
        await connection.execute(_BEGIN_SQL, (tenant_id, list(names)))
    parameters = {"tenant_id": tenant_id, "names": list(names), "was": was, "now": now}
    cursor = await connection.execute(_MOVE_SQL, parameters)
    if cursor.rowcount != len(names):
        raise Overtaken
