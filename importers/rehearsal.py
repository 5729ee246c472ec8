"""Carries commands out in memory alone: what a dry run would record, decided as it would be.

It keeps the states that it has changed, so that its memory grows with the file; a real import's
does not.
"""

from collections.abc import Sequence
from typing import Final

from domain.aggregates import EVERY_FAMILY
from domain.event import Key
from domain.refusal import NotFound
from ledger.batch import Batch, Head
from ledger.command import Command
from ledger.ledger import Ledger
from ledger.states import Loaded, ask_states, read_states
from ledger.transaction import Answer

_HEAD_SQL: Final = "SELECT size, frontier, now() FROM ledger.log_head WHERE tenant_id = %s"


class Rehearsal:
    """Answers as the writer would, and records nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._changed: dict[Key, Loaded | None] = {}

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
        async with self._ledger.pool.connection() as connection:
            head = await (await connection.execute(_HEAD_SQL, (tenant_id,))).fetchone()
            if head is None:
                raise NotFound("tenant", tenant_id)
            asked = await ask_states(connection, tenant_id, unknown)
            states = await read_states(asked, self._ledger.types)
        states |= {key: loaded for key in sources if (loaded := self._changed.get(key))}
        batch = Batch(
            tenant_id=tenant_id, head=Head(*head), states=states, kept={}, families=EVERY_FAMILY
        )
        answers = [_answer(batch, command) for command in commands]
        self._changed |= batch.changed
        return answers


def _answer(batch: Batch, command: Command) -> Answer:
    try:
        return batch.carry_out(command)
    except Exception as error:  # noqa: BLE001  # handed to the one who asked, as the writer does
        return error
