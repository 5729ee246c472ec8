"""Whether the service lives, is ready, and how it fares."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, Field

from api.service import Service, ServiceOf
from ledger.break_glass import every_access
from ledger.reading import log_head
from projections.every_projection import EVERY_PROJECTION
from projections.lease import lanes_held
from projections.parked import parked_counts
from projections.versions import BUILT_SQL, outdated

router = APIRouter(tags=["health"])

_TENANTS_SQL: Final = "SELECT tenant_id FROM ledger.tenant ORDER BY tenant_id"
_LAG_SECONDS_MAX: Final = 60.0


class Live(BaseModel):
    status: str


class Ready(BaseModel):
    """Whether requests can be served now, whether all they show is whole, and if not, why."""

    ready: bool
    reasons: list[str]
    degraded: list[str] = Field(
        description="what an operator should see to while requests are served: views to be "
        "rebuilt, parked accounts, whose events views leave out, as reads of them say, and "
        "break-glass access that nobody has reviewed"
    )


@router.get("/livez", response_model=Live)
async def read_livez() -> Any:
    return Live(status="alive")


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
async def read_readyz(service: ServiceOf, response: Response) -> Any:
    """Answer 503 while requests should go elsewhere; what is parked is parked everywhere."""
    try:
        async with service.ledger.pool.connection(timeout=2) as connection:
            tenants = [row[0] async for row in await connection.execute(_TENANTS_SQL)]
            degraded = [
                *await _degraded(connection, tenants),
                *await _unreviewed(service, connection, tenants),
            ]
    except (psycopg.Error, PoolTimeout) as error:
        unreachable = f"the database cannot be reached: {type(error).__name__}"
        reasons, degraded = [*_standing_still(service), unreachable], []
    else:
        if service.ledger.reads.trouble is not None:
            trouble = service.ledger.reads.trouble
            degraded.append(
                f"the last read could not be put on record ({trouble}); personal values and "
                "exports are not shown while that lasts"
            )
        reasons = [*_standing_still(service), *await _lagging(service, tenants)]
    if reasons:
        response.status_code = 503
    return Ready(ready=not reasons, reasons=reasons, degraded=list(degraded))


@router.get("/metrics", response_class=Response)
async def read_metrics(service: ServiceOf) -> Response:
    """Answer in Prometheus' text form."""
    metrics = service.metrics
    metrics.commands_waiting.set(service.ledger.writer.waiting)
    async with service.ledger.pool.connection() as connection:
        tenants = [row[0] async for row in await connection.execute(_TENANTS_SQL)]
        heads = {tenant: await log_head(connection, tenant) for tenant in tenants}
        parked = {tenant: await parked_counts(connection, tenant) for tenant in tenants}
        lanes = await lanes_held(connection)
        types = service.ledger.types
        accesses = {tenant: await every_access(connection, types, tenant) for tenant in tenants}
    metrics.reads_lost.set(service.ledger.reads.lost)
    for tenant, found in accesses.items():
        metrics.break_glass_open.labels(tenant).set(sum(each.is_open for each in found))
        unreviewed = sum(each.awaits_review for each in found)
        metrics.break_glass_unreviewed.labels(tenant).set(unreviewed)
    metrics.parked.clear()
    for tenant, head in heads.items():
        fresh = await service.views.freshness(tenant)
        metrics.lag_events.labels(tenant).set(fresh.events_behind)
        metrics.lag_seconds.labels(tenant).set(fresh.seconds_behind)
        metrics.events_per_second.labels(tenant).set(service.views.events_per_second(tenant))
        metrics.lanes_held.labels(tenant).set(lanes.get(tenant, 0))
        for projection, count in parked[tenant].items():
            metrics.parked.labels(tenant, projection).set(count)
        metrics.log_size.labels(tenant).set(fresh.head)
        if head is not None and head.recorded_at is not None:
            age = (datetime.now(UTC) - head.recorded_at).total_seconds()
            metrics.head_age_seconds.labels(tenant).set(max(0.0, age))
    if service.sealer is not None:
        metrics.show_seals(service.sealer)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _standing_still(service: Service) -> Sequence[str]:
    views = service.views
    reasons = [f"the log of {tenant} has a hole: {hole}" for tenant, hole in views.holes.items()]
    reasons += [
        f"the projection {trouble.projection} of {trouble.tenant_id} fails at {trouble.position}"
        for trouble in views.troubles
    ]
    if not views.healthy and not reasons:
        reasons.append("the projections do not run")
    if service.sealer is not None:
        reasons += service.sealer.reasons
    return reasons


async def _lagging(service: Service, tenants: Sequence[str]) -> Sequence[str]:
    behind = {tenant: (await service.views.freshness(tenant)).seconds_behind for tenant in tenants}
    return [
        f"the views of {tenant} are {seconds:.0f} s behind"
        for tenant, seconds in behind.items()
        if seconds > _LAG_SECONDS_MAX
    ]


async def _degraded(connection: AsyncConnection[Any], tenants: Sequence[str]) -> Sequence[str]:
    built = dict(await (await connection.execute(BUILT_SQL)).fetchall())
    return [str(view) for view in outdated(built, EVERY_PROJECTION)] + [
        f"the projection {projection} of {tenant} has parked {count}: "
        "see GET /parked or `tenure parked list`"
        for tenant in tenants
        for projection, count in (await parked_counts(connection, tenant)).items()
    ]


async def _unreviewed(
    service: Service, connection: AsyncConnection[Any], tenants: Sequence[str]
) -> Sequence[str]:
    notes = []
    for tenant in tenants:
        accesses = await every_access(connection, service.ledger.types, tenant)
        if count := sum(access.awaits_review for access in accesses):
            notes.append(
                f"{count} break-glass accesses of {tenant} await review: "
                "see GET /break-glass?status=awaiting-review"
            )
    return notes
