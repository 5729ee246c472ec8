"""History stays as it was written, whoever tries."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from ledger.command import Idempotency
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
    "UPDATE ledger.command_outcome SET request_hash = decode(repeat('00', 32), 'hex')",
    "DELETE FROM ledger.command_outcome",
    "TRUNCATE ledger.erased_subject",
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
            key = Idempotency("once", bytes(range(32)))
            await writer.execute(replace(opening(UUID(int=1)), idempotency=key))

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


@pytest.mark.parametrize("change", CHANGES[:14])
def test_the_service_may_not_even_try(service: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ledger.personal_disclosure",
        "DELETE FROM ledger.subject_key",
        "UPDATE ledger.subject_key SET wrapped_key = ''",
        "INSERT INTO ledger.erased_subject VALUES ('default', gen_random_uuid(), 1, now())",
    ],
)
def test_the_service_may_not_delete_what_is_personal_by_itself(
    service: psycopg.Connection, change: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(change)


def test_the_service_may_not_erase_what_the_log_does_not_say_is_erased(
    service: psycopg.Connection,
) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="does not erase"):
        service.execute("SELECT ledger.erase_subject('default', %s, 1)", (UUID(int=1),))


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
