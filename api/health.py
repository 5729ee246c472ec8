"""Whether the service lives, is ready, and how it fares."""

from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout
from pydantic import BaseModel

from api.service import Service, ServiceOf
from ledger.reading import log_head

router = APIRouter(tags=["health"])

_TENANTS_SQL: Final = "SELECT tenant_id FROM ledger.tenant ORDER BY tenant_id"
_LAG_SECONDS_MAX: Final = 60.0


class Live(BaseModel):
    status: str


class Ready(BaseModel):
    """Whether requests can be served well now, and if not, why."""

    ready: bool
    reasons: list[str]


@router.get("/livez", response_model=Live)
async def read_livez() -> Any:
    return Live(status="alive")


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
async def read_readyz(service: ServiceOf, response: Response) -> Any:
    reasons = await _reasons(service)
    if reasons:
        response.status_code = 503
    return Ready(ready=not reasons, reasons=reasons)


@router.get("/metrics", response_class=Response)
async def read_metrics(service: ServiceOf) -> Response:
    """Answer in Prometheus' text form."""
    metrics = service.metrics
    metrics.commands_waiting.set(service.ledger.writer.waiting)
    async with service.ledger.pool.connection() as connection:
        tenants = [row[0] async for row in await connection.execute(_TENANTS_SQL)]
        heads = {tenant: await log_head(connection, tenant) for tenant in tenants}
    for tenant, head in heads.items():
        fresh = await service.views.freshness(tenant)
        metrics.lag_events.labels(tenant).set(fresh.events_behind)
        metrics.lag_seconds.labels(tenant).set(fresh.seconds_behind)
        metrics.log_size.labels(tenant).set(fresh.head)
        if head is not None and head.recorded_at is not None:
            age = (datetime.now(UTC) - head.recorded_at).total_seconds()
            metrics.head_age_seconds.labels(tenant).set(max(0.0, age))
    if service.sealer is not None:
        metrics.show_seals(service.sealer)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _reasons(service: Service) -> list[str]:
    reasons = [
        f"the log of {tenant} has a hole: {hole}" for tenant, hole in service.views.holes.items()
    ]
    reasons += [
        f"the projection {trouble.projection} of {trouble.tenant_id} fails at {trouble.position}"
        for trouble in service.views.troubles
    ]
    if service.sealer is not None:
        reasons += service.sealer.reasons
    if not service.views.healthy and not reasons:
        reasons.append("the projections do not run")
    try:
        async with service.ledger.pool.connection(timeout=2) as connection:
            tenants = [row[0] async for row in await connection.execute(_TENANTS_SQL)]
    except (psycopg.Error, PoolTimeout) as error:
        return [*reasons, f"the database cannot be reached: {type(error).__name__}"]
    for tenant in tenants:
        behind = (await service.views.freshness(tenant)).seconds_behind
        if behind > _LAG_SECONDS_MAX:
            reasons.append(f"the views of {tenant} are {behind:.0f} s behind")
    return reasons
