"""The library's `ApplicationRecorder` over our log: the same lock, records and Merkle tree.

Through it `eventsourcing`'s `Application` and `Repository` (`ledger/application.py`) read the
streams that the writer writes. What the library appends by itself is kept and sealed too, but as a
state that only the library can read: events of ours come from the writer. docs/adr/0003 says why
the library's own recorder is not used.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from time import sleep
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar
from uuid import UUID, uuid4

import psycopg
from anyio.from_thread import start_blocking_portal
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
    Subscription,
)
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from ledger.append import append_batch
from ledger.batch import Appended, Batch, Head
from ledger.canonical import NotCanonical, decode_trusted
from ledger.merkle import leaf_hash
from ledger.record import write_record
from ledger.recorded import Envelope
from ledger.transaction import LOCK_SQL
from ledger.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")

STORED_EVENT: Final = "stored-event"
"""The stream type of events whose state is not a record of ours; it is kept as it is."""

_POLL_SECONDS: Final = 0.02

_LEAVES_SQL: Final = """
    SELECT DISTINCT ON (stream_id) stream_id, leaf FROM ledger.event
    WHERE tenant_id = %s AND stream_id = ANY(%s) ORDER BY stream_id, version DESC
"""
_STREAM_SQL: Final = """
    SELECT stream_id, version, name, stream_type, record FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND stream_id = %(stream_id)s
    AND version > coalesce(%(gt)s, -1) AND version <= coalesce(%(lte)s, 9223372036854775807)
"""
_UPWARDS_SQL: Final = _STREAM_SQL + "ORDER BY version LIMIT %(limit)s"
_DOWNWARDS_SQL: Final = _STREAM_SQL + "ORDER BY version DESC LIMIT %(limit)s"
_LOG_SQL: Final = """
    SELECT position, stream_id, version, name, stream_type, record FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND position >= %(first)s
    AND position <= coalesce(%(stop)s, 9223372036854775807)
    AND (%(topics)s = '{}' OR name = ANY(%(topics)s::text[])) ORDER BY position LIMIT %(limit)s
"""
_SIZE_SQL: Final = "SELECT nullif(size, 0) FROM ledger.log_head WHERE tenant_id = %s"


class LedgerRecorder(ApplicationRecorder):
    """Records and selects stored events of one tenant; use it as a context manager.

    Safe to be used by several threads: the work is done in an event loop of its own.
    """

    def __init__(self, conninfo: str, tenant_id: str, vault: Vault) -> None:
        self._tenant_id = tenant_id
        self._vault = vault
        self._pool = AsyncConnectionPool(
            conninfo, open=False, min_size=1, max_size=8, kwargs={"autocommit": True}
        )
        self._portal_of = start_blocking_portal()

    def __enter__(self) -> Self:
        self._portal = self._portal_of.__enter__()
        self._portal.call(self._pool.open)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._portal.call(self._pool.close)
        self._portal_of.__exit__(kind, error, trace)

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        return self._run(self._insert, stored_events) if stored_events else []

    @override
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query = _DOWNWARDS_SQL if desc else _UPWARDS_SQL
        rows = self._run(
            self._select,
            query,
            {
                "tenant_id": self._tenant_id,
                "stream_id": originator_id,
                "gt": gt,
                "lte": lte,
                "limit": limit,
            },
        )
        return [
            StoredEvent(stream_id, version, name, _state(stream_type, record))
            for stream_id, version, name, stream_type, record in rows
        ]

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = (start or 0) + (0 if inclusive_of_start else 1)
        rows = self._run(
            self._select,
            _LOG_SQL,
            {
                "tenant_id": self._tenant_id,
                "first": first,
                "stop": stop,
                "topics": list(topics),
                "limit": limit,
            },
        )
        return [
            Notification(stream_id, version, name, _state(stream_type, record), id=position)
            for position, stream_id, version, name, stream_type, record in rows
        ]

    @override
    def max_notification_id(self) -> int | None:
        rows = self._run(self._select, _SIZE_SQL, (self._tenant_id,))
        size: int | None = rows[0][0]
        return size

    @override
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> "Subscription[LedgerRecorder]":
        return _Tail(self, gt, topics)

    def _run(self, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        with _as_library_errors():
            return self._portal.call(lambda: work(*args, **kwargs))

    async def _select(self, query: str, parameters: Any) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, parameters, binary=True)
            return await cursor.fetchall()

    async def _insert(self, stored_events: Sequence[StoredEvent]) -> Sequence[int]:
        async with self._pool.connection() as connection, connection.transaction():
            batch = await self._lock(connection)
            ids = list({event.originator_id for event in stored_events})
            cursor = await connection.execute(_LEAVES_SQL, (self._tenant_id, ids))
            leaves: dict[UUID | str, bytes] = dict(await cursor.fetchall())
            for event in stored_events:
                appended = _appended(event, batch, leaves.get(event.originator_id))
                batch.appended.append(appended)
                leaves[event.originator_id] = appended.leaf
            await append_batch(connection, batch, self._vault)
        return [appended.envelope.position for appended in batch.appended]

    async def _lock(self, connection: AsyncConnection[Any]) -> Batch:
        cursor = await connection.execute(LOCK_SQL, (self._tenant_id,), binary=True)
        row = await cursor.fetchone()
        if row is None:
            raise IntegrityError(f"there is no tenant {self._tenant_id}")
        return Batch(self._tenant_id, Head(*row), states={}, kept={}, families=())


class _Tail(Subscription[LedgerRecorder]):
    """Yields what is recorded, in order, and waits for more; a position can never be missed."""

    def __init__(self, recorder: LedgerRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._read: list[Notification] = []

    @override
    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if not self._read:
                start = self._last_notification_id or 0
                self._read = list(
                    self._recorder.select_notifications(
                        start, 500, topics=self._topics, inclusive_of_start=False
                    )
                )
            if self._read:
                notification = self._read.pop(0)
                self._last_notification_id = notification.id
                return notification
            sleep(_POLL_SECONDS)
        raise StopIteration


def _appended(event: StoredEvent, batch: Batch, leaf_before: bytes | None) -> Appended:
    """Put a plain envelope around a state that only the library can read."""
    stream_id = event.originator_id
    envelope = Envelope(
        tenant_id=batch.tenant_id,
        position=batch.head.size + len(batch.appended) + 1,
        stream_id=stream_id if isinstance(stream_id, UUID) else UUID(stream_id),
        stream_type=STORED_EVENT,
        version=event.originator_version,
        account_id=None,
        name=event.topic,
        schema_version=1,
        recorded_at=batch.head.recorded_at,
        effective_at=batch.head.recorded_at.date(),
        actor="library:eventsourcing",
        on_behalf_of=(),
        reason=None,
        correlation_id=uuid4(),
        causation_id=None,
        command_id=uuid4(),
        prev_in_stream=leaf_before,
    )
    state = b64encode(event.state).decode("ascii")
    record = write_record(envelope, {"state": state})
    return Appended(envelope, record, leaf_hash(record))


def _state(stream_type: str, record: bytes) -> bytes:
    """Return the state as the library stored it; of an event of ours, that is the whole record."""
    if stream_type != STORED_EVENT:
        return record
    try:
        return b64decode(decode_trusted(record)["data"]["state"], validate=True)
    except binascii.Error as error:
        raise NotCanonical("the state is not base64") from error


@contextmanager
def _as_library_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.IntegrityError as error:
        raise IntegrityError(str(error)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise OperationalError(str(error)) from error
