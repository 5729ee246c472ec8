"""Reads the entries that a past view is made of: those of a moment, of an account or of all."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.reading import Unread, read_entry
from ledger.recorded import Recorded
from projections.moment import Moment
from projections.past.own_days import OWN_DAY_NAMES, RESTATING_NAMES

BATCH: Final = 500
"""Entries that are read and applied at once: the event loop is held by no more of them."""

_WANTED: Final = """
    tenant_id = %(tenant_id)s AND position <= %(known_at)s
    AND (%(as_of)s::date IS NULL OR effective_at <= %(as_of)s OR name = ANY (%(own_day)s))
    AND (%(streams)s::text[] IS NULL OR stream_type = ANY (%(streams)s))
    AND (%(names)s::text[] IS NULL OR name = ANY (%(names)s))
"""
_OF_ALL: Final = f"""
    SELECT position, account_id, stream_id, record FROM ledger.event WHERE {_WANTED}
"""  # noqa: S608 - our own constants
# Each half has an index of its own, which an OR would not use.
_OF_ACCOUNT: Final = f"""
    {_OF_ALL} AND account_id = %(account_id)s UNION ALL {_OF_ALL} AND account_id IS NULL
"""
_READ: Final = "{} ORDER BY position"
_COUNT: Final = "SELECT count(*) FROM (SELECT FROM ({}) AS entry LIMIT %(limit)s) AS counted"


class TooMuchToReplay(Exception):
    """A past view would be made of more events than one request may have replayed."""

    def __init__(self, events_max: int, *, of_account: bool) -> None:
        instead = (
            "ask without as_of and known_at, or have `tenure replay` print the account"
            if of_account
            else "ask for one account, or for an earlier known_at, or have the operator raise "
            "TENURE_REPLAY_EVENTS_MAX"
        )
        super().__init__(
            f"to show this as it stood, more than {events_max} events would have to be replayed; "
            + instead
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose entries are read; `account_id` None: everybody's."""

    tenant_id: str
    moment: Moment
    account_id: UUID | None = None


async def refuse_too_many(
    connection: AsyncConnection[Any],
    scope: Scope,
    streams: Collection[str] | None,
    *,
    events_max: int,
) -> None:
    """Make sure that no more entries than that would be read.

    Raises:
        TooMuchToReplay: there are more.
    """
    parameters = _parameters(scope, streams) | {"limit": events_max + 1}
    cursor = await connection.execute(_COUNT.format(_query(scope)), parameters)
    (count,) = await cursor.fetchone() or (0,)
    if count > events_max:
        raise TooMuchToReplay(events_max, of_account=scope.account_id is not None)


async def read_scope(
    connection: AsyncConnection[Any], scope: Scope, streams: Collection[str] | None
) -> AsyncIterator[Sequence[Unread]]:
    """Read entries in order, some at a time: the account's, and those that belong to none.

    Among them are all whose day is not told by their record (own_days.py). `streams` are the kinds
    of streams that matter; None: all do. A transaction has to be open.
    """
    # The server keeps the rest of the answer: asked page by page, it would sort all of it anew.
    async with connection.cursor(f"past_{uuid4().hex}", binary=True) as cursor:
        await cursor.execute(_READ.format(_query(scope)), _parameters(scope, streams))
        while rows := await cursor.fetchmany(BATCH):
            yield [Unread._make(row) for row in rows]


async def read_restating(
    connection: AsyncConnection[Any],
    types: EventTypes,
    scope: Scope,
    streams: Collection[str] | None,
) -> Sequence[Recorded]:
    """Read the corrections and voidings of a scope, whichever day they took effect on."""
    parameters = _parameters(scope, streams, RESTATING_NAMES)
    cursor = await connection.execute(_READ.format(_query(scope)), parameters, binary=True)
    return [read_entry(types, record) async for (_, _, _, record) in cursor]


def _query(scope: Scope) -> str:
    return _OF_ALL if scope.account_id is None else _OF_ACCOUNT


def _parameters(
    scope: Scope, streams: Collection[str] | None, names: Collection[str] | None = None
) -> dict[str, Any]:
    return {
        "tenant_id": scope.tenant_id,
        "account_id": scope.account_id,
        "known_at": scope.moment.known_at,
        "as_of": scope.moment.as_of,
        "streams": None if streams is None else sorted(streams),
        "names": None if names is None else sorted(names),
        "own_day": sorted(OWN_DAY_NAMES),
    }
