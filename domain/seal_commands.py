"""The commands of a log's seal."""

from domain.decision import Decision, States
from domain.event import Recording
from domain.seal import SEAL_STREAM, EpochBegun, seal_of
from domain.seal import begin_epoch as decide_to_begin
from domain.seal import rotate_signing_key as decide_to_rotate


def rotate_signing_key(
    *, origin: str, old_key: str, new_key: str, statement: str, reason: str
) -> Decision:
    """Record that another key signs; asked again, nothing has to change."""

    def decide(states: States) -> list[Recording]:
        events = decide_to_rotate(
            seal_of(states),
            origin=origin,
            old_key=old_key,
            new_key=new_key,
            statement=statement,
            reason=reason,
        )
        return [SEAL_STREAM.record(events)]

    return Decision(SEAL_STREAM, (SEAL_STREAM,), decide)


def begin_epoch(begun: EpochBegun, *, reason: str) -> Decision:
    def decide(states: States) -> list[Recording]:
        return [SEAL_STREAM.record(decide_to_begin(seal_of(states), begun, reason=reason))]

    return Decision(SEAL_STREAM, (SEAL_STREAM,), decide)
