"""How fresh the views are: as of which position, and how far behind the log."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from domain.refusal import NotFound

_FRESHNESS_SQL: Final = """
    WITH standing AS (
        SELECT head.tenant_id, head.size, (
            SELECT coalesce(min(coalesce(checkpoint.position, 0)), 0)
            FROM unnest(%(names)s::text[]) AS projection (name)
            LEFT JOIN projections.checkpoint AS checkpoint
                ON checkpoint.tenant_id = head.tenant_id AND checkpoint.projection = projection.name
        ) AS reached
        FROM ledger.log_head AS head WHERE head.tenant_id = %(tenant_id)s
    )
    SELECT standing.reached, standing.size,
           coalesce(extract(epoch FROM clock_timestamp() - event.recorded_at), 0)::float8
    FROM standing
    LEFT JOIN ledger.event AS event
        ON event.tenant_id = standing.tenant_id AND event.position = standing.reached + 1
"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """As of which position the views stand, and what they do not show yet."""

    position: int
    """Every view holds the events 1 to here."""
    head: int
    """The last position of the log."""
    events_behind: int
    seconds_behind: float
    """How long ago the oldest event was recorded that is not in every view; 0 when level."""


class NotYet(Exception):
    """The views have not come to a position within the time allowed; `freshness` says how far."""

    retry_after_s = 1

    def __init__(self, awaited: int, freshness: Freshness) -> None:
        super().__init__(
            f"the views stand at position {freshness.position} of {freshness.head}, "
            f"not yet at {awaited}; ask again in a moment"
        )
        self.awaited = awaited
        self.freshness = freshness


async def freshness(
    connection: AsyncConnection[Any], tenant_id: str, names: Collection[str]
) -> Freshness:
    """Tell how fresh the views of these projections are, all of them together.

    Raises:
        NotFound: there is no such tenant.
    """
    parameters = {"tenant_id": tenant_id, "names": list(names)}
    cursor = await connection.execute(_FRESHNESS_SQL, parameters)
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("tenant", tenant_id)
    position, head, seconds = row
    return Freshness(position, head, head - position, max(0.0, seconds))
