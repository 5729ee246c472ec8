"""Relationships: with whom we are in touch, how often we mean to be, and when that is next due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.refusal import NotFound
from domain.relationship import RELATIONSHIP, RelationshipEnded, RelationshipStarted
from ledger.recorded import Recorded
from projections.check_ins import CHECK_INS
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page, where
from projections.row_view import Key, RowView


class RelationshipStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """One relationship as it stands; the columns of `projections.relationship`."""

    account_id: UUID
    relationship_id: UUID
    scope: str | None
    status: RelationshipStatus
    started_on: date
    ended_on: date | None
    cadence_every_days: int | None
    cadence_grace_days: int | None
    cadence_origin: CadenceOrigin | None
    cadence_policy_version: int | None
    last_check_in_on: date | None
    next_due_on: date | None
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class DueRow:
    """A relationship whose next check-in is due.

    `days_overdue` counts from the end of the days of grace; 0 while it is within them.
    """

    account_id: UUID
    relationship_id: UUID
    scope: str | None
    cadence_every_days: int
    cadence_grace_days: int
    last_check_in_on: date | None
    next_due_on: date
    days_overdue: int


def evolve(row: RelationshipRow | None, entry: Recorded) -> RelationshipRow:
    """Fold one entry into its relationship's row, but for what follows from the check-ins."""
    event, envelope = entry.event, entry.envelope
    if isinstance(event, RelationshipStarted):
        row = RelationshipRow(
            account_id=event.account_id,
            relationship_id=envelope.stream_id,
            scope=event.scope,
            status=RelationshipStatus.ACTIVE,
            started_on=event.started_on,
            ended_on=None,
            **_cadence(event.cadence),
            last_check_in_on=None,
            next_due_on=None,
            version=envelope.version,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{envelope.name} stands before {RelationshipStarted.NAME}")
    match event:
        case CadenceSet(now=cadence):
            row = replace(row, **_cadence(cadence))
        case RelationshipEnded(ended_on=ended_on):
            row = replace(row, status=RelationshipStatus.ENDED, ended_on=ended_on)
        case _:
            pass
    return replace(row, version=envelope.version, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == RELATIONSHIP.name else None


RELATIONSHIP_ROWS: Final = RowView(
    name="relationships",
    table="relationship",
    row=RelationshipRow,
    key=("relationship_id",),
    key_of=key_of,
    evolve=evolve,
)

_FOLLOW_CHECK_INS_SQL: Final = """
    UPDATE relationship
    SET last_check_in_on = standing.last_on,
        next_due_on = CASE WHEN relationship.status = 'active' THEN
            coalesce(standing.last_on, relationship.started_on)
            + relationship.cadence_every_days::integer
        END
    FROM (
        SELECT touched.relationship_id, max(check_in.held_on) AS last_on
        FROM unnest(%(ids)s::uuid[]) AS touched (relationship_id)
        LEFT JOIN check_in
            ON check_in.tenant_id = %(tenant_id)s AND check_in.status = 'held'
            AND check_in.relationship_id = touched.relationship_id
        GROUP BY touched.relationship_id
    ) AS standing
    WHERE relationship.tenant_id = %(tenant_id)s
    AND relationship.relationship_id = standing.relationship_id
"""


class Relationships:
    """Keeps relationships and their check-ins together: the one's last day follows the others'.

    A check-in that is corrected or void may leave an earlier one as the last; only the rows of all
    of them tell which.
    """

    name = RELATIONSHIP_ROWS.name
    tables = (*RELATIONSHIP_ROWS.tables, *CHECK_INS.tables)
    version = 1
    whole = RELATIONSHIP_ROWS.whole

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        touched = dict.fromkeys(key[0] for entry in entries if (key := key_of(entry)))
        if not touched:
            return
        await CHECK_INS.apply(connection, tenant_id, entries)
        await RELATIONSHIP_ROWS.apply(connection, tenant_id, entries)
        parameters = {"tenant_id": tenant_id, "ids": list(touched)}
        await connection.execute(_FOLLOW_CHECK_INS_SQL, parameters)


RELATIONSHIPS: Final = Relationships()

_ONE: Final = RELATIONSHIP_ROWS.select_from + where(
    ["tenant_id = %s", "account_id = %s", "relationship_id = %s"]
)
_NEWEST_FIRST: Final = DayOrder("started_on", "relationship_id")
_DUE_FIRST: Final = DayOrder("next_due_on", "relationship_id", newest_first=False)
_OF_OPEN_ACCOUNT: Final = (
    "EXISTS (SELECT FROM projections.account_overview AS account"
    " WHERE account.tenant_id = relationship.tenant_id"
    " AND account.account_id = relationship.account_id AND account.status = %s)"
)


async def find_relationship(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID, relationship_id: UUID
) -> RelationshipRow:
    """Return one relationship with an account.

    Raises:
        NotFound: the account has no such one, or the view does not hold it yet.
    """
    ids = (tenant_id, account_id, relationship_id)
    rows = await RELATIONSHIP_ROWS.select(connection, _ONE, ids)
    if not rows:
        raise NotFound(RELATIONSHIP.name, relationship_id)
    return rows[0]


async def list_relationships(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    account_id: UUID | None = None,
    status: RelationshipStatus | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[RelationshipRow]:
    """Return relationships, those started last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    return await list_by_day(
        RELATIONSHIP_ROWS,
        connection,
        tenant_id,
        order=_NEWEST_FIRST,
        wanted={"account_id": account_id, "status": status},
        after=after,
        limit=limit,
    )


async def list_due(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    as_of: date,
    account_id: UUID | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[DueRow]:
    """Return the relationships with open accounts that are due on a day, the longest due first.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    page = await list_by_day(
        RELATIONSHIP_ROWS,
        connection,
        tenant_id,
        order=_DUE_FIRST,
        wanted={"account_id": account_id},
        beside=[("next_due_on <= %s", as_of), (_OF_OPEN_ACCOUNT, "open")],
        after=after,
        limit=limit,
    )
    due = [_due(row, row.next_due_on, as_of) for row in page.rows if row.next_due_on is not None]
    return Page(due, page.next)


def _due(row: RelationshipRow, next_due_on: date, as_of: date) -> DueRow:
    grace_days = row.cadence_grace_days or 0
    overdue = as_of - next_due_on - timedelta(days=grace_days)
    return DueRow(
        account_id=row.account_id,
        relationship_id=row.relationship_id,
        scope=row.scope,
        cadence_every_days=row.cadence_every_days or 0,
        cadence_grace_days=grace_days,
        last_check_in_on=row.last_check_in_on,
        next_due_on=next_due_on,
        days_overdue=max(0, overdue.days),
    )


def _cadence(cadence: Cadence | None) -> dict[str, Any]:
    return {
        "cadence_every_days": cadence and cadence.every_days,
        "cadence_grace_days": cadence and cadence.grace_days,
        "cadence_origin": cadence and cadence.origin,
        "cadence_policy_version": cadence and cadence.policy_version,
    }
