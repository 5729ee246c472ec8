"""Lanes: entries of different accounts may be taken in any order, and nobody can tell."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from domain.deal import DealOpened
from ledger.migrate import runtime_conninfo
from ledger.reading import HoleInLog, read_unread
from ledger.recorded import Recorded
from ledger.strand import EVERY_LANE, LANES, lane_of, strand_of
from projections.checkpoint import Standing, parts_of, survey
from projections.every_projection import EVERY_PROJECTION
from projections.feeder import Feeder
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.projection import Projection, lanes_of
from projections.row_view import RowView
from projections.schemas import LIVE, write_to
from tests.projections.demo_log import play_demo
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import rebuilt, rows
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio


def lane(entry: Recorded) -> int:
    return strand_of(entry.envelope.account_id, entry.envelope.stream_id).lane


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        await write_to(connection, LIVE)
        yield connection


async def test_lanes_taken_in_any_order_give_the_rows_of_the_whole_log_in_its_order(
    database_url: str, tmp_path: Path
) -> None:
    await play_demo(database_url, tmp_path)
    feeder = Feeder(TYPES, EVERY_PROJECTION, batch_max=300)
    dice = random.Random(20261128)  # noqa: S311 - not for secrets
    async with writing(database_url) as connection:
        while (standing := await standing_of(connection)).positions:
            some = dice.sample(sorted(EVERY_LANE), dice.randrange(1, LANES))
            await feeder.feed(connection, standing, some)
    live = rows(database_url)

    assert live == await rebuilt(database_url)
    assert not feeder.troubles


async def test_no_row_is_touched_by_two_lanes_unless_that_is_declared(
    database_url: str, tmp_path: Path
) -> None:
    entries = await play_demo(database_url, tmp_path)
    views = [each for each in EVERY_PROJECTION if isinstance(each, RowView) and not each.whole]
    mixed = {view.name for view in views if _has_mixed_rows(view, entries)}

    assert mixed == set()
    assert len(views) > 40
    assert _has_mixed_rows(BY_KIND, entries), "a view that mixes accounts would not be noticed"


def _has_mixed_rows(view: RowView[Any], entries: Sequence[Recorded]) -> bool:
    strands: dict[Any, UUID] = {}
    for entry in entries:
        if (key := view._key_of(entry)) is not None:
            strand_id = entry.envelope.account_id or entry.envelope.stream_id
            if strands.setdefault(key, strand_id) != strand_id:
                return True
    return False


@dataclass(frozen=True, slots=True)
class KindRow:
    """How many deals of one kind there are, whoever the account is."""

    kind: str
    deals: int


BY_KIND: Final = RowView(
    name="deals-by-kind",
    table="deals_by_kind",
    row=KindRow,
    key=("kind",),
    key_of=lambda entry: (entry.event.kind,) if isinstance(entry.event, DealOpened) else None,
    evolve=lambda row, _: KindRow("any", (row.deals if row else 0) + 1),
)


class Mixing:
    """Adds up what all accounts do, and declares it."""

    name = "mixing"
    whole = True
    tables = ()
    version = 1

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def apply(self, _: AsyncConnection[Any], __: str, entries: Sequence[Recorded]) -> None:
        self.seen += [entry.position for entry in entries]


async def test_a_projection_whose_rows_mix_accounts_is_fed_everything_in_order(
    database_url: str,
) -> None:
    log, mixing = Log(), Mixing()
    grow(log, 100)
    log.store(database_url)
    feeder = Feeder(TYPES, [ORDERS, mixing], batch_max=10)
    async with writing(database_url) as connection:
        while (standing := await standing_of(connection, ORDERS, mixing)).positions:
            for lanes in ({1, 2, 3, 4, 5, 6, 7}, {0}):
                await feeder.feed(connection, standing, lanes)

    assert mixing.seen == list(range(1, len(log.entries) + 1))
    assert lanes_of(mixing) == {0}


async def test_a_hole_is_found_whichever_lanes_are_read(database_url: str) -> None:
    log = Log()
    grow(log, 40)
    log.store(database_url)
    (lost,) = [entry for entry in log.entries if entry.position == 21]
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER append_only")
        connection.execute("DELETE FROM ledger.event WHERE position = 21")
    feeder = Feeder(TYPES, [KPI_FACTS], batch_max=10)
    others = EVERY_LANE - {lane(lost)}
    async with writing(database_url) as connection:
        for _ in range(2):
            await feeder.feed(connection, await standing_of(connection, KPI_FACTS), others)
        with pytest.raises(HoleInLog, match="position 21"):
            await feeder.feed(connection, await standing_of(connection, KPI_FACTS), others)

    reached = {row[0].split(",")[2] for row in rows(database_url)["checkpoint"]}
    assert reached == {"0", "20"}


async def test_the_database_deals_entries_to_lanes_as_we_do(database_url: str) -> None:
    log = Log()
    for _ in range(50):
        log.open(uuid4())
    log.store(database_url)
    async with writing(database_url) as connection:
        for number in EVERY_LANE:
            read = await read_unread(connection, TENANT, position=0, until=50, lanes={number})
            of_lane = [e.position for e in log.entries if lane(e) == number]
            assert [each.position for each in read] == of_lane
    assert {lane_of(entry.envelope.stream_id) for entry in log.entries} == EVERY_LANE


async def standing_of(connection: AsyncConnection[Any], *projections: Projection) -> Standing:
    """Return where projections stand (all of them, if none is named)."""
    standings = await survey(connection, parts_of(projections or EVERY_PROJECTION), waited=[])
    return standings[0] if standings else Standing(TENANT, 0, {})
