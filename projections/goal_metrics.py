"""The metrics that support goals: what we do, and what answers it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal_progress import Measures, rounded
from domain.measurement import GoalSupportingMetricAdded, MetricKind
from domain.money import AMOUNT_DECIMALS_MAX
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.goal_measurements import read_measures
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class GoalMetricRow:
    """One supporting metric; the columns of `projections.goal_metric`."""

    goal_id: UUID
    metric_id: UUID
    account_id: UUID | None
    kind: MetricKind
    key: str
    unit: str
    added_on: date
    position: int


@dataclass(frozen=True, slots=True)
class GoalMetricShown(GoalMetricRow):
    """A supporting metric, and what its measurements come to as of a day; null: none yet."""

    as_of: date
    measurements: int
    last: Decimal | None
    last_on: date | None
    total: Decimal | None


def evolve(row: GoalMetricRow | None, entry: Recorded) -> GoalMetricRow:
    """Make the row of a metric out of the entry that adds it."""
    event, envelope = entry.event, entry.envelope
    if row is not None or not isinstance(event, GoalSupportingMetricAdded):
        raise ValueError(f"{envelope.name} adds no supporting metric")
    return GoalMetricRow(
        goal_id=envelope.stream_id,
        metric_id=event.metric_id,
        account_id=envelope.account_id,
        kind=event.metric.kind,
        key=event.metric.key,
        unit=event.metric.unit,
        added_on=envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if isinstance(event, GoalSupportingMetricAdded):
        return entry.envelope.stream_id, event.metric_id
    return None


GOAL_METRICS: Final = RowView(
    name="goal-metrics",
    table="goal_metric",
    row=GoalMetricRow,
    key=("goal_id", "metric_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    GOAL_METRICS,
    day="added_on",
    id="metric_id",
    key=lambda row: (row.added_on, row.metric_id),
)


async def list_goal_metrics(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_id: UUID,
    *,
    as_of: date,
    after: str | None = None,
    limit: int = 100,
) -> Page[GoalMetricShown]:
    """Return the metrics that support a goal, in the order in which they were added.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    page = await _LIST.page(connection, tenant_id, equal(goal_id=goal_id), after=after, limit=limit)
    measured = await read_measures(connection, tenant_id, [goal_id], as_of=as_of)
    return Page([_shown(row, measured, as_of) for row in page.rows], page.next)


async def find_goal_metric(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_id: UUID,
    metric_id: UUID,
    *,
    as_of: date,
) -> GoalMetricShown:
    """Return one supporting metric of a goal, and what it comes to as of a day.

    Raises:
        NotFound: the goal has no such metric, or the view does not hold it yet.
    """
    wanted = equal(goal_id=goal_id, metric_id=metric_id)
    rows = await _LIST.rows(connection, tenant_id, wanted, None, 1)
    if not rows:
        raise NotFound("supporting-metric", metric_id)
    measured = await read_measures(connection, tenant_id, [goal_id], as_of=as_of)
    return _shown(rows[0], measured, as_of)


def _shown(row: GoalMetricRow, measured: Mapping[UUID, Measures], as_of: date) -> GoalMetricShown:
    found = measured.get(row.metric_id)
    return GoalMetricShown(
        **asdict(row),
        as_of=as_of,
        measurements=found.count if found else 0,
        last=rounded(found.last, AMOUNT_DECIMALS_MAX) if found else None,
        last_on=found.last_on if found else None,
        total=rounded(found.total, AMOUNT_DECIMALS_MAX) if found else None,
    )
