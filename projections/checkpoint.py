"""How far projections have read: the checkpoints, moved only by whoever knows where they stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from projections.projection import Projection, lanes_of

# Level parts are left out unless someone waits for their tenant, and tenants that are known to be
# level are not even looked at: with many tenants almost all are level almost always. No view is
# made of what was read: those logs are their owners' second.
_SURVEY_SQL: Final = """
    SELECT head.tenant_id, head.size, part.projection, part.lane, coalesce(checkpoint.position, 0)
    FROM ledger.log_head AS head
    LEFT JOIN unnest(%(level)s::text[], %(sizes)s::bigint[]) AS level (tenant_id, size)
        ON level.tenant_id = head.tenant_id AND level.size = head.size
    CROSS JOIN unnest(%(names)s::text[], %(lanes)s::smallint[]) AS part (projection, lane)
    LEFT JOIN checkpoint
        ON checkpoint.tenant_id = head.tenant_id AND checkpoint.projection = part.projection
        AND checkpoint.lane = part.lane
    WHERE head.tenant_id = head.owner
        AND ((level.tenant_id IS NULL AND coalesce(checkpoint.position, 0) <> head.size)
            OR head.tenant_id = ANY(%(waited)s))
    ORDER BY head.tenant_id, part.projection, part.lane
"""
_BEGIN_SQL: Final = """
    INSERT INTO checkpoint (tenant_id, projection, lane, position)
    SELECT %s, part.projection, part.lane, 0
    FROM unnest(%s::text[], %s::smallint[]) AS part (projection, lane)
    ORDER BY part.projection, part.lane
    ON CONFLICT DO NOTHING
"""
# Locked in one order, so that two runners never wait for each other. Whoever comes second waits
# here, before any work is done, and then finds that the position has moved. Joined with the
# update in one statement, eight lanes took 15 ms while the planner knew no better (2026-11-28).
_LOCK_SQL: Final = """
    SELECT FROM checkpoint
    WHERE tenant_id = %(tenant_id)s AND projection = ANY(%(names)s)
      AND lane = ANY(%(lanes)s::smallint[]) AND position = %(was)s
    ORDER BY projection, lane FOR UPDATE
"""
_MOVE_SQL: Final = """
    UPDATE checkpoint SET position = %(now)s
    WHERE tenant_id = %(tenant_id)s AND projection = ANY(%(names)s)
      AND lane = ANY(%(lanes)s::smallint[]) AND position = %(was)s
"""

Part = tuple[str, int]
"""The name of a projection, and one of its lanes: what has a checkpoint."""


class Overtaken(Exception):
    """Another runner has moved a checkpoint meanwhile; nothing must be written."""


@dataclass
class Standing:
    """Where the projections of one tenant stand; parts not named stand at the head."""

    tenant_id: str
    head: int
    positions: dict[Part, int]

    @property
    def reached(self) -> int:
        """The position up to which every view holds every event, but for those parked."""
        return min(self.positions.values(), default=self.head)


def parts_of(projections: Iterable[Projection]) -> Sequence[Part]:
    """Return everything that has a checkpoint for these projections."""
    return [(each.name, lane) for each in projections for lane in sorted(lanes_of(each))]


async def survey(
    connection: AsyncConnection[Any],
    parts: Sequence[Part],
    *,
    waited: Collection[str],
    level: Mapping[str, int] | None = None,
) -> Sequence[Standing]:
    """Return, as of one moment, the tenants with parts that are not level, and the waited.

    `level`: tenants known to have been level with a log of this size.
    """
    level = level or {}
    parameters = {
        "names": [name for name, _ in parts],
        "lanes": [lane for _, lane in parts],
        "waited": list(waited),
        "level": list(level),
        "sizes": list(level.values()),
    }
    standings: dict[str, Standing] = {}
    cursor = await connection.execute(_SURVEY_SQL, parameters)
    async for tenant_id, size, name, lane, position in cursor:
        standing = standings.setdefault(tenant_id, Standing(tenant_id, size, {}))
        standing.positions[name, lane] = position
    return list(standings.values())


async def begin(connection: AsyncConnection[Any], tenant_id: str, parts: Sequence[Part]) -> None:
    """Make the checkpoints that are not there yet: all lanes of a projection, or none."""
    names, lanes = [name for name, _ in parts], [lane for _, lane in parts]
    await connection.execute(_BEGIN_SQL, (tenant_id, names, lanes))


async def move(
    connection: AsyncConnection[Any],
    tenant_id: str,
    parts: Collection[Part],
    *,
    was: int,
    now: int,
) -> None:
    """Move checkpoints in the open transaction, which must be rolled back if this raises.

    `parts`: of these projections in these lanes, all that stand at `was`.

    Raises:
        Overtaken: they are not.
    """
    parameters = {
        "tenant_id": tenant_id,
        "names": list({name for name, _ in parts}),
        "lanes": list({lane for _, lane in parts}),
        "was": was,
        "now": now,
    }
    for statement in (_LOCK_SQL, _MOVE_SQL):
        cursor = await connection.execute(statement, parameters)
        if cursor.rowcount != len(parts):
            raise Overtaken
