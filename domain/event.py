"""What an aggregate is made of: events, the state they fold into, the streams they stand in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact that has happened: named in the past tense, kept for ever.

    `NAME` is the name under which the fact is stored, chosen by hand, so that a class may be
    renamed or moved and every old event can still be read. `SCHEMA_VERSION` rises when a change of
    fields needs an upcast (`ledger/upcasts.py`); a new field with a default needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    NAME: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int] = 1


Key = tuple[str, int]
"""What a state is looked up by: a kind, and the id as an integer (a UUID's own hash is slow)."""

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[S, E]):
    """The events of one kind of stream, and how they fold into its state."""

    name: str
    """The stored `stream_type`, such as `account`."""
    events: tuple[type[E], ...]
    evolve: Callable[[S | None, E], S]

    def stream(self, stream_id: UUID, *, account_id: UUID | None) -> "Stream[S, E]":
        return Stream(self, stream_id, account_id)


@dataclass(frozen=True, slots=True)
class Stream(Generic[S, E]):
    """One sequence of events, version 1, 2, 3 ..., of an account or (None) of the tenant."""

    aggregate: Aggregate[S, E]
    id: UUID
    account_id: UUID | None

    @property
    def key(self) -> Key:
        return self.aggregate.name, self.id.int

    def record(self, events: Sequence[E]) -> "Recording":
        return Recording(self, events)


@dataclass(frozen=True, slots=True)
class Family(Generic[S, E]):
    """All streams of one kind within one account, folded into one state: say, all its deals."""

    name: str
    aggregate: Aggregate[Any, E]
    evolve: Callable[[S | None, UUID, E], S]
    """Takes the state so far, the id of the stream that the event stands in, and the event."""

    def of(self, account_id: UUID) -> "FamilyOf[S, E]":
        return FamilyOf(self, account_id)


@dataclass(frozen=True, slots=True)
class FamilyOf(Generic[S, E]):
    """The family of one account."""

    family: Family[S, E]
    account_id: UUID

    @property
    def key(self) -> Key:
        return self.family.name, self.account_id.int


@dataclass(frozen=True, slots=True)
class Recording:
    """Events that a decision wants recorded, in order, at the end of one stream."""

    stream: Stream[Any, Any]
    events: Sequence[Event]
