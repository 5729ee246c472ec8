"""Segments: how many open accounts there are of each industry, territory, country, size or tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL


class SegmentBy(StrEnum):
    """By what accounts are put together.

    Sizes are those of the European Commission's Recommendation 2003/361/EC, by staff alone: micro
    below 10, small below 50, medium below 250, large from 250 on.
    """

    INDUSTRY = "industry"
    TERRITORY = "territory"
    COUNTRY = "country"
    SIZE = "size"
    TIER = "tier"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """The open accounts of one segment; `segment` is None where it is not known."""

    segment: str | None
    accounts: int
    prospect: int
    sales: int
    key: int
    strategic: int


SIZE_SQL: Final[LiteralString] = (
    "CASE WHEN employees < 10 THEN 'micro' WHEN employees < 50 THEN 'small' "
    "WHEN employees < 250 THEN 'medium' WHEN employees >= 250 THEN 'large' END"
)

_SEGMENT: Final[Mapping[SegmentBy, LiteralString]] = {
    SegmentBy.INDUSTRY: "industry",
    SegmentBy.TERRITORY: "territory",
    SegmentBy.COUNTRY: "country",
    SegmentBy.SIZE: SIZE_SQL,
    SegmentBy.TIER: "tier",
    SegmentBy.MANAGER: "manager_id::text",
}

_SQL: Final = SQL("""
SELECT {segment} AS segment, count(*),
       count(*) FILTER (WHERE tier = 'prospect'), count(*) FILTER (WHERE tier = 'sales'),
       count(*) FILTER (WHERE tier = 'key'), count(*) FILTER (WHERE tier = 'strategic')
FROM projections.account_overview
WHERE tenant_id = %(tenant_id)s AND status = 'open'
  AND (%(manager_id)s::uuid IS NULL OR manager_id = %(manager_id)s::uuid)
GROUP BY 1
ORDER BY 2 DESC, 1 NULLS LAST
""")


async def segments(
    connection: AsyncConnection[Any], tenant_id: str, *, by: SegmentBy, manager_id: UUID | None
) -> Sequence[SegmentRow]:
    """Return every segment that has an open account, the largest first."""
    query = _SQL.format(segment=SQL(_SEGMENT[by]))
    parameters = {"tenant_id": tenant_id, "manager_id": manager_id}
    cursor = await connection.execute(query, parameters)
    return [SegmentRow(*line) async for line in cursor]
