"""Which day it is for a tenant's business: that of the time zone in its calendar."""

import time
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg_pool import AsyncConnectionPool

from domain.policy import BusinessCalendar
from ledger.event_types import EventTypes
from projections.policies import read_policies

_FRESH_S: Final = 5.0
"""How late a change of the time zone may be noticed."""

_zone: ContextVar[tzinfo] = ContextVar("business_time_zone", default=UTC)


def today() -> date:
    """Return the business day of the tenant whose request this is."""
    return datetime.now(_zone.get()).date()


def day_of(instant: datetime) -> date:
    """Return the business day of the tenant, whose request this is, on which an instant fell."""
    return instant.astimezone(_zone.get()).date()


class BusinessDays:
    """Knows each tenant's time zone; `use` it before anything asks for `today`."""

    def __init__(self, pool: AsyncConnectionPool[Any], types: EventTypes) -> None:
        self._pool = pool
        self._types = types
        self._zones: dict[str, tuple[float, tzinfo]] = {}

    async def use(self, tenant_id: str) -> None:
        """Let this request reckon its days in the time zone of the tenant."""
        read_at, zone = self._zones.get(tenant_id, (-_FRESH_S, UTC))
        now = time.monotonic()
        if now - read_at >= _FRESH_S:
            self._zones[tenant_id] = now, zone  # one request reads; the others go on meanwhile
            zone = await self._read(tenant_id)
            self._zones[tenant_id] = now, zone
        _zone.set(zone)

    async def _read(self, tenant_id: str) -> tzinfo:
        async with self._pool.connection() as connection:
            policies, _ = await read_policies(connection, self._types, tenant_id)
        calendar = policies.in_force(BusinessCalendar, datetime.now(UTC).date()).policy
        try:
            return ZoneInfo(calendar.time_zone)
        except ZoneInfoNotFoundError:  # the machine's database has lost a name it once knew
            return UTC
