"""Rotates the master key: every data key is wrapped anew, and no disclosure is touched."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from ledger.failure import CannotStart
from ledger.key_service import KEY_BYTES, Bound, KeyService, MasterKey, NotUnwrapped
from ledger.ledger import adopt_next_master_key, master_key_file, next_master_key_file
from ledger.private_file import create_private_file
from ledger.settings import Settings
from ledger.transit import TransitKeyService
from ledger.vault import subject_context

_AT_ONCE: Final = 1_000
# Commands wait meanwhile: a key that is being made would else be wrapped by the old master key.
_HEADS_SQL: Final = "SELECT FROM ledger.log_head ORDER BY tenant_id FOR UPDATE"
_LOCK_SQL: Final = "SELECT master_key_fingerprint FROM ledger.installation FOR UPDATE"
_CLAIM_SQL: Final = "UPDATE ledger.installation SET master_key_fingerprint = %s"
_KEYS_SQL: Final = """
    SELECT tenant_id, subject_id, wrapped_key FROM ledger.subject_key
    WHERE (tenant_id, subject_id) > (%s, %s) ORDER BY tenant_id, subject_id LIMIT %s FOR UPDATE
"""
_REWRAP_SQL: Final = "SELECT ledger.rewrap_subject_key(%s, %s, %s, %s)"
_FIRST: Final = ("", UUID(int=0))

Row = tuple[str, UUID, bytes]


async def rotate_master_key(url: str, settings: Settings) -> int:
    """Wrap every data key by a new master key, or a new version of it; return how many.

    In the key service running processes go on; with a master key in a file they must be started
    again, and refuse to make keys until then. One transaction: all keys are wrapped anew, or none.

    Raises:
        CannotStart: the master key is not the one of this database.
        KeyServiceUnavailable: nothing was changed.
    """
    return await asyncio.to_thread(_rotate, url, settings)


def _rotate(url: str, settings: Settings) -> int:
    if settings.kms_url is not None:
        service = TransitKeyService.at(settings.kms_url, settings.kms_token)
        service.rotate()
        with psycopg.connect(url) as connection:
            return _rewrap_all(connection, service, service)
    following = next_master_key_file(settings)
    with psycopg.connect(url) as connection:
        adopt_next_master_key(_fingerprint(connection), settings)
        old = MasterKey.open(master_key_file(settings))
        _replace_leftover(following)
        count = _rewrap_all(connection, old, MasterKey.open(following))
    with psycopg.connect(url) as connection:
        adopt_next_master_key(_fingerprint(connection), settings)
    return count


def _replace_leftover(path: Path) -> None:
    """Make the next master key; one that a rotation left behind wraps nothing yet."""
    path.unlink(missing_ok=True)
    create_private_file(path, os.urandom(KEY_BYTES))


def _fingerprint(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute(_LOCK_SQL).fetchone()
    return None if row is None else row[0]


def _rewrap_all(connection: psycopg.Connection[Any], old: KeyService, new: KeyService) -> int:
    connection.execute(_HEADS_SQL)
    if _fingerprint(connection) not in {None, old.fingerprint}:
        raise CannotStart(
            "the master key is not the one that this database's personal data are encrypted under; "
            "put that one back first"
        )
    count, after = 0, _FIRST
    while rows := connection.execute(_KEYS_SQL, (*after, _AT_ONCE)).fetchall():
        for row, wrapped in zip(rows, _rewrapped(old, new, rows), strict=True):
            connection.execute(_REWRAP_SQL, (*row, wrapped))
        count += len(rows)
        after = rows[-1][:2]
    connection.execute(_CLAIM_SQL, (new.fingerprint,))
    return count


def _rewrapped(old: KeyService, new: KeyService, rows: Iterable[Row]) -> Iterable[bytes]:
    """Wrap anew what the old key wraps; what it does not, somebody has tampered with."""
    asked = list(rows)
    bound = [Bound(wrapped, subject_context(tenant, whose)) for tenant, whose, wrapped in asked]
    try:
        keys = old.unwrap(bound)
    except NotUnwrapped as error:
        tenant_id, subject, _ = asked[error.index]
        raise CannotStart(
            f"the key of {subject} in {tenant_id} does not open under the master key; nothing was "
            "rotated"
        ) from error
    contexts = zip(keys, bound, strict=True)
    return new.wrap([Bound(key, each.context) for key, each in contexts])
