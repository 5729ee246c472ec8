"""Reads the log back: entries in the order of their positions, and where it ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.merkle import leaf_hash
from ledger.record import read_record, read_trusted_record
from ledger.recorded import Recorded
from ledger.strand import EVERY_LANE, LANE_SQL, Strand, StrandKind, strand_of

# Positions have no holes, so that a range says as much as a LIMIT. Given a LIMIT, PostgreSQL read
# and sorted the whole rest of a log that it had no statistics of yet (2026-11-28).
_BATCH_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position <= %s ORDER BY position
"""
_NEXT_SQL: Final = """
    SELECT position FROM ledger.event
    WHERE tenant_id = %s AND position > %s ORDER BY position LIMIT 1
"""
_UNREAD_SQL: Final = """
    SELECT position, account_id, stream_id, record FROM ledger.event
    WHERE tenant_id = %s AND position > %s AND position <= %s ORDER BY position
"""
# What nobody asked for is counted, so that a hole is found whoever reads.
_SOME_UNREAD_SQL: Final = f"""
    SELECT position, account_id, stream_id, record FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND position > %(position)s AND position <= %(until)s
      AND {LANE_SQL} = ANY(%(lanes)s::integer[])
      AND (%(streams)s::text[] IS NULL OR stream_type = ANY(%(streams)s))
    ORDER BY position
"""  # noqa: S608 - our own constant
_COUNT_SQL: Final = """
    SELECT count(*) FROM ledger.event WHERE tenant_id = %s AND position > %s AND position <= %s
"""
_MISSING_SQL: Final = """
    SELECT min(wanted.position)
    FROM generate_series(%(first)s::bigint, %(until)s) AS wanted (position)
    WHERE NOT EXISTS (
        SELECT FROM ledger.event AS there
        WHERE there.tenant_id = %(tenant_id)s AND there.position = wanted.position
    )
"""
_OF_ACCOUNT_SQL: Final = """
    SELECT position, account_id, stream_id, record FROM ledger.event
    WHERE tenant_id = %s AND account_id = %s AND position > %s AND position <= %s
    ORDER BY position LIMIT %s
"""
_OF_STREAM_SQL: Final = """
    SELECT position, account_id, stream_id, record FROM ledger.event
    WHERE tenant_id = %s AND stream_id = %s AND account_id IS NULL
      AND position > %s AND position <= %s
    ORDER BY position LIMIT %s
"""
_ACCOUNT_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND account_id = %s AND position > %s ORDER BY position LIMIT %s
"""
_HISTORY_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
      AND position < %(before)s
      AND (%(stream_types)s::text[] IS NULL OR stream_type = ANY(%(stream_types)s))
      AND (%(names)s::text[] IS NULL OR name = ANY(%(names)s))
      AND (%(first)s::date IS NULL OR effective_at >= %(first)s)
      AND (%(last)s::date IS NULL OR effective_at <= %(last)s)
    ORDER BY position DESC LIMIT %(limit)s
"""
_STREAM_SQL: Final = """
    SELECT record FROM ledger.event WHERE tenant_id = %s AND stream_id = %s ORDER BY version
"""
_HEAD_SQL: Final = """
    SELECT size, nullif(recorded_at, '-infinity') FROM ledger.log_head WHERE tenant_id = %s
"""


