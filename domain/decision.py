"""A decision bound to the streams that it reads and may append to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar
from uuid import UUID

from domain.event import Event, FamilyOf, Key, Recording, Stream
from domain.refusal import NotFound, Refused

S = TypeVar("S")
E = TypeVar("E", bound=Event)
P = ParamSpec("P")

Source = Stream[Any, Any] | FamilyOf[Any, Any]


class Unread(Exception):
    """A decision looks at a stream that it did not name beforehand, such as that of a manager.

    The ledger reads it, as of the same position, and has the decision made again. Families have to
    be named beforehand.
    """

    def __init__(self, source: Stream[Any, Any]) -> None:
        super().__init__(f"{source.key} has not been read")
        self.source = source


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a subject outside the records: how many disclosures, and which.

    `root` is the RFC 6962 root over their digests, in their order; None where there are none.
    """

    disclosures: int
    root: str | None


_HELD: Final = "held"


def held_key(subject_id: UUID) -> Key:
    """Return what `Held` of a subject is looked up by, among states."""
    return _HELD, subject_id.int


class ByKey(Protocol):
    """States by their keys, such as a dict of them."""

    def __getitem__(self, key: Key, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class States:
    """The states of the streams and families that a decision reads, as of one position."""

    by_key: ByKey

    def find(self, source: Stream[S, Any] | FamilyOf[S, Any]) -> S | None:
        """Return the state, or None where nothing has been recorded.

        Raises:
            Unread: it is not at hand yet.
        """
        try:
            state: S | None = self.by_key[source.key]
        except KeyError:
            if isinstance(source, Stream):
                raise Unread(source) from None
            raise
        return state

    def __getitem__(self, stream: Stream[S, Any]) -> S:
        """Return the state.

        Raises:
            NotFound: nothing has been recorded in the stream.
        """
        state = self.find(stream)
        if state is None:
            raise NotFound(stream.aggregate.name, stream.id)
        return state

    def held(self, subject_id: UUID) -> Held:
        """Return what is kept of the subject that the decision says it erases."""
        held: Held = self.by_key[held_key(subject_id)]
        return held

    def after(self, recordings: Iterable[Recording]) -> "States":
        """Return the states of the streams as these recordings will leave them."""
        changed: dict[Key, Any] = {}
        for recording in recordings:
            stream = recording.stream
            for event in recording.events:
                before = changed[stream.key] if stream.key in changed else self.find(stream)
                changed[stream.key] = stream.aggregate.evolve(before, event)
        return States(_Overlaid(changed, self.by_key))


@dataclass(frozen=True, slots=True)
class _Overlaid:
    changed: Mapping[Key, Any]
    before: ByKey

    def __getitem__(self, key: Key) -> Any:
        return self.changed[key] if key in self.changed else self.before[key]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the ledger needs to carry out a command: what to read, and what to do then.

    `target` is the stream whose version the caller sees (ETag) and may insist on (If-Match).
    `decide` is pure and may run more than once: it returns what to record, or raises `Refused`
    or `NotFound`. No event at all means that everything already is as asked. `reads` are fetched
    together beforehand; what else `decide` turns out to need is fetched when it asks. `erases` is
    the subject whose personal values a decision may erase: it is carried out in a transaction of
    its own.
    """

    target: Stream[Any, Any]
    reads: tuple[Source, ...]
    decide: Callable[[States], Sequence[Recording]]
    erases: UUID | None = None


def on(
    stream: Stream[S, E],
    decide: Callable[Concatenate[S, P], Sequence[E]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision that concerns one existing stream alone."""

    def decide_on(states: States) -> Sequence[Recording]:
        return [stream.record(decide(states[stream], *args, **kwargs))]

    return Decision(target=stream, reads=(stream,), decide=decide_on)


def refuse_if_begun(states: States, stream: Stream[Any, Any]) -> None:
    """Refuse where the stream that a command wants to begin has begun already.

    Raises:
        Refused: `already-exists`.
    """
    if states.find(stream) is not None:
        kind = stream.aggregate.name
        raise Refused("already-exists", f"the {kind} {stream.id} exists already")
