"""The whole history of one account, read into memory: one account's is short."""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.reading import read_account
from ledger.recorded import Recorded
from projections.past.entries import BATCH, TooMuchToReplay


async def account_entries(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    account_id: UUID,
    *,
    until: int,
    events_max: int | None = None,
) -> list[Recorded]:
    """Return an account's entries up to a position, in order; none where there is no such account.

    Raises:
        TooMuchToReplay: there are more than `events_max`.
    """
    entries: list[Recorded] = []
    while True:
        after = entries[-1].position if entries else 0
        page = await read_account(
            connection, types, tenant_id, account_id, position=after, limit=BATCH
        )
        entries += [entry for entry in page if entry.position <= until]
        if events_max is not None and len(entries) > events_max:
            raise TooMuchToReplay(events_max, of_account=True)
        if len(page) < BATCH or page[-1].position > until:
            return entries
