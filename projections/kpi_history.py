"""KPI history: what a figure was, as of a day and as known at a position, and what made it.

Nothing is stored but the facts: a figure is a sum over them, its history a running sum, its
evidence the lines of that sum. So none of them can disagree with the others.

`as_of` is a day: facts of later days do not count, and cancellations of later days are not yet in
force. `known_at` is a position of the log: events recorded later are not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from domain.kpi import AVERAGE_ORDER_VALUE, EVERY_KPI, ORDERS, REVENUE, Kpi
from domain.period import Period
from projections.kpi_fact import Measure
from projections.kpi_figure import Figure, Sums, figure

# A sum, with the positions that made it what it is: the last line of each measure, or, where a
# period holds none, the first order that turned "no data" into zero.
_FIGURES_SQL: Final = """
    SELECT currency,
           coalesce(sum(amount) FILTER (WHERE stands AND measure = 'revenue' AND amount > 0), 0)
               AS order_amount,
           coalesce(-sum(amount) FILTER (WHERE stands AND measure = 'revenue' AND amount < 0), 0)
               AS refund_amount,
           coalesce(sum(amount) FILTER (WHERE stands AND measure = 'orders'), 0)::bigint AS orders,
           coalesce(sum(amount) FILTER (WHERE was AND measure = 'orders'), 0)::bigint
               AS orders_ever,
           max(last) FILTER (WHERE inside AND measure = 'revenue') AS revenue_position,
           max(last) FILTER (WHERE inside AND measure = 'orders') AS orders_position,
           min(position) FILTER (WHERE was AND measure = 'orders') AS first_position
    FROM (
        SELECT currency, measure, amount, position, effective_at >= %(first)s AS inside,
               effective_at >= %(first)s AND NOT gone AS stands,
               NOT (gone AND superseded_from = '-infinity') AS was,
               CASE WHEN gone THEN superseded_by ELSE position END AS last
        FROM (
            SELECT *, coalesce(
                superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s, false) AS gone
            FROM projections.kpi_fact
            WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
              AND effective_at < %(until)s AND effective_at <= %(as_of)s
              AND position <= %(known_at)s
        ) AS known
    ) AS fact
    GROUP BY currency ORDER BY currency
"""

# Each fact is a line at its own position, and a contrary one where it was taken back.
_HISTORY_SQL: Final = """
    WITH fact AS MATERIALIZED (
        SELECT currency, measure, amount, position, superseded_by, superseded_from,
               effective_at >= %(first)s AS inside, amount < 0 AS refund
        FROM projections.kpi_fact
        WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
          AND effective_at < %(until)s AND effective_at <= %(as_of)s
    ), line AS (
        SELECT currency, measure, inside, refund, position, amount, amount AS ever FROM fact
        UNION ALL
        SELECT currency, measure, inside, refund, superseded_by, -amount,
               CASE WHEN superseded_from = '-infinity' THEN -amount ELSE 0 END
        FROM fact WHERE superseded_from <= %(as_of)s
    ), change AS (
        SELECT currency, position,
               coalesce(sum(amount) FILTER (
                   WHERE inside AND measure = 'revenue' AND NOT refund), 0) AS order_amount,
               coalesce(-sum(amount) FILTER (
                   WHERE inside AND measure = 'revenue' AND refund), 0) AS refund_amount,
               coalesce(sum(amount) FILTER (WHERE inside AND measure = 'orders'), 0) AS orders,
               coalesce(sum(ever) FILTER (WHERE measure = 'orders'), 0) AS orders_ever
        FROM line GROUP BY currency, position
    )
    SELECT change.currency, change.position, event.recorded_at,
           sum(order_amount) OVER so_far AS order_amount,
           sum(refund_amount) OVER so_far AS refund_amount,
           (sum(orders) OVER so_far)::bigint AS orders,
           (sum(orders_ever) OVER so_far)::bigint AS orders_ever
    FROM change
    JOIN ledger.event AS event
        ON event.tenant_id = %(tenant_id)s AND event.position = change.position
    WINDOW so_far AS (PARTITION BY change.currency ORDER BY change.position)
    ORDER BY change.position, change.currency
