"""API keys: who may call, for which tenant, in which role; only hashes of them are stored."""

import hmac
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from uuid_utils.compat import uuid7

from domain.refusal import NotFound

_KEY: Final = re.compile(r"tenure_(?P<id>[0-9a-f]{32})_(?P<secret>[A-Za-z0-9_-]{43})")
_TRUSTED_SECONDS: Final = 5
"""How long a key is believed without asking again: a revoked one works that long at the most."""
_CACHED_MAX: Final = 10_000

_FIND_SQL: Final = """
    SELECT tenant_id, secret_hash, role, label, revoked_at IS NOT NULL, holder, (
        WITH RECURSIVE maker AS (
            SELECT key_id, holder, made_by FROM ledger.api_key WHERE key_id = made.made_by
            UNION
            SELECT key.key_id, key.holder, key.made_by
            FROM ledger.api_key AS key JOIN maker ON key.key_id = maker.made_by
        )
        SELECT coalesce(array_agg(coalesce(holder, 'key:' || key_id)), '{}') FROM maker)
    FROM ledger.api_key AS made
    WHERE key_id = %s
"""
CREATE_SQL: Final = """
    INSERT INTO ledger.api_key (key_id, tenant_id, secret_hash, role, label, holder, made_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
LIST_SQL: Final = """
    SELECT key_id, role, label, created_at, revoked_at FROM ledger.api_key
    WHERE tenant_id = %s ORDER BY key_id
"""
REVOKE_SQL: Final = """
    UPDATE ledger.api_key SET revoked_at = coalesce(revoked_at, clock_timestamp())
    WHERE tenant_id = %s AND key_id = %s
"""
_ROLE_SQL: Final = """
    SELECT role FROM ledger.api_key WHERE tenant_id = %s AND key_id = %s AND revoked_at IS NULL
"""


class Role(StrEnum):
    """What a key is good for (api/security.py)."""

    MANAGER = "manager"
    AUDITOR = "auditor"
    REPORTER = "reporter"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a key stands for."""

    tenant_id: str
    key_id: UUID
    role: Role
    label: str
    """What the key is for."""
    holder: str | None = None
    """The person (or program) that several keys may stand for; None: the key stands for itself."""
    key_makers: tuple[str, ...] = ()
    """Who made the key over the API, and whoever made theirs: they have seen it."""

    @property
    def actor(self) -> str:
        return self.holder or f"key:{self.key_id}"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What is known of a key; the secret itself is not."""

    key_id: UUID
    role: Role
    label: str
    created_at: datetime
    revoked_at: datetime | None


class NewKey:
    """A key that was just made, and is not stored yet."""

    def __init__(
        self, role: Role, label: str, *, holder: str | None = None, made_by: UUID | None = None
    ) -> None:
        self.key_id, self._secret = uuid7(), secrets.token_urlsafe(32)
        self._role, self._label = role, label
        self._holder, self._made_by = holder, made_by

    @property
    def text(self) -> str:
        return f"tenure_{self.key_id.hex}_{self._secret}"

    def row(self, tenant_id: str) -> tuple[Any, ...]:
        """Return the parameters of `CREATE_SQL`."""
        secret_hash = sha256(self._secret.encode()).digest()
        said = (self._role.value, self._label, self._holder, self._made_by)
        return (self.key_id, tenant_id, secret_hash, *said)


def create_key(
    connection: Connection[Any], tenant_id: str, role: Role, label: str, holder: str | None = None
) -> str:
    """Make a key and return its text, which cannot be had again."""
    made = NewKey(role, label, holder=holder)
    connection.execute(CREATE_SQL, made.row(tenant_id))
    return made.text


def list_keys(connection: Connection[Any], tenant_id: str) -> list[KeyEntry]:
    with connection.cursor(row_factory=class_row(KeyEntry)) as cursor:
        return cursor.execute(LIST_SQL, (tenant_id,)).fetchall()


def revoke_key(connection: Connection[Any], tenant_id: str, key_id: UUID) -> None:
    """Make a key open nothing any more, within seconds.

    Raises:
        NotFound: the tenant has no such key.
    """
    if connection.execute(REVOKE_SQL, (tenant_id, key_id)).rowcount == 0:
        raise NotFound("api-key", key_id)


async def find_role(connection: AsyncConnection[Any], tenant_id: str, key_id: UUID) -> Role | None:
    """Return the role of a key of the tenant; None where it has none that is good now."""
    row = await (await connection.execute(_ROLE_SQL, (tenant_id, key_id))).fetchone()
    return None if row is None else Role(row[0])


@dataclass
class KeyRing:
    """Finds out whom a key stands for, and remembers it for a few seconds."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    _known: dict[bytes, tuple[float, Principal]] = field(default_factory=dict)

    async def find(self, text: str) -> Principal | None:
        """Return the principal; None for whatever is not a key that is good now."""
        fingerprint = sha256(text.encode()).digest()
        known = self._known.get(fingerprint)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        principal = await self._look_up(text, revoked=False)
        self._known.pop(fingerprint, None)
        if principal is not None:
            if len(self._known) >= _CACHED_MAX:
                self._known.clear()
            self._known[fingerprint] = time.monotonic() + _TRUSTED_SECONDS, principal
        return principal

    async def find_revoked(self, text: str) -> Principal | None:
        """Return whom a key stood for until it was revoked; None for any other text."""
        return await self._look_up(text, revoked=True)

    async def _look_up(self, text: str, *, revoked: bool) -> Principal | None:
        parts = _KEY.fullmatch(text)
        if parts is None:
            return None
        key_id = UUID(parts["id"])
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_FIND_SQL, (key_id,))).fetchone()
        if row is None:
            return None
        tenant_id, secret_hash, role, label, is_revoked, holder, makers = row
        if is_revoked != revoked:
            return None
        if not hmac.compare_digest(secret_hash, sha256(parts["secret"].encode()).digest()):
            return None
        return Principal(tenant_id, key_id, Role(role), label, holder, tuple(makers))
