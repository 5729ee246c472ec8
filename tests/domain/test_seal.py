"""The log itself says which key signs it, and when it went on under another origin."""

from typing import Any

import pytest

from domain import commands
from domain.decision import Decision
from domain.seal import SEAL, SEAL_STREAM, EpochBegun, Seal, SigningKeyRotated
from tests.given import fold, given_streams

ORIGIN = "tenure-1/acme"
ROTATED = SigningKeyRotated(
    origin=ORIGIN, old_key="old+1", new_key="new+2", statement="signed by both"
)
BEGUN = EpochBegun(
    epoch=2,
    origin=f"{ORIGIN}/2",
    key="new+3",
    previous_origin=ORIGIN,
    sealed_size=41,
    sealed_root="ab" * 32,
)


def rotating(**other: Any) -> Decision:
    asked = {**ROTATED.model_dump(), "reason": "once a year", **other}
    return commands.rotate_signing_key(**asked)


def test_another_key_signs_from_now_on() -> None:
    given_streams().when(rotating()).then(SEAL_STREAM.record([ROTATED]))
    assert fold(SEAL, ROTATED) == Seal(epoch=1, key="new+2")


def test_a_key_is_rotated_once() -> None:
    given_streams(SEAL_STREAM.record([ROTATED])).when(rotating()).then()


def test_only_the_key_that_signs_gives_way() -> None:
    past = SEAL_STREAM.record([ROTATED])

    given_streams(past).when(rotating(new_key="third+3")).then_refused("not-the-signing-key")
    given_streams(past).when(rotating(old_key="new+2", new_key="third+3")).then(
        SEAL_STREAM.record([ROTATED.model_copy(update={"old_key": "new+2", "new_key": "third+3"})])
    )


def test_an_epoch_has_a_number_after_the_last_and_a_key_of_its_own() -> None:
    beginning = commands.begin_epoch(BEGUN, reason="the last hour was lost in a fire")

    given_streams().when(beginning).then(SEAL_STREAM.record([BEGUN]))
    given_streams(SEAL_STREAM.record([BEGUN])).when(beginning).then_refused("epoch-not-later")
    assert fold(SEAL, ROTATED, BEGUN) == Seal(epoch=2, key="new+3")


@pytest.mark.parametrize("decision", [rotating(reason=" "), commands.begin_epoch(BEGUN, reason="")])
def test_a_change_of_the_seal_has_a_reason(decision: Decision) -> None:
    given_streams().when(decision).then_refused("reason-required")
