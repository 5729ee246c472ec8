"""The past of views: what they were when the log ended there, and what counted by a day."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.deal import DealWon
from domain.money import Money
from domain.order_book import OrderContent, OrderCorrected
from ledger.migrate import runtime_conninfo
from ledger.recorded import Recorded
from projections.account_overview import find_account
from projections.checkpoint import parts_of, survey
from projections.every_projection import EVERY_PROJECTION
from projections.feeder import Feeder
from projections.moment import Moment
from projections.past.entries import Scope, TooMuchToReplay
from projections.past.left_out import LeftOut
from projections.past.own_days import standing_at
from projections.past.past_views import KEEPS_DAYS, Program, past_views
from projections.row_view import RowView
from projections.schemas import LIVE, write_to
from projections.streams import STREAMS
from tests.projections.demo_log import play_demo
from tests.projections.log import TENANT, TYPES, Log, euro
from tests.projections.random_history import DAYS, FIRST_DAY
from tests.projections.random_world import random_history

pytestmark = pytest.mark.anyio

TABLES: Final = tuple(table for projection in EVERY_PROJECTION for table in projection.tables)
VIEWS: Final = [
    each for each in EVERY_PROJECTION if isinstance(each, RowView) and each.name not in KEEPS_DAYS
]
Rows = dict[str, list[tuple[str, ...]]]


def test_every_projection_says_which_streams_it_takes() -> None:
    named = {projection.name for projection in EVERY_PROJECTION}

    assert named - STREAMS.keys() == {"kpi-entries"}, "these replay all streams; name theirs"
    assert STREAMS.keys() | KEEPS_DAYS == named | {"check-ins"}, "kept by relationships"


async def test_the_past_is_what_the_view_was_when_the_log_ended_there(
    database_url: str, tmp_path: Path
) -> None:
    entries = await play_demo(database_url, tmp_path)
    head, feeder = len(entries), Feeder(TYPES, EVERY_PROJECTION, batch_max=1_000)
    for known_at in (1, head // 3, head - 700, head):
        await feed(database_url, feeder, known_at)
        live = await all_rows(database_url, None)
        assert await all_rows(database_url, Scope(TENANT, Moment(known_at))) == live
    busy = max({e.envelope.account_id for e in entries} - {None}, key=lambda id_: of(id_, entries))
    of_account = await all_rows(database_url, Scope(TENANT, Moment(head), busy))

    assert not feeder.troubles
    assert min(len(live[table]) for table in TABLES if table not in UNUSED) > 0
    assert live["deal"] != of_account["deal"]
    more = {table for table in TABLES if not set(of_account[table]) <= set(live[table])}
    assert more == {"kpi_block"}, "only blocks are of several accounts"
    assert {row for row in live["goal"] if str(busy) in row[0]} == set(of_account["goal"])


async def test_by_a_day_the_past_is_the_fold_of_what_counted_then(
    database_url: str, tmp_path: Path
) -> None:
    entries = await play_demo(database_url, tmp_path)
    days = sorted({entry.envelope.effective_at for entry in entries})
    for day in (days[len(days) // 5], days[len(days) // 2]):
        moment = Moment(len(entries), day)
        for view, shown in (await folded_rows(database_url, Scope(TENANT, moment))).items():
            assert shown == fold(view, entries, moment), (view.name, day)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), day=st.integers(60, DAYS), share=st.integers(50, 100))
def test_whatever_comes_late_or_is_corrected_builds_on_what_counts(
    seed: int, day: int, share: int
) -> None:
    log = random_history(seed, accounts=2, events=120)
    moment = Moment(log.size * share // 100, FIRST_DAY + timedelta(days=day))

    faults = {
        str(fault) for view in VIEWS for fault in _faults(view, standing_at(log.entries, moment))
    }
    assert faults <= {"order.refunded stands before order.placed"}, "decisions refuse that one"


async def test_a_correction_counts_from_the_day_of_what_it_corrects() -> None:
    log, account, order = Log(), uuid4(), uuid4()
    log.open(account)
    log.place(account, order, "10", date(2026, 3, 1))
    was, now = content("10", date(2026, 3, 1)), content("12", date(2026, 2, 1))
    corrected = OrderCorrected(order_id=order, was=was, now=now)
    log.add(corrected, account_id=account, on=date(2026, 5, 1))

    def counted(day: date, known_at: int) -> list[int]:
        return [each.position for each in standing_at(log.entries, Moment(known_at, day))]

    assert counted(date(2026, 1, 31), 3) == [1]
    assert counted(date(2026, 2, 1), 3) == [1, 2, 3]
    assert counted(date(2026, 2, 1), 2) == [1]
    assert counted(date(2026, 3, 1), 2) == [1, 2]


async def test_too_much_is_not_replayed(database_url: str) -> None:
    log = Log()
    for _ in range(4):
        log.open(uuid4())
    log.store(database_url)
    program = Program(EVERY_PROJECTION, TYPES, 3)
    account = log.entries[0].envelope.account_id
    assert account is not None
    async with reading(database_url, Scope(TENANT, Moment(4)), program) as connection:
        with pytest.raises(TooMuchToReplay, match=r"more than 3 events .* ask for one account"):
            await find_account(connection, TENANT, account)
    async with reading(database_url, Scope(TENANT, Moment(4), account), program) as connection:
        assert (await find_account(connection, TENANT, account)).name == "Acme"


async def test_what_builds_on_nothing_changes_nothing_as_of_a_day(database_url: str) -> None:
    told: list[LeftOut] = []
    log, account, deal = Log(), uuid4(), uuid4()
    log.open(account)
    won = DealWon(won_on=date(2026, 2, 1), amount=Money(amount=Decimal(1), currency="EUR"))
    log.add(won, account_id=account, stream_id=deal, on=date(2026, 2, 1))
    log.store(database_url)
    by_day = Scope(TENANT, Moment(2, date(2026, 3, 1)))
    async with reading(database_url, by_day, tell=told.append) as connection:
        assert await shown(connection, "deal") == []
    told_by_day = list(told)
    async with reading(database_url, Scope(TENANT, Moment(2)), tell=told.append) as connection:
        assert await shown(connection, "deal") == []

    assert told_by_day == []
    assert [(left.told, left.strands) for left in told] == [([("deals", 2)], 1)]


async def test_nothing_of_a_look_back_stays(database_url: str) -> None:
    log, account = Log(), uuid4()
    log.open(account)
    log.store(database_url)
    async with await AsyncConnection.connect(
        runtime_conninfo(database_url), autocommit=True
    ) as connection:
        path = await (await connection.execute("SHOW search_path")).fetchone()
        async with past_views(connection, Scope(TENANT, Moment(1)), PROGRAM, print):
            assert (await find_account(connection, TENANT, account)).name == "Acme"
        left = await connection.execute("SELECT relname FROM pg_class WHERE relpersistence = 't'")

        assert await left.fetchall() == []
        assert await (await connection.execute("SHOW search_path")).fetchone() == path
        assert await shown(connection, "account_overview") == []


PROGRAM: Final = Program(EVERY_PROJECTION, TYPES, 100_000)
UNUSED: Final = {"erasure", "legal_hold", "lifetime_value_fit", "published_figure"}
"""What the demo has nothing of."""


@asynccontextmanager
async def reading(
    url: str, scope: Scope | None, program: Program = PROGRAM, tell: Any = lambda _: None
) -> AsyncIterator[AsyncConnection[Any]]:
    """Give a connection that reads the live views, or those of the past."""
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        if scope is None:
            yield connection
            return
        async with past_views(connection, scope, program, tell):
            yield connection


async def shown(connection: AsyncConnection[Any], table: str) -> list[tuple[str, ...]]:
    query = f"SELECT t::text FROM projections.{table} AS t ORDER BY 1"  # noqa: S608 - own names
    return await (await connection.execute(query)).fetchall()


async def all_rows(url: str, scope: Scope | None) -> Rows:
    """Return every row of every table, as text."""
    async with reading(url, scope, tell=_refuse) as connection:
        names = ", ".join(f"(SELECT count(*) FROM projections.{table})" for table in TABLES)  # noqa: S608
        await connection.execute(f"SELECT {names}")  # makes them all in one pass
        return {table: await shown(connection, table) for table in TABLES}


async def folded_rows(url: str, scope: Scope) -> dict[RowView[Any], set[Any]]:
    """Return the rows of every view of rows, as its readers read them."""
    async with reading(url, scope, tell=_refuse) as connection:
        return {
            view: set(await view.select(connection, view.select_from + SQL(""), ()))
            for view in VIEWS
        }


def fold(view: RowView[Any], entries: Sequence[Recorded], moment: Moment) -> set[Any]:
    """Return the same rows as a fold in memory, which no database had a part in."""
    return set(view.fold({}, standing_at(entries, moment)).values())


def _faults(view: RowView[Any], entries: Sequence[Recorded]) -> Iterator[ValueError]:
    """Yield what a view says of entries that it cannot take."""
    rows: dict[Any, Any] = {}
    for entry in entries:
        try:
            rows |= view.fold(rows, [entry])
        except ValueError as error:
            yield error


def of(account_id: Any, entries: Sequence[Recorded]) -> int:
    return sum(entry.envelope.account_id == account_id for entry in entries)


async def feed(url: str, feeder: Feeder, position: int) -> None:
    """Feed the live views as if the log ended there."""
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        await write_to(connection, LIVE)
        (standing,) = await survey(connection, parts_of(EVERY_PROJECTION), waited=[TENANT])
        standing.head = position
        while standing.reached < position:
            assert await feeder.feed(connection, standing)


def content(amount: str, ordered_on: date) -> OrderContent:
    return OrderContent(ordered_on=ordered_on, amount=euro(amount))


def _refuse(left_out: LeftOut) -> None:
    raise AssertionError(f"left out: {left_out.told}")
