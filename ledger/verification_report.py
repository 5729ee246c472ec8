"""What a verification says: step by step, and in one word."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ledger.checkpoint import Checkpoint
from ledger.replayed_log import Fault

LIMITS: Final = (
    "Records are shown to be unchanged and complete since they were sealed, not to be true.",
    "Acts that nobody recorded are not shown at all.",
    "Without an independent witness, or a state file that you keep, a second history goes unseen.",
    "Back-dating is caught only beyond the interval of checkpoints.",
    "Erasure trusts the destruction of keys and the expiry of their backups.",
    "Ed25519 is not post-quantum.",
)
"""What no verification says (AUDIT 11)."""


class Result(StrEnum):
    PASS = "PASS"  # noqa: S105  # no password
    FAIL = "FAIL"
    SKIPPED = "SKIPPED"


class Verdict(StrEnum):
    VERIFIED = "verified"
    TAMPERED = "tampered"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Step:
    """What was checked, what came of it, and the first bad place."""

    name: str
    result: Result
    fault: Fault
    incomplete: bool = False
    """Whether something that should have been there to be checked was not."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every step, and the checkpoint that all were held against."""

    steps: tuple[Step, ...]
    checkpoint: Checkpoint | None
    size: int
    """How many events were read."""

    def with_steps(self, *steps: Step) -> "Report":
        """Return the report with further steps, from wherever they come."""
        return replace(self, steps=(*self.steps, *steps))

    @property
    def verdict(self) -> Verdict:
        if any(step.result is Result.FAIL for step in self.steps):
            return Verdict.TAMPERED
        if any(step.incomplete for step in self.steps):
            return Verdict.INCOMPLETE
        return Verdict.VERIFIED

    @property
    def first_fault(self) -> Step | None:
        """The failed step with the lowest position."""
        failed = [step for step in self.steps if step.result is Result.FAIL]
        return min(failed, key=lambda step: step.fault.position or 2**63, default=None)


def passed(name: str, detail: str) -> Step:
    return Step(name, Result.PASS, Fault(detail))


def skipped(name: str, detail: str) -> Step:
    """Say aloud what was not checked, though nobody must have it checked."""
    return Step(name, Result.SKIPPED, Fault(detail))


def incomplete(name: str, detail: str) -> Step:
    """Say what should have been there to be checked and was not."""
    return Step(name, Result.SKIPPED, Fault(detail), incomplete=True)


def failed(
    name: str,
    detail: str,
    position: int | None = None,
    *,
    expected: str | None = None,
    actual: str | None = None,
) -> Step:
    return Step(name, Result.FAIL, Fault(detail, position, None, expected, actual))
