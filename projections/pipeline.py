"""The pipeline: what was being sold on any day, by stage and kind, as known at any position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.deal_terms import DealKind, DealStage


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """The open deals of one stage and kind in one currency.

    `weighted` is the sum of each amount times its probability: the deal's own, or its stage's.
    """

    stage: DealStage
    kind: DealKind
    currency: str
    deals: int
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True)
class PipelineFilter:
    """Whose deals, and expected to close when; None: it does not matter."""

    account_id: UUID | None = None
    owner_id: UUID | None = None
    kind: DealKind | None = None
    closing_from: date | None = None
    closing_until: date | None = None


# Each column of a deal is what the event recorded last says of it, among those that had taken
# effect by the day. A corrected day of a win moves the win itself: what it restates does not count.
_SQL: Final = """
WITH known AS (
    SELECT deal_id, position, effective_at, changed, status, kind, stage, amount, currency,
           expected_close_on, probability, owner_id,
           status IS NOT NULL AND coalesce(lead(restates) OVER statuses, false) AS restated
    FROM projections.deal_change
    WHERE tenant_id = %(tenant_id)s AND position <= %(known_at)s
      AND (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s::uuid)
    WINDOW statuses AS (PARTITION BY deal_id, status IS NULL ORDER BY position)
), deal AS (
    SELECT deal_id,
           (array_agg(status ORDER BY position DESC)
               FILTER (WHERE 'status' = ANY (changed) AND NOT restated))[1] AS status,
           (array_agg(kind ORDER BY position DESC)
               FILTER (WHERE 'kind' = ANY (changed)))[1] AS kind,
           (array_agg(stage ORDER BY position DESC)
               FILTER (WHERE 'stage' = ANY (changed)))[1] AS stage,
           (array_agg(amount ORDER BY position DESC)
               FILTER (WHERE 'amount' = ANY (changed)))[1] AS amount,
           (array_agg(currency ORDER BY position DESC)
               FILTER (WHERE 'amount' = ANY (changed)))[1] AS currency,
           (array_agg(expected_close_on ORDER BY position DESC)
               FILTER (WHERE 'expected_close_on' = ANY (changed)))[1] AS expected_close_on,
           (array_agg(probability ORDER BY position DESC)
               FILTER (WHERE 'probability' = ANY (changed)))[1] AS probability,
           (array_agg(owner_id ORDER BY position DESC)
               FILTER (WHERE 'owner_id' = ANY (changed)))[1] AS owner_id
    FROM known
    WHERE effective_at <= %(as_of)s
    GROUP BY deal_id
)
SELECT deal.stage, deal.kind, deal.currency, count(*), trim_scale(sum(deal.amount)),
       trim_scale(sum(deal.amount * coalesce(deal.probability, usual.probability, 0) * 0.01))
FROM deal
LEFT JOIN unnest(%(stages)s::text[], %(probabilities)s::numeric[])
    AS usual (stage, probability) ON usual.stage = deal.stage
WHERE deal.status = 'open'
  AND (%(owner_id)s::uuid IS NULL OR deal.owner_id = %(owner_id)s::uuid)
  AND (%(kind)s::text IS NULL OR deal.kind = %(kind)s::text)
  AND (%(closing_from)s::date IS NULL OR deal.expected_close_on >= %(closing_from)s::date)
  AND (%(closing_until)s::date IS NULL OR deal.expected_close_on <= %(closing_until)s::date)
GROUP BY deal.stage, deal.kind, deal.currency
"""

_STAGES: Final = list(DealStage)
_KINDS: Final = list(DealKind)


async def pipeline(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: PipelineFilter,
    probabilities: Mapping[DealStage, Decimal],
    as_of: date,
    known_at: int,
) -> Sequence[PipelineRow]:
    """Return the open deals by stage, kind and currency, the earliest stage first.

    `probabilities`: in percent, of a deal that has none of its own.
    """
    parameters = {
        "tenant_id": tenant_id,
        "known_at": known_at,
        "as_of": as_of,
        "account_id": wanted.account_id,
        "owner_id": wanted.owner_id,
        "kind": wanted.kind and wanted.kind.value,
        "closing_from": wanted.closing_from,
        "closing_until": wanted.closing_until,
        "stages": [stage.value for stage in probabilities],
        "probabilities": list(probabilities.values()),
    }
    cursor = await connection.execute(_SQL, parameters)
    rows = [
        PipelineRow(DealStage(stage), DealKind(kind), currency, deals, amount, weighted)
        async for stage, kind, currency, deals, amount, weighted in cursor
    ]
    return sorted(
        rows, key=lambda row: (_STAGES.index(row.stage), _KINDS.index(row.kind), row.currency)
    )
