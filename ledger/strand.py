"""What must be taken in order: all that concerns one account, or one stream where there is none."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

LANES: Final = 8
"""Into how many lanes strands are dealt; checkpoints stand for them, so that it is chosen once."""
EVERY_LANE: Final = frozenset(range(LANES))

LANE_SQL: Final = f"mod(get_byte(uuid_send(coalesce(account_id, stream_id)), 15), {LANES})"
"""The lane of a row of `ledger.event`, as `Strand.lane` has it: the last byte of an id is random,
whether it was drawn (UUIDv7) or derived from a name (UUIDv5)."""


class StrandKind(StrEnum):
    ACCOUNT = "account"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Strand:
    """The account that an entry belongs to, else its stream."""

    kind: StrandKind
    id: UUID

    @property
    def lane(self) -> int:
        return lane_of(self.id)


def strand_of(account_id: UUID | None, stream_id: UUID) -> Strand:
    if account_id is None:
        return Strand(StrandKind.STREAM, stream_id)
    return Strand(StrandKind.ACCOUNT, account_id)


def lane_of(strand_id: UUID) -> int:
    return strand_id.int % LANES
