"""The tier review: which accounts would keep their tier on a day, if more were asked of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from domain.period import trailing_twelve_months
from domain.policy import TierCriteria
from domain.tier import Tier, TierCriterion
from domain.tier_review import Shortfall, TierConditions, TierGrounds, shortfalls
from projections.page import Page, name_and_id, page_of

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class TierReviewShown:
    """An account of a tier, what it has to show for it on the day, and what it falls short of."""

    account_id: UUID
    name: str
    tier: Tier
    since: date
    manager_id: UUID | None
    criteria: tuple[TierCriterion, ...]
    fit: Decimal | None
    revenue: Decimal | None
    """Of the twelve months up to the day; null: none, or no currency was given."""
    keeps: bool
    falls_short_of: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class TierQuestion:
    """What is asked of which accounts, as of a day; `keeps`: only those that would, or would not.

    `policy` is the one in force on the day; `currency` that of revenue (None: not looked at).
    """

    as_of: date
    policy: TierCriteria
    conditions: TierConditions
    tiers: Collection[Tier]
    currency: str | None = None
    keeps: bool | None = None


_ACCOUNTS_SQL: Final = """
    SELECT a.account_id, a.name, a.name_folded, a.manager_id, held.tier, held.granted_on,
           held.criteria, fit.total AS fit, sold.revenue
    FROM (
        SELECT DISTINCT ON (account_id) account_id, tier, criteria, granted_on
        FROM projections.tier_grant
        WHERE tenant_id = %(tenant_id)s AND granted_on <= %(as_of)s
        ORDER BY account_id, granted_on DESC, position DESC
    ) AS held
    JOIN projections.account_overview AS a
      ON a.tenant_id = %(tenant_id)s AND a.account_id = held.account_id
    LEFT JOIN LATERAL (
        SELECT total FROM projections.fit_score AS f
        WHERE f.tenant_id = a.tenant_id AND f.account_id = a.account_id
          AND f.scored_on <= %(as_of)s
        ORDER BY f.scored_on DESC, f.position DESC LIMIT 1
    ) AS fit ON true
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS revenue FROM projections.kpi_fact AS k
        WHERE k.tenant_id = a.tenant_id AND k.account_id = a.account_id
          AND k.measure = 'revenue' AND k.currency = %(currency)s
          AND k.effective_at BETWEEN %(first)s AND %(as_of)s
          AND NOT coalesce(k.superseded_from <= %(as_of)s, false)
    ) AS sold ON true
    WHERE held.tier = ANY(%(tiers)s)
      AND a.merged_into IS NULL AND (a.closed_on IS NULL OR a.closed_on > %(as_of)s)
      AND (a.name_folded, a.account_id) > (%(name)s, %(account_id)s)
    ORDER BY a.name_folded, a.account_id LIMIT %(batch)s
"""
_BEFORE_ALL: Final = ("", UUID(int=0))


async def review_tiers(
    connection: AsyncConnection[Any],
    tenant_id: str,
    question: TierQuestion,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[TierReviewShown]:
    """Return accounts that were of these tiers on the day, in the order of their names.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    place = _BEFORE_ALL if after is None else name_and_id(after)
    found: list[tuple[tuple[str, UUID], TierReviewShown]] = []
    while len(found) <= limit:
        rows = await _accounts(connection, tenant_id, question, place)
        shown = [((row["name_folded"], row["account_id"]), _shown(row, question)) for row in rows]
        found += [each for each in shown if question.keeps in (None, each[1].keeps)]
        if len(rows) < _BATCH:
            break
        place = shown[-1][0]
    page = page_of(found[: limit + 1], limit, lambda each: each[0])
    return Page([row for _, row in page.rows], page.next)


async def _accounts(
    connection: AsyncConnection[Any],
    tenant_id: str,
    question: TierQuestion,
    place: tuple[str, UUID],
) -> Sequence[dict[str, Any]]:
    name, account_id = place
    parameters = {
        "tenant_id": tenant_id,
        "as_of": question.as_of,
        "first": trailing_twelve_months(question.as_of).first,
        "currency": question.currency,
        "tiers": list(map(str, question.tiers)),
        "name": name,
        "account_id": account_id,
        "batch": _BATCH,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_ACCOUNTS_SQL, parameters)
        return await cursor.fetchall()


def _shown(row: dict[str, Any], question: TierQuestion) -> TierReviewShown:
    tier = Tier(row["tier"])
    criteria = tuple(map(TierCriterion, row["criteria"]))
    grounds = TierGrounds(criteria, row["fit"], row["revenue"])
    short = shortfalls(grounds, question.conditions, question.policy.requirement(tier))
    return TierReviewShown(
        account_id=row["account_id"],
        name=row["name"],
        tier=tier,
        since=row["granted_on"],
        manager_id=row["manager_id"],
        criteria=criteria,
        fit=row["fit"],
        revenue=row["revenue"],
        keeps=not short,
        falls_short_of=tuple(short),
    )