class HoleInLog(Exception):
    """Positions do not follow one another: the log has been tampered with, or a reader is wrong."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far a log goes, and when its last event was recorded (None: it is empty)."""

    size: int
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of an account's history are looked for; empty or None: any.

    `first` and `last` are effective days, and both belong to what is looked for.
    """

    stream_types: Sequence[str] = ()
    names: Sequence[str] = ()
    first: date | None = None
    last: date | None = None


class Unread(NamedTuple):
    """An entry whose record was not read into an event yet."""

    position: int
    account_id: UUID | None
    stream_id: UUID
    record: bytes

    @property
    def strand(self) -> Strand:
        return strand_of(self.account_id, self.stream_id)

    @property
    def strand_id(self) -> UUID:
        return self.account_id or self.stream_id


async def log_head(connection: AsyncConnection[Any], tenant_id: str) -> LogHead | None:
    """Return where the log of a tenant ends; None where there is no such tenant."""
    cursor = await connection.execute(_HEAD_SQL, (tenant_id,))
    row = await cursor.fetchone()
    if row is None:
        return None
    size, recorded_at = row
    return LogHead(size, recorded_at)


async def read_after(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    *,
    position: int,
    limit: int,
) -> Sequence[Recorded]:
    """Return up to `limit` entries after `position`, in order.

    Raises:
        HoleInLog: one that should stand between them is missing; nothing is ever skipped.
    """
    place = (tenant_id, position, position + limit)
    cursor = await connection.execute(_BATCH_SQL, place, binary=True)
    entries = [read_entry(types, record) async for (record,) in cursor]
    found = [entry.position for entry in entries]
    if not found:
        next_one = await (await connection.execute(_NEXT_SQL, (tenant_id, position))).fetchone()
        found = list(next_one or [])
    for expected, there in enumerate(found, start=position + 1):
        if there != expected:
            raise HoleInLog(f"position {expected} of {tenant_id} is missing")
    return entries


async def read_unread(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    position: int,
    until: int,
    lanes: Collection[int] = EVERY_LANE,
    streams: Collection[str] | None = None,
) -> Sequence[Unread]:
    """Return the entries after `position` and up to `until`, in order.

    Of these lanes, and of these kinds of streams (None: of all).

    Raises:
        HoleInLog: a position up to `until` is missing, in whatever lane; nothing is ever skipped.
    """
    place = (tenant_id, position, until)
    if streams is None and not EVERY_LANE.difference(lanes):
        cursor = await connection.execute(_UNREAD_SQL, place, binary=True)
        entries = [Unread._make(row) async for row in cursor]
        there_are = len(entries)
    else:
        parameters = {
            "tenant_id": tenant_id,
            "position": position,
            "until": until,
            "lanes": list(lanes),
            "streams": None if streams is None else list(streams),
        }
        cursor = await connection.execute(_SOME_UNREAD_SQL, parameters, binary=True)
        entries = [Unread._make(row) async for row in cursor]
        (there_are,) = await _one(connection, _COUNT_SQL, place)
    if there_are != until - position:
        wanted = {"tenant_id": tenant_id, "first": position + 1, "until": until}
        (missing,) = await _one(connection, _MISSING_SQL, wanted)
        raise HoleInLog(f"position {missing} of {tenant_id} is missing")
    return entries


async def _one(connection: AsyncConnection[Any], query: str, parameters: Any) -> Any:
    return await (await connection.execute(query, parameters)).fetchone()


async def read_strand(
    connection: AsyncConnection[Any],
    tenant_id: str,
    strand: Strand,
    *,
    position: int,
    until: int,
    limit: int,
) -> Sequence[Unread]:
    """Return up to `limit` entries of one strand, of those after `position` and up to `until`."""
    query = _OF_ACCOUNT_SQL if strand.kind is StrandKind.ACCOUNT else _OF_STREAM_SQL
    parameters = (tenant_id, strand.id, position, until, limit)
    cursor = await connection.execute(query, parameters, binary=True)
    return [Unread._make(row) async for row in cursor]


async def read_account(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    account_id: UUID,
    *,
    position: int,
    limit: int,
) -> Sequence[Recorded]:
    """Return up to `limit` entries of one account's whole history after `position`, in order."""
    parameters = (tenant_id, account_id, position, limit)
    cursor = await connection.execute(_ACCOUNT_SQL, parameters, binary=True)
    return [read_entry(types, record) async for (record,) in cursor]


async def read_account_backwards(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    account_id: UUID,
    *,
    wanted: Wanted,
    before: int,
    limit: int,
) -> Sequence[Recorded]:
    """Return up to `limit` entries of one account's history before a position, the last first."""
    parameters = {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "before": before,
        "stream_types": list(wanted.stream_types) or None,
        "names": list(wanted.names) or None,
        "first": wanted.first,
        "last": wanted.last,
        "limit": limit,
    }
    cursor = await connection.execute(_HISTORY_SQL, parameters, binary=True)
    return [read_entry(types, record) async for (record,) in cursor]


async def read_stream(
    connection: AsyncConnection[Any], types: EventTypes, tenant_id: str, stream_id: UUID
) -> Sequence[Recorded]:
    """Return all entries of one stream, in order; none where nothing was recorded in it."""
    cursor = await connection.execute(_STREAM_SQL, (tenant_id, stream_id), binary=True)
    return [read_entry(types, record) async for (record,) in cursor]


def read_entry(types: EventTypes, record: bytes) -> Recorded:
    """Read one entry of the log from its record."""
    envelope, data = read_record(record)
    event = types.read(envelope.name, envelope.schema_version, data)
    return Recorded(envelope, event, leaf_hash(record))


def read_trusted_entry(types: EventTypes, record: bytes) -> Recorded:
    """Read one entry of the log without checking that its record is in the one form it may have."""
    envelope, data = read_trusted_record(record)
    event = types.read(envelope.name, envelope.schema_version, data)
    return Recorded(envelope, event, leaf_hash(record))
