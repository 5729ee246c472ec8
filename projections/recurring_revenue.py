"""Recurring revenue as it stood on any day, as known at any position, and how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL
from pydantic import Field

from domain.recurring_revenue import MovementKind
from domain.refusal import NotFound
from domain.words import PRINTED
from projections.page import Page, day_and_id, page_of


@dataclass(frozen=True, slots=True)
class RecurringRow:
    """One line of recurring revenue as of a day; `monthly` is 0 once it has ended.

    `latest` is the movement that led here, of the day `since`.
    """

    recurring_id: UUID
    account_id: UUID
    product_line: str
    deal_id: UUID | None
    starts_on: date
    monthly: Decimal
    currency: str
    latest: MovementKind
    since: date
    position: int


Words = Annotated[str | None, Field(max_length=120, pattern=PRINTED)]


@dataclass(frozen=True, slots=True)
class RecurringFilter:
    """What lines have in common; None: it does not matter. `running`: something is paid."""

    running: bool | None = None
    product_line: Words = None
    currency: Words = None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement that counts: by how much the monthly amount changed, and on which day."""

    moved_on: date
    kind: MovementKind
    was: Decimal
    now: Decimal
    change: Decimal
    currency: str
    reason_code: str | None
    position: int


# What counts of each line at a position: a correction takes the place of the movement before it,
# and a voided line has none.
_COUNTING: Final[LiteralString] = """
WITH known AS (
    SELECT *, coalesce(lead(restates) OVER line, false) AS restated,
           bool_or(voids) OVER whole AS is_void
    FROM projections.recurring_movement
    WHERE tenant_id = %(tenant_id)s AND position <= %(known_at)s
      AND (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s::uuid)
      AND (%(recurring_id)s::uuid IS NULL OR recurring_id = %(recurring_id)s::uuid)
    WINDOW line AS (PARTITION BY recurring_id ORDER BY position),
           whole AS (PARTITION BY recurring_id)
), counting AS (
    SELECT * FROM known WHERE NOT restated AND NOT is_void AND moved_on <= %(as_of)s
)
"""

_LINES: Final = SQL(_COUNTING) + SQL("""
, line AS (
    SELECT DISTINCT ON (counting.recurring_id)
        counting.recurring_id, counting.account_id, begun.product_line, begun.deal_id,
        first_value(counting.moved_on) OVER way AS starts_on,
        counting.now, counting.currency, counting.kind, counting.moved_on AS since,
        counting.position
    FROM counting
    JOIN known AS begun
      ON begun.recurring_id = counting.recurring_id AND begun.product_line IS NOT NULL
    WINDOW way AS (PARTITION BY counting.recurring_id ORDER BY counting.position)
    ORDER BY counting.recurring_id, counting.position DESC
)
SELECT * FROM line
WHERE (%(running)s::boolean IS NULL OR (now > 0) = %(running)s::boolean)
  AND (%(product_line)s::text IS NULL OR product_line = %(product_line)s::text)
  AND (%(currency)s::text IS NULL OR currency = %(currency)s::text)
  AND (%(after_day)s::date IS NULL
       OR (starts_on, recurring_id) < (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY starts_on DESC, recurring_id DESC
LIMIT %(limit)s
""")

_MOVEMENTS: Final = SQL(_COUNTING) + SQL("""
SELECT moved_on, kind, was, now, now - was, currency, reason_code, position
FROM counting ORDER BY position
""")


async def recurring_lines(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    account_id: UUID | None,
    wanted: RecurringFilter,
    as_of: date,
    known_at: int,
    after: str | None = None,
    limit: int = 100,
) -> Page[RecurringRow]:
    """Return lines that had begun by a day, those begun last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    after_day, after_id = (None, None) if after is None else day_and_id(after)
    parameters = {
        **_question(tenant_id, account_id, None, as_of, known_at),
        "running": wanted.running,
        "product_line": wanted.product_line,
        "currency": wanted.currency,
        "after_day": after_day,
        "after_id": after_id,
        "limit": limit + 1,
    }
    cursor = await connection.execute(_LINES, parameters)
    rows = [
        RecurringRow(
            recurring_id=line[0],
            account_id=line[1],
            product_line=line[2],
            deal_id=line[3],
            starts_on=line[4],
            monthly=line[5],
            currency=line[6],
            latest=MovementKind(line[7]),
            since=line[8],
            position=line[9],
        )
        for line in await cursor.fetchall()
    ]
    return page_of(rows, limit, lambda row: (row.starts_on, row.recurring_id))


async def recurring_movements(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    account_id: UUID,
    recurring_id: UUID,
    as_of: date,
    known_at: int,
) -> Sequence[MovementRow]:
    """Return the movements of one line that count, in their order.

    Raises:
        NotFound: the account has no such line, or none that counted then.
    """
    parameters = _question(tenant_id, account_id, recurring_id, as_of, known_at)
    cursor = await connection.execute(_MOVEMENTS, parameters)
    rows = [
        MovementRow(line[0], MovementKind(line[1]), *line[2:]) for line in await cursor.fetchall()
    ]
    if not rows:
        raise NotFound("recurring-revenue", recurring_id)
    return rows


def _question(
    tenant_id: str, account_id: UUID | None, recurring_id: UUID | None, as_of: date, known_at: int
) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "recurring_id": recurring_id,
        "as_of": as_of,
        "known_at": known_at,
    }
