"""Verifies a bag, its whole form included, against keys that were handed over by another way.

What can be checked of a bag goes on as far as it can after a fault, so that the first bad place is
named. What its records are held against is the checkpoint in it, signed by a trusted key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.bag import Bag
from ledger.bag_contents import check_contents
from ledger.bag_disclosures import check_disclosures
from ledger.bag_files import BagFiles
from ledger.bag_layout import FIGURES, VERIFIER, VERIFIER_FOLDER, BagBroken
from ledger.bag_parquet import can_read_parquet, check_parquet
from ledger.bag_replay import Replay, replay_bag, require_no_proof
from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.note import NoteRefused, VerifierKey
from ledger.record import read_record
from ledger.replayed_log import Fault
from ledger.seal_state import Sealed
from ledger.verification import Report, Result, Step, verify_log
from ledger.witness_policy import Policy
from ledger.witness_steps import quorum_step, seen_checkpoints

OF_ACCOUNTS: Final = (
    "of each stream there is none missing up to its last record here; whether it goes on, or "
    "another stream was left out, tells a bag of the whole log (--against)"
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a bag is held against, besides keys: each may be missing."""

    state: Mapping[str, Sealed]
    whole: Path | None = None
    """A bag of the whole log, which shows what was left out of one of some accounts."""
    disclosures: Path | None = None
    policy: Policy | None = None
    now: datetime | None = None
    """What time it is; a policy needs to know."""


def verify_bag(path: Path, keys: Sequence[VerifierKey], given: Given) -> Report:
    """Go through every step.

    Raises:
        BagRefused: this is no bag.
        OSError: it cannot be read.
    """
    files = BagFiles.at(path)
    form = _step("bag", lambda: f"{files.check()} files are those that the manifests name")
    try:
        bag = Bag.of(files)
    except BagBroken as error:
        return Report((form, _failed("scope", error)), None, 0)
    log = _whole(bag, keys, given) if bag.is_whole_log else _part(bag, keys, given)
    tables = _step("tables", lambda: _tables(bag))
    steps = [form, *log.steps, tables, *_beyond_tables(bag, tables, given.disclosures)]
    if given.whole is not None:
        steps.append(_against(bag, given.whole, keys))
    return Report((*steps, *_not_checked(bag)), log.checkpoint, log.size)


def _whole(bag: Bag, keys: Sequence[VerifierKey], given: Given) -> Report:
    """Verify the log in a bag as any other, but for what was verified of it at a larger size."""
    size = bag.scope.last
    known = {origin: sealed for origin, sealed in given.state.items() if sealed.size <= size}
    try:
        require_no_proof(bag)
        report = verify_log(bag, keys, known, policy=given.policy, now=given.now)
    except BagBroken as error:
        return Report((_failed("records", error),), None, 0)
    later = _later(given.state, report.checkpoint)
    return Report((*report.steps, *later), report.checkpoint, report.size)


def _part(bag: Bag, keys: Sequence[VerifierKey], given: Given) -> Report:
    try:
        checkpoint = _checkpoint(bag, keys)
    except NoteRefused as error:
        fault = BagBroken(f"the checkpoint: {error}")
        return Report((_failed("signature", fault), _skipped("records", "no checkpoint")), None, 0)
    signed = f"{checkpoint.origin}, {checkpoint.size} events"
    signature = Step("signature", Result.PASS, Fault(signed))
    if bag.scope.known_at > checkpoint.size:
        detail = f"known at {bag.scope.known_at}, which the checkpoint does not seal"
        step = Step("records", Result.SKIPPED, Fault(detail), incomplete=True)
        return Report((signature, step), checkpoint, 0)
    held = given.state.get(checkpoint.origin)
    try:
        replay = replay_bag(bag, checkpoint, {held.size} if held else set())
    except BagBroken as error:
        return Report((signature, _failed("records", error)), checkpoint, 0)
    steps = [signature, Step("records", Result.PASS, Fault(_shown(bag, replay)))]
    detail = OF_ACCOUNTS if bag.scope.of_accounts else "versions and links follow one another"
    steps.append(Step("streams", Result.PASS, Fault(detail)))
    steps.append(_state(held, checkpoint, replay))
    steps.append(_witnesses(bag, keys, checkpoint, given))
    return Report(tuple(steps), checkpoint, replay.records)


def _checkpoint(bag: Bag, keys: Sequence[VerifierKey]) -> Checkpoint:
    checkpoint = verify_checkpoint(bag.note, keys)
    if checkpoint.origin not in {key.name for key in keys}:
        raise NoteRefused(f"a checkpoint of {checkpoint.origin}, which no key is named after")
    return checkpoint


def _witnesses(bag: Bag, keys: Sequence[VerifierKey], checkpoint: Checkpoint, given: Given) -> Step:
    try:
        seen = seen_checkpoints([bag.note], keys, given.policy)
    except NoteRefused as error:
        return _failed("witnesses", BagBroken(str(error)))
    return quorum_step(seen, given.policy, checkpoint.size, given.now)


