"""Verifies a log against a checkpoint that a trusted key has signed, and one that was kept.

Pure: where the rows come from is the caller's business. Each step passes, fails with the first bad
place, or is skipped, which is said aloud: what was not checked is not verified.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from ledger.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from ledger.note import NoteRefused, VerifierKey, parse_note
from ledger.replayed_log import Fault, ReplayedLog, Row
from ledger.seal_state import Sealed

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
class Tree:
    """The head and the full tiles as a database stores them: (level, index, hashes), in order."""

    size: int
    frontier: bytes
    tiles: Iterable[tuple[int, int, bytes]]


class Source(Protocol):
    """Where a log is read from: one state of it, however long that takes."""

    def notes(self) -> Sequence[bytes]:
        """Return the checkpoints that are there, the last one last."""

    def rows(self) -> Iterable[Row]:
        """Yield the rows in the order of their positions."""

    def tree(self) -> Tree | None:
        """Return what is stored of the tree; None where only the records are to be had."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every step, and the checkpoint that all were held against."""

    steps: tuple[Step, ...]
    checkpoint: Checkpoint | None
    size: int

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


def verify_log(source: Source, keys: Sequence[VerifierKey], state: Mapping[str, Sealed]) -> Report:
    """Replay a log and hold everything against it; `state` is what was verified last, by origin."""
    notes = source.notes()
    signature, checkpoint = _signature(notes, keys)
    held = {origin: state[origin] for origin in _origins(keys, checkpoint) if origin in state}
    others = _unverified(notes)
    wanted = {sealed.size for sealed in [*held.values(), *others]}
    replay = ReplayedLog(wanted | ({checkpoint.size} if checkpoint else set()))
    for row in source.rows():
        replay.read(row)
    tree = source.tree()
    if tree is not None:
        replay.check_tree(tree.size, tree.frontier, tree.tiles)
    steps = (
        signature,
        _state(held, checkpoint, replay),
        _root(checkpoint, others, replay),
        _replayed(replay, "records", "every record is read, at its position"),
        _replayed(
            replay, "columns", "every column is what the record says", there=tree is not None
        ),
        _replayed(replay, "streams", "versions, links and times follow one another"),
        _replayed(
            replay,
            "tree",
            "head, frontier and tiles are those of the records",
            there=tree is not None,
        ),
        _sealed(checkpoint, replay, there=tree is not None),
        Step("witnesses", Result.SKIPPED, Fault("no policy asks for a witness")),
    )
    return Report(steps, checkpoint, replay.size)


def _signature(
    notes: Sequence[bytes], keys: Sequence[VerifierKey]
) -> tuple[Step, Checkpoint | None]:
    if not notes:
        fault = Fault("there is no checkpoint")
        return Step("signature", Result.SKIPPED, fault, incomplete=True), None
    try:
        checkpoint = verify_checkpoint(notes[-1], keys)
        _require_named(checkpoint, keys)
        for note in notes:
            _require_true_signatures(note, keys)
    except NoteRefused as error:
        return Step("signature", Result.FAIL, Fault(f"the checkpoint: {error}")), None
    detail = f"{checkpoint.origin}, {checkpoint.size} events"
    return Step("signature", Result.PASS, Fault(detail)), checkpoint


def _require_named(checkpoint: Checkpoint, keys: Sequence[VerifierKey]) -> None:
    if checkpoint.origin not in {key.name for key in keys}:
        raise NoteRefused(f"a checkpoint of {checkpoint.origin}, which no key is named after")


def _require_true_signatures(note: bytes, keys: Sequence[VerifierKey]) -> None:
    """Refuse an older checkpoint too, if a trusted key is said to have signed it and has not."""
    parsed = parse_note(note)
    trusted = {(key.name, key.key_id) for key in keys}
    if any((made.name, made.key_id) in trusted for made in parsed.signatures):
        verify_checkpoint(note, keys)


