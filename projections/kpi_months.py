"""The measures of every account in every month at once, for reports and for verification."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

_MONTHS_SQL: Final = """
    SELECT account_id, date_trunc('month', effective_at::timestamp)::date AS month, currency,
           coalesce(sum(amount) FILTER (WHERE measure = 'revenue' AND amount > 0), 0),
           coalesce(-sum(amount) FILTER (WHERE measure = 'revenue' AND amount < 0), 0),
           coalesce(sum(amount) FILTER (WHERE measure = 'orders'), 0)::bigint
    FROM projections.kpi_fact
    WHERE tenant_id = %(tenant_id)s AND effective_at <= %(as_of)s AND position <= %(known_at)s
      AND (superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s) IS NOT TRUE
    GROUP BY account_id, month, currency ORDER BY account_id, month, currency
"""


@dataclass(frozen=True, slots=True)
class AccountMonth:
    """What one account's facts of one currency add up to in a month that has any."""

    account_id: UUID
    month: date
    currency: str
    order_amount: Decimal
    refund_amount: Decimal
    orders: int

    @property
    def revenue(self) -> Decimal:
        return self.order_amount - self.refund_amount


async def account_months(
    connection: AsyncConnection[Any], tenant_id: str, *, as_of: date, known_at: int
) -> AsyncIterator[AccountMonth]:
    """Yield every account and month with facts that count, in that order."""
    parameters = {"tenant_id": tenant_id, "as_of": as_of, "known_at": known_at}
    cursor = await connection.execute(_MONTHS_SQL, parameters)
    async for row in cursor:
        yield AccountMonth(*row)
