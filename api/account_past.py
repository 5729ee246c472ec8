"""An account's past over HTTP: its history, its state at a moment, and two moments compared."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.moment import (
    AsOf,
    KnownAt,
    MomentAsked,
    moment_asked,
    moment_written,
    tell_moment,
)
from api.paging import PresentPaged
from api.past import refuse_before
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, PresentReading, View, today
from api.security import Historian
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.account_diff import Difference, DifferenceKind, account_diff
from projections.account_entries import account_entries
from projections.account_overview import AccountOverview
from projections.account_state import AccountState, account_state, items_of
from projections.moment import Moment
from projections.page import Page, position_in
from projections.past.own_days import standing_at

router = APIRouter(prefix="/accounts/{account_id}", tags=["the past"])


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event: what happened, when it took effect, when it was recorded, by whom and why.

    `proof` is where its record is proved to be in the log that is sealed.
    """

    position: int
    name: str
    stream_type: str
    stream_id: UUID
    version: int
    effective_at: date
    recorded_at: datetime
    actor: str
    on_behalf_of: tuple[str, ...]
    reason: str | None
    proof: str


class MomentView(BaseModel):
    """What is looked back at."""

    as_of: date
    known_at: int = Field(description="a position; the size of the checkpoint that seals it")


class StateView(MomentView):
    """An account at a moment, and everything that hung on it then."""

    account: AccountOverview
    items: dict[str, list[dict[str, Any]]] = Field(
        description="by view, as its list shows them, each with the position that touched it "
        "last; personal values as their digests"
    )
    left_out: list[str] = Field(
        description="the views that could not take an event, and from which position on they "
        "know nothing: `deals@120`"
    )


class ChangedValue(BaseModel):
    """A column that has another value; `from` is null where there was no such item."""

    was: Any = Field(alias="from")
    now: Any = Field(alias="to")


class DifferenceView(BaseModel):
    """One item that is another at the later moment, and the events that made it so."""

    view: str
    key: dict[str, Any]
    kind: DifferenceKind
    columns: dict[str, ChangedValue]
    events: list[HistoryEntry]


class DiffView(BaseModel):
    """An account at two moments, as far as they differ."""

    before: MomentView = Field(alias="from")
    after: MomentView = Field(alias="to")
    items: list[DifferenceView]


FromMoment = Annotated[MomentAsked, Query(alias="from")]
ToMoment = Annotated[MomentAsked, Query(alias="to")]


@router.get("/history", responses=LIST_ANSWERS, response_model=Listed[HistoryEntry])
async def read_history(
    account_id: UUID,
    paged: PresentPaged,
    _: Historian,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """Read every event that counts at a moment, in the order in which they were recorded."""
    view = paged.view
    moment = await _moment(view, as_of, known_at)
    after = 0 if paged.after is None else position_in(paged.after)
    entries = await _entries(view, account_id, moment)
    counting = [e for e in standing_at(entries, moment) if e.position > after]
    shown = [history_entry(entry) for entry in counting[: paged.limit]]
    following = str(shown[-1].position) if len(counting) > paged.limit else None
    return paged.show(Page(shown, following), HistoryEntry)


@router.get("/state", responses=READ_ANSWERS, response_model=StateView)
async def read_state(
    account_id: UUID, view: PresentReading, as_of: AsOf = None, known_at: KnownAt = None
) -> Any:
    """Read the whole account as it stood: itself, and all that the lists under it show."""
    moment = await _moment(view, as_of, known_at)
    state = await _state(view, account_id, moment)
    return StateView(
        **_written(moment),
        account=state.account,
        items=items_of(state),
        left_out=[f"{name}@{position}" for name, position in state.left_out],
    )


@router.get("/diff", responses=READ_ANSWERS, response_model=DiffView)
async def read_diff(
    account_id: UUID,
    view: PresentReading,
    _: Historian,
    before: FromMoment,
    after: ToMoment = "now",
) -> Any:
    """Read what is different between two moments, and by which events.

    A moment is a day (`2026-03-31`, by all that is known), a position or an instant (every day, as
    known then), both (`2026-03-31@120`, `2026-03-31@2026-04-02T09:00:00Z`), or `now`.
    """
    first = await moment_written(view, before, place="from")
    last = await moment_written(view, after, place="to")
    tell_moment(view.response, last.as_of or today(), last.known_at)
    was, now = await _state(view, account_id, first), await _state(view, account_id, last)
    differences = await asyncio.to_thread(account_diff, was, now)
    return DiffView.model_validate(
        {
            "from": _written(first),
            "to": _written(last),
            "items": [_difference(each) for each in differences],
        }
    )


def history_entry(entry: Recorded) -> HistoryEntry:
    envelope = entry.envelope
    return HistoryEntry(
        position=envelope.position,
        name=envelope.name,
        stream_type=envelope.stream_type,
        stream_id=envelope.stream_id,
        version=envelope.version,
        effective_at=envelope.effective_at,
        recorded_at=envelope.recorded_at,
        actor=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
        reason=envelope.reason,
        proof=f"/log/proofs/inclusion?position={envelope.position}",
    )


async def _moment(view: View, as_of: date | None, known_at: str | None) -> Moment:
    """Return the moment that is asked for; without a day, every day counts."""
    _, known = await moment_asked(view, as_of, known_at)
    return Moment(known, as_of)


async def _entries(view: View, account_id: UUID, moment: Moment) -> Sequence[Recorded]:
    """Read the account's entries up to a moment.

    Raises:
        NotFound: there is no such account.
        NotThereYet: there was none by then.
        TooMuchToReplay: it has more entries than one request may read.
    """
    await refuse_before(view.connection, view.tenant_id, account_id, moment)
    entries = await account_entries(
        view.connection,
        view.service.ledger.types,
        view.tenant_id,
        account_id,
        until=moment.known_at,
        events_max=view.service.settings.replay_events_max,
    )
    if not entries:
        raise NotFound("account", account_id)
    return entries


async def _state(view: View, account_id: UUID, moment: Moment) -> AccountState:
    entries = await _entries(view, account_id, moment)
    # In a thread: the event loop goes on meanwhile.
    return await asyncio.to_thread(account_state, account_id, entries, moment)


def _written(moment: Moment) -> dict[str, Any]:
    return {"as_of": moment.as_of or today(), "known_at": moment.known_at}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "view": difference.view,
        "key": dict(difference.key),
        "kind": difference.kind,
        "columns": dict(_columns(difference)),
        "events": [history_entry(entry) for entry in difference.entries],
    }


def _columns(difference: Difference) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (was, now) in difference.columns.items():
        yield name, {"from": was, "to": now}
