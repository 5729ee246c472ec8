"""The fits as rows: what a fit says, which one holds on a day, and a list of them in pages."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from domain.lifetime_value_model import LifetimeValueModelFitted, lifetime_value_model_stream
from domain.refusal import NotFound
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.lifetime_value_fits import (
    LIFETIME_VALUE_FITS,
    NoFit,
    find_fit,
    fit_in_force,
    list_fits,
)
from projections.page import BadCursor, encode_cursor
from tests.domain.test_lifetime_value_model import with_
from tests.projections.log import TENANT, TYPES, Log

pytestmark = pytest.mark.anyio

MARCH, APRIL, MAY, JUNE = (date(2026, month, 30) for month in (3, 4, 5, 6))

Connection = psycopg.AsyncConnection[object]


def fitted(log: Log, last_on: date, *, currency: str = "EUR", customers: int = 2_000) -> int:
    fit = with_(currency=currency, first_on=MARCH, last_on=last_on, customers=customers)
    stream_id: UUID = lifetime_value_model_stream(currency).id
    event = LifetimeValueModelFitted(fit=fit)
    return log.add(event, account_id=None, stream_id=stream_id, on=last_on)


@pytest.fixture
def log() -> Log:
    """Give a log of fits to May, to June, in dollars, to May again, and to April."""
    log = Log()
    fitted(log, MAY)
    fitted(log, JUNE)
    fitted(log, JUNE, currency="USD")
    fitted(log, MAY, customers=2_001)
    fitted(log, APRIL)
    return log


@pytest.fixture
async def connection(database_url: str, log: Log) -> AsyncIterator[Connection]:
    log.store(database_url)
    conninfo = runtime_conninfo(database_url)
    async with Engine(conninfo, TYPES, (LIFETIME_VALUE_FITS,)) as engine:
        await engine.catch_up(TENANT)
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        yield connection


async def test_a_row_says_what_the_event_says(connection: Connection) -> None:
    row = await find_fit(connection, TENANT, 3)

    assert (row.position, row.currency, row.first_on, row.last_on) == (3, "USD", MARCH, JUNE)
    assert (row.known_at, row.customers, row.repeat_customers) == (17, 2_000, 946)
    assert (row.paying_repeat_customers, row.algorithm) == (946, 1)
    assert row.purchasing_log_likelihood == Decimal("-9582.429")
    assert row.spending_log_likelihood == Decimal("-4055.918")
    assert row.correlation == Decimal("0.1138879")
    purchasing, spending = row.purchasing, row.spending
    assert (purchasing.r, purchasing.alpha) == (0.2425945, 4.413602)
    assert (purchasing.a, purchasing.b) == (0.792922, 2.425907)
    assert (spending.p, spending.q, spending.gamma) == (6.249572, 3.744225, 15.44352)


async def test_what_is_no_fit_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFound) as missing:
        await find_fit(connection, TENANT, 99)

    assert missing.value.kind == "lifetime-value-fit"


@pytest.mark.parametrize(
    ("as_of", "known_at", "position"),
    [
        (JUNE, 5, 2),  # the window that ends last, whenever it was recorded
        (MAY, 5, 4),  # of two with the same end, the one recorded last
        (MAY, 3, 1),  # the later one is not known yet
        (date(2026, 5, 29), 5, 5),  # no figure of a past day rests on later orders
        (date(2026, 12, 31), 5, 2),
    ],
)
async def test_the_fit_that_holds_is_the_one_whose_orders_end_last(
    connection: Connection, as_of: date, known_at: int, position: int
) -> None:
    found = await fit_in_force(connection, TENANT, "EUR", as_of=as_of, known_at=known_at)

    assert found.position == position


@pytest.mark.parametrize(
    ("currency", "as_of", "known_at"),
    [("EUR", date(2026, 4, 29), 5), ("EUR", JUNE, 0), ("JPY", JUNE, 5)],
)
async def test_where_nothing_was_fitted_yet_no_fit_holds(
    connection: Connection, currency: str, as_of: date, known_at: int
) -> None:
    with pytest.raises(NoFit, match=f"tenure clv fit --currency {currency} --until {as_of}"):
        await fit_in_force(connection, TENANT, currency, as_of=as_of, known_at=known_at)


async def test_fits_are_listed_in_pages_the_last_recorded_first(connection: Connection) -> None:
    first = await list_fits(connection, TENANT, limit=2)
    second = await list_fits(connection, TENANT, limit=3, after=first.next)
    euros = await list_fits(connection, TENANT, currency="EUR")

    assert [row.position for row in first.rows] == [5, 4]
    assert [row.position for row in second.rows] == [3, 2, 1]
    assert second.next is None
    assert [row.position for row in euros.rows] == [5, 4, 2, 1]


@pytest.mark.parametrize("key", [["x"], ["1", "2"], ["-1"], ["٣"], ["9" * 20]])
async def test_what_is_no_cursor_of_the_list_is_refused(
    connection: Connection, key: list[str]
) -> None:
    with pytest.raises(BadCursor):
        await list_fits(connection, TENANT, after=encode_cursor(key))
