"""API keys over HTTP: to make, list and revoke them; for admins alone."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict, Field

from api.reading import READ_ANSWERS
from api.security import Administrator
from api.service import ServiceOf
from domain.refusal import NotFound
from domain.words import Label
from ledger.api_keys import CREATE_SQL, LIST_SQL, REVOKE_SQL, KeyEntry, NewKey, Role
from ledger.command import Actor

router = APIRouter(prefix="/api-keys", tags=["API keys"])


class KeyAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role
    label: Label = Field(description="what the key is for; no names of persons")
    holder: Actor | None = Field(
        None,
        description="whom it stands for, such as `person:7f3a`: all keys of one holder act as one",
    )


class KeyMade(BaseModel):
    """A new key; its text cannot be had again."""

    key_id: UUID
    key: str


class Keys(BaseModel):
    items: list[KeyEntry]


@router.post("", status_code=201, responses=READ_ANSWERS, response_model=KeyMade)
async def create_api_key(body: KeyAsked, admin: Administrator, service: ServiceOf) -> Any:
    made = NewKey(body.role, body.label, holder=body.holder, made_by=admin.key_id)
    async with service.ledger.pool.connection() as connection:
        await connection.execute(CREATE_SQL, made.row(admin.tenant_id))
    return KeyMade(key_id=made.key_id, key=made.text)


@router.get("", responses=READ_ANSWERS, response_model=Keys)
async def read_api_keys(admin: Administrator, service: ServiceOf) -> Any:
    async with (
        service.ledger.pool.connection() as connection,
        connection.cursor(row_factory=class_row(KeyEntry)) as cursor,
    ):
        await cursor.execute(LIST_SQL, (admin.tenant_id,))
        return Keys(items=await cursor.fetchall())


@router.delete("/{key_id}", status_code=204, responses=READ_ANSWERS, response_model=None)
async def revoke_api_key(key_id: UUID, admin: Administrator, service: ServiceOf) -> Response:
    """Make a key open nothing any more, within 5 seconds."""
    async with service.ledger.pool.connection() as connection:
        done = await connection.execute(REVOKE_SQL, (admin.tenant_id, key_id))
    if done.rowcount == 0:
        raise NotFound("api-key", key_id)
    return Response(status_code=204)
