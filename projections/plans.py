"""Plans of accounts: their periods, who owns them, and how many of their milestones are open."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal import Assessment
from domain.goal_terms import Horizon
from domain.plan import (
    PLAN,
    PlanAbandoned,
    PlanActivated,
    PlanCompleted,
    PlanDrawnUp,
    PlanReviewed,
    PlanRevised,
    PlanState,
)
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan as it stands; the columns of `projections.plan`."""

    plan_id: UUID
    account_id: UUID
    title: str
    state: PlanState
    first_on: date
    last_on: date
    horizon: Horizon
    owner_id: UUID | None
    context: tuple[str, ...]
    drawn_up_on: date
    activated_on: date | None
    ended_on: date | None
    end_reason_code: str | None
    revisions: int
    reviewed_on: date | None
    assessment: Assessment | None
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class PlanShown(PlanRow):
    """A plan as it stands, and its milestones counted as of a day; an overdue one is open too."""

    as_of: date
    milestones: int
    milestones_reached: int
    milestones_open: int
    milestones_overdue: int


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What the plans of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    state: PlanState | None = None
    horizon: Horizon | None = None
    owner_id: UUID | None = None


def evolve(row: PlanRow | None, entry: Recorded) -> PlanRow:
    """Fold one entry of a plan's stream into its row."""
    event = entry.event
    if isinstance(event, PlanDrawnUp):
        return _drawn_up(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {PlanDrawnUp.NAME}")
    return replace(_evolved(row, entry), version=entry.envelope.version, position=entry.position)


def _evolved(row: PlanRow, entry: Recorded) -> PlanRow:
    match entry.event:
        case PlanActivated():
            day = entry.envelope.effective_at
            return replace(row, state=PlanState.ACTIVE, activated_on=day)
        case PlanRevised() as revised:
            return replace(row, revisions=row.revisions + 1, **revised.changes())
        case PlanReviewed(reviewed_on=day, assessment=assessment):
            return replace(row, reviewed_on=day, assessment=assessment)
        case PlanCompleted(completed_on=day):
            return replace(row, state=PlanState.COMPLETED, ended_on=day)
        case PlanAbandoned(abandoned_on=day, reason_code=code):
            return replace(row, state=PlanState.ABANDONED, ended_on=day, end_reason_code=code)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == PLAN.name else None


PLANS: Final = RowView(
    name="plans", table="plan", row=PlanRow, key=("plan_id",), key_of=key_of, evolve=evolve
)

_LIST: Final = DayList(
    PLANS,
    day="first_on",
    id="plan_id",
    key=lambda row: (row.first_on, row.plan_id),
    newest_first=True,
)
_COUNTS_SQL: Final = """
    SELECT plan_id, count(*),
           count(*) FILTER (WHERE state = 'reached' AND ended_on <= %(as_of)s),
           count(*) FILTER (WHERE ended_on IS NULL OR ended_on > %(as_of)s),
           count(*) FILTER (
               WHERE due_on < %(as_of)s AND (ended_on IS NULL OR ended_on > %(as_of)s)
           )
    FROM projections.plan_milestone
    WHERE tenant_id = %(tenant_id)s AND plan_id = ANY(%(plan_ids)s) GROUP BY plan_id
"""
_COLUMNS: Final = tuple(field.name for field in fields(PlanRow))


async def find_plan(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    plan_id: UUID,
    *,
    as_of: date,
) -> PlanShown:
    """Return one plan of an account.

    Raises:
        NotFound: the account has no such plan, or the view does not hold it yet.
    """
    wanted = equal(account_id=account_id, plan_id=plan_id)
    rows = await _LIST.rows(connection, tenant_id, wanted, None, 1)
    if not rows:
        raise NotFound("plan", plan_id)
    (shown,) = await _shown(connection, tenant_id, rows, as_of)
    return shown


async def list_plans(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: PlanFilter,
    as_of: date,
    after: str | None = None,
    limit: int = 100,
) -> Page[PlanShown]:
    """Return plans, those that begin last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions = equal(
        account_id=wanted.account_id,
        state=wanted.state,
        horizon=wanted.horizon,
        owner_id=wanted.owner_id,
    )
    page = await _LIST.page(connection, tenant_id, conditions, after=after, limit=limit)
    return Page(await _shown(connection, tenant_id, page.rows, as_of), page.next)


async def _shown(
    connection: AsyncConnection[Any], tenant_id: str, rows: Sequence[PlanRow], as_of: date
) -> list[PlanShown]:
    plan_ids = [row.plan_id for row in rows]
    parameters = {"tenant_id": tenant_id, "plan_ids": plan_ids, "as_of": as_of}
    cursor = await connection.execute(_COUNTS_SQL, parameters)
    counts = {plan_id: numbers async for plan_id, *numbers in cursor}
    return [_counted(row, counts.get(row.plan_id, [0, 0, 0, 0]), as_of) for row in rows]


def _counted(row: PlanRow, counts: Sequence[int], as_of: date) -> PlanShown:
    milestones, reached, still_open, overdue = counts
    counted: dict[str, Any] = {
        "as_of": as_of,
        "milestones": milestones,
        "milestones_reached": reached,
        "milestones_open": still_open,
        "milestones_overdue": overdue,
    }
    return PlanShown(**{column: getattr(row, column) for column in _COLUMNS} | counted)


def _drawn_up(event: PlanDrawnUp, entry: Recorded) -> PlanRow:
    terms = event.plan
    return PlanRow(
        plan_id=entry.envelope.stream_id,
        account_id=event.account_id,
        title=terms.title,
        state=PlanState.DRAFT,
        first_on=terms.first_on,
        last_on=terms.last_on,
        horizon=terms.horizon,
        owner_id=terms.owner_id,
        context=terms.context,
        drawn_up_on=entry.envelope.effective_at,
        activated_on=None,
        ended_on=None,
        end_reason_code=None,
        revisions=0,
        reviewed_on=None,
        assessment=None,
        version=entry.envelope.version,
        position=entry.position,
    )
