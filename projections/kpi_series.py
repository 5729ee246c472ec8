"""A tenant's order figures month by month, from sums kept in blocks instead of a million facts.

As of a day on which some line of a month does not count yet, that month is added up from its facts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from psycopg import AsyncConnection

from domain.evidence import Measure, Sum, Sums
from domain.period import month_of
from projections.kpi_blocks import BLOCK
from projections.kpi_orders import OrderQuestion, order_sums

# Whole blocks, and the lines of the block that the position stands in.
MONTHS_SQL: Final = """
    WITH part AS (
        SELECT month, currency, order_amount, refund_amount, orders, orders_ever,
               revenue_position, orders_position, latest_from
        FROM projections.kpi_block
        WHERE tenant_id = %(tenant_id)s AND block < %(block)s AND month < %(until)s
        UNION ALL
        SELECT date_trunc('month', effective_at::timestamp)::date, currency,
               CASE WHEN measure = 'revenue' AND amount >= 0 THEN amount ELSE 0 END,
               CASE WHEN measure = 'revenue' AND amount < 0 THEN -amount ELSE 0 END,
               CASE WHEN measure = 'orders' THEN 1 ELSE 0 END,
               CASE WHEN measure = 'orders' THEN 1 ELSE 0 END,
               CASE WHEN measure = 'revenue' THEN position END,
               CASE WHEN measure = 'orders' THEN position END, effective_at
        FROM projections.kpi_fact
        WHERE tenant_id = %(tenant_id)s AND effective_at < %(until)s
          AND position > %(block)s::bigint * %(size)s AND position <= %(known_at)s
        UNION ALL
        SELECT date_trunc('month', effective_at::timestamp)::date, currency,
               CASE WHEN measure = 'revenue' AND amount >= 0 THEN -amount ELSE 0 END,
               CASE WHEN measure = 'revenue' AND amount < 0 THEN amount ELSE 0 END,
               CASE WHEN measure = 'orders' THEN -1 ELSE 0 END,
               CASE WHEN measure = 'orders' AND superseded_from = '-infinity' THEN -1 ELSE 0 END,
               CASE WHEN measure = 'revenue' THEN superseded_by END,
               CASE WHEN measure = 'orders' THEN superseded_by END,
               greatest(superseded_from, effective_at)
        FROM projections.kpi_fact
        WHERE tenant_id = %(tenant_id)s AND effective_at < %(until)s
          AND superseded_by > %(block)s::bigint * %(size)s AND superseded_by <= %(known_at)s
    )
    SELECT month, currency, sum(order_amount), sum(refund_amount), sum(orders), sum(orders_ever),
           max(revenue_position), max(orders_position), max(latest_from)
    FROM part GROUP BY month, currency ORDER BY month, currency
"""

_FIRST_ORDER_SQL: Final = """
    SELECT position FROM projections.kpi_fact
    WHERE tenant_id = %(tenant_id)s AND measure = 'orders' AND currency = %(currency)s
      AND effective_at < %(until)s AND effective_at <= %(as_of)s AND position <= %(known_at)s
      AND (superseded_by <= %(known_at)s AND superseded_from = '-infinity') IS NOT TRUE
    ORDER BY position LIMIT 1
