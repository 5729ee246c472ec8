"""Keeps personal values beside the log, encrypted, and reveals them to those who may see them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from psycopg import AsyncConnection

from domain.decision import Held
from ledger.merkle import extend, leaf_hash, root
from ledger.vault import Disclosure, Vault

P = ParamSpec("P")
T = TypeVar("T")

# A process that began before the master key was rotated must not go on with the old one.
_KEYS_SQL: Final = """
    SELECT coalesce(master_key_fingerprint = %s, true), subject_id, wrapped_key
    FROM ledger.installation LEFT JOIN ledger.subject_key
        ON tenant_id = %s AND subject_id = ANY(%s)
"""
_NEW_KEYS_SQL: Final = """
    INSERT INTO ledger.subject_key SELECT %s, * FROM unnest(%s::uuid[], %s::bytea[])
"""
_STORE_SQL: Final = """
    INSERT INTO ledger.personal_disclosure (tenant_id, digest, subject_id, ciphertext, position)
    SELECT %s, * FROM unnest(%s::text[], %s::uuid[], %s::bytea[], %s::bigint[])
"""
REVEAL_SQL: Final = """
    SELECT d.digest, d.subject_id, d.ciphertext, k.wrapped_key
    FROM ledger.personal_disclosure d JOIN ledger.subject_key k USING (tenant_id, subject_id)
    WHERE d.tenant_id = %s AND d.digest = ANY(%s)
"""
_HELD_SQL: Final = """
    SELECT digest FROM ledger.personal_disclosure
    WHERE tenant_id = %s AND subject_id = %s ORDER BY digest COLLATE "C"
"""
_ERASE_SQL: Final = "SELECT ledger.erase_subject(%s, %s, %s)"
_ERASED_SQL: Final = """
    SELECT asked.digest, erased.position, erased.erased_at
    FROM unnest(%(digests)s::text[], %(subjects)s::uuid[]) AS asked (digest, subject_id)
    JOIN LATERAL (
        SELECT position, erased_at FROM ledger.erased_subject
        WHERE tenant_id = %(tenant_id)s AND subject_id = asked.subject_id
        ORDER BY position DESC LIMIT 1) AS erased ON true
    WHERE NOT EXISTS (
        SELECT FROM ledger.personal_disclosure
        WHERE tenant_id = %(tenant_id)s AND digest = asked.digest)
"""


class MasterKeyChanged(Exception):
    """The database's personal data are encrypted under another master key by now."""


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A personal value whose digest stands in the record at `position`, and whom it is about."""

    subject: UUID
    disclosure: Disclosure
    position: int


@dataclass(frozen=True, slots=True)
class ErasedSubject:
    """A subject, and the position of the event that erases what was recorded of it before."""

    subject: UUID
    position: int


@dataclass(frozen=True, slots=True)
class ErasedAt:
    """Which event erased a value, and when that was recorded."""

    position: int
    erased_at: datetime


async def store(
    connection: AsyncConnection[Any], vault: Vault, tenant_id: str, values: Sequence[SealedValue]
) -> None:
    """Encrypt the values, each under its subject's own key, in the open transaction.

    The caller holds the lock of the tenant's log, so that no two keys are made for one subject.
    """
    if not values:
        return
    keys = await _data_keys(connection, vault, tenant_id, {value.subject for value in values})
    rows = [
        (
            value.disclosure.digest,
            value.subject,
            vault.encrypt(
                keys[value.subject],
                tenant_id,
                value.subject,
                value.disclosure.digest,
                value.disclosure.encoded,
            ),
            value.position,
        )
        for value in values
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    await connection.execute(_STORE_SQL, (tenant_id, *columns))


async def reveal(
    connection: AsyncConnection[Any], vault: Vault, tenant_id: str, digests: Iterable[str]
) -> Mapping[str, str]:
    """Return the values behind these digests; what has been erased is not among them.

    Raises:
        DisclosureBroken: a stored disclosure is not the one that its record names.
    """
    cursor = await connection.execute(REVEAL_SQL, (tenant_id, list(digests)))
    rows = await cursor.fetchall()
    keys = await _unwrapped(vault, tenant_id, {subject: key for _, subject, _, key in rows})
    return {
        digest: vault.reveal(keys[subject], tenant_id, subject, digest, ciphertext)
        for digest, subject, ciphertext, _ in rows
    }


async def read_held(connection: AsyncConnection[Any], tenant_id: str, subject: UUID) -> Held:
    """Return what is kept of a subject; under the lock of the tenant's log it stays so."""
    cursor = await connection.execute(_HELD_SQL, (tenant_id, subject))
    digests = [digest async for (digest,) in cursor]
    return Held(len(digests), digests_root(digests))


def digests_root(digests: Iterable[str]) -> str | None:
    """Return the RFC 6962 root over digests in their order, 64 hex digits; None for none."""
    leaves = [leaf_hash(digest.encode("ascii")) for digest in sorted(digests)]
    return root(len(leaves), extend(0, b"", leaves)).hex() if leaves else None


async def erase(
    connection: AsyncConnection[Any], tenant_id: str, erased: Iterable[ErasedSubject]
) -> None:
    """Delete the keys and disclosures of subjects whose erasure has just been stored."""
    for each in erased:
        await connection.execute(_ERASE_SQL, (tenant_id, each.subject, each.position))


async def find_erased(
    connection: AsyncConnection[Any], tenant_id: str, subjects: Mapping[str, UUID]
) -> Mapping[str, ErasedAt]:
    """Return which of these digests stand for what was erased; `subjects` says whose each is."""
    parameters = {
        "tenant_id": tenant_id,
        "digests": list(subjects),
        "subjects": list(subjects.values()),
    }
    cursor = await connection.execute(_ERASED_SQL, parameters)
    return {digest: ErasedAt(position, at) async for digest, position, at in cursor}


async def _data_keys(
    connection: AsyncConnection[Any], vault: Vault, tenant_id: str, subjects: set[UUID]
) -> Mapping[UUID, bytes]:
    asked = (vault.fingerprint, tenant_id, list(subjects))
    rows = await (await connection.execute(_KEYS_SQL, asked)).fetchall()
    if any(not same for same, _, _ in rows):
        raise MasterKeyChanged(
            "the master key was rotated while this process ran; start it again with the new one"
        )
    wrapped = {subject: key for _, subject, key in rows if subject is not None}
    keys = await _unwrapped(vault, tenant_id, wrapped)
    missing = list(subjects - set(keys))
    if not missing:
        return keys
    new = await _asked(vault, vault.new_subject_keys, tenant_id, missing)
    wrapped_keys = [each for _, each in new.values()]
    await connection.execute(_NEW_KEYS_SQL, (tenant_id, list(new), wrapped_keys))
    return {**keys, **{subject: data_key for subject, (data_key, _) in new.items()}}


async def _unwrapped(
    vault: Vault, tenant_id: str, wrapped: Mapping[UUID, bytes]
) -> Mapping[UUID, bytes]:
    return await _asked(vault, vault.unwrap_all, tenant_id, wrapped) if wrapped else {}


async def _asked(vault: Vault, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the key service; one elsewhere is waited for in a thread."""
    if vault.keys.is_remote:
        return await asyncio.to_thread(ask, *args, **kwargs)
    return ask(*args, **kwargs)
