"""`given(AGGREGATE, *past).when(decision, ...).then(*events)` tests a decision.

`given_streams(stream.record([...]), ...).when(command(...)).then(stream.record([...]))` tests a
command, which may read and append to several streams.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pytest

from domain.aggregates import EVERY_FAMILY
from domain.decision import Decision, Source, States, Unread
from domain.event import Aggregate, Event, Key, Recording, Stream
from domain.refusal import NotFound, Refused

S = TypeVar("S")
E = TypeVar("E", bound=Event)
P = ParamSpec("P")


@dataclass(frozen=True)
class Outcome(Generic[E]):
    result: Callable[[], Sequence[E]]

    def then(self, *events: E) -> None:
        assert list(self.result()) == list(events)

    def then_refused(self, code: str, because: str | None = None) -> None:
        assert_refused(self.result, code, because)

    def then_not_found(self, kind: str) -> None:
        assert_not_found(self.result, kind)


@dataclass(frozen=True)
class Given(Generic[S, E]):
    state: S

    def when(
        self,
        decide: Callable[Concatenate[S, P], Sequence[E]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcome[E]:
        return Outcome(lambda: decide(self.state, *args, **kwargs))


def given(aggregate: Aggregate[S, E], first: E, *rest: E) -> Given[S, E]:
    return Given(fold(aggregate, first, *rest))


def fold(aggregate: Aggregate[S, E], first: E, *rest: E) -> S:
    return reduce(aggregate.evolve, rest, aggregate.evolve(None, first))


@dataclass(frozen=True)
class CommandOutcome:
    result: Callable[[], Sequence[Recording]]

    def then(self, *recordings: Recording) -> None:
        told = [(each.stream.key, list(each.events)) for each in self.result() if each.events]

        assert told == [(each.stream.key, list(each.events)) for each in recordings]

    def then_refused(self, code: str, because: str | None = None) -> None:
        assert_refused(self.result, code, because)

    def then_not_found(self, kind: str) -> None:
        assert_not_found(self.result, kind)


@dataclass(frozen=True)
class GivenStreams:
    past: Sequence[Recording]

    def when(self, decision: Decision) -> CommandOutcome:
        return CommandOutcome(lambda: decide(self.past, decision))


def given_streams(*past: Recording) -> GivenStreams:
    return GivenStreams(past)


def decide(past: Sequence[Recording], decision: Decision) -> Sequence[Recording]:
    """Decide, and read what the decision turns out to need, as the ledger does."""
    sources = [*decision.reads]
    while True:
        try:
            return decision.decide(states_of(past, sources))
        except Unread as unread:
            sources.append(unread.source)


def states_of(past: Sequence[Recording], sources: Sequence[Source]) -> States:
    """Fold what a decision reads, as the ledger does."""
    return States({source.key: _state(past, source) for source in sources})


def _state(past: Sequence[Recording], source: Source) -> Any:
    state: Any = None
    for recording in past:
        for event in recording.events:
            stream = recording.stream
            if isinstance(source, Stream):
                if stream.key == source.key:
                    state = source.aggregate.evolve(state, event)
            elif (stream.aggregate, stream.account_id) == (
                source.family.aggregate,
                source.account_id,
            ):
                state = source.family.evolve(state, stream.id, event)
    return state


def assert_refused(result: Callable[[], object], code: str, because: str | None) -> None:
    with pytest.raises(Refused, match=because) as refused:
        result()

    assert refused.value.code == code


def assert_not_found(result: Callable[[], object], kind: str) -> None:
    with pytest.raises(NotFound) as missing:
        result()

    assert missing.value.kind == kind


class World:
    """The states of everything that was recorded so far, for long stories."""

    def __init__(self) -> None:
        self._states: dict[Key, Any] = {}

    def __getitem__(self, key: Key) -> Any:
        return self._states.get(key)

    def carry_out(self, decision: Decision) -> Sequence[Recording]:
        """Decide, and remember what was recorded."""
        recordings = decision.decide(States(self))
        for recording in recordings:
            for event in recording.events:
                self._remember(recording.stream, event)
        return recordings

    def _remember(self, stream: Stream[Any, Any], event: Event) -> None:
        before = self._states.get(stream.key)
        self._states[stream.key] = stream.aggregate.evolve(before, event)
        for family in EVERY_FAMILY:
            if family.aggregate is stream.aggregate and stream.account_id is not None:
                key = family.of(stream.account_id).key
                self._states[key] = family.evolve(self._states.get(key), stream.id, event)
