"""The timeline of an account: everything that happened to it, the latest first, as fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, StringConstraints
from typing_extensions import override

from api.paging import Paged
from api.reading import LIST_ANSWERS, Listed, View
from api.security import Historian
from domain.day import Day
from ledger.reading import Wanted, read_account_backwards
from ledger.recorded import Recorded
from projections.account_entries import account_entries
from projections.account_overview import find_account
from projections.page import Page, position_in
from projections.past.own_days import standing_at
from projections.period_closings import Closings, read_closings

router = APIRouter(tags=["events"])

_Word = Annotated[str, StringConstraints(max_length=120, pattern=r"^[a-z.-]+$")]
StreamTypes = Annotated[
    list[_Word], Query(max_length=20, description="kinds of streams, such as `deal`; all of them")
]
Names = Annotated[
    list[_Word],
    Query(max_length=100, description="kinds of events, such as `account.need-met`; all of them"),
]
First = Annotated[Day | None, Query(description="what took effect on this day or later")]
Last = Annotated[Day | None, Query(description="what took effect on this day or earlier")]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about beside its stream: the field that names it, and its id."""

    kind: str
    id: UUID

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event: what happened, to what, when, by whom and why."""

    position: int
    recorded_at: datetime
    effective_at: date
    stream_type: str
    stream_id: UUID
    name: str
    actor: str
    reason: str | None
    subjects: tuple[Subject, ...]
    restated_period: str | None
    """The closed period that it counts in, if it was recorded after the close."""


@router.get(
    "/accounts/{account_id}/timeline",
    responses=LIST_ANSWERS,
    response_model=Listed[TimelineEntry],
)
async def read_timeline(  # each is a filter of the list
    account_id: UUID,
    paged: Paged,
    _: Historian,
    stream_type: StreamTypes = [],  # noqa: B006  # FastAPI copies it
    name: Names = [],  # noqa: B006
    first: First = None,
    last: Last = None,
) -> Any:
    """Read the account's own events and those of its deals, orders and other streams."""
    view = paged.view
    await find_account(view.connection, view.tenant_id, account_id)
    wanted = Wanted(stream_type, name, first, last)
    before = view.position + 1 if paged.after is None else position_in(paged.after)
    entries = await _read(view, account_id, wanted, before, paged.limit + 1)
    closings = await read_closings(view.connection, view.service.ledger.types, view.tenant_id)
    shown = [_shown(entry, closings) for entry in entries[: paged.limit]]
    following = str(shown[-1].position) if len(entries) > paged.limit else None
    return paged.show(Page(shown, following), TimelineEntry)


async def _read(
    view: View, account_id: UUID, wanted: Wanted, before: int, limit: int
) -> Sequence[Recorded]:
    """Read entries, the last first; those that count on a day only the whole history tells."""
    types = view.service.ledger.types
    if view.past is None or view.past.as_of is None:
        return await read_account_backwards(
            view.connection,
            types,
            view.tenant_id,
            account_id,
            wanted=wanted,
            before=min(before, view.position + 1),
            limit=limit,
        )
    entries = await account_entries(
        view.connection,
        types,
        view.tenant_id,
        account_id,
        until=view.position,
        events_max=view.service.settings.replay_events_max,
    )
    counting = standing_at(entries, view.past)
    shown = [e for e in counting if e.position < before and _is_wanted(e, wanted)]
    return shown[::-1][:limit]


def _is_wanted(entry: Recorded, wanted: Wanted) -> bool:
    envelope = entry.envelope
    return (
        (not wanted.stream_types or envelope.stream_type in wanted.stream_types)
        and (not wanted.names or envelope.name in wanted.names)
        and (wanted.first is None or envelope.effective_at >= wanted.first)
        and (wanted.last is None or envelope.effective_at <= wanted.last)
    )


def _shown(entry: Recorded, closings: Closings) -> TimelineEntry:
    envelope = entry.envelope
    named = dict.fromkeys(_subjects(entry.event))
    return TimelineEntry(
        position=envelope.position,
        recorded_at=envelope.recorded_at,
        effective_at=envelope.effective_at,
        stream_type=envelope.stream_type,
        stream_id=envelope.stream_id,
        name=envelope.name,
        actor=envelope.actor,
        reason=envelope.reason,
        subjects=tuple(each for each in named if each.id != envelope.account_id),
        restated_period=closings.restated_by(entry),
    )


def _subjects(value: Any, kind: str = "") -> Iterator[Subject]:
    """Find every id in an event, also within its parts."""
    if isinstance(value, UUID):
        yield Subject(kind.removesuffix("_ids").removesuffix("_id"), value)
    elif isinstance(value, BaseModel):
        for field, part in value:
            yield from _subjects(part, field if field not in {"was", "now"} else kind)
    elif isinstance(value, tuple):
        for part in value:
            yield from _subjects(part, kind)
