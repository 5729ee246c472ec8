"""Lists of accounts: by tier, status, manager, industry, territory or the beginning of the name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.tier import Tier
from projections.account_overview import (
    ACCOUNT_OVERVIEW,
    AccountOverview,
    AccountStatus,
    folded,
)
from projections.page import Page, name_and_id, page_of, where

_IN_ORDER: Final = SQL(" ORDER BY name_folded, account_id LIMIT %s")


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the accounts of a list have in common; None: it does not matter."""

    tier: Tier | None = None
    status: AccountStatus | None = None
    manager_id: UUID | None = None
    industry: str | None = None
    territory: str | None = None
    name_prefix: str | None = None


async def list_accounts(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: AccountFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[AccountOverview]:
    """Return accounts in the order of their names, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions, parameters = ["tenant_id = %s"], [tenant_id, *_parameters(wanted)]
    conditions += _conditions(wanted)
    if after is not None:
        conditions.append("(name_folded, account_id) > (%s, %s)")
        parameters += name_and_id(after)
    query = ACCOUNT_OVERVIEW.select_from + where(conditions) + _IN_ORDER
    rows = await ACCOUNT_OVERVIEW.select(connection, query, (*parameters, limit + 1))
    return page_of(rows, limit, lambda row: (row.name_folded, row.account_id))


def _conditions(wanted: AccountFilter) -> Sequence[str]:
    conditions = [
        f"{column} = %s"
        for column in ("tier", "status", "manager_id", "industry", "territory")
        if getattr(wanted, column) is not None
    ]
    if wanted.name_prefix is not None:
        # A range and no pattern: any text may be looked for, and the index serves it.
        conditions += ["name_folded >= %s", "name_folded < %s || chr(1114111)"]
    return conditions


def _parameters(wanted: AccountFilter) -> Sequence[Any]:
    given = [
        wanted.tier and wanted.tier.value,
        wanted.status and wanted.status.value,
        wanted.manager_id,
        wanted.industry,
        wanted.territory,
    ]
    parameters: list[Any] = [value for value in given if value is not None]
    if wanted.name_prefix is not None:
        parameters += [folded(wanted.name_prefix)] * 2
    return parameters
