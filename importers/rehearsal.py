"""Carries commands out in memory alone: what a dry run would record, decided as it would be.

It keeps the states that it has changed, so that its memory grows with the file; a real import's
does not.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.account import AccountOpened, AccountProfileRevised
from domain.aggregates import EVERY_FAMILY
from domain.decision import Source, Unread
from domain.event import Event, Key
from domain.refusal import NotFound
from ledger.batch import Appended, Batch, Head, KeptReceipt
from ledger.command import Command
from ledger.ledger import Ledger
from ledger.reading import read_entry
from ledger.recorded import Recorded
from ledger.states import Loaded, ask_states, read_states
from ledger.transaction import Answer, kept_keys, read_kept

NAMING: Final = (AccountOpened, AccountProfileRevised)
"""The events that say what an account is called."""

_HEAD_SQL: Final = "SELECT size, frontier, now() FROM ledger.log_head WHERE tenant_id = %s"
_FIRST_MAX: Final = 10


class Rehearsal:
    """Answers as the writer would, and records nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._changed: dict[Key, Loaded | None] = {}
        self._kept: dict[str, KeptReceipt] = {}
        self._namings: list[tuple[UUID, Event]] = []
        self.begun: dict[UUID, UUID] = {}
        """The account of each stream of an account that would have begun."""
        self.begun_on: dict[UUID, date] = {}
        """The day on which each of them would have begun."""
        self.counts: Counter[str] = Counter()
        """How many events would be recorded, by their stored name."""
        self.first: list[Recorded] = []
        """The first of them."""

    async def execute_many(self, commands: Sequence[Command]) -> list[Answer]:
        if not commands:
            return []
        tenant_id = commands[0].tenant_id
        sources = {
            source.key: source
            for command in commands
            for source in (command.decision.target, *command.decision.reads)
        }
        unknown = [source for key, source in sources.items() if key not in self._changed]
        keys = kept_keys(commands)
        async with self._ledger.pool.connection() as connection:
            head = await (await connection.execute(_HEAD_SQL, (tenant_id,))).fetchone()
            if head is None:
                raise NotFound("tenant", tenant_id)
            kept = await read_kept(connection, tenant_id, keys)
            states = await self._read(connection, tenant_id, unknown)
            states |= {key: loaded for key in sources if (loaded := self._changed.get(key))}
            batch = Batch(
                tenant_id=tenant_id,
                head=Head(*head),
                states=states,
                kept=kept | self._kept,
                families=EVERY_FAMILY,
            )
            answers = [await self._answer(connection, batch, command) for command in commands]
        self._changed |= batch.changed
        self._kept |= batch.receipts
        self._remember(batch.appended)
        return answers

    def take_namings(self) -> Iterable[tuple[UUID, Event]]:
        """Hand out, once each, the events that would have named accounts."""
        taken, self._namings = self._namings, []
        return taken

    def _remember(self, appended: Iterable[Appended]) -> None:
        for each in appended:
            envelope = each.envelope
            self.counts[envelope.name] += 1
            if envelope.version == 1 and envelope.account_id is not None:
                self.begun[envelope.stream_id] = envelope.account_id
                self.begun_on[envelope.stream_id] = envelope.effective_at
            is_naming = any(envelope.name == event.NAME for event in NAMING)
            if is_naming or len(self.first) < _FIRST_MAX:
                entry = read_entry(self._ledger.types, each.record)
                if is_naming:
                    self._namings.append((envelope.stream_id, entry.event))
                if len(self.first) < _FIRST_MAX:
                    self.first.append(entry)

    async def _answer(
        self, connection: AsyncConnection[Any], batch: Batch, command: Command
    ) -> Answer:
        while True:
            try:
                return batch.carry_out(command)
            except Unread as unread:
                known = self._changed.get(unread.source.key)
                batch.states |= (
                    {unread.source.key: known}
                    if known
                    else await self._read(connection, command.tenant_id, [unread.source])
                )
            except Exception as error:  # noqa: BLE001  # handed to who asked, as the writer does
                return error

    async def _read(
        self, connection: AsyncConnection[Any], tenant_id: str, sources: Sequence[Source]
    ) -> dict[Key, Loaded]:
        asked = await ask_states(connection, tenant_id, sources)
        return await read_states(asked, self._ledger.types)
