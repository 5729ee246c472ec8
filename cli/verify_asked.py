"""What `tenure verify` is asked, read from its options once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from ledger.note import VerifierKey
from ledger.seal_state import Sealed
from ledger.witness_policy import Policy


class UnknownSource(Exception):
    """It is not of a kind that can be verified so."""


class CannotRun(Exception):
    """The source cannot be read; one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """So many records, chosen by chance; the same again with the same seed."""

    count: int
    seed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What to verify, and what to hold it against."""

    source: str
    keys: Sequence[VerifierKey]
    state: dict[str, Sealed]
    tenant: str
    api_key: str
    policy: Policy | None = None
    part: Sample | UUID | None = None
    """Some records, those of one account, or, None, all."""
    against: Path | None = None
    """For a bag of a part: a bag of the whole log."""
    disclosures: Path | None = None
    """For a bag: a file of personal values to hold against it."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def origins(self) -> list[str]:
        return [key.name for key in self.keys]


class SampleScope:
    """`ledger.partial_verification.Scope` of a sample."""

    whole_streams = False

    def __init__(self, sample: Sample) -> None:
        self._sample = sample

    def positions(self, size: int) -> list[int]:
        count = min(self._sample.count, size)
        return sorted(Random(self._sample.seed).sample(range(1, size + 1), count))  # noqa: S311  # to be repeated, not to be secret

    def told(self, checked: int, size: int) -> str:
        return (
            f"{checked} of {size} records, chosen with the seed {self._sample.seed}; the other "
            f"{size - checked} were not checked, nor what is not sealed, nor the tree"
        )


class AccountScope:
    """`ledger.partial_verification.Scope` of one account, whose positions the source names."""

    whole_streams = True

    def __init__(self, account_id: UUID, positions: Sequence[int]) -> None:
        self._account_id = account_id
        self._positions = positions

    def positions(self, size: int) -> list[int]:
        return [position for position in self._positions if position <= size]

    def told(self, checked: int, size: int) -> str:
        return (
            f"the {checked} records of the account {self._account_id}; the other {size - checked} "
            "were not checked, so that a stream, or the end of one, may have been withheld"
        )
