"""The ledger as the other rooms use it: one writer, connections to read with, the vault."""

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
from ledger.migrate import runtime_conninfo
from ledger.read_log import ReadLog
from ledger.settings import Settings
from ledger.transaction import Stores
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
    vault = Vault.open(master_key_file(settings))
    pool: Pool = AsyncConnectionPool(
        conninfo, open=False, min_size=1, max_size=_READERS_MAX, kwargs={"autocommit": True}
    )
    async with pool:
        async with pool.connection() as connection:
            types.require(await (await connection.execute(_KINDS_SQL)).fetchall())
            await _require_master_key(connection, vault)
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


async def _require_master_key(connection: AsyncConnection[Any], vault: Vault) -> None:
    await connection.execute(_CLAIM_SQL, (vault.fingerprint,))
    row = await (await connection.execute(_FINGERPRINT_SQL)).fetchone()
    if row != (vault.fingerprint,):
        raise CannotStart(
            "the master key in the data folder is not the one that this database's personal data "
            "are encrypted under; put that one back, or let TENURE_DATA_DIR name its folder"
        )
