"""Verifies some records of a log: each by its proof, against a checkpoint, without the others.

Pure, as `ledger.verification` is; what was not checked is said aloud, as the step `scope`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.canonical import NotCanonical
from ledger.checkpoint import Checkpoint
from ledger.merkle import leaf_hash
from ledger.note import NoteRefused, VerifierKey
from ledger.proofs import Proof, ProofRefused, verify_consistency, verify_inclusion
from ledger.record import read_record
from ledger.recorded import Envelope
from ledger.replayed_log import Fault, Row, different_column, shown
from ledger.seal_state import Sealed
from ledger.sealing_steps import origins_of, signature_step
from ledger.tiles import TreeBroken
from ledger.verification_report import Report, Result, Step, failed, passed, skipped
from ledger.witness_policy import Policy
from ledger.witness_steps import Seen, quorum_step, seen_checkpoints


@dataclass(frozen=True, slots=True)
class ProvedRow:
    """A row that was asked for, and the proof that its leaf is at its place."""

    position: int
    row: Row
    proof: Proof


class ProvingSource(Protocol):
    """Where single records and proofs are read from."""

    def notes(self) -> Sequence[bytes]:
        """Return the checkpoints that are there, the last one last."""

    def proved(self, position: int, size: int) -> ProvedRow:
        """Return a row with the proof that it is in the tree of a size.

        Raises:
            TreeBroken: it is missing, or its proof is.
        """

    def consistency(self, size_before: int, size: int) -> Proof:
        """Return the proof that the tree of one size has grown out of a smaller one.

        Raises:
            TreeBroken: it is missing.
        """


class Scope(Protocol):
    """Which records to verify."""

    def positions(self, size: int) -> Sequence[int]:
        """Return positions up to a size, the smallest first."""

    def told(self, checked: int, size: int) -> str:
        """Say what was chosen, and what was therefore not checked."""

    @property
    def whole_streams(self) -> bool:
        """Whether each stream that is met must be there from its first event on."""


def verify_some(
    source: ProvingSource,
    keys: Sequence[VerifierKey],
    state: Mapping[str, Sealed],
    scope: Scope,
    *,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> Report:
    """Verify the records of a scope; what was verified last must be the log's beginning."""
    notes = source.notes()
    signature, checkpoint = signature_step(notes, keys)
    if checkpoint is None:
        return Report((signature, skipped("scope", "no record was checked")), None, 0)
    try:
        seen = seen_checkpoints(notes, keys, policy)
        witnesses = _witnesses_step(source, checkpoint, seen, policy, now)
    except NoteRefused as error:
        witnesses = failed("witnesses", str(error))
    held = {origin: state[origin] for origin in origins_of(keys, checkpoint) if origin in state}
    checks = _Checks(checkpoint, whole_streams=scope.whole_streams)
    positions = scope.positions(checkpoint.size)
    for position in positions:
        checks.check(source, position)
    steps = (
        signature,
        _state_step(source, checkpoint, held),
        *checks.steps(),
        witnesses,
        skipped("scope", scope.told(len(positions), checkpoint.size)),
    )
    return Report(steps, checkpoint, len(positions))


