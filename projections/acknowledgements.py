"""Which views have taken in an event, such as an erasure: all that was recorded up to it."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from projections.every_projection import EVERY_PROJECTION
from projections.projection import lanes_of

_REACHED_SQL: Final = """
    SELECT asked.name, coalesce(min(checkpoint.position), 0),
        count(checkpoint.position) = asked.lanes
    FROM unnest(%s::text[], %s::integer[]) AS asked (name, lanes)
    LEFT JOIN projections.checkpoint AS checkpoint
        ON checkpoint.tenant_id = %s AND checkpoint.projection = asked.name
    GROUP BY asked.name, asked.lanes ORDER BY asked.name
"""


@dataclass(frozen=True, slots=True)
class ViewAcknowledgement:
    """How far one view has read, and whether that is as far as it must.

    No view holds a personal value, only digests: what a view has to forget is nothing.
    """

    projection: str
    position: int
    acknowledged: bool


async def read_acknowledgements(
    connection: AsyncConnection[Any], tenant_id: str, position: int
) -> list[ViewAcknowledgement]:
    """Tell of every view whether it holds everything up to this position."""
    names = [each.name for each in EVERY_PROJECTION]
    lanes = [len(lanes_of(each)) for each in EVERY_PROJECTION]
    cursor = await connection.execute(_REACHED_SQL, (names, lanes, tenant_id))
    return [
        ViewAcknowledgement(name, reached, acknowledged=all_lanes and reached >= position)
        async for name, reached, all_lanes in cursor
    ]
