"""The ledger as the other rooms use it: one writer, connections to read with, the vault."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.aggregates import EVERY_AGGREGATE, EVERY_FAMILY
from ledger.announcing import Announcer
from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.key_service import KeyService, MasterKey
from ledger.migrate import runtime_conninfo
from ledger.read_log import ReadLog
from ledger.settings import Settings
from ledger.transaction import Stores
from ledger.transit import TransitKeyService
from ledger.vault import Vault
from ledger.writer import Writer

Pool = AsyncConnectionPool[AsyncConnection[Any]]

_READERS_MAX: Final = 8
_READ_STATES_MAX: Final = 1_000
"""States that the read log's writer keeps: each read is a stream that nobody comes back to."""
_KINDS_SQL: Final = "SELECT name, schema_version FROM ledger.event_kind"
_CLAIM_SQL: Final = """
    UPDATE ledger.installation SET master_key_fingerprint = %s WHERE master_key_fingerprint IS NULL
"""
_FINGERPRINT_SQL: Final = "SELECT master_key_fingerprint FROM ledger.installation"


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. Commands go to `writer`; everything else reads through `pool`.

    What is read goes to `reads`.
    """

    conninfo: str
    writer: Writer
    types: EventTypes
    vault: Vault
    pool: Pool
    reads: ReadLog


@asynccontextmanager
async def open_ledger(
    url: str, settings: Settings, *, batch_max: int = 256
) -> AsyncIterator[Ledger]:
    """Open the ledger of a migrated database, acting as the runtime role.

    Raises:
        CannotStart: the log holds what this program cannot read, or the master key is another
            than the one that this database's personal data were encrypted under.
    """
    conninfo = runtime_conninfo(url)
    types = EventTypes(EVERY_AGGREGATE)
    pool: Pool = AsyncConnectionPool(
        conninfo, open=False, min_size=1, max_size=_READERS_MAX, kwargs={"autocommit": True}
    )
    async with pool:
        async with pool.connection() as connection:
            types.require(await (await connection.execute(_KINDS_SQL)).fetchall())
            vault = await _open_vault(connection, settings)
        stores = Stores(types, EVERY_FAMILY, vault)
        limits = {"queue_max": settings.queue_commands_max, "batch_max": batch_max}
        async with (
            Announcer(conninfo) as announcer,
            Writer(conninfo, stores, **limits) as writer,
            Writer(conninfo, stores, **limits, states_max=_READ_STATES_MAX) as reads_writer,
            ReadLog(reads_writer, pool) as reads,
        ):
            writer.on_commit(announcer.tell)
            yield Ledger(conninfo, writer, types, vault, pool, reads)


def signing_folder(settings: Settings) -> Path:
    return settings.signing_dir or settings.data_dir


def master_key_file(settings: Settings) -> Path:
    return settings.data_dir / "master.key"


def open_key_service(settings: Settings) -> KeyService:
    """Return what wraps the keys of persons: a service elsewhere, or the master key in its file.

    Raises:
        CannotStart: it cannot be used.
    """
    if settings.kms_url is not None:
        return TransitKeyService.at(settings.kms_url, settings.kms_token)
    return MasterKey.open(master_key_file(settings))


def next_master_key_file(settings: Settings) -> Path:
    """Where a rotation keeps the new master key until every key is wrapped by it."""
    return settings.data_dir / "master.key.next"


async def _open_vault(connection: AsyncConnection[Any], settings: Settings) -> Vault:
    """Open the vault of this database; the first one that it meets becomes it.

    Raises:
        CannotStart: it is another.
    """
    fingerprint = await _fingerprint(connection)
    if settings.kms_url is None:
        adopt_next_master_key(fingerprint, settings)
    vault = Vault(await asyncio.to_thread(open_key_service, settings))
    await connection.execute(_CLAIM_SQL, (vault.fingerprint,))
    if await _fingerprint(connection) != vault.fingerprint:
        raise CannotStart(
            "the master key is not the one that this database's personal data are encrypted under; "
            "put that one back, or let TENURE_DATA_DIR (or TENURE_KMS_URL) name where it is"
        )
    return vault


async def _fingerprint(connection: AsyncConnection[Any]) -> str | None:
    row = await (await connection.execute(_FINGERPRINT_SQL)).fetchone()
    return None if row is None else row[0]


def adopt_next_master_key(fingerprint: str | None, settings: Settings) -> None:
    """Finish a rotation: take the next master key, if it is the one that wraps the keys by now.

    Raises:
        CannotStart: the file of the next key is none.
    """
    following = next_master_key_file(settings)
    if following.exists() and MasterKey.open(following).fingerprint == fingerprint:
        following.replace(master_key_file(settings))
