"""Figures, their history and their evidence: as of a day, as known at a position."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from domain.evidence import Question
from domain.kpi import AVERAGE_ORDER_VALUE, EVERY_KPI, ORDERS, REVENUE, Kpi
from domain.kpi_definition import Reckoning
from domain.kpi_definitions import DEFINITIONS
from domain.money import Money
from domain.order_book import OrderContent, OrderCorrected, OrderPlaced
from domain.period import LIFETIME, Period, month_of, periods_of, trailing_twelve_months
from domain.policy_set import NO_POLICIES
from projections import kpi_answer, kpi_evidence, kpi_history
from projections.kpi_asked import Asked
from projections.kpi_evidence import Evidence
from projections.kpi_fact import Measure
from projections.kpi_facts import KPI_FACTS
from projections.kpi_figure import Figure, figure
from projections.kpi_history import Change, position_at
from projections.kpi_months import account_months
from projections.kpi_scope import Scope, ScopeKind
from tests.projections.connections import projecting
from tests.projections.log import BEGINNING, TENANT, TYPES, Log, euro
from tests.projections.naive_kpi import expected_figures
from tests.projections.random_orders import random_log

pytestmark = pytest.mark.anyio

Connection = psycopg.AsyncConnection[tuple[object, ...]]
ACME, ORDER, OTHER = UUID(int=1), UUID(int=3), UUID(int=4)
APRIL, MAY, JUNE = date(2026, 4, 10), date(2026, 5, 10), date(2026, 6, 10)
LATER, FOREVER = date(2026, 12, 31), 10**9


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with projecting(database_url) as connection:
        yield connection


OF_ORDERS = [DEFINITIONS[kpi.name] for kpi in EVERY_KPI]


def asked(account_id: UUID, period: Period, as_of: date, known_at: int) -> Asked:
    return Asked(TENANT, Scope(ScopeKind.ACCOUNT, str(account_id)), period, as_of, known_at)


async def figures(
    connection: Connection, account_id: UUID, period: Period, *, as_of: date, known_at: int
) -> Sequence[Figure]:
    question = asked(account_id, period, as_of, known_at)
    return await kpi_answer.figures(connection, TYPES, question, OF_ORDERS)


async def history(
    connection: Connection, account_id: UUID, kpi: Kpi, period: Period, *, as_of: date
) -> Sequence[Change]:
    question, definition = asked(account_id, period, as_of, FOREVER), DEFINITIONS[kpi.name]
    page = await kpi_history.history(connection, TYPES, question, definition)
    assert page.next is None
    return page.changes


async def evidence(
    connection: Connection,
    account_id: UUID,
    kpi: Kpi,
    period: Period,
    *,
    as_of: date,
    known_at: int,
) -> Sequence[Evidence]:
    question, definition = asked(account_id, period, as_of, known_at), DEFINITIONS[kpi.name]
    page = await kpi_evidence.evidence(connection, TYPES, question, definition)
    assert page.next is None
    return page.lines


async def project(
    connection: Connection, log: Log, database_url: str, *, batch: int = 1000
) -> None:
    log.store(database_url)
    for start in range(0, len(log.entries), batch):
        await KPI_FACTS.apply(connection, TENANT, log.entries[start : start + batch])


async def figure_of(
    connection: Connection,
    kpi: Kpi,
    period: Period,
    *,
    as_of: date = LATER,
    known_at: int = FOREVER,
) -> Figure:
    """Return the account's only figure of this KPI."""
    found = await figures(connection, ACME, period, as_of=as_of, known_at=known_at)
    (only,) = [each for each in found if each.kpi == kpi.name]
    return only


@pytest.mark.parametrize("batch", [1, 2, 1000])
async def test_the_truth_table(connection: Connection, database_url: str, batch: int) -> None:
    log = Log()
    placed = log.place(ACME, ORDER, "100.00", APRIL)
    moved = log.correct(ACME, ORDER, "120.00", MAY)
    late = log.place(ACME, OTHER, "30.00", APRIL)
    refunded = log.refund(ACME, OTHER, "10.00", JUNE)
    cancelled = log.cancel(ACME, ORDER, JUNE)
    await project(connection, log, database_url, batch=batch)
    april, may, june = month_of(APRIL), month_of(MAY), month_of(JUNE)
    table: list[tuple[str, Period, date, int, str | None, int | None]] = [
        # question, period, as of, known at, revenue, position behind it
        ("as first known", april, LATER, placed, "100", placed),
        ("moved out of April for good", april, LATER, moved, None, moved),
        ("as of April it had never been there", april, APRIL, moved, None, moved),
        ("moved into May", may, LATER, moved, "120", moved),
        ("not yet ordered as of April", may, APRIL, moved, None, None),
        ("before anything was known", april, LATER, 0, None, None),
        ("a late fact restates April", april, LATER, late, "30", late),
        ("also as of April itself", april, APRIL, late, "30", late),
        ("a refund counts on its own day", june, LATER, refunded, "-10", refunded),
        ("and leaves April alone", april, LATER, refunded, "30", late),
        ("but not before that day", june, date(2026, 6, 9), refunded, "0", moved),
        ("a cancelled order counts nowhere", may, LATER, cancelled, "0", cancelled),
        ("still stood as of the day before", may, date(2026, 6, 9), cancelled, "120", moved),
        ("and was not known to be cancelled", may, LATER, refunded, "120", moved),
        ("lifetime", LIFETIME, LATER, cancelled, "20", cancelled),
    ]
    for question, period, as_of, known_at, revenue, position in table:
        found = await figure_of(connection, REVENUE, period, as_of=as_of, known_at=known_at)

        expected = None if revenue is None else Decimal(revenue)
        assert (found.value, found.position) == (expected, position), question


