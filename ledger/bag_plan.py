"""What goes into a bag: a scope that was asked for, resolved to positions and to a checkpoint."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.refusal import NotFound
from ledger.bag_scope import BagScope
from ledger.checkpoints import NotSealed

ACCOUNTS_MAX: Final = 1_000
_POSITION: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)

# The first checkpoint that seals a position stays the first, so that a bag stays the same.
_CHECKPOINT_SQL: Final = """
    SELECT origin, size, note FROM ledger.log_checkpoint
    WHERE tenant_id = %(tenant_id)s AND size >= %(size)s AND origin = (
        SELECT origin FROM ledger.log_key
        WHERE tenant_id = %(tenant_id)s ORDER BY signed_at DESC, size DESC LIMIT 1)
    ORDER BY size LIMIT 1
"""
_SEALED_SQL: Final = """
    SELECT max(size) FROM ledger.log_checkpoint WHERE tenant_id = %(tenant_id)s AND origin = (
        SELECT origin FROM ledger.log_key
        WHERE tenant_id = %(tenant_id)s ORDER BY signed_at DESC, size DESC LIMIT 1)
"""
_KEYS_SQL: Final = """
    SELECT verifier_key, origin FROM ledger.log_key
    WHERE tenant_id = %s AND size <= %s ORDER BY size, verifier_key
"""
_RECORDED_SQL: Final = """
    SELECT recorded_at FROM ledger.event WHERE tenant_id = %s AND position = %s
"""
_ACCOUNT_SQL: Final = """
    SELECT EXISTS (SELECT FROM ledger.event
                   WHERE tenant_id = %s AND account_id = %s AND position BETWEEN %s AND %s)
"""


class ScopeRefused(ValueError):
    """Nothing can be exported of what was asked for; `field` is the part of it that is wrong."""

    def __init__(self, field: str, problem: str, code: str) -> None:
        super().__init__(problem)
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class BagAsked:
    """What somebody wants to have in a bag.

    `first` and `last` are positions, or days (UTC) on which it was recorded; both belong to it.
    `known_at` is a position or an instant; None: all that is sealed.
    """

    tenant_id: str
    accounts: tuple[UUID, ...] = ()
    first: int | date | None = None
    last: int | date | None = None
    known_at: int | datetime | None = None


@dataclass(frozen=True, slots=True)
class BagPlan:
    """What a bag will hold: the same scope of the same log, the same plan."""

    scope: BagScope
    origin: str
    size: int
    """Of the checkpoint: that of the position as known at which is exported, or the next."""
    note: bytes
    keys: tuple[tuple[str, str], ...]
    """Each key that had signed the log by then, and the origin that it signed for."""
    known_on: date
    """The day (UTC) on which the last position that was known was recorded."""


def parse_place(field: str, text: str | None) -> int | date | None:
    """Read a position, or a day such as 2026-05-31.

    Raises:
        ScopeRefused: it is neither.
    """
    if text is None or _POSITION.fullmatch(text):
        return None if text is None else int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = "is neither a position nor a day such as 2026-05-31"
        raise ScopeRefused(field, problem, "bad-place") from None


def parse_known_at(text: str | None) -> int | datetime | None:
    """Read a position, or an instant with its offset from UTC.

    Raises:
        ScopeRefused: it is neither.
    """
    if text is None or _POSITION.fullmatch(text):
        return None if text is None else int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        problem = "is neither a position nor an instant such as 2026-05-31T12:00:00Z"
        raise ScopeRefused("known_at", problem, "bad-known-at")
    return instant


def plan_bag(connection: Connection[Any], asked: BagAsked) -> BagPlan:
    """Resolve what was asked for.

    Raises:
        NotFound: there is no such account within it.
        NotSealed: it is not sealed (yet), so that there is nothing to prove it by.
        ScopeRefused: it is nothing at all, or too much.
    """
    sealed = _sealed(connection, asked.tenant_id)
    known_at = _known_at(connection, asked, sealed)
    first = _position(connection, asked, asked.first, known_at, before=True) or 1
    last = _position(connection, asked, asked.last, known_at, before=False)
    last = known_at if last is None else min(last, known_at)
    if first > last:
        raise ScopeRefused("from", f"nothing stands from {first} to {last}", "empty-range")
    if len(asked.accounts) > ACCOUNTS_MAX:
        problem = (
            f"{len(asked.accounts)} accounts; give {ACCOUNTS_MAX} at the most, or none for all"
        )
        raise ScopeRefused("account", problem, "too-many-accounts")
    for account_id in asked.accounts:
        place = (asked.tenant_id, account_id, first, last)
        if connection.execute(_ACCOUNT_SQL, place).fetchone() == (False,):
            raise NotFound("account", account_id)
    accounts = tuple(sorted(set(asked.accounts)))
    found = {"tenant_id": asked.tenant_id, "size": known_at}
    origin, size, note = connection.execute(_CHECKPOINT_SQL, found, binary=True).fetchone() or (
        _not_sealed(known_at)
    )
    keys = connection.execute(_KEYS_SQL, (asked.tenant_id, size)).fetchall()
    return BagPlan(
        BagScope(asked.tenant_id, accounts, first, last, known_at),
        origin,
        size,
        note,
        tuple(keys),
        _recorded_at(connection, asked.tenant_id, known_at).date(),
    )


def _sealed(connection: Connection[Any], tenant_id: str) -> int:
    row = connection.execute(_SEALED_SQL, {"tenant_id": tenant_id}).fetchone()
    if row is None or row[0] is None:
        raise NotSealed("nothing has been sealed yet; /readyz says whether the log is being sealed")
    return int(row[0])


def _known_at(connection: Connection[Any], asked: BagAsked, sealed: int) -> int:
    if asked.known_at is None:
        return sealed
    if isinstance(asked.known_at, datetime):
        position = _recorded_until(connection, asked.tenant_id, asked.known_at, sealed)
    else:
        position = asked.known_at
    if position > sealed:
        _not_sealed(position)
    if position < 1:
        raise ScopeRefused("known_at", "is before the first event", "nothing-known")
    return position


def _not_sealed(position: int) -> Any:
    raise NotSealed(f"position {position} is not sealed yet; ask again, or for an earlier one")


def _position(
    connection: Connection[Any],
    asked: BagAsked,
    wanted: int | date | None,
    known_at: int,
    *,
    before: bool,
) -> int | None:
    """Return the first position of a day, or (not `before`) its last; a position as it is."""
    if not isinstance(wanted, date):
        return wanted
    day = wanted if before else wanted + timedelta(days=1)
    midnight = datetime.combine(day, time(), UTC) - timedelta(microseconds=1)
    return _recorded_until(connection, asked.tenant_id, midnight, known_at) + int(before)


def _recorded_until(
    connection: Connection[Any], tenant_id: str, instant: datetime, end: int
) -> int:
    """Return the last position up to `end` that was recorded by an instant; 0: there is none.

    The clock of a log never goes back, so that halving finds it without an index of instants.
    """
    known, unknown = 0, end + 1
    while unknown - known > 1:
        middle = (known + unknown) // 2
        if _recorded_at(connection, tenant_id, middle) <= instant:
            known = middle
        else:
            unknown = middle
    return known


def _recorded_at(connection: Connection[Any], tenant_id: str, position: int) -> datetime:
    row = connection.execute(_RECORDED_SQL, (tenant_id, position)).fetchone()
    if row is None:
        raise ScopeRefused("known_at", f"position {position} is not in the log", "hole-in-log")
    at: datetime = row[0]
    return at.astimezone(UTC)
