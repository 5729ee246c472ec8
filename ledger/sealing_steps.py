"""The steps of a verification that hold a replayed log against what was signed or kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledger.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from ledger.note import NoteRefused, VerifierKey, parse_note
from ledger.replayed_log import Fault
from ledger.seal_state import Sealed
from ledger.verification_report import Result, Step, failed, incomplete, passed, skipped


class Replay(Protocol):
    """What came out of the records' bytes."""

    @property
    def size(self) -> int: ...
    @property
    def roots(self) -> Mapping[int, bytes]: ...
    @property
    def faults(self) -> Mapping[str, Fault]: ...


def signature_step(
    notes: Sequence[bytes], keys: Sequence[VerifierKey]
) -> tuple[Step, Checkpoint | None]:
    """Verify every signature by a trusted key; the last checkpoint must have one."""
    if not notes:
        return incomplete("signature", "there is no checkpoint"), None
    try:
        checkpoint = verify_checkpoint(notes[-1], keys)
        _require_named(checkpoint, keys)
        for note in notes[:-1]:
            _require_true_signatures(note, keys)
    except NoteRefused as error:
        return failed("signature", f"the checkpoint: {error}"), None
    return passed("signature", f"{checkpoint.origin}, {checkpoint.size} events"), checkpoint


def origins_of(keys: Sequence[VerifierKey], checkpoint: Checkpoint | None) -> list[str]:
    """Name the origins that this log has or had: those of the keys, and of epochs before."""
    names = [key.name for key in keys] + ([checkpoint.origin] if checkpoint else [])
    earlier = []
    for name in names:
        base, _, epoch = name.rpartition("/")
        if epoch.isdecimal() and base.count("/") >= 1:
            earlier += [base, *(f"{base}/{number}" for number in range(2, min(int(epoch), 1_000)))]
    return list(dict.fromkeys([*names, *earlier]))


def unverified(notes: Sequence[bytes]) -> list[Sealed]:
    """Return what older checkpoints say: roots that narrow down where a history was changed."""
    said = []
    for note in notes[:-1]:
        try:
            checkpoint = parse_checkpoint(parse_note(note).text)
        except NoteRefused:
            continue
        said.append(Sealed(checkpoint.size, checkpoint.root))
    return said


def state_step(held: Mapping[str, Sealed], checkpoint: Checkpoint | None, replay: Replay) -> Step:
    """Make sure that the log continues what was verified last."""
    if not held:
        return skipped("state", "nothing of this log was verified before")
    for origin, sealed in held.items():
        if replay.size < sealed.size:
            return failed(
                "state",
                f"{origin} had {sealed.size} events when it was verified last",
                replay.size + 1,
                expected=f"{sealed.size} events",
                actual=f"{replay.size} events",
            )
        if replay.roots[sealed.size] != sealed.root:
            detail = f"the first {sealed.size} events of {origin} are not those verified last"
            found = replay.roots[sealed.size].hex()
            return failed("state", detail, expected=sealed.root.hex(), actual=found)
        if checkpoint and origin == checkpoint.origin and checkpoint.size < sealed.size:
            detail = "the checkpoint is older than the one verified last"
            newer, older = str(sealed.size), str(checkpoint.size)
            return failed("state", detail, expected=newer, actual=older)
    largest = max(sealed.size for sealed in held.values())
    return passed("state", f"continues the {largest} events verified last")


def root_step(checkpoint: Checkpoint | None, others: Sequence[Sealed], replay: Replay) -> Step:
    """Compare the root that was recomputed from the records with the one that was signed."""
    if checkpoint is None:
        return skipped("root", "no checkpoint to compare it with")
    if replay.size < checkpoint.size:
        return failed(
            "root",
            "the log ends before what was sealed",
            replay.size + 1,
            expected=f"{checkpoint.size} events",
            actual=f"{replay.size} events",
        )
    found = replay.roots[checkpoint.size]
    if found == checkpoint.root:
        return passed("root", f"recomputed from {checkpoint.size} records")
    good = max((s.size for s in others if replay.roots.get(s.size) == s.root), default=0)
    detail = f"the records are not those that were sealed; those up to {good} are"
    return failed("root", detail, good + 1, expected=checkpoint.root.hex(), actual=found.hex())


def replayed_step(replay: Replay, name: str, detail: str, *, there: bool = True) -> Step:
    """Say what the replay found of one kind; `there`: whether it had it to compare."""
    fault = replay.faults.get(name)
    if fault is not None:
        return Step(name, Result.FAIL, fault)
    return passed(name, detail) if there else skipped(name, "to be had from the database alone")


def sealed_step(checkpoint: Checkpoint | None, replay: Replay, *, there: bool) -> Step:
    """Say whether events are left that no checkpoint seals."""
    unsealed = replay.size - (checkpoint.size if checkpoint else 0)
    if unsealed > 0:
        return incomplete("sealed", f"{unsealed} events are not sealed (yet)")
    if not there:
        return skipped("sealed", "what is not sealed yet was not read")
    return passed("sealed", "every event is sealed")


def _require_named(checkpoint: Checkpoint, keys: Sequence[VerifierKey]) -> None:
    if checkpoint.origin not in {key.name for key in keys}:
        raise NoteRefused(f"a checkpoint of {checkpoint.origin}, which no key is named after")


def _require_true_signatures(note: bytes, keys: Sequence[VerifierKey]) -> None:
    """Refuse an older checkpoint too, if a trusted key is said to have signed it and has not."""
    parsed = parse_note(note)
    trusted = {(key.name, key.key_id) for key in keys}
    if any((made.name, made.key_id) in trusted for made in parsed.signatures):
        verify_checkpoint(note, keys)