async def test_no_data_is_not_zero(connection: Connection, database_url: str) -> None:
    log = Log()
    log.place(ACME, ORDER, "0.00", MAY)
    await project(connection, log, database_url)

    before = await figures(connection, ACME, month_of(APRIL), as_of=LATER, known_at=1)
    after = await figures(connection, ACME, month_of(JUNE), as_of=LATER, known_at=1)
    within = await figures(connection, ACME, month_of(MAY), as_of=LATER, known_at=1)

    assert [(f.currency, f.value, f.no_data) for f in before] == [
        (None, None, "no-order-history"),
        (None, Decimal(0), None),
        (None, None, "no-orders"),
    ]
    assert [(f.value, f.no_data) for f in after] == [(0, None), (0, None), (None, "no-orders")]
    assert [(f.value, f.numerator, f.denominator) for f in within] == [
        (Decimal(0), Decimal(0), None),
        (Decimal(1), Decimal(1), None),
        (Decimal(0), Decimal(0), Decimal(1)),
    ]


async def test_currencies_are_never_added(connection: Connection, database_url: str) -> None:
    log = Log()
    log.place(ACME, ORDER, "10", MAY)
    yen = Money(amount=Decimal(500), currency="JPY")
    log.add(OrderPlaced(order_id=OTHER, ordered_on=MAY, amount=yen), account_id=ACME, on=MAY)
    await project(connection, log, database_url)

    found = await figures(connection, ACME, LIFETIME, as_of=LATER, known_at=2)

    assert [(f.currency, f.value) for f in found if f.kpi == "revenue"] == [
        ("EUR", Decimal(10)),
        ("JPY", Decimal(500)),
    ]


async def test_history_names_each_event_that_changed_the_figure(
    connection: Connection, database_url: str
) -> None:
    log = Log()
    log.place(ACME, ORDER, "100", APRIL)
    log.place(ACME, OTHER, "5", MAY)
    log.correct(ACME, ORDER, "120", MAY)
    log.cancel(ACME, ORDER, JUNE)
    await project(connection, log, database_url)

    changes = await history(connection, ACME, REVENUE, month_of(MAY), as_of=LATER)

    assert [c.figure.position for c in changes] == [1, 2, 3, 4]
    assert [c.figure.value for c in changes] == list(map(Decimal, (0, 5, 125, 5)))
    assert changes[0].recorded_at == BEGINNING + timedelta(seconds=1)


async def test_pages_of_a_history_tell_the_same_as_the_whole(
    connection: Connection, database_url: str
) -> None:
    log = Log()
    log.place(ACME, ORDER, "100", JUNE)
    yen = OrderContent(ordered_on=JUNE, amount=Money(amount=Decimal(500), currency="JPY"))
    was = OrderContent(ordered_on=JUNE, amount=euro("100"))
    moved = OrderCorrected(order_id=ORDER, was=was, now=yen)
    log.add(moved, account_id=ACME, on=JUNE)  # two currencies change at one position
    log.place(ACME, OTHER, "5", MAY)
    log.place(ACME, UUID(int=5), "7", JUNE)
    await project(connection, log, database_url)
    whole = await history(connection, ACME, REVENUE, LIFETIME, as_of=LATER)
    for limit in (1, 2, 3):
        found: list[Change] = []
        after: int | None = 0
        while after is not None:
            page = await kpi_history.history(
                connection,
                TYPES,
                asked(ACME, LIFETIME, LATER, FOREVER),
                DEFINITIONS[REVENUE.name],
                after=after,
                limit=limit,
            )
            found += page.changes
            after = page.next

        assert found == list(whole)
    told = [(change.figure.position, change.restates) for change in whole]
    assert told == [(1, False), (2, True), (2, True), (3, True), (4, False)]


