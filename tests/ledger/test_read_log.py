"""The read log is written whatever happens to it, by a role that can begin it and nothing more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.read import ReadAnswered, Reader, ReadKind
from ledger.ledger import Ledger, open_ledger
from ledger.migrate import runtime_conninfo
from ledger.read_log import ReadEntry
from ledger.settings import Settings
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio

READS = "default~reads"
LISTED = ReadAnswered(
    kind=ReadKind.LIST,
    reader=Reader(role="manager", key_label="test"),
    route="/accounts",
    status=200,
)


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    settings = Settings(data_dir=tmp_path, queue_commands_max=4)
    async with open_ledger(database_url, settings) as ledger:
        yield ledger


def entry(tenant_id: str = "default") -> ReadEntry:
    return ReadEntry(tenant_id, uuid4(), "key:test", (LISTED,), correlation_id=uuid4())


async def test_the_first_reads_begin_the_log_together(ledger: Ledger, database_url: str) -> None:
    await asyncio.gather(
        ledger.reads.commit(entry()), ledger.reads.commit(entry()), ledger.reads.note(entry())
    )
    await ledger.reads.flush()

    assert assert_log_is_whole(database_url, READS) == 3
    assert assert_log_is_whole(database_url) == 0
    assert ledger.reads.trouble is None


async def test_a_lost_connection_loses_no_read_and_doubles_none(
    ledger: Ledger, database_url: str
) -> None:
    await ledger.reads.commit(entry())
    with psycopg.connect(database_url, autocommit=True) as owner:
        for _ in range(3):
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid()"
            )
            await ledger.reads.commit(entry())

    assert assert_log_is_whole(database_url, READS) == 4


async def test_noting_waits_while_the_queue_is_full_and_loses_nothing(
    ledger: Ledger, database_url: str
) -> None:
    await ledger.reads.commit(entry())
    with psycopg.connect(database_url) as blocker:
        blocker.execute("SELECT FROM ledger.log_head WHERE tenant_id = %s FOR UPDATE", (READS,))
        noting = asyncio.gather(*[ledger.reads.note(entry()) for _ in range(20)])
        await asyncio.sleep(0.1)
        assert not noting.done()
        blocker.rollback()
    await noting
    await ledger.reads.flush()

    assert assert_log_is_whole(database_url, READS) == 21
    assert ledger.reads.lost == 0


async def test_a_tenant_that_is_none_has_no_read_log(ledger: Ledger, database_url: str) -> None:
    await ledger.reads.note(entry("nobody"))
    await ledger.reads.flush()

    assert (ledger.reads.lost, ledger.reads.trouble) == (1, "NotFound")
    with psycopg.connect(runtime_conninfo(database_url), autocommit=True) as service:
        service.execute("SELECT ledger.begin_read_log('nobody')")
        service.execute("SELECT ledger.begin_read_log('default')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("INSERT INTO ledger.log_head (tenant_id) VALUES ('default~more')")
        heads = service.execute("SELECT tenant_id, owner FROM ledger.log_head ORDER BY 1")
        assert heads.fetchall() == [("default", "default"), (READS, "default")]
    with (
        psycopg.connect(database_url) as owner,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        owner.execute("INSERT INTO ledger.log_head (tenant_id) VALUES ('default~more')")
