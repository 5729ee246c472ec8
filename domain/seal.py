"""How a tenant's log is sealed, as the log itself says: keys that were changed, epochs begun."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from pydantic import Field, StringConstraints

from domain.decision import States
from domain.event import Aggregate, Event, Stream
from domain.reason import require_reason
from domain.refusal import Refused
from domain.words import Name

VerifierKeyText = Annotated[str, StringConstraints(min_length=1, max_length=512)]
"""A public key as `name+hash+base64` (C2SP signed-note)."""
LogSize = Annotated[int, Field(ge=0, le=2**53 - 1)]
Epoch = Annotated[int, Field(ge=1, le=1_000_000)]
HexHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

_STREAM_ID: Final = UUID("5e0f2c9a-7b1d-4c36-9a52-3f8d10c4e7b6")
"""Part of the stored form: chosen once, on 2026-11-28, never to change. Each tenant has one."""


class SigningKeyRotated(Event):
    """Checkpoints are signed by another key from now on; `statement` is signed by both."""

    NAME: ClassVar[str] = "seal.signing-key-rotated"
    origin: Name
    old_key: VerifierKeyText
    new_key: VerifierKeyText
    statement: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class EpochBegun(Event):
    """The log goes on under another origin, since it has lost what was sealed under the last.

    `sealed_size` and `sealed_root` are those of the last checkpoint that is known to have been
    signed under `previous_origin`; None where not even that is known.
    """

    NAME: ClassVar[str] = "seal.epoch-begun"
    epoch: Epoch
    origin: Name
    key: VerifierKeyText
    previous_origin: Name
    sealed_size: LogSize | None
    sealed_root: HexHash | None


SealEvent = SigningKeyRotated | EpochBegun


@dataclass(frozen=True, slots=True)
class Seal:
    """Which key signs (None: the one that it began with), and in which epoch."""

    epoch: int = 1
    key: str | None = None


UNCHANGED: Final = Seal()


def evolve(seal: Seal | None, event: SealEvent) -> Seal:
    """Fold one event into the state. Never refuses: what happened, happened."""
    seal = seal or UNCHANGED
    match event:
        case SigningKeyRotated():
            return replace(seal, key=event.new_key)
        case EpochBegun():
            return Seal(event.epoch, event.key)
        case _:
            assert_never(event)


SEAL: Aggregate[Seal, SealEvent] = Aggregate(
    name="seal", events=(SigningKeyRotated, EpochBegun), evolve=evolve
)

SEAL_STREAM: Final[Stream[Seal, SealEvent]] = SEAL.stream(_STREAM_ID, account_id=None)


def seal_of(states: States) -> Seal:
    return states.find(SEAL_STREAM) or UNCHANGED


def rotate_signing_key(
    seal: Seal, *, origin: str, old_key: str, new_key: str, statement: str, reason: str
) -> Sequence[SealEvent]:
    """Let another key sign.

    Raises:
        Refused: `reason-required`, `not-the-signing-key`.
    """
    require_reason(reason)
    if seal.key == new_key:
        return []
    if seal.key not in (None, old_key):
        raise Refused(
            "not-the-signing-key",
            f"{old_key} does not sign any more; the log is signed by {seal.key}",
        )
    return [SigningKeyRotated(origin=origin, old_key=old_key, new_key=new_key, statement=statement)]


def begin_epoch(seal: Seal, begun: EpochBegun, *, reason: str) -> Sequence[SealEvent]:
    """Let the log go on under another origin.

    Raises:
        Refused: `reason-required`, `epoch-not-later`.
    """
    require_reason(reason)
    if begun.epoch <= seal.epoch:
        raise Refused(
            "epoch-not-later", f"epoch {begun.epoch} is not after {seal.epoch}, which has begun"
        )
    return [begun]
