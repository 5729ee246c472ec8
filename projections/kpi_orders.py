"""Orders and refunds as facts: what they add up to, how that came about, and line by line."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed

from domain.evidence import Measure, Sum, Sums
from domain.period import Period


@dataclass(frozen=True, slots=True)
class OrderQuestion:
    """Whose orders (None: everybody's), of which days, as of a day, as known at a position."""

    tenant_id: str
    accounts: Sequence[UUID] | None
    period: Period
    as_of: date
    known_at: int

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "accounts": self.accounts,
            "first": self.period.first,
            "until": self.period.until,
            "as_of": self.as_of,
            "known_at": self.known_at,
        }

    def ask(self, query: str) -> Composed:
        """Put the accounts into a query: an index is of use only where they are plainly named."""
        named = SQL("" if self.accounts is None else "AND account_id = ANY (%(accounts)s::uuid[])")
        return SQL(query).format(of_accounts=named)


# A sum, with the positions that made it what it is: the last line of each measure, or, where a
# period holds none, the first order that turned "no data" into zero.
SUMS_SQL: Final = """
    SELECT currency,
           coalesce(sum(amount) FILTER (WHERE stands AND measure = 'revenue' AND amount > 0), 0)
               AS order_amount,
           coalesce(-sum(amount) FILTER (WHERE stands AND measure = 'revenue' AND amount < 0), 0)
               AS refund_amount,
           coalesce(sum(amount) FILTER (WHERE stands AND measure = 'orders'), 0) AS orders,
           coalesce(sum(amount) FILTER (WHERE was AND measure = 'orders'
               AND effective_at >= %(ever_from)s), 0) AS orders_ever,
           max(last) FILTER (WHERE inside AND measure = 'revenue') AS revenue_position,
           max(last) FILTER (WHERE inside AND measure = 'orders') AS orders_position,
           min(position) FILTER (WHERE was AND measure = 'orders') AS first_position
    FROM (
        SELECT currency, measure, amount, position, effective_at,
               effective_at >= %(first)s AS inside,
               effective_at >= %(first)s AND NOT gone AS stands,
               NOT (gone AND superseded_from = '-infinity') AS was,
               CASE WHEN gone THEN superseded_by ELSE position END AS last
        FROM (
            SELECT *, coalesce(
                superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s, false) AS gone
            FROM projections.kpi_fact
            WHERE tenant_id = %(tenant_id)s {of_accounts}
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
        WHERE tenant_id = %(tenant_id)s {of_accounts}
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
        FROM line WHERE position <= %(known_at)s GROUP BY currency, position
    )
    SELECT change.currency, change.position,
           sum(order_amount) OVER so_far AS order_amount,
           sum(refund_amount) OVER so_far AS refund_amount,
           sum(orders) OVER so_far AS orders,
           sum(orders_ever) OVER so_far AS orders_ever
    FROM change
    WINDOW so_far AS (PARTITION BY change.currency ORDER BY change.position)
    ORDER BY change.position, change.currency
"""

_LINES_SQL: Final = """
    WITH fact AS MATERIALIZED (
        SELECT account_id, currency, measure, subject, amount, effective_at, position,
               superseded_by, superseded_from
        FROM projections.kpi_fact
        WHERE tenant_id = %(tenant_id)s {of_accounts}
          AND effective_at >= %(first)s AND effective_at < %(until)s
          AND effective_at <= %(as_of)s AND position <= %(known_at)s
          AND measure = ANY (%(measures)s)
    )
    SELECT position, NULL::bigint AS takes_back, account_id, measure, subject, currency,
           effective_at, amount AS contribution FROM fact
    UNION ALL
    SELECT superseded_by, position, account_id, measure, subject, currency, effective_at, -amount
    FROM fact WHERE superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s
    ORDER BY position, takes_back NULLS LAST, measure DESC
"""

_BY_ACCOUNT_SQL: Final = """
    SELECT currency, account_id, sum(amount) AS amount, max(position) AS position
    FROM projections.kpi_fact
    WHERE tenant_id = %(tenant_id)s {of_accounts} AND measure = 'revenue'
      AND effective_at >= %(first)s AND effective_at < %(until)s AND effective_at <= %(as_of)s
      AND position <= %(known_at)s
      AND (superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s) IS NOT TRUE
    GROUP BY currency, account_id ORDER BY currency, amount DESC, account_id
"""


async def order_sums(
    connection: AsyncConnection[Any], question: OrderQuestion, *, ever_from: date = date.min
) -> Mapping[str, Sums]:
    """Return the sums of each currency that there is an order in, up to the end of the period.

    `Measure.ORDERS_EVER` counts those of the day `ever_from` or later.
    """
    parameters = question.parameters | {"ever_from": ever_from}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(question.ask(SUMS_SQL), parameters)
        return {row["currency"]: _sums(row) async for row in cursor}


async def order_history(
    connection: AsyncConnection[Any], question: OrderQuestion
) -> AsyncIterator[tuple[str, int, Sums]]:
    """Yield currency, position and sums of every position that changed them, in order."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(question.ask(_HISTORY_SQL), question.parameters)
        async for row in cursor:
            at = {f"{each}_position": row["position"] for each in ("revenue", "orders", "first")}
            yield row["currency"], row["position"], _sums(row | at)


async def order_lines(
    connection: AsyncConnection[Any], question: OrderQuestion, measures: Sequence[str]
) -> Sequence[dict[str, Any]]:
    """Return the lines that sums of these measures of facts are made of, as they became known."""
    parameters = question.parameters | {"measures": list(measures)}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(question.ask(_LINES_SQL), parameters)
        return await cursor.fetchall()


async def revenue_by_account(
    connection: AsyncConnection[Any], question: OrderQuestion
) -> Mapping[str, Sequence[tuple[UUID, Decimal, int]]]:
    """Return each account's revenue and the last position behind it, the largest first."""
    found: dict[str, list[tuple[UUID, Decimal, int]]] = {}
    cursor = await connection.execute(question.ask(_BY_ACCOUNT_SQL), question.parameters)
    async for currency, account_id, amount, position in cursor:
        found.setdefault(currency, []).append((account_id, amount, position))
    return found


def _sums(row: dict[str, Any]) -> Sums:
    revenue, orders = row["revenue_position"], row["orders_position"]
    first = row["first_position"] if revenue is orders is None else None
    return {
        Measure.ORDER_AMOUNT: Sum(row["order_amount"], revenue),
        Measure.REFUND_AMOUNT: Sum(row["refund_amount"], revenue),
        Measure.ORDERS: Sum(row["orders"], orders),
        Measure.ORDERS_EVER: Sum(row["orders_ever"], first),
    }
