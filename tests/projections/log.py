"""A log to project: events recorded without any decision, as a writer would store them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from domain.account import ACCOUNT, AccountOpened
from domain.aggregates import EVERY_AGGREGATE
from domain.event import Event
from domain.money import Money
from domain.order_book import (
    OrderCancelled,
    OrderContent,
    OrderCorrected,
    OrderPlaced,
    OrderRefunded,
    order_book_id,
)
from domain.profile import Profile
from ledger.append import EVENTS_SQL
from ledger.event_types import EventTypes
from ledger.merkle import leaf_hash
from ledger.record import write_record
from ledger.recorded import Envelope, Recorded
from ledger.stored_data import seal_personal

TENANT: Final = "default"
TYPES: Final = EventTypes(EVERY_AGGREGATE)
BEGINNING: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)

_STREAM_TYPES: Final = {
    event_class: aggregate.name for aggregate in EVERY_AGGREGATE for event_class in aggregate.events
}


@dataclass
class Log:
    """Entries at positions 1, 2, 3 ..., a second apart; each is the next version of its stream."""

    tenant_id: str = TENANT
    entries: list[Recorded] = field(default_factory=list)
    _streams: dict[UUID, tuple[int, bytes | None]] = field(default_factory=dict)
    _stored: int = 0
    _forgotten: int = 0

    @property
    def size(self) -> int:
        return self._forgotten + len(self.entries)

    def add(
        self, event: Event, *, account_id: UUID | None, stream_id: UUID | None = None, on: date
    ) -> int:
        """Put an event at the end, and return its position."""
        stream_type = _STREAM_TYPES[type(event)]
        if stream_id is None:
            assert account_id is not None
            stream_id = account_id if stream_type == ACCOUNT.name else order_book_id(account_id)
        version, link = self._streams.get(stream_id, (0, None))
        position = self.size + 1
        envelope = Envelope(
            tenant_id=self.tenant_id,
            position=position,
            stream_id=stream_id,
            stream_type=stream_type,
            version=version + 1,
            account_id=account_id,
            name=event.NAME,
            schema_version=event.SCHEMA_VERSION,
            recorded_at=BEGINNING + timedelta(seconds=position),
            effective_at=on,
            actor="test:1",
            on_behalf_of=(),
            reason=None,
            correlation_id=UUID(int=position),
            causation_id=None,
            command_id=UUID(int=position),
            prev_in_stream=link,
        )
        leaf = leaf_hash(_record(envelope, event))
        self._streams[stream_id] = version + 1, leaf
        self.entries.append(Recorded(envelope, event, leaf))
        return position

    def open(self, account_id: UUID, name: str = "Acme", *, on: date = date(2026, 1, 1)) -> int:
        opened = AccountOpened(opened_on=on, profile=Profile(name=name))
        return self.add(opened, account_id=account_id, on=on)

    def place(self, account_id: UUID, order_id: UUID, amount: str, on: date, **more: Any) -> int:
        placed = OrderPlaced(order_id=order_id, ordered_on=on, amount=euro(amount), **more)
        return self.add(placed, account_id=account_id, on=on)

    def correct(self, account_id: UUID, order_id: UUID, amount: str, on: date) -> int:
        content = OrderContent(ordered_on=on, amount=euro(amount))
        corrected = OrderCorrected(order_id=order_id, was=content, now=content)
        return self.add(corrected, account_id=account_id, on=on)

    def cancel(self, account_id: UUID, order_id: UUID, on: date) -> int:
        return self.add(OrderCancelled(order_id=order_id), account_id=account_id, on=on)

    def refund(self, account_id: UUID, order_id: UUID, amount: str, on: date) -> int:
        refunded = OrderRefunded(
            order_id=order_id, refund_id=uuid4(), refunded_on=on, amount=euro(amount)
        )
        return self.add(refunded, account_id=account_id, on=on)

    def store(self, url: str) -> None:
        """Store what was added since the last time, and move the head."""
        records = [
            _record(e.envelope, e.event) for e in self.entries[self._stored - self._forgotten :]
        ]
        self._stored = self.size
        with psycopg.connect(url) as connection:
            connection.execute(EVENTS_SQL, (records, [leaf_hash(record) for record in records]))
            connection.execute(
                "UPDATE ledger.log_head SET size = %s, recorded_at = %s WHERE tenant_id = %s",
                (self._stored, self.entries[-1].envelope.recorded_at, self.tenant_id),
            )

    def forget(self) -> None:
        """Let go of what is stored, so that a log may be longer than memory."""
        self._forgotten = self._stored
        self.entries.clear()


def euro(amount: str) -> Money:
    return Money.model_validate({"amount": amount, "currency": "EUR"})


def _record(envelope: Envelope, event: Event) -> bytes:
    data, _ = seal_personal(event)
    return write_record(envelope, data)