"""

_EVIDENCE_SQL: Final = """
    WITH fact AS MATERIALIZED (
        SELECT currency, measure, subject, amount, effective_at, position, superseded_by,
               superseded_from
        FROM projections.kpi_fact
        WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
          AND effective_at >= %(first)s AND effective_at < %(until)s
          AND effective_at <= %(as_of)s AND position <= %(known_at)s
          AND measure = ANY(%(measures)s)
    ), line AS (
        SELECT position, NULL::bigint AS takes_back, measure, subject, currency, effective_at,
               amount AS contribution FROM fact
        UNION ALL
        SELECT superseded_by, position, measure, subject, currency, effective_at, -amount FROM fact
        WHERE superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s
    )
    SELECT line.position, event.name, event.recorded_at, event.effective_at AS event_effective_at,
           line.effective_at, line.measure, line.subject, line.currency, line.contribution,
           line.takes_back
    FROM line
    JOIN ledger.event AS event
        ON event.tenant_id = %(tenant_id)s AND event.position = line.position
    ORDER BY line.position, line.takes_back NULLS LAST, line.measure DESC
"""

_POSITION_AT_SQL: Final = "SELECT projections.position_at(%s, %s)"

_MEASURES: Final = {
    REVENUE.name: [Measure.REVENUE.value],
    ORDERS.name: [Measure.ORDERS.value],
    AVERAGE_ORDER_VALUE.name: [Measure.REVENUE.value, Measure.ORDERS.value],
}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that a position of the log made what it then was."""

    recorded_at: datetime
    figure: Figure


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the sum behind a figure: what an event adds, or takes back of an earlier one."""

    position: int
    name: str
    recorded_at: datetime
    event_effective_at: date
    """The effective day in the envelope of the event, say of the cancellation."""
    effective_at: date
    """The day on which the contribution counts, say that of the order."""
    measure: Measure
    subject: UUID
    currency: str
    contribution: Decimal
    takes_back: int | None
    """Position of the event whose contribution this line takes back."""


async def position_at(connection: AsyncConnection[Any], tenant_id: str, instant: datetime) -> int:
    """Return the last position recorded by an instant: what was known then; 0: nothing."""
    cursor = await connection.execute(_POSITION_AT_SQL, (tenant_id, instant))
    (position,) = await cursor.fetchone() or (0,)
    return int(position)


async def figures(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    period: Period,
    *,
    as_of: date,
    known_at: int,
) -> Sequence[Figure]:
    """Return every KPI of an account in each of its currencies.

    An account without any order up to the end of the period has its KPIs once, without a currency.
    """
    parameters = _parameters(tenant_id, account_id, period, as_of) | {"known_at": known_at}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_FIGURES_SQL, parameters)
        rows = await cursor.fetchall()
    if not rows:
        return [figure(kpi, Sums(), currency=None, position=None) for kpi in EVERY_KPI]
    return [
        figure(kpi, _sums(row), currency=row["currency"], position=_position(kpi, row))
        for row in rows
        for kpi in EVERY_KPI
    ]


async def history(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    kpi: Kpi,
    period: Period,
    *,
    as_of: date,
) -> Sequence[Change]:
    """Return every value a figure has had, in the order of the positions that changed it.

    A change of what it is made of counts, also where the value happens to stay the same.
    """
    changes: list[Change] = []
    latest: dict[str, tuple[object, ...]] = {}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_HISTORY_SQL, _parameters(tenant_id, account_id, period, as_of))
        async for row in cursor:
            currency, position = row["currency"], row["position"]
            now = figure(kpi, _sums(row), currency=currency, position=position)
            content = (now.value, now.no_data, now.numerator, now.denominator)
            if latest.get(currency) != content:
                latest[currency] = content
                changes.append(Change(row["recorded_at"], now))
    return changes


async def evidence(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    kpi: Kpi,
    period: Period,
    *,
    as_of: date,
    known_at: int,
) -> Sequence[Evidence]:
    """Return the lines that a figure is the sum of, in the order in which they became known."""
    parameters = _parameters(tenant_id, account_id, period, as_of)
    parameters |= {"known_at": known_at, "measures": _MEASURES[kpi.name]}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_EVIDENCE_SQL, parameters)
        return [Evidence(**row | {"measure": Measure(row["measure"])}) async for row in cursor]


def _parameters(tenant_id: str, account_id: UUID, period: Period, as_of: date) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "first": period.first,
        "until": period.until,
        "as_of": as_of,
    }


def _sums(row: dict[str, Any]) -> Sums:
    return Sums(
        order_amount=row["order_amount"],
        refund_amount=row["refund_amount"],
        orders=row["orders"],
        orders_ever=row["orders_ever"],
    )


def _position(kpi: Kpi, row: dict[str, Any]) -> int | None:
    """Return the last position behind a figure."""
    lines: list[int | None] = []
    if kpi is not ORDERS:
        lines.append(row["revenue_position"])
    if kpi is not REVENUE:
        lines.append(row["orders_position"])
    known = [position for position in lines if position is not None]
    if kpi is REVENUE and not known:
        return row["first_position"]  # type: ignore[no-any-return] # a row of the statement above
    return max(known, default=None)