def _shown(bag: Bag, replay: Replay) -> str:
    scope = bag.scope
    how = "each proven to be in the log" if scope.of_accounts else "all there are, proven together"
    return f"{replay.records} of positions {scope.first} to {scope.last}: {how}"


def _state(held: Sealed | None, checkpoint: Checkpoint, replay: Replay) -> Step:
    if held is None:
        return _skipped("state", "nothing of this log was verified before")
    roots = {checkpoint.size: checkpoint.root, **replay.roots}
    if held.size not in roots:
        detail = f"nothing in the bag leads to the {held.size} events that were verified last"
        return Step("state", Result.SKIPPED, Fault(detail), incomplete=True)
    if roots[held.size] != held.root:
        detail = f"the first {held.size} events are not those verified last"
        expected, actual = held.root.hex(), roots[held.size].hex()
        return Step("state", Result.FAIL, Fault(detail, None, None, expected, actual))
    return Step("state", Result.PASS, Fault(f"agrees with the {held.size} events verified last"))


def _later(state: Mapping[str, Sealed], checkpoint: Checkpoint | None) -> Iterator[Step]:
    """Say so where more was verified already than the bag holds: it cannot be compared."""
    held = state.get(checkpoint.origin) if checkpoint else None
    if held is not None and checkpoint is not None and held.size > checkpoint.size:
        detail = f"{held.size} events were verified already, and the bag holds {checkpoint.size}"
        yield Step("state held", Result.SKIPPED, Fault(detail), incomplete=True)


def _tables(bag: Bag) -> str:
    return f"{check_contents(bag)} tables are what the records say"


def _beyond_tables(bag: Bag, tables: Step, disclosures: Path | None) -> Iterator[Step]:
    """Check what needs records and tables that can be read."""
    if tables.result is not Result.PASS:
        yield _skipped("parquet", "the tables are not what the records say")
        return
    yield _parquet(bag)
    if disclosures is not None:
        yield _step("disclosures", lambda: _disclosures(bag, disclosures))


def _disclosures(bag: Bag, path: Path) -> str:
    return f"{check_disclosures(bag, path)} are those that records hold the digests of"


def _parquet(bag: Bag) -> Step:
    if not any(name.startswith("data/parquet/") for name in bag.files.files):
        return _skipped("parquet", "there is none")
    if not can_read_parquet():
        return _skipped("parquet", "needs the extra: pip install 'tenure[export]'")
    return _step("parquet", lambda: f"{check_parquet(bag)} files hold the rows of their tables")


def _against(bag: Bag, path: Path, keys: Sequence[VerifierKey]) -> Step:
    """Hold a part against the whole: every record of its scope must be in it, and no other."""
    report = verify_bag(path, keys, Given({}))
    if report.first_fault is not None:
        return _failed("against", BagBroken(f"{path.name}: {report.first_fault.fault.detail}"))
    whole = Bag.open(path)
    if not whole.is_whole_log or whole.scope.last < bag.scope.last:
        detail = f"{path.name} does not hold all records up to {bag.scope.last}"
        return Step("against", Result.SKIPPED, Fault(detail), incomplete=True)
    return _step("against", lambda: f"{_compare(bag, whole)} records, and none was left out")


def _compare(bag: Bag, whole: Bag) -> int:
    scope, records, count = bag.scope, bag.records(), 0
    for record in whole.records():
        envelope, _ = read_record(record)
        if not scope.covers(envelope):
            continue
        if next(records, None) != record:
            detail = "was left out: the whole log has it"
            position, stream = envelope.position, str(envelope.stream_id)
            raise BagBroken(
                f"version {envelope.version} {detail}", position=position, stream=stream
            )
        count += 1
    if next(records, None) is not None:
        raise BagBroken("the whole log does not have the last record")
    return count


def _not_checked(bag: Bag) -> Iterator[Step]:
    if FIGURES in bag.files.files:
        yield _skipped("figures.csv", "the sender's reckoning; nothing here reckons it again")
    ours = (VERIFIER_FOLDER / VERIFIER).read_bytes()
    if VERIFIER not in bag.files.files or bag.files.read_small(VERIFIER) != ours:
        yield _skipped("verifier", "the verify.py in the bag is not that of this version")
    yield _skipped(
        "schemas", "event schemas, keys.txt, policy.txt and the readme: nothing signs them"
    )


def _step(name: str, check: Callable[[], str]) -> Step:
    try:
        return Step(name, Result.PASS, Fault(check()))
    except BagBroken as error:
        return _failed(name, error)


def _failed(name: str, error: BagBroken) -> Step:
    return Step(name, Result.FAIL, Fault(str(error), error.position, error.stream))


def _skipped(name: str, detail: str) -> Step:
    return Step(name, Result.SKIPPED, Fault(detail))
