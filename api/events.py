"""The events themselves: of one account, or of the whole log."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.reading import READ_ANSWERS, Limit, PresentReading
from api.security import Historian
from domain.refusal import NotFound
from ledger.reading import log_head, read_account, read_after
from ledger.recorded import Recorded
from ledger.stored_data import seal_personal

router = APIRouter(tags=["events"])

AfterPosition = Annotated[int, Query(ge=0, le=2**62, description="events after this position")]


class EventView(BaseModel):
    """An event: its envelope, its data, and the leaf hash of its record."""

    position: int
    stream_id: UUID
    stream_type: str
    version: int
    account_id: UUID | None
    name: str
    schema_version: int
    recorded_at: datetime
    effective_at: date
    actor: str
    on_behalf_of: tuple[str, ...]
    reason: str | None
    correlation_id: UUID
    causation_id: UUID | None
    command_id: UUID
    data: dict[str, Any] = Field(
        description="personal values as their digests; docs/events has the schemas"
    )
    leaf: str = Field(description="SHA-256(0x00 ‖ record), 64 hex digits")


class Events(BaseModel):
    """Events in the order of their positions."""

    items: list[EventView]
    next: int | None = Field(description="give it as `after` for what follows; null: no more yet")


@router.get("/accounts/{account_id}/events", responses=READ_ANSWERS, response_model=Events)
async def read_account_events(
    account_id: UUID,
    view: PresentReading,
    _: Historian,
    after: AfterPosition = 0,
    limit: Limit = 100,
) -> Any:
    """Read an account's whole history: its own events, its deals', orders' and references'."""
    entries = await read_account(
        view.connection,
        view.service.ledger.types,
        view.tenant_id,
        account_id,
        position=after,
        limit=limit,
    )
    if not entries and not after:
        raise NotFound("account", account_id)
    return _events(entries, limit)


@router.get("/events", responses=READ_ANSWERS, response_model=Events)
async def read_events(
    view: PresentReading, _: Historian, after: AfterPosition = 0, limit: Limit = 100
) -> Any:
    """Read the tenant's log, position by position."""
    head = await log_head(view.connection, view.tenant_id)
    if head is None or after >= head.size:
        return Events(items=[], next=None)
    types = view.service.ledger.types
    entries = await read_after(view.connection, types, view.tenant_id, position=after, limit=limit)
    return _events(entries, limit)


def _events(entries: Sequence[Recorded], limit: int) -> Events:
    following = entries[-1].position if len(entries) == limit else None
    return Events(items=[_event(entry) for entry in entries], next=following)


def _event(entry: Recorded) -> EventView:
    envelope = asdict(entry.envelope)
    data, _ = seal_personal(entry.event)
    fields = {name: envelope[name] for name in EventView.model_fields.keys() & envelope.keys()}
    return EventView(**fields, data=data, leaf=entry.leaf.hex())
