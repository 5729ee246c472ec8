"""The steps of a verification that need a clock of others: quorum, age, and the window of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ledger.checkpoint import Checkpoint, verify_checkpoint
from ledger.cosignature import Cosignature, cosignatures_of
from ledger.note import VerifierKey
from ledger.sealing_steps import Replay
from ledger.verification_report import Step, failed, incomplete, passed, skipped
from ledger.witness_policy import Policy

CLOCKS_APART_MAX: Final = timedelta(minutes=5)
"""How far two clocks may be apart before one of them is taken to lie."""
_SEALING_MAX: Final = timedelta(hours=1)
"""The longest TENURE_SEAL_SECONDS: what is sealed later than that is told aloud."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint by a trusted key, and who says to have seen it when; all verified."""

    checkpoint: Checkpoint
    cosignatures: Sequence[Cosignature]


def seen_checkpoints(
    notes: Sequence[bytes], keys: Sequence[VerifierKey], policy: Policy | None
) -> list[Seen]:
    """Return the checkpoints that witnesses of the policy have seen, the last one last.

    Raises:
        NoteRefused: a cosignature is false.
    """
    if policy is None:
        return []
    witnesses = list(policy.witnesses.values())
    found = []
    for note in notes:
        cosignatures = cosignatures_of(note, witnesses)
        if cosignatures:
            found.append(Seen(verify_checkpoint(note, keys), cosignatures))
    return sorted(found, key=lambda seen: seen.checkpoint.size)


def witnesses_step(
    seen: Sequence[Seen], policy: Policy | None, replay: Replay, now: datetime | None
) -> Step:
    """Make sure that the log is the one that witnesses saw, and that a quorum did so lately.

    Raises:
        ValueError: there is a policy, and nobody says what time it is.
    """
    for each in seen:
        step = _another_history(each.checkpoint, replay)
        if step is not None:
            return step
    return quorum_step(seen, policy, replay.size, now)


def quorum_step(
    seen: Sequence[Seen], policy: Policy | None, size: int, now: datetime | None
) -> Step:
    """Make sure that a quorum has lately seen a log that has so many events now.

    Raises:
        ValueError: as `witnesses_step`.
    """
    if policy is None:
        return skipped("witnesses", "no policy asks for a witness")
    if policy.quorum is None:
        return skipped("witnesses", "the policy asks for no witness")
    if now is None:
        raise ValueError("how old a cosignature is depends on what time it is")
    for each in reversed(seen):
        names = _names(each.cosignatures, policy, since=None, until=now + CLOCKS_APART_MAX)
        if policy.is_met(names):
            return _quorum(each, names, policy, size, now)
    return incomplete("witnesses", "no checkpoint has been seen by a quorum of the policy")


def window_step(
    signed_at: Mapping[int, datetime],
    seen: Sequence[Seen],
    instants: Mapping[int, datetime],
    policy: Policy | None,
) -> Step:
    """Hold the times that events say they were recorded at against checkpoints around them.

    What a checkpoint seals was recorded before anybody saw it; what it does not yet seal, after
    it was signed, and no longer before a witness saw it than witnesses may be late (`age`).
    """
    times = [_Times(size, at, at, at) for size, at in signed_at.items()]
    late = policy.age_max if policy else timedelta()
    for each in seen:
        stamps = [made.at for made in each.cosignatures]
        times.append(_Times(each.checkpoint.size, min(stamps), max(stamps) - late, None))
    if not times:
        return skipped("window", "no checkpoint has a time that is not the log's own")
    times.sort(key=lambda each: each.size)
    for time in times:
        step = _outside(time, instants)
        if step is not None:
            return step
    said = f"{len(times)} times of checkpoints fit those of the events around them"
    return passed("window", said + _late(times, instants))


@dataclass(frozen=True, slots=True)
class _Times:
    """When a size was seen first, and before when nothing after it can have been recorded."""

    size: int
    first: datetime
    next_after: datetime
    signed: datetime | None


def _outside(times: _Times, instants: Mapping[int, datetime]) -> Step | None:
    sealed, following = instants.get(times.size), instants.get(times.size + 1)
    if sealed is not None and sealed > times.first + CLOCKS_APART_MAX:
        detail = "recorded after a checkpoint that seals it had been seen"
        expected, actual = f"before {times.first}", str(sealed)
        return failed("window", detail, times.size, expected=expected, actual=actual)
    if following is not None and following < times.next_after - CLOCKS_APART_MAX:
        detail = f"recorded before a time at which the log still had {times.size} events"
        expected, actual = f"after {times.next_after}", str(following)
        return failed("window", detail, times.size + 1, expected=expected, actual=actual)
    return None


def _late(times: Sequence[_Times], instants: Mapping[int, datetime]) -> str:
    """Name the first event that was sealed much later than it says that it was recorded."""
    size = 0
    for each in times:
        first = instants.get(size + 1)
        if first is not None and each.signed and each.signed - first > _SEALING_MAX:
            hours = (each.signed - first) / timedelta(hours=1)
            return (
                f"; but event {size + 1} was sealed {hours:.0f} hours after it says it was "
                "recorded, and back-dating within them would not be seen"
            )
        size = max(size, each.size)
    return ""


def _another_history(checkpoint: Checkpoint, replay: Replay) -> Step | None:
    if replay.size < checkpoint.size:
        detail = "the log ends before what a witness saw"
        wanted, found = f"{checkpoint.size} events", f"{replay.size} events"
        return failed("witnesses", detail, replay.size + 1, expected=wanted, actual=found)
    root = replay.roots[checkpoint.size]
    if root != checkpoint.root:
        detail = f"the first {checkpoint.size} events are not those that a witness saw"
        wanted, found = checkpoint.root.hex(), root.hex()
        return failed("witnesses", detail, expected=wanted, actual=found)
    return None


def _names(
    cosignatures: Sequence[Cosignature],
    policy: Policy,
    *,
    since: datetime | None,
    until: datetime,
) -> set[str]:
    """Return the policy's names of those who saw it; a time that is yet to come does not count."""
    names = {key: name for name, key in policy.witnesses.items()}
    return {
        names[made.key]
        for made in cosignatures
        if made.at <= until and (since is None or made.at >= since)
    }


def _quorum(seen: Seen, names: set[str], policy: Policy, size_now: int, now: datetime) -> Step:
    """Say who has seen the checkpoint, how long ago, and whether they are of others."""
    until = now + CLOCKS_APART_MAX
    fresh = _names(seen.cosignatures, policy, since=now - policy.age_max, until=until)
    size = seen.checkpoint.size
    if not policy.is_met(fresh):
        last = max(made.at for made in seen.cosignatures)
        detail = f"{size} events were seen last at {last}; the policy wants that within "
        return incomplete("witnesses", detail + f"{policy.age_max}")
    who = ", ".join(f"{n} (ours)" if n in policy.ours else n for n in sorted(names))
    detail = f"{size} events seen by {who}"
    if size_now > size:
        detail += f"; the last {size_now - size} not yet"
    if not policy.is_independent(names):
        detail += "; not independent: the quorum needs a witness of those who run the log"
    return passed("witnesses", detail)
