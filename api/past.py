"""How the past is read: few at a time, and of an account only once there was one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Response
from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from projections.every_projection import EVERY_PROJECTION
from projections.moment import Moment
from projections.past.entries import Scope
from projections.past.left_out import LeftOut
from projections.past.past_views import Program, past_views

_AT_ONCE: Final = 2
"""Requests of a process that may replay at the same time; the connections are for all readers."""
_WAIT_SECONDS_MAX: Final = 5.0
_OPENED_SQL: Final = """
    SELECT position, recorded_at, effective_at FROM ledger.event
    WHERE tenant_id = %s AND stream_id = %s AND stream_type = 'account' ORDER BY version LIMIT 1
"""


class NotThereYet(Exception):
    """At the moment that is asked about there was no such account, but there is one now."""

    def __init__(self, account_id: UUID, since: date, position: int, recorded_at: datetime) -> None:
        super().__init__(
            f"account {account_id} exists since {since}, and is known since position {position}, "
            f"recorded at {recorded_at.isoformat()}; ask about that moment or a later one"
        )


class ReplaysBusy(Exception):
    """Others look into the past already, as many as may at once."""

    retry_after_s = 2


class PastReads:
    """Lets requests look into the past, a few at a time."""

    def __init__(
        self, types: EventTypes, *, events_max: int, wait_s: float = _WAIT_SECONDS_MAX
    ) -> None:
        self._wait_s = wait_s
        self._program = Program(EVERY_PROJECTION, types, events_max)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn, before taking a connection.

        Raises:
            ReplaysBusy: it has not come for `wait_s`.
        """
        try:
            async with asyncio.timeout(self._wait_s):
                await self._turns.acquire()
        except TimeoutError:
            raise ReplaysBusy from None
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def look_back(
        self, connection: AsyncConnection[Any], scope: Scope, response: Response
    ) -> AsyncIterator[None]:
        """Have the connection read views as they stood; the answer says what they leave out."""

        def tell(left_out: LeftOut) -> None:
            if scope.account_id is None:
                response.headers["Tenure-Parked-Count"] = str(left_out.strands)
            else:
                told = [f"{projection}@{position}" for projection, position in left_out.told]
                response.headers["Tenure-Parked"] = ", ".join(told)

        async with past_views(connection, scope, self._program, tell):
            yield


async def refuse_before(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID, moment: Moment
) -> None:
    """Make sure that an account that there is was there at a moment.

    Raises:
        NotThereYet: it came later.
    """
    cursor = await connection.execute(_OPENED_SQL, (tenant_id, account_id))
    opened = await cursor.fetchone()
    if opened is None:
        return  # no account at all, which the endpoint will say
    position, recorded_at, since = opened
    if position > moment.known_at or (moment.as_of is not None and since > moment.as_of):
        raise NotThereYet(account_id, since, position, recorded_at)
