"""Listening: a worker elsewhere wakes at once, and hears again after its connection was lost."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg import AsyncConnection

from ledger.announcing import Announcer, notify, read_announcement
from ledger.ledger import open_ledger
from ledger.migrate import runtime_conninfo
from ledger.settings import load_settings
from projections.engine import Engine
from projections.listening import listen
from projections.orders import ORDERS
from tests.ledger.processes.setting import ACCOUNTS, opening
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.test_engine import grow

pytestmark = pytest.mark.anyio

NEVER_S = 3_600.0


class Ear:
    """Collects what is heard."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    def hear(self, tenant_id: str, size: int) -> None:
        self.heard.put_nowait((tenant_id, size))

    async def next(self) -> tuple[str, int]:
        async with asyncio.timeout(10):
            return await self.heard.get()


async def test_what_a_writer_commits_is_heard_elsewhere(database_url: str, tmp_path: Path) -> None:
    ear = Ear()
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path)})
    listening = asyncio.create_task(listen(runtime_conninfo(database_url), ear.hear))
    async with open_ledger(database_url, settings) as ledger:
        await until_heard(ear, database_url)
        await ledger.writer.execute_many([opening(account_id) for account_id in ACCOUNTS])
        heard = await ear.next()
        while heard[1] < len(ACCOUNTS):
            heard = await ear.next()
    listening.cancel()

    assert heard == (TENANT, len(ACCOUNTS))


async def test_it_listens_again_after_its_connection_was_lost(database_url: str) -> None:
    ear = Ear()
    listening = asyncio.create_task(listen(runtime_conninfo(database_url), ear.hear))
    await until_heard(ear, database_url)
    cut_all_connections(database_url)
    await until_heard(ear, database_url)
    listening.cancel()

    assert not listening.done()


async def test_an_engine_that_never_looks_by_itself_is_woken_by_an_announcement(
    database_url: str,
) -> None:
    log = Log()
    grow(log, 20)
    conninfo = runtime_conninfo(database_url)
    async with (
        Engine(conninfo, TYPES, [ORDERS], poll_s=NEVER_S) as engine,
        Announcer(conninfo) as announcer,
    ):
        await asyncio.sleep(0.5)
        log.store(database_url)
        announcer.tell(TENANT, len(log.entries))
        async with asyncio.timeout(10):
            while (await engine.freshness(TENANT)).events_behind:  # noqa: ASYNC110 - waits for a row
                await asyncio.sleep(0.02)

        assert (await engine.freshness(TENANT)).position == len(log.entries)


async def test_an_announcer_that_lost_its_connection_announces_again(database_url: str) -> None:
    ear, conninfo = Ear(), runtime_conninfo(database_url)
    async with Announcer(conninfo) as announcer:
        await asyncio.sleep(0.2)
        cut_all_connections(database_url)
        listening = asyncio.create_task(listen(conninfo, ear.hear))
        async with asyncio.timeout(10):
            while ear.heard.empty():
                announcer.tell("acme corp", 7)
                await asyncio.sleep(0.05)
        listening.cancel()

    assert await ear.next() == ("acme corp", 7)


def test_what_others_say_on_the_channel_is_not_an_announcement() -> None:
    assert read_announcement("hello") is None
    assert read_announcement("default 12 34") == ("default 12", 34)


async def until_heard(ear: Ear, url: str) -> None:
    """Announce something until it is heard."""
    async with asyncio.timeout(10):
        while ear.heard.empty():
            async with await AsyncConnection.connect(url, autocommit=True) as connection:
                await notify(connection, {TENANT: 1})
            await asyncio.sleep(0.05)
    while not ear.heard.empty():
        ear.heard.get_nowait()


def cut_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
