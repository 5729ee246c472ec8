"""Decides commands one after another in memory, on top of the states at the head of a log."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.counted_days import counted_days
from domain.decision import States
from domain.erasure import PersonalDataErased
from domain.event import Event, Family, Key, Recording, Stream
from domain.period_closing import closed_periods_of, refuse_unexplained
from domain.refusal import Refused
from ledger.command import Command, Conflict, KeyReused, Outcome, Receipt
from ledger.disclosures import ErasedSubject, SealedValue
from ledger.merkle import leaf_hash
from ledger.record import write_record
from ledger.recorded import Envelope
from ledger.states import NOT_BEGUN, Loaded, evolved
from ledger.stored_data import seal_personal


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends, read under its lock."""

    size: int
    frontier: bytes
    recorded_at: datetime
    """The time that the next events are recorded at; never before that of an earlier event."""


@dataclass(frozen=True, slots=True)
class Appended:
    """One event ready to be stored: its columns, and the bytes that are the evidence."""

    envelope: Envelope
    record: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """What was answered under an idempotency key."""

    request_hash: bytes
    receipt: Receipt


@dataclass
class Batch:
    """What will be stored together. A command that fails leaves no trace in it.

    `states` must hold every source that the commands read, as of `head`; `kept` the receipts that
    already stand under their idempotency keys.
    """

    tenant_id: str
    head: Head
    states: dict[Key, Loaded]
    kept: Mapping[str, KeptReceipt]
    families: Iterable[Family[Any, Any]]
    appended: list[Appended] = field(default_factory=list)
    personal: list[SealedValue] = field(default_factory=list)
    erased: list[ErasedSubject] = field(default_factory=list)
    receipts: dict[str, KeptReceipt] = field(default_factory=dict)
    changed: dict[Key, Loaded | None] = field(default_factory=dict)

    def carry_out(self, command: Command) -> Outcome:
        """Decide, and add what is decided.

        Raises:
            Unread: the decision needs one more state; put it into `states`, and ask again.
            Refused, NotFound: the domain says no.
            Conflict: the target does not stand at the version that the caller insists on.
            KeyReused: the idempotency key came with another request before.
            RecordTooLarge: an event is larger than a record may be.
        """
        if command.idempotency is not None:
            kept = (
                self.kept.get(command.idempotency.key)
                or self.receipts.get(command.idempotency.key)
                or self.kept.get(command.idempotency.scrubbed_key)
            )
            if kept is not None:
                if kept.request_hash != command.idempotency.request_hash:
                    raise KeyReused(command.idempotency.key)
                return Outcome(kept.receipt, replayed=True)
        draft = _Draft(self, command)
        draft.decide()
        receipt = draft.receipt()
        self.appended += draft.appended
        self.personal += draft.personal
        self.erased += draft.erased
        self.changed |= draft.changed
        if command.idempotency is not None:
            self.receipts[command.idempotency.key] = KeptReceipt(
                command.idempotency.request_hash, receipt
            )
        return Outcome(receipt)

    def find(self, key: Key) -> Loaded | None:
        return self.changed[key] if key in self.changed else self.states.get(key)

    @property
    def is_empty(self) -> bool:
        return not self.appended and not self.receipts


@dataclass(frozen=True, slots=True)
class _AtHand:
    """The states that a decision may look at."""

    find: Callable[[Key], Loaded | None]

    def __getitem__(self, key: Key) -> Any:
        loaded = self.find(key)
        if loaded is None:
            raise KeyError(key)
        return loaded.state


class _Draft:
    """One command's events, kept apart until all of them are known to be good."""

    def __init__(self, batch: Batch, command: Command) -> None:
        self._batch = batch
        self._command = command
        self.appended: list[Appended] = []
        self.personal: list[SealedValue] = []
        self.erased: list[ErasedSubject] = []
        self.changed: dict[Key, Loaded | None] = {}

    def decide(self) -> None:
        command, target = self._command, self._command.decision.target
        current, expected = self._version(target), command.expected_version
        if expected is not None and current not in (0, expected):
            raise Conflict(target.aggregate.name, target.id, expected, current)
        try:
            recordings = command.decision.decide(self._states())
            self._refuse_unexplained(recordings)
        except Refused as refused:
            refused.current_version = current
            raise
        if expected is not None and current != expected:  # not found is the better answer, if given
            raise Conflict(target.aggregate.name, target.id, expected, current)
        for recording in recordings:
            for event in recording.events:
                self._append(recording.stream, event)

    def _refuse_unexplained(self, recordings: Iterable[Recording]) -> None:
        """Let nothing into a closed period without a reason: every command comes by here.

        What is closed is known as of the head whose lock we hold, so no close can slip between.
        Where nothing was ever closed this costs a look-up.

        Raises:
            Refused: `period-closed`.
        """
        closed, command = closed_periods_of(self._states()), self._command
        if not closed.closings:
            return
        events = [event for recording in recordings for event in recording.events]
        if events:
            days = [command.effective_at, *[day for each in events for day in counted_days(each)]]
            refuse_unexplained(closed, days, command.reason)

    def receipt(self) -> Receipt:
        target = self._command.decision.target
        last = self.appended[-1] if self.appended else None
        return Receipt(
            id=target.id,
            version=self._version(target),
            position=last.envelope.position if last else None,
            leaf=last.leaf.hex() if last else None,
            recorded_at=last.envelope.recorded_at if last else None,
        )

    def _append(self, stream: Stream[Any, Any], event: Event) -> None:
        head, command = self._batch.head, self._command
        position = head.size + len(self._batch.appended) + len(self.appended) + 1
        data, personal = seal_personal(event, position)
        before = self._find(stream.key) or NOT_BEGUN
        envelope = Envelope(
            tenant_id=command.tenant_id,
            position=position,
            stream_id=stream.id,
            stream_type=stream.aggregate.name,
            version=before.version + 1,
            account_id=stream.account_id,
            name=event.NAME,
            schema_version=event.SCHEMA_VERSION,
            recorded_at=head.recorded_at,
            effective_at=command.effective_at,
            actor=command.actor,
            on_behalf_of=command.on_behalf_of,
            reason=command.reason,
            correlation_id=command.correlation_id,
            causation_id=command.causation_id,
            command_id=command.command_id,
            prev_in_stream=before.leaf,
        )
        record = write_record(envelope, data)
        leaf = leaf_hash(record)
        self.appended.append(Appended(envelope, record, leaf))
        self.personal += personal
        if isinstance(event, PersonalDataErased):
            self.erased.append(ErasedSubject(event.subject_id, position))
        self.changed |= evolved(self._find, stream, self._batch.families, event, leaf)

    def _states(self) -> States:
        return States(_AtHand(self._find))

    def _find(self, key: Key) -> Loaded | None:
        return self.changed[key] if key in self.changed else self._batch.find(key)

    def _version(self, stream: Stream[Any, Any]) -> int:
        return (self._find(stream.key) or NOT_BEGUN).version
