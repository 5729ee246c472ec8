"""Looks up what rows name: accounts by what others call them, by their names, and deals.

All of it is read from the log, as of now, and from what a rehearsal would have added.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.account import AccountOpened, AccountProfileRevised
from domain.change import Change
from domain.event import Event
from domain.external_reference import ExternalReference, external_reference_id
from importers.names import folded_name
from importers.rehearsal import NAMING, Rehearsal
from importers.taking import NamedAccount
from ledger.ledger import Ledger
from ledger.reading import read_entry

_BEGUN_SQL: Final = """
    SELECT stream_id, account_id FROM ledger.event
    WHERE tenant_id = %s AND stream_id = ANY(%s) AND version = 1
"""
_OPENED_SQL: Final = """
    SELECT stream_id, effective_at FROM ledger.event
    WHERE tenant_id = %s AND stream_id = ANY(%s) AND version = 1
"""
_NAMES_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND name = ANY(%s)
    ORDER BY position LIMIT %s
"""
_AT_ONCE: Final = 5_000
"""Records that are in memory at once."""
_NAMING: Final = [event.NAME for event in NAMING]


class Known:
    """What a tenant's log knows, and what a rehearsal would have added to it."""

    def __init__(self, ledger: Ledger, tenant_id: str, rehearsal: Rehearsal | None = None) -> None:
        self._ledger = ledger
        self._tenant_id = tenant_id
        self._rehearsal = rehearsal
        self._names = _Names()
        self._read_up_to = 0

    async def accounts(
        self, references: Collection[ExternalReference]
    ) -> Mapping[ExternalReference, UUID]:
        """Return the account of each reference that any account holds."""
        ids = {reference: external_reference_id(reference) for reference in references}
        begun = await self.deals(list(set(ids.values())))
        return {reference: begun[id_] for reference, id_ in ids.items() if id_ in begun}

    async def deals(self, stream_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """Return the account of each of these deals (or other streams) that has begun."""
        if not stream_ids:
            return {}
        async with self._ledger.pool.connection() as connection:
            begun = dict(await _begun(connection, self._tenant_id, list(stream_ids)))
        if self._rehearsal is not None:
            rehearsed = self._rehearsal.begun
            begun |= {id_: rehearsed[id_] for id_ in stream_ids if id_ in rehearsed}
        return begun

    async def opened(self, account_ids: Collection[UUID]) -> Mapping[UUID, date]:
        """Return the day on which each of these accounts was opened."""
        async with self._ledger.pool.connection() as connection:
            parameters = (self._tenant_id, list(account_ids))
            opened = dict(await (await connection.execute(_OPENED_SQL, parameters)).fetchall())
        if self._rehearsal is not None:
            rehearsed = self._rehearsal.begun_on
            opened |= {id_: rehearsed[id_] for id_ in account_ids if id_ in rehearsed}
        return opened

    async def named(self, names: Collection[str]) -> Mapping[str, Sequence[NamedAccount]]:
        """Return the accounts that are called so now, by the folded name; none is left out."""
        if not names:
            return {}
        await self._read_on()
        if self._rehearsal is not None:
            for account_id, event in self._rehearsal.take_namings():
                self._names.take(account_id, event)
        return {folded: self._names.called(folded) for folded in map(folded_name, names)}

    async def _read_on(self) -> None:
        async with self._ledger.pool.connection() as connection:
            while records := await self._next(connection):
                for (record,) in records:
                    entry = read_entry(self._ledger.types, record)
                    self._names.take(entry.envelope.stream_id, entry.event)
                    self._read_up_to = entry.position

    async def _next(self, connection: AsyncConnection[Any]) -> list[tuple[bytes]]:
        parameters = (self._tenant_id, self._read_up_to, _NAMING, _AT_ONCE)
        cursor = await connection.execute(_NAMES_SQL, parameters, binary=True)
        return await cursor.fetchall()


class _Names:
    """What each account is called now."""

    def __init__(self) -> None:
        self._name_of: dict[UUID, str] = {}
        self._references: dict[UUID, tuple[str, ...]] = {}
        self._called: dict[str, dict[UUID, None]] = {}

    def take(self, account_id: UUID, event: Event) -> None:
        """Fold an event that may name an account."""
        match event:
            case AccountOpened():
                self._rename(account_id, event.profile.name)
                self._references[account_id] = tuple(map(str, event.references))
            case AccountProfileRevised(name=Change(now=name)):
                self._rename(account_id, name)
            case _:
                pass

    def called(self, folded: str) -> Sequence[NamedAccount]:
        ids = self._called.get(folded, ())
        return [NamedAccount(id_, self._references.get(id_, ())) for id_ in ids]

    def _rename(self, account_id: UUID, name: str) -> None:
        before = self._name_of.get(account_id)
        if before is not None:
            del self._called[before][account_id]
        folded = self._name_of[account_id] = folded_name(name)
        self._called.setdefault(folded, {})[account_id] = None


async def _begun(
    connection: AsyncConnection[Any], tenant_id: str, ids: list[UUID]
) -> list[tuple[UUID, UUID]]:
    cursor = await connection.execute(_BEGUN_SQL, (tenant_id, ids), binary=True)
    return await cursor.fetchall()
