"""What is asked of KPIs: whose, of which period, as of which day, as known at which position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.evidence import Question
from domain.period import Period
from ledger.event_types import EventTypes
from projections.kpi_orders import OrderQuestion
from projections.kpi_scope import Scope, accounts_of
from projections.policies import read_policies


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, of which period, as of which day, as known at which position."""

    tenant_id: str
    scope: Scope
    period: Period
    as_of: date
    known_at: int


async def question_of(
    connection: AsyncConnection[Any], types: EventTypes, asked: Asked
) -> Question:
    """Return the question with the policies that were known at its position."""
    policies, _ = await read_policies(connection, types, asked.tenant_id, known_at=asked.known_at)
    return Question(asked.period, asked.as_of, policies)


async def members(
    connection: AsyncConnection[Any], asked: Asked, question: Question
) -> Sequence[UUID] | None:
    """Return whose figures they are: who belonged to the group on the last day that counts."""
    return await accounts_of(
        connection,
        asked.tenant_id,
        asked.scope,
        day=question.closing,
        known_at=asked.known_at,
    )


def order_question(
    asked: Asked, accounts: Sequence[UUID] | None, period: Period | None = None
) -> OrderQuestion:
    return OrderQuestion(
        asked.tenant_id, accounts, period or asked.period, asked.as_of, asked.known_at
    )
