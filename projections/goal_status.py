"""How goals stand as of a day: their rows, their measurements, and the tenant's thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal import GoalStatus
from domain.goal_progress import Measures, NoDataReason, rounded, standing
from domain.goal_terms import GoalSide, Horizon
from domain.money import AMOUNT_DECIMALS_MAX
from domain.policy import Goals
from domain.policy_set import InForce
from domain.refusal import NotFound
from projections.day_list import Condition, DayList, equal
from projections.goal_measurements import read_measures
from projections.goals import GOALS, GoalRow
from projections.page import Page, day_and_id, page_of

_BATCH: Final = 500
_PERCENT_DECIMALS: Final = 2
_COLUMNS: Final = tuple(field.name for field in fields(GoalRow))


@dataclass(frozen=True, slots=True)
class GoalShown(GoalRow):
    """A goal as it stands, and how it fares as of a day.

    `value` is what its measurements come to, `progress` how much of the way is done, `elapsed` how
    much of the time: percent, to 2 decimals. `no_data_because` says why there is no progress.
    """

    as_of: date
    status: GoalStatus
    value: Decimal | None
    measured_on: date | None
    progress: Decimal | None
    elapsed: Decimal | None
    no_data_because: NoDataReason | None
    policy_version: int


@dataclass(frozen=True, slots=True)
class GoalFilter:
    """What the goals of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    status: GoalStatus | None = None
    horizon: Horizon | None = None
    side: GoalSide | None = None
    owner_id: UUID | None = None
    supports_goal_id: UUID | None = None


_LIST: Final = DayList(
    GOALS,
    day="coalesce(due_on, DATE '9999-12-31')",
    id="goal_id",
    key=lambda row: (row.due_on or date.max, row.goal_id),
)


async def find_goal(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    goal_id: UUID,
    *,
    as_of: date,
    policy: InForce[Goals],
) -> GoalShown:
    """Return one goal of an account, and how it stands.

    Raises:
        NotFound: the account has no such goal, or the view does not hold it yet.
    """
    wanted = equal(account_id=account_id, goal_id=goal_id)
    rows = await _LIST.rows(connection, tenant_id, wanted, None, 1)
    if not rows:
        raise NotFound("goal", goal_id)
    (shown,) = await _shown(connection, tenant_id, rows, as_of, policy)
    return shown


async def list_goals(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: GoalFilter,
    as_of: date,
    policy: InForce[Goals],
    after: str | None = None,
    limit: int = 100,
) -> Page[GoalShown]:
    """Return goals by their due day, drafts without one last, `limit` at the most.

    A status that has to be reckoned is looked for batch by batch until the page is full.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions = [
        *equal(
            account_id=wanted.account_id,
            horizon=wanted.horizon,
            side=wanted.side,
            owner_id=wanted.owner_id,
            supports_goal_id=wanted.supports_goal_id,
        ),
        *_may_stand(wanted.status, as_of),
    ]
    position = None if after is None else day_and_id(after)
    found: list[GoalShown] = []
    count = max(_BATCH, limit + 1) if wanted.status else limit + 1
    while True:
        rows = await _LIST.rows(connection, tenant_id, conditions, position, count)
        shown = await _shown(connection, tenant_id, rows, as_of, policy)
        found += [each for each in shown if wanted.status in {None, each.status}]
        if len(rows) < count or len(found) > limit:
            return page_of(found[: limit + 1], limit, _LIST.key)
        position = _LIST.key(rows[-1])


def _may_stand(status: GoalStatus | None, as_of: date) -> Sequence[Condition]:
    """Leave out in SQL what cannot have the status; what is left is reckoned."""
    ended: Condition = ("ended_on <= %s", [as_of])
    still_open: Condition = ("(ended_on IS NULL OR ended_on > %s)", [as_of])
    match status:
        case None:
            return ()
        case GoalStatus.DRAFT:
            return [still_open, ("set_on IS NULL", ())]
        case GoalStatus.ACHIEVED | GoalStatus.MISSED | GoalStatus.ABANDONED:
            return [ended, ("state = %s", [status.value])]
        case GoalStatus.OVERDUE:
            return [still_open, ("set_on IS NOT NULL", ()), ("due_on < %s", [as_of])]
        case _:
            return [still_open, ("set_on IS NOT NULL", ()), ("due_on >= %s", [as_of])]


async def _shown(
    connection: AsyncConnection[Any],
    tenant_id: str,
    rows: Sequence[GoalRow],
    as_of: date,
    policy: InForce[Goals],
) -> list[GoalShown]:
    ids = [row.goal_id for row in rows]
    measured = await read_measures(connection, tenant_id, ids, as_of=as_of) if ids else {}
    return [_standing(row, measured.get(row.goal_id), as_of, policy) for row in rows]


def _standing(
    row: GoalRow, measured: Measures | None, as_of: date, policy: InForce[Goals]
) -> GoalShown:
    found = standing(
        row.terms, row.state, row.ended_on, measured, as_of=as_of, thresholds=policy.policy
    )
    reckoned: dict[str, Any] = {
        "as_of": as_of,
        "status": found.status,
        "value": _decimal(found.value, AMOUNT_DECIMALS_MAX),
        "measured_on": None if measured is None else measured.last_on,
        "progress": _decimal(found.progress, _PERCENT_DECIMALS),
        "elapsed": _decimal(found.elapsed, _PERCENT_DECIMALS),
        "no_data_because": found.no_data_because,
        "policy_version": policy.version,
    }
    return GoalShown(**{column: getattr(row, column) for column in _COLUMNS} | reckoned)


def _decimal(exact: Fraction | None, decimals: int) -> Decimal | None:
    return None if exact is None else rounded(exact, decimals)
