"""History stays as it was written, whoever tries."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from ledger.migrate import runtime_conninfo
from tests.ledger.processes.setting import opening, writer_on

CHANGES = [
    "UPDATE ledger.log_checkpoint SET size = 1",
    "DELETE FROM ledger.log_checkpoint",
    "TRUNCATE ledger.log_key",
    "DELETE FROM ledger.log_cosignature",
    "UPDATE ledger.event SET actor = 'someone:else'",
    "DELETE FROM ledger.event",
    "TRUNCATE ledger.event",
    "UPDATE ledger.command_outcome SET receipt = ''",
    "DELETE FROM ledger.log_tile",
    "TRUNCATE ledger.event_kind",
    "DELETE FROM ledger.log_head",
    "TRUNCATE ledger.log_head",
    "UPDATE ledger.log_head SET size = 0",
    "UPDATE ledger.log_head SET recorded_at = '-infinity'",
]


@pytest.fixture
def written(database_url: str, tmp_path: Path) -> str:
    async def write() -> None:
        async with writer_on(database_url, tmp_path / "master.key") as writer:
            await writer.execute(opening(UUID(int=1)))

    asyncio.run(write())
    return database_url


@pytest.fixture
def owner(written: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(written, autocommit=True) as connection:
        yield connection


@pytest.fixture
def service(written: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(runtime_conninfo(written), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("change", CHANGES)
def test_triggers_refuse_even_the_owner(owner: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match=r"refused|only grows"):
        owner.execute(change)


def test_triggers_fire_for_replicas_too(owner: psycopg.Connection) -> None:
    owner.execute("SET session_replication_role = replica")

    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM ledger.event")


@pytest.mark.parametrize("change", CHANGES[:11])
def test_the_service_may_not_even_try(service: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(change)


def test_the_service_may_not_create_or_drop_anything(service: psycopg.Connection) -> None:
    for statement in ("CREATE TABLE ledger.more (n int)", "DROP TABLE ledger.event"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute(statement)


def test_every_table_and_column_has_a_comment(owner: psycopg.Connection) -> None:
    silent = owner.execute(
        """
        SELECT c.relname, a.attname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace::regnamespace::text IN ('ledger', 'projections') AND c.relkind = 'r'
        AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)
        """
    ).fetchall()

    assert silent == []