class _Checks:
    """Takes records one by one; remembers the first fault of each step."""

    def __init__(self, checkpoint: Checkpoint, *, whole_streams: bool) -> None:
        self._checkpoint = checkpoint
        self._whole_streams = whole_streams
        self._faults: dict[str, Fault] = {}
        self._streams: dict[object, tuple[int, bytes]] = {}
        self._has_columns = False
        self._count = 0

    def check(self, source: ProvingSource, position: int) -> None:
        self._count += 1
        try:
            found = source.proved(position, self._checkpoint.size)
            leaf = leaf_hash(found.row.record)
            verify_inclusion(
                found.proof,
                leaf=leaf,
                index=position - 1,
                size=self._checkpoint.size,
                root=self._checkpoint.root,
            )
        except (TreeBroken, ProofRefused) as error:
            self._fail("inclusion", position, f"not in what was sealed: {error}")
            return
        try:
            envelope, _ = read_record(found.row.record)
        except NotCanonical as error:
            self._fail("records", position, f"the bytes are no record: {error}")
            return
        if envelope.position != position:
            sizes = (position, envelope.position)
            self._fail("records", position, "it says another position", envelope, *sizes)
        self._check_columns(found.row, leaf, envelope)
        if self._whole_streams:
            self._check_stream(envelope, leaf)

    def steps(self) -> tuple[Step, ...]:
        count = self._count
        return (
            self._step("inclusion", f"{count} records are in the tree that was signed"),
            self._step("records", "each is in its one form, at its position"),
            self._step("columns", "every column is what the record says")
            if self._has_columns
            else skipped("columns", "to be had from the database alone"),
            self._step("streams", "versions and links follow one another, from the first on")
            if self._whole_streams
            else skipped("streams", "what lies between these records was not read"),
        )

    def _check_columns(self, row: Row, leaf: bytes, envelope: Envelope) -> None:
        position = envelope.position
        self._has_columns = self._has_columns or row.columns is not None
        if row.leaf is not None and row.leaf != leaf:
            detail = "the leaf is not the hash of the record"
            self._fail("columns", position, detail, envelope, leaf, row.leaf)
        different = different_column(row, envelope)
        if different is not None:
            column, said, found = different
            detail = f"the column {column} is not what the record says"
            self._fail("columns", position, detail, envelope, said, found)

    def _check_stream(self, envelope: Envelope, leaf: bytes) -> None:
        version, before = self._streams.get(envelope.stream_id, (0, None))
        at = envelope.position
        if envelope.version != version + 1:
            detail = "the version is not the next of its stream"
            self._fail("streams", at, detail, envelope, version + 1, envelope.version)
        if envelope.prev_in_stream != before:
            detail = "the link is not the leaf of the stream's previous event"
            self._fail("streams", at, detail, envelope, before, envelope.prev_in_stream)
        self._streams[envelope.stream_id] = envelope.version, leaf

    def _step(self, name: str, detail: str) -> Step:
        fault = self._faults.get(name)
        return passed(name, detail) if fault is None else Step(name, Result.FAIL, fault)

    def _fail(  # the parts of a fault
        self,
        step: str,
        position: int,
        detail: str,
        envelope: Envelope | None = None,
        expected: object = None,
        actual: object = None,
    ) -> None:
        stream = str(envelope.stream_id) if envelope else None
        fault = Fault(detail, position, stream, shown(expected), shown(actual))
        self._faults.setdefault(step, fault)


def _state_step(source: ProvingSource, checkpoint: Checkpoint, held: Mapping[str, Sealed]) -> Step:
    if not held:
        return skipped("state", "nothing of this log was verified before")
    for origin, sealed in held.items():
        said = _not_grown(source, sealed, checkpoint)
        if said is not None:
            detail = f"the log does not continue the {sealed.size} events of {origin} "
            return failed("state", f"{detail}verified last: {said}")
    largest = max(sealed.size for sealed in held.values())
    return passed("state", f"proved to continue the {largest} events verified last")


def _witnesses_step(
    source: ProvingSource,
    checkpoint: Checkpoint,
    seen: Sequence[Seen],
    policy: Policy | None,
    now: datetime | None,
) -> Step:
    for each in seen:
        sealed = Sealed(each.checkpoint.size, each.checkpoint.root)
        said = _not_grown(source, sealed, checkpoint)
        if said is not None:
            detail = f"the log does not continue the {sealed.size} events that a witness saw"
            return failed("witnesses", f"{detail}: {said}")
    return quorum_step(seen, policy, checkpoint.size, now)


def _not_grown(source: ProvingSource, sealed: Sealed, checkpoint: Checkpoint) -> str | None:
    """Say why a checkpoint does not continue an earlier tree; None: it is proved to."""
    if checkpoint.size < sealed.size:
        return f"it has {checkpoint.size}"
    try:
        verify_consistency(
            source.consistency(sealed.size, checkpoint.size),
            size_before=sealed.size,
            size=checkpoint.size,
            root_before=sealed.root,
            root=checkpoint.root,
        )
    except (ProofRefused, TreeBroken) as error:
        return str(error)
    return None
