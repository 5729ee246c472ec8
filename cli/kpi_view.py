"""What `tenure explain` and `tenure plot` ask for: a KPI of one account, as of a day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from api.business_day import BusinessDays, today
from cli.serve import prepared_database
from domain import period as periods
from domain.kpi_definition import Definition
from domain.kpi_definitions import OF_ACCOUNTS, definition_of
from domain.refusal import NoSuch
from ledger.event_types import EventTypes
from ledger.ledger import open_ledger
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.account_overview import folded
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_asked import Asked
from projections.kpi_scope import Scope, ScopeKind

KpiName = Annotated[str, typer.Argument(metavar="KPI", help="such as net-promoter-score")]
AccountName = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="its id, its name, or system:id of another system")
]
PeriodOption = Annotated[
    str, typer.Option("--period", help="2026-05, 2026-Q2, 2026, ttm@2026-05-31 or lifetime")
]
AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="a day; today by default")
]
KnownAtOption = Annotated[
    int | None, typer.Option("--known-at", min=1, help="a position; all there is by default")
]

_ACCOUNTS_SQL: Final = """
    SELECT account_id, name FROM projections.account_overview
    WHERE tenant_id = %(tenant_id)s AND (account_id::text = %(text)s
        OR name_folded = %(folded)s OR %(text)s = ANY (external_references))
    ORDER BY account_id LIMIT 10
"""


@dataclass(frozen=True, slots=True)
class View:
    """A connection to the views, level with the log, and what is asked of them."""

    connection: AsyncConnection[Any]
    types: EventTypes
    asked: Asked
    definition: Definition
    account_name: str


@asynccontextmanager
async def kpi_view(
    url: str,
    settings: Settings,
    *,
    kpi: str,
    account: str,
    period: str,
    as_of: date | None,
    known_at: int | None,
) -> AsyncIterator[View]:
    """Bring the views level, and find what is asked for.

    Raises:
        typer.BadParameter: there is no such KPI, period or account, there are several, or the day
            is still to come in the tenant's time zone.
    """
    definition, wanted = _definition(kpi), _period(period)
    async with open_ledger(url, settings) as ledger:
        async with Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION) as engine:
            head = await engine.catch_up(DEFAULT_TENANT)
        if known_at is not None and known_at > head:
            raise typer.BadParameter(f"position {known_at} is beyond the log's end, {head}")
        await BusinessDays(ledger.pool, ledger.types).use(DEFAULT_TENANT)
        if as_of is not None and as_of > today():
            raise typer.BadParameter(f"{as_of} is still to come; today is {today()}")
        async with ledger.pool.connection() as connection:
            account_id, name = await account_named(connection, account)
            asked = Asked(
                DEFAULT_TENANT,
                Scope(ScopeKind.ACCOUNT, str(account_id)),
                wanted,
                as_of or today(),
                known_at or head,
            )
            yield View(connection, ledger.types, asked, definition, name)


@asynccontextmanager
async def opened_view(
    kpi: str, account: str, period: str, as_of: datetime | None, known_at: int | None
) -> AsyncIterator[View]:
    """Open the database of the settings, and the view in it."""
    settings = load_settings()
    with prepared_database(settings, keep_running=True) as url:
        async with kpi_view(
            url,
            settings,
            kpi=kpi,
            account=account,
            period=period,
            as_of=as_of.date() if as_of else None,
            known_at=known_at,
        ) as view:
            yield view


def _definition(name: str) -> Definition:
    try:
        return definition_of(name, OF_ACCOUNTS)
    except NoSuch as error:
        raise typer.BadParameter(str(error)) from error


def _period(text: str) -> periods.Period:
    try:
        return periods.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


async def account_named(connection: AsyncConnection[Any], text: str) -> tuple[UUID, str]:
    """Return the account of an id, a name or a reference, and its name.

    Raises:
        typer.BadParameter: there is none, or there are several.
    """
    parameters = {"tenant_id": DEFAULT_TENANT, "text": text, "folded": folded(text)}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_ACCOUNTS_SQL, parameters)
        rows = await cursor.fetchall()
    if not rows:
        raise typer.BadParameter(f"there is no account {text}; give its id, or its whole name")
    if len(rows) > 1:
        ids = ", ".join(str(row["account_id"]) for row in rows)
        raise typer.BadParameter(f"there are several accounts {text}; give one of the ids {ids}")
    return rows[0]["account_id"], rows[0]["name"]
