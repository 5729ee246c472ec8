"""What was measured of goals, of their own metric and of those that support them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.goal_progress import Measures
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricMeasured,
)
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.day_list import DayList, equal
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class GoalMeasurementRow:
    """One measurement as corrected last; the columns of `projections.goal_measurement`."""

    goal_id: UUID
    measurement_id: UUID
    account_id: UUID | None
    metric_id: UUID | None
    value: Decimal
    measured_on: date
    source: str | None
    corrections: int
    first_position: int
    position: int


def evolve(row: GoalMeasurementRow | None, entry: Recorded) -> GoalMeasurementRow:
    """Fold one entry about a measurement into its row."""
    event, envelope = entry.event, entry.envelope
    if isinstance(event, GoalProgressMeasured | GoalSupportingMetricMeasured):
        return GoalMeasurementRow(
            goal_id=envelope.stream_id,
            measurement_id=event.measurement_id,
            account_id=envelope.account_id,
            metric_id=event.metric_id if isinstance(event, GoalSupportingMetricMeasured) else None,
            value=event.value,
            measured_on=event.measured_on,
            source=event.source,
            corrections=0,
            first_position=entry.position,
            position=entry.position,
        )
    if row is None or not isinstance(event, GoalMeasurementCorrected):
        raise ValueError(f"{envelope.name} stands before {GoalProgressMeasured.NAME}")
    return replace(
        row,
        value=event.now.value,
        measured_on=event.now.measured_on,
        corrections=row.corrections + 1,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            GoalProgressMeasured(measurement_id=id_)
            | GoalSupportingMetricMeasured(measurement_id=id_)
            | GoalMeasurementCorrected(measurement_id=id_)
        ):
            return entry.envelope.stream_id, id_
        case _:
            return None


GOAL_MEASUREMENTS: Final = RowView(
    name="goal-measurements",
    table="goal_measurement",
    row=GoalMeasurementRow,
    key=("goal_id", "measurement_id"),
    key_of=key_of,
    evolve=evolve,
)

_LIST: Final = DayList(
    GOAL_MEASUREMENTS,
    day="measured_on",
    id="measurement_id",
    key=lambda row: (row.measured_on, row.measurement_id),
)
_MEASURES_SQL: Final = """
    SELECT coalesce(m.metric_id, m.goal_id), count(*), sum(m.value),
           (array_agg(m.value ORDER BY m.measured_on DESC, m.first_position DESC))[1],
           max(m.measured_on),
           count(*) FILTER (WHERE m.value BETWEEN g.band_low AND g.band_high)
    FROM projections.goal_measurement AS m
    JOIN projections.goal AS g ON g.tenant_id = m.tenant_id AND g.goal_id = m.goal_id
    WHERE m.tenant_id = %s AND m.goal_id = ANY(%s) AND m.measured_on <= %s
    GROUP BY 1
"""


async def read_measures(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_ids: Collection[UUID],
    *,
    as_of: date,
) -> Mapping[UUID, Measures]:
    """Add up what was measured of goals up to a day, under the goal's id or the metric's."""
    parameters = (tenant_id, list(goal_ids), as_of)
    cursor = await connection.execute(_MEASURES_SQL, parameters)
    return {
        id_: Measures(count, Fraction(total), Fraction(last), last_on, inside)
        async for id_, count, total, last, last_on, inside in cursor
    }


async def find_goal_measurement(
    connection: AsyncConnection[Any], tenant_id: str, goal_id: UUID, measurement_id: UUID
) -> GoalMeasurementRow:
    """Return one measurement of a goal, or of a metric that supports it.

    Raises:
        NotFound: the goal has no such measurement, or the view does not hold it yet.
    """
    wanted = equal(goal_id=goal_id, measurement_id=measurement_id)
    rows = await _LIST.rows(connection, tenant_id, wanted, None, 1)
    if not rows:
        raise NotFound("measurement", measurement_id)
    return rows[0]


async def list_goal_measurements(
    connection: AsyncConnection[Any],
    tenant_id: str,
    goal_id: UUID,
    *,
    metric_id: UUID | None,
    after: str | None = None,
    limit: int = 100,
) -> Page[GoalMeasurementRow]:
    """Return what was measured of a goal, or of a metric that supports it, by its day.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    own: Sequence[tuple[str, Sequence[Any]]] = [("metric_id IS NULL", ())]
    conditions = [*equal(goal_id=goal_id, metric_id=metric_id), *(() if metric_id else own)]
    return await _LIST.page(connection, tenant_id, conditions, after=after, limit=limit)
