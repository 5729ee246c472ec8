"""Keeps personal values beside the log, encrypted, and reveals them to those who may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from ledger.vault import Disclosure, Vault

_KEYS_SQL: Final = """
    SELECT subject_id, wrapped_key FROM ledger.subject_key
    WHERE tenant_id = %s AND subject_id = ANY(%s)
"""
_NEW_KEYS_SQL: Final = """
    INSERT INTO ledger.subject_key SELECT %s, * FROM unnest(%s::uuid[], %s::bytea[])
"""
_STORE_SQL: Final = """
    INSERT INTO ledger.personal_disclosure
    SELECT %s, * FROM unnest(%s::text[], %s::uuid[], %s::bytea[])
"""
_REVEAL_SQL: Final = """
    SELECT d.digest, d.subject_id, d.ciphertext, k.wrapped_key
    FROM ledger.personal_disclosure d JOIN ledger.subject_key k USING (tenant_id, subject_id)
    WHERE d.tenant_id = %s AND d.digest = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A personal value whose digest stands in a record, and the person it is about."""

    subject: UUID
    disclosure: Disclosure


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
    cursor = await connection.execute(_REVEAL_SQL, (tenant_id, list(digests)))
    return {
        digest: vault.reveal(
            vault.unwrap(tenant_id, subject, wrapped), tenant_id, subject, digest, ciphertext
        )
        async for digest, subject, ciphertext, wrapped in cursor
    }


async def _data_keys(
    connection: AsyncConnection[Any], vault: Vault, tenant_id: str, subjects: set[UUID]
) -> Mapping[UUID, bytes]:
    cursor = await connection.execute(_KEYS_SQL, (tenant_id, list(subjects)))
    keys = {subject: vault.unwrap(tenant_id, subject, wrapped) async for subject, wrapped in cursor}
    new = {subject: vault.new_subject_key(tenant_id, subject) for subject in subjects - set(keys)}
    if new:
        wrapped_keys = [wrapped for _, wrapped in new.values()]
        await connection.execute(_NEW_KEYS_SQL, (tenant_id, list(new), wrapped_keys))
    return keys | {subject: data_key for subject, (data_key, _) in new.items()}
