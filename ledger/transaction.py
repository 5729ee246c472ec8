"""One group commit: under the head's lock, read what is needed, decide everything, store it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.decision import Source, Unread, held_key
from domain.event import Family, Key, Stream
from domain.period_closing import CLOSED_PERIODS
from domain.refusal import NotFound
from ledger.append import append_batch, is_stored, kinds_of
from ledger.batch import Batch, Head, KeptReceipt
from ledger.command import Command, Outcome, Receipt
from ledger.disclosures import read_held
from ledger.event_types import EventTypes
from ledger.states import (
    Loaded,
    StateCache,
    ask_foreign,
    ask_states,
    read_states,
)
from ledger.vault import Vault

Answer = Outcome | Exception

# The row lock is what makes the order of positions the order of commits. The clock is read after
# the lock is held, and never goes back.
LOCK_SQL: Final = """
    UPDATE ledger.log_head SET recorded_at = greatest(recorded_at, clock_timestamp())
    WHERE tenant_id = %s RETURNING size, frontier, recorded_at
"""
_KEPT_SQL: Final = """
    SELECT idempotency_key, request_hash, receipt FROM ledger.command_outcome
    WHERE tenant_id = %s AND idempotency_key = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Stores:
    """What every transaction of a writer shares."""

    types: EventTypes
    families: tuple[Family[Any, Any], ...]
    vault: Vault


@dataclass
class GroupCommit:
    """The attempt to carry out commands of one tenant in one transaction.

    `answers` are in the order of the commands, and true once `run` has returned, or `was_stored`
    has said so. While `commit_sent` is false, nothing can have been stored.
    """

    stores: Stores
    cache: StateCache
    commands: Sequence[Command]
    answers: list[Answer] = field(default_factory=list)
    commit_sent: bool = False
    _batch: Batch | None = None

    async def run(self, connection: AsyncConnection[Any]) -> None:
        """Carry the commands out.

        Raises:
            NotFound: there is no such tenant.
            psycopg.Error: nothing was stored, unless `commit_sent`.
        """
        batch = self._batch = await self._open(connection)
        self.answers = [await self._answer(connection, batch, c) for c in self.commands]
        if batch.is_empty:
            await connection.execute("ROLLBACK")
            return
        async with connection.pipeline():
            await append_batch(connection, batch, self.stores.vault, self.cache.kinds)
            self.commit_sent = True
            await connection.execute("COMMIT")

    async def was_stored(self, connection: AsyncConnection[Any]) -> bool:
        """Find out whether the batch was committed before the connection was lost.

        Takes the head's lock first, and so waits for a server process that is still committing.
        """
        if self._batch is None:
            return False
        async with connection.transaction():
            await connection.execute(LOCK_SQL, (self._batch.tenant_id,))
            return await is_stored(connection, self._batch)

    def settle(self) -> int:
        """Remember the states after a batch that is known to be stored; return the log's size."""
        if self._batch is None:
            raise AssertionError("settled before it ran")
        for subject in self._erasing:
            del self._batch.states[held_key(subject)]  # true under this lock alone
        self.cache.keep({**self._batch.states, **self._batch.changed})
        self.cache.kinds |= kinds_of(self._batch)
        self.cache.seen = self._batch.head.size + len(self._batch.appended)
        return self.cache.seen

    @property
    def _erasing(self) -> set[UUID]:
        """The subjects that may be erased; such a command comes alone (`ledger/writer.py`)."""
        return {c.decision.erases for c in self.commands if c.decision.erases is not None}

    async def _answer(
        self, connection: AsyncConnection[Any], batch: Batch, command: Command
    ) -> Answer:
        """Carry out one command; what stands against it is its own answer and no one else's."""
        while True:
            try:
                return batch.carry_out(command)
            except Unread as unread:
                batch.states |= await self._read(connection, unread.source)
            except Exception as error:  # noqa: BLE001  # every failure is handed to who asked
                return error

    async def _read(
        self, connection: AsyncConnection[Any], source: Stream[Any, Any]
    ) -> dict[Key, Loaded]:
        """Read one more stream, as of the head whose lock we hold."""
        known = self.cache.find(source.key)
        if known is not None:
            return {source.key: known}
        asked = await ask_states(connection, self.cache.tenant_id, [source])
        return await read_states(asked, self.stores.types)

    async def _open(self, connection: AsyncConnection[Any]) -> Batch:
        """Take the lock, and read everything the commands need as of the head it guards."""
        tenant_id, cache = self.cache.tenant_id, self.cache
        sources = {source.key: source for source in _sources(self.commands)}
        unknown = [source for key, source in sources.items() if cache.find(key) is None]
        keys = kept_keys(self.commands)
        async with connection.pipeline():
            await connection.execute("BEGIN")
            locked = await connection.execute(LOCK_SQL, (tenant_id,), binary=True)
            foreign = await ask_foreign(connection, tenant_id, cache.seen) if cache.seen else None
            kept = await connection.execute(_KEPT_SQL, (tenant_id, keys)) if keys else None
            asked = await ask_states(connection, tenant_id, unknown)
        head = await locked.fetchone()
        if head is None:
            raise NotFound("tenant", tenant_id)
        states = await read_states(asked, self.stores.types)
        touched = await foreign.fetchall() if foreign else []
        if touched:
            cache.drop_touched(touched, self.stores.families)
        states |= await self._known(connection, sources, states)
        for subject in self._erasing:
            held = await read_held(connection, tenant_id, subject)
            states[held_key(subject)] = Loaded(0, None, held)
        return Batch(
            tenant_id=tenant_id,
            head=Head(*head),
            states=states,
            kept=_receipts(await kept.fetchall()) if kept else {},
            families=self.stores.families,
        )

    async def _known(
        self,
        connection: AsyncConnection[Any],
        sources: dict[Key, Source],
        fresh: dict[Key, Loaded],
    ) -> dict[Key, Loaded]:
        """Return what the cache still knows; read again what other processes have just touched."""
        known, dropped = {}, []
        for key, source in sources.items():
            if key not in fresh:
                loaded = self.cache.find(key)
                if loaded is None:
                    dropped.append(source)
                else:
                    known[key] = loaded
        asked = await ask_states(connection, self.cache.tenant_id, dropped)
        return known | await read_states(asked, self.stores.types)


async def read_kept(
    connection: AsyncConnection[Any], tenant_id: str, keys: Sequence[str]
) -> dict[str, KeptReceipt]:
    """Return the receipts that stand under these idempotency keys."""
    if not keys:
        return {}
    cursor = await connection.execute(_KEPT_SQL, (tenant_id, list(keys)))
    return _receipts(await cursor.fetchall())


def kept_keys(commands: Iterable[Command]) -> list[str]:
    """Name the keys that receipts may stand under: as they came, and as an erasure leaves them."""
    kept = [command.idempotency for command in commands if command.idempotency is not None]
    return [name for each in kept for name in (each.key, each.scrubbed_key)]


def _receipts(rows: Iterable[tuple[str, bytes, str]]) -> dict[str, KeptReceipt]:
    return {
        key: KeptReceipt(request_hash, Receipt.model_validate_json(receipt))
        for key, request_hash, receipt in rows
    }


def _sources(commands: Iterable[Command]) -> Iterable[Source]:
    yield CLOSED_PERIODS  # what every command is held to; read once, and then remembered
    for command in commands:
        yield command.decision.target
        yield from command.decision.reads
