"""The library's `Application` over our log: any stream, as it stands or stood at a version."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    JSONTranscoder,
    Mapper,
    ProcessRecorder,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.utils import EnvType
from typing_extensions import override

from domain.event import Aggregate, Event
from domain.refusal import NotFound
from ledger.event_types import EventTypes
from ledger.merkle import leaf_hash
from ledger.record import read_record
from ledger.recorded import Recorded
from ledger.recorder import LedgerRecorder

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class StreamState(Generic[S]):
    """The state of one stream as of one of its versions."""

    version: int
    state: S


class RecordMapper(Mapper[UUID]):
    """Reads records; the writer alone makes them, since only it knows their place in the log."""

    def __init__(self, types: EventTypes) -> None:
        super().__init__(JSONTranscoder())
        self._types = types

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        envelope, data = read_record(stored_event.state)
        event = self._types.read(envelope.name, envelope.schema_version, data)
        return cast(
            "DomainEventProtocol[UUID]", Recorded(envelope, event, leaf_hash(stored_event.state))
        )

    @override
    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> NoReturn:
        raise TypeError("events are recorded by the writer: hand it a command")


class _Factory(InfrastructureFactory[TrackingRecorder]):
    """Gives the library our recorder and mapper instead of those that the environment names."""

    def __init__(self, env: EnvType, recorder: LedgerRecorder, types: EventTypes) -> None:
        super().__init__(env)
        self._recorder = recorder
        self._types = types

    @override
    def mapper(self, *_: Any, **__: Any) -> Mapper[Any]:
        return RecordMapper(self._types)

    @override
    def application_recorder(self) -> LedgerRecorder:
        return self._recorder

    @override
    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        return self._recorder

    @override
    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        raise TypeError("projections keep their own checkpoints: projections/engine.py")

    @override
    def process_recorder(self) -> ProcessRecorder:
        raise TypeError("projections keep their own checkpoints: projections/engine.py")


class LedgerApplication(Application[UUID]):
    """`LedgerApplication(recorder, types).load(ACCOUNT, account_id, version=3)`."""

    def __init__(self, recorder: LedgerRecorder, types: EventTypes) -> None:
        self._recorder = recorder
        self._types = types
        super().__init__()

    @override
    def construct_factory(self, env: EnvType) -> InfrastructureFactory[TrackingRecorder]:
        return _Factory(env, self._recorder, self._types)

    def load(
        self, aggregate: Aggregate[S, E], stream_id: UUID, *, version: int | None = None
    ) -> StreamState[S]:
        """Replay a stream, as it stands or as it stood at `version`.

        Raises:
            NotFound: nothing was recorded in it by then, or it is a stream of another kind.
        """
        try:
            loaded: StreamState[S] = self.repository.get(
                stream_id,
                version=version,
                projector_func=cast("Any", partial(_fold, aggregate)),
            )
        except AggregateNotFoundError as error:
            raise NotFound(aggregate.name, stream_id) from error
        return loaded


def _fold(
    aggregate: Aggregate[S, E], loaded: StreamState[S] | None, entries: Iterable[Recorded[E]]
) -> StreamState[S] | None:
    for entry in entries:
        if entry.envelope.stream_type != aggregate.name:
            return None
        state = aggregate.evolve(loaded.state if loaded else None, entry.event)
        loaded = StreamState(entry.envelope.version, state)
    return loaded
