"""Lists of accounts: by what they have in common, in the order of one of several columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from pydantic import Field

from domain.tier import Tier
from domain.words import PRINTED
from projections.account_overview import (
    ACCOUNT_OVERVIEW,
    AccountOverview,
    AccountStatus,
    folded,
)
from projections.page import Page
from projections.row_list import Condition
from projections.sorted_list import Order, SortedList, day

Words = Annotated[str | None, Field(max_length=255, pattern=PRINTED)]
Staff = Annotated[int | None, Field(ge=0, le=2**53)]


class AccountSort(StrEnum):
    """The order of a list; with a minus the other way round. What is not known comes last."""

    NAME = "name"
    NAME_BACK = "-name"
    OPENED = "opened_on"
    OPENED_BACK = "-opened_on"
    TIER = "tier"
    TIER_BACK = "-tier"
    TIER_SINCE = "tier_since"
    TIER_SINCE_BACK = "-tier_since"
    EMPLOYEES = "employees"
    EMPLOYEES_BACK = "-employees"


_TIERS: Final = list(Tier)
_RANK: Final = "array_position(ARRAY['prospect', 'sales', 'key', 'strategic'], tier)"

_LIST: Final = SortedList(
    ACCOUNT_OVERVIEW,
    id="account_id",
    orders={
        "name": Order("name_folded", "text", lambda row: row.name_folded),
        "opened_on": Order("opened_on", "date", lambda row: row.opened_on, day),
        "tier": Order(_RANK, "integer", lambda row: _TIERS.index(row.tier) + 1, int),
        "tier_since": Order("tier_since", "date", lambda row: row.tier_since, day),
        "employees": Order("employees", "bigint", lambda row: row.employees, int),
    },
)

_CONDITIONS: Final[Mapping[str, str]] = {
    "tier": "tier = %s",
    "status": "status = %s",
    "manager_id": "manager_id = %s",
    "industry": "industry = %s",
    "territory": "territory = %s",
    "country": "country = %s",
    "employees_from": "employees >= %s",
    "employees_to": "employees <= %s",
    "overdue_as_of": (
        "status = 'open' AND EXISTS (SELECT FROM projections.relationship AS line "
        "WHERE line.tenant_id = account_overview.tenant_id "
        "AND line.account_id = account_overview.account_id AND line.status = 'active' "
        "AND line.next_due_on + coalesce(line.cadence_grace_days, 0)::integer < %s)"
    ),
}


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the accounts of a list have in common; None: it does not matter.

    `name`: how the name begins. `overdue_as_of`: a check-in was overdue on that day.
    """

    tier: Tier | None = None
    status: AccountStatus | None = None
    manager_id: UUID | None = None
    industry: Words = None
    territory: Words = None
    country: Words = None
    employees_from: Staff = None
    employees_to: Staff = None
    overdue_as_of: date | None = None
    name: Words = None


async def list_accounts(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: AccountFilter,
    sort: AccountSort = AccountSort.NAME,
    after: str | None = None,
    limit: int = 100,
) -> Page[AccountOverview]:
    """Return accounts in an order, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list in this order.
    """
    return await _LIST.page(
        connection, tenant_id, sort, _conditions(wanted), after=after, limit=limit
    )


def _conditions(wanted: AccountFilter) -> Sequence[Condition]:
    conditions: list[Condition] = [
        (condition, [value.value if isinstance(value, StrEnum) else value])
        for name, condition in _CONDITIONS.items()
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.name is not None:
        # A range and no pattern: any text may be looked for, and the index serves it.
        prefix = folded(wanted.name)
        conditions.append(
            ("name_folded >= %s AND name_folded < %s || chr(1114111)", [prefix, prefix])
        )
    return conditions
