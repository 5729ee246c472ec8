"""Who works at which lane: shared out among the workers that live, and taken over from the dead.

A lease only keeps workers from doing the same work; what is true stands in the checkpoints. It runs
out by the database's clock, so that no worker's own clock matters.
"""

import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from ledger.strand import EVERY_LANE, LANES

LEASE_S: Final = 3.0
"""How long after its last sign of life a worker's lanes are left to it."""
_HUNGRY_S: Final = 0.1

_BEAT_SQL: Final = """
    WITH dead AS (
        DELETE FROM projections.worker WHERE expires_at < clock_timestamp() AND holder <> %(holder)s
    )
    INSERT INTO projections.worker VALUES (%(holder)s, clock_timestamp() + %(lease)s)
    ON CONFLICT (holder) DO UPDATE SET expires_at = excluded.expires_at
"""
_WORKERS_SQL: Final = """
    SELECT count(*) FROM projections.worker WHERE expires_at >= clock_timestamp()
"""
_SHARE_SQL: Final = """
    DELETE FROM projections.lease AS lease USING (
        SELECT tenant_id, lane, row_number() OVER (PARTITION BY tenant_id ORDER BY lane) AS number
        FROM projections.lease WHERE holder = %(holder)s AND tenant_id = ANY(%(tenants)s)
    ) AS mine
    WHERE lease.tenant_id = mine.tenant_id AND lease.lane = mine.lane
      AND lease.holder = %(holder)s AND mine.number > %(share)s
"""
# Its own first, then what is free: whoever comes second waits for the first one's row, and finds
# that it is not free any more.
_TAKE_SQL: Final = """
    INSERT INTO projections.lease AS lease
    SELECT tenant_id, lane, %(holder)s, clock_timestamp() + %(lease)s
    FROM (
        SELECT tenant.id AS tenant_id, lane.lane, row_number() OVER (
            PARTITION BY tenant.id ORDER BY held.holder = %(holder)s DESC NULLS LAST, lane.lane
        ) AS number
        FROM unnest(%(tenants)s::text[]) AS tenant (id)
        CROSS JOIN unnest(%(lanes)s::smallint[]) AS lane (lane)
        LEFT JOIN projections.lease AS held
            ON held.tenant_id = tenant.id AND held.lane = lane.lane
        WHERE held.holder IS NULL OR held.holder = %(holder)s OR held.expires_at < clock_timestamp()
    ) AS wanted
    WHERE number <= %(share)s ORDER BY tenant_id, lane
    ON CONFLICT (tenant_id, lane) DO UPDATE
        SET holder = excluded.holder, expires_at = excluded.expires_at
        WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()
    RETURNING tenant_id, lane
"""
_RELEASE_SQL: Final = "DELETE FROM projections.lease WHERE holder = %s"
_LEAVE_SQL: Final = "DELETE FROM projections.worker WHERE holder = %s"
_HELD_SQL: Final = """
    SELECT tenant_id, count(*) FROM projections.lease WHERE expires_at >= clock_timestamp()
    GROUP BY tenant_id
"""


class Leases:
    """The lanes of one worker, as it last knew them."""

    def __init__(self, lease_s: float = LEASE_S) -> None:
        self.holder: Final[UUID] = uuid4()
        self._lease_s = lease_s
        self._beat_due_at = float("-inf")
        self._share = LANES
        self._held: dict[str, frozenset[int]] = {}
        self._renewed_at: dict[str, float] = {}
        self._due_at: dict[str, float] = {}

    def held(self, tenant_id: str) -> frozenset[int]:
        """Return the lanes of a tenant that are ours, as far as our own clock can tell."""
        renewed_at = self._renewed_at.get(tenant_id, float("-inf"))
        if time.monotonic() - renewed_at > self._lease_s:
            return frozenset()
        return self._held[tenant_id]

    async def renew(self, connection: AsyncConnection[Any], tenants: Collection[str]) -> None:
        """Give a sign of life, and see to our share of the lanes of tenants that have work.

        What was done a third of a lease ago or less is not done again.
        """
        now = time.monotonic()
        if now >= self._beat_due_at:
            await connection.execute(_BEAT_SQL, {"holder": self.holder, "lease": self._interval})
            row = await (await connection.execute(_WORKERS_SQL)).fetchone()
            workers = max(1, row[0]) if row else 1
            self._share, self._beat_due_at = -(-LANES // workers), now + self._lease_s / 3
        due = [each for each in tenants if now >= self._due_at.get(each, now)]
        if due:
            await self._renew(connection, due, now)

    async def release(self, connection: AsyncConnection[Any]) -> None:
        """Leave everything to others at once."""
        await connection.execute(_RELEASE_SQL, (self.holder,))
        await connection.execute(_LEAVE_SQL, (self.holder,))
        self._held, self._renewed_at, self._due_at = {}, {}, {}

    async def _renew(
        self, connection: AsyncConnection[Any], tenants: Collection[str], now: float
    ) -> None:
        parameters = {
            "holder": self.holder,
            "lease": self._interval,
            "tenants": sorted(tenants),
            "lanes": sorted(EVERY_LANE),
            "share": self._share,
        }
        await connection.execute(_SHARE_SQL, parameters)
        cursor = await connection.execute(_TAKE_SQL, parameters)
        held: dict[str, set[int]] = {tenant_id: set() for tenant_id in tenants}
        async for tenant_id, lane in cursor:
            held[tenant_id].add(lane)
        for tenant_id, lanes in held.items():
            self._held[tenant_id] = frozenset(lanes)
            self._renewed_at[tenant_id] = now
            # Whoever has less than its share looks again soon: others are about to let go of some.
            pause_s = _HUNGRY_S if len(lanes) < self._share else self._lease_s / 3
            self._due_at[tenant_id] = now + pause_s

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=self._lease_s)


async def lanes_held(connection: AsyncConnection[Any]) -> Mapping[str, int]:
    """Return how many lanes of each tenant somebody works at, where any: those with work to do."""
    return dict([row async for row in await connection.execute(_HELD_SQL)])
