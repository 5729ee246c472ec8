"""An account's state at a moment, and what differs between two."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from domain.account import AccountProfileRevised, AccountTierChanged
from domain.change import Change
from domain.refusal import NotFound
from domain.tier import Tier
from ledger.migrate import runtime_conninfo
from projections.account_diff import DifferenceKind, account_diff
from projections.account_entries import account_entries
from projections.account_state import VIEWS_OF_ACCOUNT, account_state, items_of
from projections.every_projection import EVERY_PROJECTION
from projections.moment import Moment
from projections.past.entries import Scope, TooMuchToReplay
from projections.past.past_views import Program, past_views
from tests.projections.demo_log import play_demo
from tests.projections.log import TENANT, TYPES, Log

pytestmark = pytest.mark.anyio

ACCOUNT: Final = UUID(int=1)
PROGRAM: Final = Program(EVERY_PROJECTION, TYPES, 100_000)


async def test_a_state_is_what_the_views_hold_of_the_account_item_by_item(
    database_url: str, tmp_path: Path
) -> None:
    entries = await play_demo(database_url, tmp_path)
    accounts = {id_ for entry in entries if (id_ := entry.envelope.account_id) is not None}
    views = {view.name: view for view in VIEWS_OF_ACCOUNT}
    filled = set()
    for moment in (Moment(len(entries)), Moment(len(entries) - 400, date(2026, 3, 31))):
        shown: dict[str, set[Any]] = {}
        async with past(database_url, Scope(TENANT, moment)) as connection:
            for view in views.values():
                shown[view.name] = set(await view.select(connection, view.select_from, ()))
        for account_id in accounts:
            mine = [entry for entry in entries if entry.envelope.account_id == account_id]
            try:
                state = account_state(account_id, mine, moment)
            except NotFound:
                assert mine[0].envelope.effective_at > date(2026, 3, 31)
                continue
            assert state.left_out == []
            for name, rows in state.rows.items():
                assert set(rows.values()) <= shown[name], name
                shown[name] -= set(rows.values())
                filled |= {name} if rows else set()
        left = {name for name, rows in shown.items() if rows} - OF_NO_ACCOUNT
        assert left == (set() if moment.as_of is None else {"recurring-movements"}), (
            "but for the rows that keep their days, and hold later ones too"
        )

    assert filled >= views.keys() - OF_NO_ACCOUNT
    assert items_of(state)


async def test_a_diff_says_what_changed_and_by_which_events() -> None:
    log = Log()
    log.open(ACCOUNT)
    change_tier(log, Tier.PROSPECT, Tier.SALES, date(2026, 2, 1))
    rename(log, "Acme", "Acme Cranes", date(2026, 3, 1))
    log.place(ACCOUNT, ORDER, "12", date(2026, 2, 15))  # late
    april, now = Moment(3), Moment(4)
    february = Moment(4, date(2026, 2, 20))

    def diff(before: Moment, after: Moment) -> list[tuple[Any, ...]]:
        states = [account_state(ACCOUNT, log.entries, moment) for moment in (before, after)]
        return [
            (each.view, each.kind, dict(each.columns), [e.position for e in each.entries])
            for each in account_diff(*states)
        ]

    assert diff(now, now) == []
    ((view, kind, columns, positions),) = diff(april, now)
    assert (view, kind, positions) == ("orders", DifferenceKind.ADDED, [4])
    assert columns["amount"] == (None, "12")
    ((view, kind, columns, positions),) = diff(now, april)
    assert (view, kind, columns["amount"]) == ("orders", DifferenceKind.REMOVED, ("12", None))
    renamed = ("account-overview", DifferenceKind.CHANGED, {"name": ("Acme", "Acme Cranes")}, [3])
    assert diff(february, now) == [renamed]
    tier = {"tier": ("prospect", "sales"), "tier_since": ("2026-01-01", "2026-02-01")}
    ((_, _, columns, positions), granted) = diff(Moment(1), Moment(2))
    assert (columns | {"tier_position": None}, positions) == (tier | {"tier_position": None}, [2])
    assert (granted[0], granted[3]) == ("tier-grants", [2])


async def test_a_view_that_cannot_take_an_event_knows_nothing_from_there_on() -> None:
    log = Log()
    log.open(ACCOUNT)
    log.cancel(ACCOUNT, ORDER, date(2026, 2, 1))  # of an order that was never placed
    log.place(ACCOUNT, uuid4(), "1", date(2026, 2, 2))

    always = account_state(ACCOUNT, log.entries, Moment(3))
    by_day = account_state(ACCOUNT, log.entries, Moment(3, date(2026, 3, 1)))

    assert (always.left_out, len(always.rows["orders"])) == ([("orders", 2)], 0)
    assert (by_day.left_out, len(by_day.rows["orders"])) == ([], 1)


async def test_an_account_of_nothing_is_none() -> None:
    with pytest.raises(NotFound):
        account_state(ACCOUNT, [], Moment(0))


async def test_a_history_is_read_up_to_a_position_and_no_longer_than_allowed(
    database_url: str,
) -> None:
    log = Log()
    log.open(ACCOUNT)
    for day in range(1, 29):
        log.place(ACCOUNT, uuid4(), "1", date(2026, 2, day))
    log.store(database_url)
    async with await AsyncConnection.connect(runtime_conninfo(database_url)) as connection:
        read = await account_entries(connection, TYPES, TENANT, ACCOUNT, until=20)
        whole = await account_entries(connection, TYPES, TENANT, ACCOUNT, until=99, events_max=29)
        with pytest.raises(TooMuchToReplay, match="tenure replay"):
            await account_entries(connection, TYPES, TENANT, ACCOUNT, until=99, events_max=28)

    assert [entry.position for entry in read] == list(range(1, 21))
    assert whole == log.entries


ORDER: Final = UUID(int=2)
OF_NO_ACCOUNT: Final = {
    "erasures",
    "legal-holds",
    "published-figures",
    "learnings",
    "lifetime-value-fits",
    "portfolios",
    "portfolio-accounts",
    "portfolio-trainings",
}


@asynccontextmanager
async def past(url: str, scope: Scope) -> AsyncIterator[AsyncConnection[Any]]:
    """Give a connection that reads the views of a scope."""
    async with (
        await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection,
        past_views(connection, scope, PROGRAM, print),
    ):
        yield connection


def change_tier(log: Log, was: Tier, now: Tier, on: date) -> None:
    log.add(AccountTierChanged(was=was, now=now), account_id=ACCOUNT, on=on)


def rename(log: Log, was: str, now: str, on: date) -> None:
    revised = AccountProfileRevised(name=Change(was=was, now=now))
    log.add(revised, account_id=ACCOUNT, on=on)
