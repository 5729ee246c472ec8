"""Verifies a log against a checkpoint that a trusted key has signed, and one that was kept.

Pure: where the rows come from is the caller's business. Each step passes, fails with the first bad
place, or is skipped, which is said aloud: what was not checked is not verified.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.checkpoint import Checkpoint
from ledger.merkle import TILE_WIDTH
from ledger.note import NoteRefused, VerifierKey
from ledger.replayed_log import Fault, ReplayedLog, Row
from ledger.seal_state import Sealed
from ledger.sealing_steps import (
    Replay,
    origins_of,
    replayed_step,
    root_step,
    sealed_step,
    signature_step,
    state_step,
    unverified,
)
from ledger.verification_report import LIMITS, Report, Result, Step, Verdict, failed
from ledger.witness_policy import Policy
from ledger.witness_steps import Seen, seen_checkpoints, window_step, witnesses_step

__all__ = [
    "LIMITS",
    "Fault",
    "FullReplay",
    "Report",
    "Result",
    "Source",
    "Step",
    "Tree",
    "Verdict",
    "replay_rows",
    "verify_log",
]


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


class FullReplay(Replay, Protocol):
    """What came out of every record: when those around the sizes wanted were recorded, too."""

    @property
    def instants(self) -> Mapping[int, datetime]: ...
    @property
    def has_tree(self) -> bool:
        """Whether columns, head and tiles were there to be compared."""


def replay_rows(
    source: Source, roots_wanted: Collection[int], progress: Callable[[int], None] | None = None
) -> ReplayedLog:
    """Replay a log row by row, strictly, and name the first fault of each kind.

    `progress` is told from time to time how many rows were read.
    """
    replay = ReplayedLog(roots_wanted)
    for row in source.rows():
        replay.read(row)
        if progress is not None and replay.size % TILE_WIDTH == 0:
            progress(replay.size)
    tree = source.tree()
    if tree is not None:
        replay.check_tree(tree.size, tree.frontier, tree.tiles)
    return replay


def verify_log(
    source: Source,
    keys: Sequence[VerifierKey],
    state: Mapping[str, Sealed],
    *,
    policy: Policy | None = None,
    now: datetime | None = None,
    signed_at: Mapping[int, datetime] | None = None,
    replay: Callable[[Collection[int]], FullReplay] | None = None,
) -> Report:
    """Replay a log and hold everything against it; `state` is what was verified last, by origin.

    A policy needs to know what time it is. `signed_at` is when checkpoints were stored, by their
    size, as a database says. `replay` does so in another way than row by row, given the sizes whose
    roots are wanted. Steps from elsewhere are added to the report (`Report.with_steps`).
    """
    notes = source.notes()
    signature, checkpoint = signature_step(notes, keys)
    seen, refused = _seen(notes, keys, policy)
    others = unverified(notes)
    held = {origin: state[origin] for origin in origins_of(keys, checkpoint) if origin in state}
    times = signed_at or {}
    # 0 is before the first event, whose time is wanted as well.
    wanted = _sizes([*held.values(), *others], checkpoint, seen) | times.keys() | {0}
    replayed = replay(wanted) if replay else replay_rows(source, wanted)
    steps = (
        signature,
        state_step(held, checkpoint, replayed),
        root_step(checkpoint, others, replayed),
        *_replayed_steps(replayed),
        window_step(times, seen, replayed.instants, policy),
        sealed_step(checkpoint, replayed, there=replayed.has_tree),
        refused or witnesses_step(seen, policy, replayed, now),
    )
    return Report(steps, checkpoint, replayed.size)


def _seen(
    notes: Sequence[bytes], keys: Sequence[VerifierKey], policy: Policy | None
) -> tuple[list[Seen], Step | None]:
    """Return what witnesses have seen, or the step that fails since one has not."""
    try:
        return seen_checkpoints(notes, keys, policy), None
    except NoteRefused as error:
        return [], failed("witnesses", str(error))


def _sizes(
    sealed: Iterable[Sealed], checkpoint: Checkpoint | None, seen: Iterable[Seen]
) -> set[int]:
    sizes = {each.size for each in sealed} | {each.checkpoint.size for each in seen}
    return sizes | ({checkpoint.size} if checkpoint else set())


def _replayed_steps(replay: FullReplay) -> tuple[Step, ...]:
    tree = "head, frontier and tiles are those of the records"
    columns = "every column is what the record says"
    return (
        replayed_step(replay, "records", "every record is read, at its position"),
        replayed_step(replay, "columns", columns, there=replay.has_tree),
        replayed_step(replay, "streams", "versions, links and times follow one another"),
        replayed_step(replay, "tree", tree, there=replay.has_tree),
    )
