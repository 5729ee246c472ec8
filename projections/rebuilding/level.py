"""Feeds a copy: to the head of every log, and then to exactly where the live view stands."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from psycopg import AsyncConnection

from projections.checkpoint import Standing, parts_of, survey
from projections.feeder import Feeder
from projections.projection import Projection
from projections.rebuilding.copies import names_of
from projections.schemas import LIVE, write_to

_TENANTS_SQL: Final = """
    SELECT tenant_id FROM ledger.log_head WHERE tenant_id = owner ORDER BY tenant_id
"""
_PAUSE_S: Final = 0.02
_FAILURES_MAX: Final = 3
"""How often a projection may fail, each time after a rest, for a reason that lies in no event."""
_PARKED_SQL: Final = """
    SELECT projection, tenant_id, position, error_class || ': ' || error_text FROM parked
    WHERE projection = ANY (%s) ORDER BY projection, tenant_id, position LIMIT 1
"""

Standings = Mapping[str, Standing]
"""Where the projections of each tenant stand, all of them named."""
Progress = Callable[[int, int], None]
"""Told how many events every view holds, and how many the logs have."""


class Stuck(Exception):
    """A projection fails at an event, so that a copy without it is no view to swap in."""

    def __init__(self, projection: str, tenant_id: str, position: int, error: str) -> None:
        super().__init__(f"{projection} fails at position {position} of {tenant_id}: {error}")


async def standings(
    connection: AsyncConnection[Any], projections: Sequence[Projection]
) -> Standings:
    """Return where projections stand, in the schema that the connection writes to."""
    cursor = await connection.execute(_TENANTS_SQL)
    tenants = [tenant_id for (tenant_id,) in await cursor.fetchall()]
    surveyed = await survey(connection, parts_of(projections), waited=tenants)
    return {standing.tenant_id: standing for standing in surveyed}


async def how_far(
    connection: AsyncConnection[Any], projections: Sequence[Projection]
) -> tuple[int, int]:
    """Return how many events every view holds, and how many the logs have."""
    every = (await standings(connection, projections)).values()
    return sum(standing.reached for standing in every), sum(standing.head for standing in every)


async def feed_to_head(
    connection: AsyncConnection[Any],
    feeder: Feeder,
    projections: Sequence[Projection],
    progress: Progress,
) -> None:
    """Feed until every view of every tenant has been level with its log once.

    Raises:
        Stuck: an event cannot be taken.
        HoleInLog: a log is not whole.
    """
    while True:
        standing_now = list((await standings(connection, projections)).values())
        heads = sum(standing.head for standing in standing_now)
        progress(sum(standing.reached for standing in standing_now), heads)
        behind = [standing for standing in standing_now if standing.reached < standing.head]
        if not behind:
            await _refuse_parked(connection, names_of(projections))
            return
        for standing in behind:
            while standing.reached < standing.head:
                await _feed(connection, feeder, standing)
                progress(sum(each.reached for each in standing_now), heads)


async def follow_live(
    connection: AsyncConnection[Any], feeder: Feeder, live: Standings, copy: Standings
) -> None:
    """Feed a copy the events that the live view holds and it does not, and no other.

    Raises:
        Stuck: an event cannot be taken.
    """
    for tenant_id, standing in live.items():
        for target in _targets(standing, copy[tenant_id]):
            while target.reached < target.head:
                await _feed(connection, feeder, target)
    await _refuse_parked(
        connection, sorted({name for each in live.values() for name, _ in each.positions})
    )


async def catch_up_live(
    connection: AsyncConnection[Any],
    feeder: Feeder,
    projections: Sequence[Projection],
    copy: Standings,
) -> None:
    """Feed the live views what a copy holds already, beside any engine that does so too.

    As an engine does, they park what they cannot take.

    Raises:
        Stuck: an event cannot be taken.
    """
    await write_to(connection, LIVE)
    while behind := [
        standing
        for tenant_id, standing in (await standings(connection, projections)).items()
        if tenant_id in copy and is_behind(standing, copy[tenant_id])
    ]:
        for standing in behind:
            await _feed(connection, feeder, standing)


def is_behind(live: Standing, copy: Standing) -> bool:
    return any(position < copy.positions[key] for key, position in live.positions.items())


def _targets(live: Standing, copy: Standing) -> list[Standing]:
    """Return what is to be fed to whom, as if the log ended where the live view stands.

    The feeder moves all that stand together, or none. So they are fed together only if all of them
    go to one position, as they almost always do, and else one by one.
    """
    behind = {
        key: position for key, position in live.positions.items() if copy.positions[key] < position
    }
    if len(set(behind.values())) == 1:
        together = {key: copy.positions[key] for key in behind}
        return [Standing(live.tenant_id, max(behind.values()), together)]
    return [
        Standing(live.tenant_id, position, {key: copy.positions[key]})
        for key, position in behind.items()
    ]


async def _feed(connection: AsyncConnection[Any], feeder: Feeder, standing: Standing) -> None:
    if await feeder.feed(connection, standing):
        return
    for trouble in feeder.troubles:
        if trouble.failures >= _FAILURES_MAX:
            error = repr(trouble.error)
            raise Stuck(trouble.projection, trouble.tenant_id, trouble.position, error)
    await asyncio.sleep(_PAUSE_S)


async def _refuse_parked(connection: AsyncConnection[Any], names: Sequence[str]) -> None:
    """Refuse a copy that had to leave something out.

    Raises:
        Stuck: it had.
    """
    found = await (await connection.execute(_PARKED_SQL, (list(names),))).fetchone()
    if found is not None:
        raise Stuck(*found)