async def test_evidence_names_events_and_what_they_take_back(
    connection: Connection, database_url: str
) -> None:
    log = Log()
    log.place(ACME, ORDER, "100", MAY)
    log.correct(ACME, ORDER, "120", MAY)
    log.cancel(ACME, ORDER, JUNE)
    await project(connection, log, database_url)
    period = month_of(MAY)

    lines = await evidence(connection, ACME, REVENUE, period, as_of=LATER, known_at=3)
    earlier = await evidence(connection, ACME, REVENUE, period, as_of=MAY, known_at=3)

    assert [(e.position, e.name, int(e.contribution), e.takes_back) for e in lines] == [
        (1, "order.placed", 100, None),
        (2, "order.corrected", -100, 1),
        (2, "order.corrected", 120, None),
        (3, "order.cancelled", -120, 2),
    ]
    assert (lines[3].effective_at, lines[3].event_effective_at) == (MAY, JUNE)
    assert sum(line.contribution for line in earlier) == 120


async def test_an_instant_names_the_last_position_recorded_by_then(
    connection: Connection, database_url: str
) -> None:
    log = Log()
    for number in range(7):
        log.place(ACME, UUID(int=number), "1", MAY)
    await project(connection, log, database_url)

    at = [BEGINNING + timedelta(seconds=s) for s in (0, 1, 1.5, 6.999999, 7, 1000)]

    assert [await position_at(connection, TENANT, instant) for instant in at] == [0, 1, 1, 6, 7, 7]
    assert await position_at(connection, "nobody", at[0]) == 0


@pytest.mark.parametrize("seed", range(4))
async def test_figures_agree_with_a_naive_model(
    connection: Connection, database_url: str, seed: int
) -> None:
    log = random_log(seed, accounts=6, events=400)
    await project(connection, log, database_url, batch=1 + seed * 37)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(400):
        account_id = UUID(int=rng.randrange(6) + 1)
        day = date(2026, 1, 1) + timedelta(days=rng.randrange(200))
        period = rng.choice([*periods_of(day), trailing_twelve_months(day)])
        as_of = date(2026, 1, 1) + timedelta(days=rng.randrange(200))
        known_at = rng.randrange(len(log.entries) + 1)
        found = await figures(connection, account_id, period, as_of=as_of, known_at=known_at)
        naive = expected_figures(log.entries, account_id, period, as_of=as_of, known_at=known_at)

        by_kpi = {each.kpi: each for each in found}
        expected = naive.get("EUR")
        assert by_kpi["revenue"].value == (expected.revenue if expected else None)
        assert by_kpi["orders"].value == (expected.orders if expected else 0)
        average = expected.average if expected else None
        if average is not None:
            average = average.quantize(Decimal("1E-10"), rounding="ROUND_HALF_UP")
        assert by_kpi["average-order-value"].value == average
        for kpi in EVERY_KPI:
            await _agrees_with_its_grounds(
                connection, account_id, kpi, period, as_of, known_at, by_kpi[kpi.name]
            )


async def _agrees_with_its_grounds(
    connection: Connection,
    account_id: UUID,
    kpi: Kpi,
    period: Period,
    as_of: date,
    known_at: int,
    found: Figure,
) -> None:
    """Its evidence adds up to it, and its history came to it."""
    lines = await evidence(connection, account_id, kpi, period, as_of=as_of, known_at=known_at)
    revenue = sum((e.contribution for e in lines if e.measure == Measure.REVENUE), Decimal(0))
    orders = sum((e.contribution for e in lines if e.measure == Measure.ORDERS), Decimal(0))
    assert found.numerator == (orders if kpi is ORDERS else revenue)
    if kpi is AVERAGE_ORDER_VALUE:
        assert found.denominator == orders
    if lines:
        assert found.position == max(e.position for e in lines)
    changes = await history(connection, account_id, kpi, period, as_of=as_of)
    before = [c.figure for c in changes if (c.figure.position or 0) <= known_at]
    nothing = Reckoning(Question(period, as_of, NO_POLICIES))
    then = before[-1] if before else figure(DEFINITIONS[kpi.name], nothing, position=None)
    assert (then.value, then.numerator, then.no_data) == (
        found.value, found.numerator, found.no_data,
    )  # fmt: skip


async def test_all_months_at_once_equal_month_by_month(
    connection: Connection, database_url: str
) -> None:
    log = random_log(9, accounts=4, events=300)
    await project(connection, log, database_url)
    as_of, known_at = date(2026, 5, 1), 250
    months = [
        month async for month in account_months(connection, TENANT, as_of=as_of, known_at=known_at)
    ]
    for month in months:
        naive = expected_figures(
            log.entries, month.account_id, month_of(month.month), as_of=as_of, known_at=known_at
        )[month.currency]

        assert (month.revenue, month.orders) == (naive.revenue, naive.orders)
    assert len({(m.account_id, m.month, m.currency) for m in months}) == len(months) > 10
