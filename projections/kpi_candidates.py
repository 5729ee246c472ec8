"""The positions at which a figure may have changed, with what happened there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.check_in import CheckInCorrected, CheckInVoided
from domain.deal import DealCorrected, DealReversed
from domain.evidence_portfolios import PORTFOLIOS
from domain.kpi_definition import Definition
from domain.measurement import GoalMeasurementCorrected
from domain.order_book import OrderCancelled, OrderCorrected
from domain.policy_set import POLICIES
from domain.recurring_revenue import RecurringRevenueCorrected, RecurringRevenueVoided
from domain.survey import SurveyAnswerCorrected, SurveyAnswerVoided
from projections.kpi_asked import Asked
from projections.kpi_scope import ScopeKind

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

# An event that contributes, an order, who belongs to the group, or a policy.
_SQL: Final = """
    WITH candidate AS (
        SELECT position FROM projections.kpi_entry
        WHERE tenant_id = %(tenant_id)s AND name = ANY (%(names)s) {of_subjects}
        UNION
        SELECT position FROM projections.kpi_fact
        WHERE %(orders)s AND tenant_id = %(tenant_id)s AND effective_at < %(until)s {of_accounts}
        UNION
        SELECT superseded_by FROM projections.kpi_fact
        WHERE %(orders)s AND tenant_id = %(tenant_id)s AND effective_at < %(until)s {of_accounts}
          AND superseded_by IS NOT NULL
        UNION
        SELECT position FROM projections.account_change
        WHERE %(grouped)s AND tenant_id = %(tenant_id)s
        UNION
        SELECT position FROM ledger.event
        WHERE %(by_policy)s AND tenant_id = %(tenant_id)s AND stream_id = %(policies)s
    ), known AS (
        SELECT position, event.recorded_at, event.name, coalesce(
            event.effective_at < max(event.effective_at) OVER earlier, false) AS is_late
        FROM candidate JOIN ledger.event AS event USING (position)
        WHERE event.tenant_id = %(tenant_id)s AND position <= %(known_at)s
        WINDOW earlier AS (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT position, recorded_at, name, is_late FROM known
    WHERE position > %(after)s ORDER BY position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that may have changed a figure.

    `restates`: it takes back what was known, or is late: of a day before that of an earlier one.
    """

    position: int
    recorded_at: datetime
    event: str
    restates: bool


async def candidates(
    connection: AsyncConnection[Any],
    asked: Asked,
    definition: Definition,
    *,
    after: int,
    limit: int | None = None,
) -> Sequence[Candidate]:
    """Return them after a position, so many at the most, in the order of the log."""
    is_one = asked.scope.kind is ScopeKind.ACCOUNT
    names = {event.NAME for family in definition.families for event in family.events}
    of_portfolios = PORTFOLIOS in definition.families
    query = SQL(_SQL).format(
        of_subjects=SQL("AND subject_id = %(account_id)s" if is_one and not of_portfolios else ""),
        of_accounts=SQL("AND account_id = %(account_id)s" if is_one else ""),
    )
    parameters = {
        "tenant_id": asked.tenant_id,
        "names": sorted(names),
        "orders": definition.orders or definition.by_account,
        "until": asked.period.until,
        "account_id": asked.scope.account_id,
        "grouped": asked.scope.kind not in {ScopeKind.ACCOUNT, ScopeKind.TENANT},
        "by_policy": definition.policy is not None,
        "policies": POLICIES.id,
        "after": after,
        "known_at": asked.known_at,
        "limit": limit,
    }
    cursor = await connection.execute(query, parameters)
    return [
        Candidate(position, recorded_at, name, name in RESTATING or is_late)
        async for position, recorded_at, name, is_late in cursor
    ]
