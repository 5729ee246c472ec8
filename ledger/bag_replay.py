"""Replays the records of a bag that is no whole log: each stands in the log, and none is left out.

None is left out of a range of positions, and none between two of a stream. That a stream goes on
after the last record of a bag of accounts, or that there is another stream, such a bag cannot tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ledger.bag import Bag
from ledger.bag_layout import PROOFS, BagBroken
from ledger.bag_scope import parse_inclusion
from ledger.canonical import NotCanonical
from ledger.checkpoint import Checkpoint
from ledger.merkle import extend, leaf_hash, root
from ledger.proofs import ProofRefused, verify_consistency, verify_inclusion
from ledger.record import read_record
from ledger.recorded import Envelope

_PROOF_BYTES_MAX = 8_192
_LEAVES_AT_ONCE = 1_024


@dataclass
class Replay:
    """What was found to be true of the records."""

    records: int = 0
    streams: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    """The roots at the sizes that were asked for, where the records begin at the first."""
    _recorded_at: datetime | None = None

    def check(self, envelope: Envelope, leaf: bytes, *, from_the_first: bool) -> None:
        """Hold a record against the one before it in its stream, and in the bag."""
        stream, version = envelope.stream_id, envelope.version
        before = self.streams.get(stream)
        if before is None and (from_the_first and version != 1):
            raise _broken(f"version 1 is missing; version {version} is the first", envelope)
        if before is None and (version == 1) != (envelope.prev_in_stream is None):
            raise _broken("the first event of a stream alone has no link", envelope)
        if before is not None and version != before[0] + 1:
            raise _broken(f"version {before[0] + 1} is missing; {version} is next", envelope)
        if before is not None and envelope.prev_in_stream != before[1]:
            raise _broken("the link is not to the event before it", envelope)
        if self._recorded_at is not None and envelope.recorded_at < self._recorded_at:
            raise _broken("recorded before the event before it", envelope)
        self.streams[stream] = version, leaf
        self._recorded_at = envelope.recorded_at
        self.records += 1


def replay_bag(bag: Bag, checkpoint: Checkpoint, roots_wanted: set[int]) -> Replay:
    """Read every record, and prove each, or all of them together.

    Raises:
        BagBroken: a record is not what was sealed, is missing, or has no place in the bag.
    """
    replay = Replay()
    entries = _checked(bag, replay)
    if bag.scope.of_accounts:
        _prove_each(bag, entries, checkpoint)
    else:
        _prove_range(bag, entries, checkpoint, replay, roots_wanted)
    return replay


def _checked(bag: Bag, replay: Replay) -> Iterator[tuple[int, bytes]]:
    """Yield position and leaf of each record, once all else about it was checked."""
    scope = bag.scope
    following = scope.first
    for record in bag.records():
        try:
            envelope, _ = read_record(record)
        except NotCanonical as error:
            detail = f"the bytes are no record: {error}"
            raise BagBroken(detail, position=following) from error
        position = envelope.position
        if envelope.tenant_id != scope.tenant_id:
            raise _broken(f"of another tenant, {envelope.tenant_id}", envelope)
        if scope.of_accounts:
            if not scope.covers(envelope) or position < following:
                raise _broken("the record has no place in this bag", envelope)
        elif position != following:
            raise BagBroken(
                f"position {following} is missing; {position} is next", position=following
            )
        leaf = leaf_hash(record)
        replay.check(envelope, leaf, from_the_first=scope.first == 1)
        following = position + 1
        yield position, leaf
    if not scope.of_accounts and following != scope.last + 1:
        raise BagBroken(f"position {following} is missing; the records end", position=following)


def require_no_proof(bag: Bag) -> None:
    """Make sure that no hash stands in a bag that proves nothing, and so could say anything.

    Raises:
        BagBroken: one does.
    """
    if bag.proof.frontier or bag.proof.consistency:
        raise BagBroken("proof.json has hashes that prove nothing")


def _prove_each(bag: Bag, entries: Iterator[tuple[int, bytes]], checkpoint: Checkpoint) -> None:
    require_no_proof(bag)
    proofs = bag.files.lines(PROOFS, bytes_max=_PROOF_BYTES_MAX)
    for position, leaf in entries:
        proof = parse_inclusion(next(proofs, b""), position)
        try:
            verify_inclusion(
                proof,
                leaf=leaf,
                index=position - 1,
                size=checkpoint.size,
                root=checkpoint.root,
            )
        except ProofRefused as error:
            raise BagBroken(f"not in the log: {error}", position=position) from error
    if next(proofs, None) is not None:
        raise BagBroken("proofs.jsonl has more lines than there are records")


def _prove_range(
    bag: Bag,
    entries: Iterator[tuple[int, bytes]],
    checkpoint: Checkpoint,
    replay: Replay,
    roots_wanted: set[int],
) -> None:
    size, frontier = bag.scope.first - 1, b"".join(bag.proof.frontier)
    from_the_first = size == 0
    leaves: list[bytes] = []

    def grow() -> None:
        nonlocal size, frontier
        try:
            frontier = extend(size, frontier, leaves)
        except ValueError as error:
            raise BagBroken(f"proof.json: {error}") from error
        size += len(leaves)
        leaves.clear()

    grow()
    for position, leaf in entries:
        leaves.append(leaf)
        if len(leaves) == _LEAVES_AT_ONCE or (from_the_first and position in roots_wanted):
            grow()
            if from_the_first and position in roots_wanted:
                replay.roots[position] = root(size, frontier)
    grow()
    try:
        verify_consistency(
            bag.proof.consistency,
            size_before=size,
            size=checkpoint.size,
            root_before=root(size, frontier),
            root=checkpoint.root,
        )
    except ProofRefused as error:
        detail = f"the records are not those that were sealed: {error}"
        raise BagBroken(detail) from error


def _broken(detail: str, envelope: Envelope) -> BagBroken:
    return BagBroken(detail, position=envelope.position, stream=str(envelope.stream_id))
