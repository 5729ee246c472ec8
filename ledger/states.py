"""The states of streams: folded once, kept while used, known to be current under the lock."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor

from domain.decision import Source
from domain.event import Event, Family, Key, Stream
from ledger.canonical import decode_trusted
from ledger.event_types import EventTypes

_FOREIGN_MAX: Final = 10_000
"""When other writers have added more than this, forgetting everything is cheaper than choosing."""

_STREAM_SQL: Final = """
    SELECT stream_type, stream_id, version, name, schema_version, record, leaf
    FROM ledger.event WHERE tenant_id = %s AND stream_id = ANY(%s) ORDER BY stream_id, version
"""
_FAMILY_SQL: Final = """
    SELECT account_id, stream_id, name, schema_version, record
    FROM ledger.event WHERE tenant_id = %s AND account_id = ANY(%s) AND stream_type = %s
    ORDER BY position
"""
_FOREIGN_SQL: Final = """
    SELECT stream_type, stream_id, account_id
    FROM ledger.event WHERE tenant_id = %s AND position > %s ORDER BY position LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream or family as of its last event; states are immutable and may be shared."""

    version: int
    leaf: bytes | None
    state: Any


NOT_BEGUN: Final = Loaded(version=0, leaf=None, state=None)


@dataclass
class StateCache:
    """What one process remembers of one tenant's streams, least recently used first.

    `seen` is the position up to which everything kept here is current: events beyond it come from
    other processes, and what they touched is dropped (`drop_touched`) before a decision reads it.
    """

    tenant_id: str
    size_max: int
    seen: int | None = None
    kinds: set[tuple[str, int]] = field(default_factory=set)
    """The stored names and schema versions that are on record in the database."""
    _kept: OrderedDict[Key, Loaded] = field(default_factory=OrderedDict)

    def find(self, key: Key) -> Loaded | None:
        loaded = self._kept.get(key)
        if loaded is not None:
            self._kept.move_to_end(key)
        return loaded

    def keep(self, loaded: Mapping[Key, Loaded | None]) -> None:
        """Remember these states, and drop those that are None."""
        for key, value in loaded.items():
            if value is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = value
                self._kept.move_to_end(key)
        while len(self._kept) > self.size_max:
            self._kept.popitem(last=False)

    def forget(self) -> None:
        self._kept.clear()
        self.seen = None

    def drop_touched(
        self, foreign: Sequence[tuple[str, UUID, UUID | None]], families: Iterable[Family[Any, Any]]
    ) -> None:
        """Drop the states that events of other processes have made old."""
        if len(foreign) > _FOREIGN_MAX:
            self._kept.clear()
            return
        by_type = [(family.aggregate.name, family.name) for family in families]
        for stream_type, stream_id, account_id in foreign:
            self._kept.pop((stream_type, stream_id.int), None)
            for aggregate_name, family_name in by_type:
                if aggregate_name == stream_type and account_id is not None:
                    self._kept.pop((family_name, account_id.int), None)


async def ask_foreign(
    connection: AsyncConnection[Any], tenant_id: str, seen: int
) -> AsyncCursor[Any]:
    """Ask which streams have events beyond `seen`, one more than the limit at the most."""
    return await connection.execute(_FOREIGN_SQL, (tenant_id, seen, _FOREIGN_MAX + 1))


@dataclass(frozen=True, slots=True)
class StreamsAsked:
    """A question about streams whose answer is read later (pipelining)."""

    streams: Sequence[Stream[Any, Any]]
    cursor: AsyncCursor[Any]

    async def fold(self, types: EventTypes) -> dict[Key, Loaded]:
        by_key = {stream.key: stream for stream in self.streams}
        loaded = dict.fromkeys(by_key, NOT_BEGUN)
        async for stream_type, stream_id, version, name, schema, record, leaf in self.cursor:
            key = (stream_type, stream_id.int)
            if key in by_key:  # else a stream of another kind has this id
                event = types.read(name, schema, decode_trusted(record)["data"])
                state = by_key[key].aggregate.evolve(loaded[key].state, event)
                loaded[key] = Loaded(version, leaf, state)
        return loaded


@dataclass(frozen=True, slots=True)
class FamiliesAsked:
    """A question about the families of one kind of several accounts."""

    family: Family[Any, Any]
    account_ids: Sequence[UUID]
    cursor: AsyncCursor[Any]

    async def fold(self, types: EventTypes) -> dict[Key, Loaded]:
        name = self.family.name
        loaded = dict.fromkeys([(name, id_.int) for id_ in self.account_ids], NOT_BEGUN)
        async for account_id, stream_id, event_name, schema_version, record in self.cursor:
            event = types.read(event_name, schema_version, decode_trusted(record)["data"])
            key = (name, account_id.int)
            state = self.family.evolve(loaded[key].state, stream_id, event)
            loaded[key] = Loaded(0, None, state)
        return loaded


Asked = StreamsAsked | FamiliesAsked


async def ask_states(
    connection: AsyncConnection[Any], tenant_id: str, sources: Iterable[Source]
) -> list[Asked]:
    """Ask for the events of these sources: one statement for all streams, one for each family."""
    streams: list[Stream[Any, Any]] = []
    families: dict[str, tuple[Family[Any, Any], list[UUID]]] = {}
    for source in sources:
        if isinstance(source, Stream):
            streams.append(source)
        else:
            _, account_ids = families.setdefault(source.family.name, (source.family, []))
            account_ids.append(source.account_id)
    asked: list[Asked] = []
    if streams:
        ids = [stream.id for stream in streams]
        cursor = await connection.execute(_STREAM_SQL, (tenant_id, ids), binary=True)
        asked.append(StreamsAsked(streams, cursor))
    for family, account_ids in families.values():
        parameters = (tenant_id, account_ids, family.aggregate.name)
        cursor = await connection.execute(_FAMILY_SQL, parameters, binary=True)
        asked.append(FamiliesAsked(family, account_ids, cursor))
    return asked


async def read_states(asked: Iterable[Asked], types: EventTypes) -> dict[Key, Loaded]:
    """Fold the answers; a source without events is `NOT_BEGUN`."""
    loaded: dict[Key, Loaded] = {}
    for question in asked:
        loaded.update(await question.fold(types))
    return loaded


def evolved(
    find: Callable[[Key], Loaded | None],
    stream: Stream[Any, Any],
    families: Iterable[Family[Any, Any]],
    event: Event,
    leaf: bytes,
) -> dict[Key, Loaded | None]:
    """Return what one more event at the end of a stream changes.

    None stands for a family that has changed and whose state before is not at hand.
    """
    was = find(stream.key) or NOT_BEGUN
    state = stream.aggregate.evolve(was.state, event)
    changed: dict[Key, Loaded | None] = {stream.key: Loaded(was.version + 1, leaf, state)}
    for family in families:
        if family.aggregate.name == stream.aggregate.name and stream.account_id is not None:
            key = (family.name, stream.account_id.int)
            before = find(key)
            changed[key] = before and Loaded(0, None, family.evolve(before.state, stream.id, event))
    return changed
