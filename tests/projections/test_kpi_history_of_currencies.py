"""The history of a figure that is known in a currency, and then no longer."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.kpi import DEAL_REVENUE, GROSS_REVENUE_RETENTION, Kpi
from domain.kpi_definitions import DEFINITIONS
from domain.money import Money
from domain.period import Period, month_of
from domain.recurring_revenue import (
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
)
from projections import kpi_history
from projections.kpi_asked import Asked
from projections.kpi_scope import Scope, ScopeKind
from tests.projections.connections import projecting
from tests.projections.kpi_questions import Connection, project
from tests.projections.log import TENANT, TYPES, Log

pytestmark = pytest.mark.anyio
ACME, EURO_LINE, DOLLAR_LINE = UUID(int=1), UUID(int=2), UUID(int=3)
JANUARY, MARCH = date(2026, 1, 10), date(2026, 3, 20)


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with projecting(database_url) as connection:
        yield connection


def start(log: Log, line: UUID, currency: str) -> int:
    monthly = Money(amount=Decimal(100), currency=currency)
    terms = RecurringTerms(product_line="support", monthly=monthly, starts_on=JANUARY)
    started = RecurringRevenueStarted(recurring_id=line, terms=terms)
    return log.add(started, account_id=ACME, on=JANUARY)


def void(log: Log, line: UUID) -> int:
    return log.add(RecurringRevenueVoided(recurring_id=line), account_id=ACME, on=MARCH)


async def changes(
    connection: Connection, kpi: Kpi, period: Period, *, limit: int = 1000
) -> Sequence[tuple[int | None, str | None, Decimal | None]]:
    """Return position, currency and value of every change, page after page."""
    scope = Scope(ScopeKind.ACCOUNT, str(ACME))
    asked = Asked(TENANT, scope, period, MARCH, 10**9)
    found: list[tuple[int | None, str | None, Decimal | None]] = []
    after: int | None = 0
    while after is not None:
        page = await kpi_history.history(
            connection, TYPES, asked, DEFINITIONS[kpi.name], after=after, limit=limit
        )
        found += [
            (each.figure.position, each.figure.currency, each.figure.value) for each in page.changes
        ]
        after = page.next
    return found


@pytest.mark.parametrize("limit", [1, 2, 1000])
async def test_what_is_voided_ends_in_no_data_beside_what_goes_on(
    connection: Connection, database_url: str, limit: int
) -> None:
    log = Log()
    in_euro, in_dollars = start(log, EURO_LINE, "EUR"), start(log, DOLLAR_LINE, "USD")
    gone = void(log, DOLLAR_LINE)
    await project(connection, log, database_url, 1000)

    found = await changes(connection, GROSS_REVENUE_RETENTION, month_of(MARCH), limit=limit)

    assert found == [(in_euro, "EUR", 100), (in_dollars, "USD", 100), (gone, "USD", None)]


@pytest.mark.parametrize("limit", [1, 1000])
async def test_where_nothing_is_left_the_last_currency_says_so(
    connection: Connection, database_url: str, limit: int
) -> None:
    log = Log()
    opened = log.open(ACME)
    started = start(log, EURO_LINE, "EUR")
    gone = void(log, EURO_LINE)
    log.open(UUID(int=9))
    await project(connection, log, database_url, 1000)

    found = await changes(connection, GROSS_REVENUE_RETENTION, month_of(MARCH), limit=limit)

    assert (opened, started) == (1, 2)
    assert found == [(started, "EUR", 100), (gone, "EUR", None)]
    assert await changes(connection, DEAL_REVENUE, month_of(MARCH)) == []
