"""Which changes of a figure restate it: those by which an earlier value was not the whole truth."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.check_in import CheckInCorrected, CheckInVoided
from domain.deal import DealCorrected, DealReversed
from domain.measurement import GoalMeasurementCorrected
from domain.order_book import OrderCancelled, OrderCorrected
from domain.recurring_revenue import RecurringRevenueCorrected, RecurringRevenueVoided
from domain.survey import SurveyAnswerCorrected, SurveyAnswerVoided

RESTATING: Final = frozenset(
    event.NAME
    for event in (
        CheckInCorrected,
        CheckInVoided,
        DealCorrected,
        DealReversed,
        GoalMeasurementCorrected,
        OrderCancelled,
        OrderCorrected,
        RecurringRevenueCorrected,
        RecurringRevenueVoided,
        SurveyAnswerCorrected,
        SurveyAnswerVoided,
    )
)
"""Corrections, cancellations, reversals and voidings."""

_EVENTS_SQL: Final = """
    SELECT position, name, effective_at FROM ledger.event
    WHERE tenant_id = %s AND position = ANY (%s) ORDER BY position
"""
_LATEST_SQL: Final = """
    SELECT max(effective_at) FROM ledger.event
    WHERE tenant_id = %s AND account_id = %s AND position <= %s
"""


async def restating(
    connection: AsyncConnection[Any],
    tenant_id: str,
    positions: Sequence[int],
    *,
    account_id: UUID | None,
    after: int,
) -> Mapping[int, tuple[str, bool]]:
    """Tell the name of the event at each position, and whether it restates what was known before.

    It does if it takes something back, or if it is late: of a day before that of an event known
    earlier, of those that changed the figure, and of all of the account up to the position `after`.
    """
    latest = date.min
    if account_id is not None and after > 0:
        cursor = await connection.execute(_LATEST_SQL, (tenant_id, account_id, after))
        (known,) = await cursor.fetchone() or (None,)
        latest = known or date.min
    found: dict[int, tuple[str, bool]] = {}
    cursor = await connection.execute(_EVENTS_SQL, (tenant_id, sorted(set(positions))))
    async for position, name, effective_at in cursor:
        found[position] = name, name in RESTATING or effective_at < latest
        latest = max(latest, effective_at)
    return found
