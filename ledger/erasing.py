"""Erasures over the whole ledger: how one is approved, and how it is kept to after a restore."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from psycopg import AsyncConnection

from domain import commands
from domain.decision import Decision
from domain.erasure import ERASURE, Asker, ErasureRequested, PersonalDataErased
from domain.legal_hold import LEGAL_HOLD, LEGAL_HOLD_STREAM, NO_HOLDS, held_accounts
from domain.refusal import NotFound
from ledger.command import Command
from ledger.erasure_register import ErasureRegister, RegisteredErasure
from ledger.event_types import EventTypes
from ledger.ledger import Ledger
from ledger.reading import read_entry, read_stream

_ACTOR: Final = "system:erasure-register"
_REASON: Final = "erased before, and back after a restore: the erasure register was replayed"

_ERASURES_SQL: Final = f"""
    SELECT record FROM ledger.event
    WHERE name = '{PersonalDataErased.NAME}' AND (%(tenant_id)s::text IS NULL
        OR tenant_id = %(tenant_id)s)
    ORDER BY tenant_id, position
"""  # noqa: S608 - our own constant
# What is back: disclosures of records before the erasure, or a key that nothing later needs.
_BACK_SQL: Final = """
    SELECT EXISTS (
        SELECT FROM ledger.personal_disclosure
        WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s AND position < %(position)s
    ) OR EXISTS (
        SELECT FROM ledger.subject_key
        WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s AND NOT EXISTS (
            SELECT FROM ledger.personal_disclosure
            WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s
              AND position > %(position)s)
    ) OR NOT EXISTS (
        SELECT FROM ledger.erased_subject
        WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s AND position = %(position)s)
"""
_HELD_SQL: Final = """
    SELECT EXISTS (SELECT FROM ledger.personal_disclosure WHERE tenant_id = %s AND subject_id = %s)
        OR EXISTS (SELECT FROM ledger.subject_key WHERE tenant_id = %s AND subject_id = %s)
"""
_ERASE_SQL: Final = "SELECT ledger.erase_subject(%s, %s, %s)"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the start of a service had to erase again."""

    erased_again: int
    """Subjects whose erasure stands in the log, and who had a key or disclosures all the same."""
    replayed: int
    """Subjects whose erasure the log has lost, and the register knows."""

    @property
    def total(self) -> int:
        return self.erased_again + self.replayed


async def approval(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    erasure_id: UUID,
    *,
    by: Asker,
    on: date,
    today: date,
) -> Decision:
    """Prepare the approval of a request: whom it erases, and which holds may keep them.

    Raises:
        NotFound: there is no such request.
    """
    entries = await read_stream(connection, types, tenant_id, erasure_id)
    request = entries[0].event if entries else None
    if not isinstance(request, ErasureRequested | PersonalDataErased):
        raise NotFound(ERASURE.name, erasure_id)
    placed = await read_stream(connection, types, tenant_id, LEGAL_HOLD_STREAM.id)
    events: list[Any] = [entry.event for entry in placed]
    holds = reduce(LEGAL_HOLD.evolve, events, NO_HOLDS)
    return commands.approve_erasure(
        erasure_id,
        subject_id=request.subject_id,
        held_accounts=held_accounts(holds, today=today),
        by=by,
        request_position=entries[0].position,
        on=on,
        today=today,
    )


async def register_erasures(
    ledger: Ledger, register: ErasureRegister, tenant_id: str | None = None
) -> int:
    """Copy what the log says into the register; return how many were new to it."""
    async with ledger.pool.connection() as connection:
        return register.add(await read_erasures(connection, ledger.types, tenant_id))


async def read_erasures(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str | None = None
) -> Sequence[RegisteredErasure]:
    """Return every erasure that the log of a tenant, or of all, says was done."""
    cursor = await connection.execute(_ERASURES_SQL, {"tenant_id": tenant_id}, binary=True)
    found = []
    for entry in [read_entry(types, record) async for (record,) in cursor]:
        if isinstance(entry.event, PersonalDataErased):
            said = entry.envelope
            found.append(
                RegisteredErasure(
                    tenant_id=said.tenant_id,
                    position=said.position,
                    recorded_at=said.recorded_at,
                    leaf=entry.leaf.hex(),
                    erased=entry.event,
                )
            )
    return found


async def erase_again(ledger: Ledger, register: ErasureRegister) -> Replayed:
    """Erase whoever was erased and is there again; before anything is answered.

    Raises:
        CannotStart: the register cannot be read or written.
    """
    async with ledger.pool.connection() as connection:
        in_log = await read_erasures(connection, ledger.types)
        again = 0
        for each in in_log:
            again += await _erase_again(connection, each)
        known = {each.key for each in in_log}
        lost = [each for each in register.read() if each.key not in known]
        back = [each for each in lost if await _is_held(connection, each)]
    for each in back:
        await ledger.writer.execute(_replay(each))
        log.warning(
            "erased again: the log has lost the erasure, and the register knows it",
            tenant=each.tenant_id,
            subject=str(each.erased.subject_id),
            erasure=str(each.erased.erasure_id),
        )
    register.add(in_log)
    return Replayed(again, len(back))


async def _erase_again(connection: AsyncConnection[Any], erasure: RegisteredErasure) -> int:
    where = {
        "tenant_id": erasure.tenant_id,
        "subject": erasure.erased.subject_id,
        "position": erasure.position,
    }
    row = await (await connection.execute(_BACK_SQL, where)).fetchone()
    if row != (True,):
        return 0
    await connection.execute(_ERASE_SQL, tuple(where.values()))
    log.warning(
        "erased again: a key or disclosures of an erased person were back",
        tenant=erasure.tenant_id,
        subject=str(erasure.erased.subject_id),
        erasure=str(erasure.erased.erasure_id),
        position=erasure.position,
    )
    return 1


async def _is_held(connection: AsyncConnection[Any], erasure: RegisteredErasure) -> bool:
    whose = (erasure.tenant_id, erasure.erased.subject_id)
    row = await (await connection.execute(_HELD_SQL, (*whose, *whose))).fetchone()
    return row == (True,)


def _replay(erasure: RegisteredErasure) -> Command:
    return Command(
        tenant_id=erasure.tenant_id,
        decision=commands.replay_erasure(erasure.erased),
        actor=_ACTOR,
        effective_at=datetime.now(UTC).date(),
        command_id=uuid4(),
        correlation_id=uuid4(),
        reason=_REASON,
    )
