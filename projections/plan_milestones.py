"""The milestones of plans: due when, by whom, for which goal or need, and how they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.milestone import (
    MilestoneKind,
    MilestoneState,
    PlanMilestoneAdded,
    PlanMilestoneDropped,
    PlanMilestoneMissed,
    PlanMilestoneReached,
    PlanMilestoneRescheduled,
    PlanMilestoneStarted,
)
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.day_list import Condition, DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanMilestoneRow:
    """One milestone as it stands; the columns of `projections.plan_milestone`."""

    plan_id: UUID
    milestone_id: UUID
    account_id: UUID | None
    name: str
    due_on: date
    kind: MilestoneKind
    owner_id: UUID
    department: str
    goal_id: UUID | None
    need_id: UUID | None
    state: MilestoneState
    reschedulings: int
    started_on: date | None
    ended_on: date | None
    position: int


@dataclass(frozen=True, slots=True)
class PlanMilestoneShown(PlanMilestoneRow):
    """A milestone, and how it stood at the end of a day: overdue if open after its due day."""

    as_of: date
    status: MilestoneState
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class MilestoneFilter:
    """What the milestones of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    plan_id: UUID | None = None
    goal_id: UUID | None = None
    owner_id: UUID | None = None
    department: str | None = None
    kind: MilestoneKind | None = None
    status: MilestoneState | None = None
    overdue: bool | None = None


def evolve(row: PlanMilestoneRow | None, entry: Recorded) -> PlanMilestoneRow:
    """Fold one entry about a milestone into its row."""
    event = entry.event
    if isinstance(event, PlanMilestoneAdded):
        return _added(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {PlanMilestoneAdded.NAME}")
    return replace(_evolved(row, entry), position=entry.position)


def _evolved(row: PlanMilestoneRow, entry: Recorded) -> PlanMilestoneRow:
    match entry.event:
        case PlanMilestoneRescheduled(now=due_on):
            return replace(row, due_on=due_on, reschedulings=row.reschedulings + 1)
        case PlanMilestoneStarted(started_on=day):
            return replace(row, state=MilestoneState.STARTED, started_on=day)
        case PlanMilestoneReached(reached_on=day):
            return replace(row, state=MilestoneState.REACHED, ended_on=day)
        case PlanMilestoneMissed(missed_on=day):
            return replace(row, state=MilestoneState.MISSED, ended_on=day)
        case PlanMilestoneDropped(dropped_on=day):
            return replace(row, state=MilestoneState.DROPPED, ended_on=day)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            PlanMilestoneAdded(milestone_id=id_)
            | PlanMilestoneRescheduled(milestone_id=id_)
            | PlanMilestoneStarted(milestone_id=id_)
            | PlanMilestoneReached(milestone_id=id_)
            | PlanMilestoneMissed(milestone_id=id_)
            | PlanMilestoneDropped(milestone_id=id_)
        ):
            return entry.envelope.stream_id, id_
        case _:
            return None


PLAN_MILESTONES: Final = RowView(
    name="plan-milestones",
    table="plan_milestone",
    row=PlanMilestoneRow,
    key=("plan_id", "milestone_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    PLAN_MILESTONES,
    day="due_on",
    id="milestone_id",
    key=lambda row: (row.due_on, row.milestone_id),
)
_COLUMNS: Final = tuple(field.name for field in fields(PlanMilestoneRow))


async def find_milestone(
    connection: AsyncConnection[Any],
    tenant_id: str,
    plan_id: UUID,
    milestone_id: UUID,
    *,
    as_of: date,
) -> PlanMilestoneShown:
    """Return one milestone of a plan.

    Raises:
        NotFound: the plan has no such milestone, or the view does not hold it yet.
    """
    wanted = equal(plan_id=plan_id, milestone_id=milestone_id)
    rows = await _LIST.rows(connection, tenant_id, wanted, None, 1)
    if not rows:
        raise NotFound("milestone", milestone_id)
    return _shown(rows[0], as_of)


async def list_milestones(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: MilestoneFilter,
    as_of: date,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanMilestoneShown]:
    """Return milestones by their due day, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions = [
        *equal(
            account_id=wanted.account_id,
            plan_id=wanted.plan_id,
            goal_id=wanted.goal_id,
            owner_id=wanted.owner_id,
            department=wanted.department,
            kind=wanted.kind,
        ),
        *_stands(wanted.status, as_of),
        *_overdue(wanted.overdue, as_of),
    ]
    page = await _LIST.page(connection, tenant_id, conditions, after=after, limit=limit)
    return Page([_shown(row, as_of) for row in page.rows], page.next)


def _stands(status: MilestoneState | None, as_of: date) -> Sequence[Condition]:
    """Ask for what `_shown` would give this status."""
    still_open: Condition = ("(ended_on IS NULL OR ended_on > %s)", [as_of])
    match status:
        case None:
            return ()
        case MilestoneState.PLANNED:
            return [still_open, ("(started_on IS NULL OR started_on > %s)", [as_of])]
        case MilestoneState.STARTED:
            return [still_open, ("started_on <= %s", [as_of])]
        case _:
            return [("ended_on <= %s", [as_of]), ("state = %s", [status.value])]


def _overdue(overdue: bool | None, as_of: date) -> Sequence[Condition]:  # noqa: FBT001 - a filter
    if overdue is None:
        return ()
    is_overdue = "due_on < %s AND (ended_on IS NULL OR ended_on > %s)"
    return [(is_overdue if overdue else f"NOT ({is_overdue})", [as_of, as_of])]


def _shown(row: PlanMilestoneRow, as_of: date) -> PlanMilestoneShown:
    is_open = row.ended_on is None or row.ended_on > as_of
    has_started = row.started_on is not None and row.started_on <= as_of
    status = MilestoneState.STARTED if has_started else MilestoneState.PLANNED
    reckoned: dict[str, Any] = {
        "as_of": as_of,
        "status": status if is_open else row.state,
        "is_overdue": is_open and row.due_on < as_of,
    }
    return PlanMilestoneShown(**{column: getattr(row, column) for column in _COLUMNS} | reckoned)


def _added(event: PlanMilestoneAdded, entry: Recorded) -> PlanMilestoneRow:
    return PlanMilestoneRow(
        plan_id=entry.envelope.stream_id,
        milestone_id=event.milestone_id,
        account_id=entry.envelope.account_id,
        **dict(event.milestone),
        state=MilestoneState.PLANNED,
        reschedulings=0,
        started_on=None,
        ended_on=None,
        position=entry.position,
    )
