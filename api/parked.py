"""What views have parked: accounts whose entries they leave out; to try again or to give up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.reading import READ_ANSWERS
from api.security import Administrator
from api.service import ServiceOf
from domain.words import PRINTED
from ledger.api_keys import Principal
from projections.every_projection import EVERY_PROJECTION
from projections.parked import Parked, list_parked
from projections.parking import Parking, Tried
from projections.schemas import live_tables

router = APIRouter(prefix="/parked", tags=["parked"])

ProjectionName = Annotated[str, Path(max_length=100, description="the projection that parked it")]
StrandId = Annotated[UUID, Path(description="the account, or the stream of what has none")]


class ParkedList(BaseModel):
    """Everything that is parked, in the order of projections and positions."""

    items: list[Parked]


class Discarding(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(max_length=1_000, pattern=PRINTED)] = Field(
        description="why the event is given up; no names of persons"
    )


@dataclass(frozen=True, slots=True)
class _Operator:
    """A connection that writes to the live tables, in one transaction, for an admin."""

    connection: AsyncConnection[Any]
    parking: Parking
    principal: Principal


async def _operator(admin: Administrator, service: ServiceOf) -> AsyncIterator[_Operator]:
    async with service.ledger.pool.connection() as connection:
        yield _Operator(connection, Parking(service.ledger.types, EVERY_PROJECTION), admin)


Operating = Annotated[_Operator, Depends(_operator)]


@router.get("", responses=READ_ANSWERS, response_model=ParkedList)
async def read_parked(admin: Administrator, service: ServiceOf) -> Any:
    """Read what is parked, since when, at which event, and what that failed with."""
    async with service.ledger.pool.connection() as connection:
        return ParkedList(items=list(await list_parked(connection, admin.tenant_id)))


@router.post("/{projection}/{strand_id}/retries", responses=READ_ANSWERS, response_model=Tried)
async def retry_parked(projection: ProjectionName, strand_id: StrandId, by: Operating) -> Any:
    """Take the entries that were left out; `position` says where that fails again, if it does."""
    async with live_tables(by.connection):
        tenant_id = by.principal.tenant_id
        return await by.parking.retry(by.connection, tenant_id, projection, strand_id)


@router.post("/{projection}/{strand_id}/discards", responses=READ_ANSWERS, response_model=Tried)
async def discard_parked(
    projection: ProjectionName, strand_id: StrandId, body: Discarding, by: Operating
) -> Any:
    """Give up the one event at fault, for good reason, and take the entries after it."""
    async with live_tables(by.connection):
        return await by.parking.discard(
            by.connection,
            by.principal.tenant_id,
            projection,
            strand_id,
            reason=body.reason,
            by=by.principal.actor,
        )