"""


async def monthly_sums(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    until: date,
    as_of: date,
    known_at: int,
) -> Mapping[tuple[date, str], Sums]:
    """Return the sums of each month before `until` that has a line, by month and currency.

    `Measure.ORDERS_EVER` counts the orders of the month itself.
    """
    parameters = {
        "tenant_id": tenant_id,
        "until": until,
        "known_at": known_at,
        "block": known_at // BLOCK,
        "size": BLOCK,
    }
    cursor = await connection.execute(MONTHS_SQL, parameters)
    months: dict[tuple[date, str], Sums] = {}
    unsettled: set[date] = set()
    async for (
        month,
        currency,
        ordered,
        refunded,
        orders,
        ever,
        of_revenue,
        of_orders,
        latest_from,
    ) in cursor:
        if latest_from > as_of:
            unsettled.add(month)
        months[month, currency] = {
            Measure.ORDER_AMOUNT: Sum(ordered, of_revenue),
            Measure.REFUND_AMOUNT: Sum(refunded, of_revenue),
            Measure.ORDERS: Sum(orders, of_orders),
            Measure.ORDERS_EVER: Sum(ever, None),
        }
    for month in sorted(unsettled):
        months = {key: sums for key, sums in months.items() if key[0] != month}
        if month <= as_of:
            months |= await _added_up(connection, tenant_id, month, as_of, known_at)
    return months


async def period_sums(
    connection: AsyncConnection[Any], questions: Sequence[OrderQuestion]
) -> Sequence[Mapping[str, Sums]]:
    """Return the sums of each currency for each question, in their order.

    The questions are as of one day and as known at one position. Whole months of everybody are read
    once for all of them; what is asked otherwise is added up from the facts.
    """
    whole = [each for each in questions if _is_of_whole_months(each)]
    months: Mapping[tuple[date, str], Sums] = {}
    if whole:
        months = await monthly_sums(
            connection,
            whole[0].tenant_id,
            until=max(each.period.until for each in whole),
            as_of=whole[0].as_of,
            known_at=whole[0].known_at,
        )
    return [
        await _of_months(connection, each, months)
        if _is_of_whole_months(each)
        else await order_sums(connection, each)
        for each in questions
    ]


async def _of_months(
    connection: AsyncConnection[Any],
    question: OrderQuestion,
    months: Mapping[tuple[date, str], Sums],
) -> Mapping[str, Sums]:
    period = question.period
    found: dict[str, dict[Measure, Sum]] = {}
    for (month, currency), sums in months.items():
        if month >= period.until:
            continue
        total = found.setdefault(currency, {})
        for measure, each in sums.items():
            if month >= period.first or measure is Measure.ORDERS_EVER:
                total[measure] = _plus(total.get(measure), each)
    return {
        currency: await _complete(connection, question, currency, sums)
        for currency, sums in sorted(found.items())
    }


async def _added_up(
    connection: AsyncConnection[Any], tenant_id: str, month: date, as_of: date, known_at: int
) -> Mapping[tuple[date, str], Sums]:
    period = month_of(month)
    question = OrderQuestion(tenant_id, None, period, as_of, known_at)
    return {
        (month, currency): sums
        for currency, sums in (await order_sums(connection, question, ever_from=month)).items()
    }


def _is_of_whole_months(question: OrderQuestion) -> bool:
    """Tell whether everybody's whole months are asked for."""
    period = question.period
    return (
        question.accounts is None
        and period.first.day == 1
        and (period.until.day == 1 or period.until == date.max)
    )


def _plus(before: Sum | None, more: Sum) -> Sum:
    if before is None:
        return more
    positions = [each.position for each in (before, more) if each.position is not None]
    return Sum(before.amount + more.amount, max(positions, default=None))


async def _complete(
    connection: AsyncConnection[Any],
    question: OrderQuestion,
    currency: str,
    sums: Mapping[Measure, Sum],
) -> Sums:
    """Put zeros where the period has no line, and the order that made them zeros, not no data."""
    nothing = Sum(Decimal(0), None)
    of_orders = (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS)
    ever, first = sums.get(Measure.ORDERS_EVER, nothing), None
    if all(sums.get(measure, nothing).position is None for measure in of_orders):
        parameters = question.parameters | {"currency": currency}
        cursor = await connection.execute(_FIRST_ORDER_SQL, parameters)
        (first,) = await cursor.fetchone() or (None,)
    return {measure: sums.get(measure, nothing) for measure in of_orders} | {
        Measure.ORDERS_EVER: Sum(ever.amount, first)
    }
