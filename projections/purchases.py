"""What customers have bought in one currency, day by day: what lifetime value is reckoned from.

Orders that are cancelled as of the day do not count, those of 0.00 do. Refunds take nothing off:
they stand on days of their own, belong to no purchase, and neither make one nor undo it (ADR 0032).
"""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.purchase_history import PurchaseHistory, purchase_history

# Refunds are the facts below 0: an order has 0 or more, and a refund less than 0.
_PURCHASES_SQL: Final = SQL("""
    SELECT account_id, currency, effective_at, sum(amount)
    FROM projections.kpi_fact
    WHERE tenant_id = %(tenant_id)s AND {whose} AND measure = 'revenue' AND amount >= 0
      AND effective_at <= %(as_of)s AND position <= %(known_at)s
      AND (superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s) IS NOT TRUE
    GROUP BY account_id, currency, effective_at ORDER BY account_id, currency, effective_at
""")
_IN_CURRENCY: Final = _PURCHASES_SQL.format(whose=SQL("currency = %(currency)s"))
_OF_ACCOUNT: Final = _PURCHASES_SQL.format(whose=SQL("account_id = %(account_id)s"))
_ROWS_AT_ONCE: Final = 10_000


async def customers(
    connection: AsyncConnection[Any], tenant_id: str, currency: str, *, as_of: date, known_at: int
) -> AsyncIterator[tuple[date, PurchaseHistory]]:
    """Yield the first day and the history of every account with an order in the currency.

    The rows come in portions: there may be millions. An account that buys in two currencies is a
    customer in each.
    """
    asked = {"tenant_id": tenant_id, "currency": currency, "as_of": as_of, "known_at": known_at}
    async with (
        connection.transaction(),
        connection.cursor(f"purchases_{uuid4().hex}") as cursor,
    ):
        cursor.itersize = _ROWS_AT_ONCE
        await cursor.execute(_IN_CURRENCY, asked)
        whose: UUID | None = None
        bought: list[tuple[date, Decimal]] = []
        async for account_id, _, day, amount in cursor:
            if account_id != whose:
                for each in _summed_up(bought, as_of):
                    yield each
                whose, bought = account_id, []
            bought.append((day, amount))
        for each in _summed_up(bought, as_of):
            yield each


async def histories_of_account(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    *,
    as_of: date,
    known_at: int,
) -> dict[str, PurchaseHistory]:
    """Return the history of one account in each currency that it has bought in."""
    asked = {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "as_of": as_of,
        "known_at": known_at,
    }
    bought: dict[str, list[tuple[date, Decimal]]] = {}
    async for _, currency, day, amount in await connection.execute(_OF_ACCOUNT, asked):
        bought.setdefault(currency, []).append((day, amount))
    return {
        currency: history
        for currency, purchases in bought.items()
        if (history := purchase_history(purchases, until=as_of)) is not None
    }


def _summed_up(
    bought: list[tuple[date, Decimal]], as_of: date
) -> list[tuple[date, PurchaseHistory]]:
    history = purchase_history(bought, until=as_of)
    return [] if history is None else [(bought[0][0], history)]