def _origins(keys: Sequence[VerifierKey], checkpoint: Checkpoint | None) -> list[str]:
    """Name the origins that this log has or had: those of the keys, and of epochs before."""
    names = [key.name for key in keys] + ([checkpoint.origin] if checkpoint else [])
    earlier = []
    for name in names:
        base, _, epoch = name.rpartition("/")
        if epoch.isdecimal() and base.count("/") >= 1:
            earlier += [base, *(f"{base}/{number}" for number in range(2, min(int(epoch), 1_000)))]
    return list(dict.fromkeys([*names, *earlier]))


def _unverified(notes: Sequence[bytes]) -> list[Sealed]:
    """Return what older checkpoints say: roots that narrow down where a history was changed."""
    said = []
    for note in notes[:-1]:
        try:
            checkpoint = parse_checkpoint(parse_note(note).text)
        except NoteRefused:
            continue
        said.append(Sealed(checkpoint.size, checkpoint.root))
    return said


def _state(held: Mapping[str, Sealed], checkpoint: Checkpoint | None, replay: ReplayedLog) -> Step:
    if not held:
        return Step("state", Result.SKIPPED, Fault("nothing of this log was verified before"))
    for origin, sealed in held.items():
        if replay.size < sealed.size:
            detail = f"{origin} had {sealed.size} events when it was verified last"
            return _failed(
                "state", detail, replay.size + 1, f"{sealed.size} events", f"{replay.size} events"
            )
        if replay.roots[sealed.size] != sealed.root:
            detail = f"the first {sealed.size} events of {origin} are not those verified last"
            found = replay.roots[sealed.size].hex()
            return _failed("state", detail, None, sealed.root.hex(), found)
        if checkpoint and origin == checkpoint.origin and checkpoint.size < sealed.size:
            detail = "the checkpoint is older than the one verified last"
            return _failed("state", detail, None, str(sealed.size), str(checkpoint.size))
    largest = max(sealed.size for sealed in held.values())
    return Step("state", Result.PASS, Fault(f"continues the {largest} events verified last"))


def _root(checkpoint: Checkpoint | None, others: Sequence[Sealed], replay: ReplayedLog) -> Step:
    if checkpoint is None:
        return Step("root", Result.SKIPPED, Fault("no checkpoint to compare it with"))
    if replay.size < checkpoint.size:
        detail = "the log ends before what was sealed"
        expected, actual = f"{checkpoint.size} events", f"{replay.size} events"
        return _failed("root", detail, replay.size + 1, expected, actual)
    found = replay.roots[checkpoint.size]
    if found == checkpoint.root:
        return Step("root", Result.PASS, Fault(f"recomputed from {checkpoint.size} records"))
    good = max((s.size for s in others if replay.roots.get(s.size) == s.root), default=0)
    detail = f"the records are not those that were sealed; those up to {good} are"
    return _failed("root", detail, good + 1, checkpoint.root.hex(), found.hex())


def _replayed(replay: ReplayedLog, name: str, detail: str, *, there: bool = True) -> Step:
    fault = replay.faults.get(name)
    if fault is not None:
        return Step(name, Result.FAIL, fault)
    if not there:
        return Step(name, Result.SKIPPED, Fault("to be had from the database alone"))
    return Step(name, Result.PASS, Fault(detail))


def _sealed(checkpoint: Checkpoint | None, replay: ReplayedLog, *, there: bool) -> Step:
    unsealed = replay.size - (checkpoint.size if checkpoint else 0)
    if unsealed > 0:
        detail = f"{unsealed} events are not sealed (yet)"
        return Step("sealed", Result.SKIPPED, Fault(detail), incomplete=True)
    if not there:
        return Step("sealed", Result.SKIPPED, Fault("what is not sealed yet was not read"))
    return Step("sealed", Result.PASS, Fault("every event is sealed"))


def _failed(name: str, detail: str, position: int | None, expected: str, actual: str) -> Step:
    return Step(name, Result.FAIL, Fault(detail, position, None, expected, actual))
