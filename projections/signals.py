"""Signals: risks, opportunities and what else was noticed, until when, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.signal import (
    SignalAssessed,
    SignalEvent,
    SignalKind,
    SignalOutcome,
    SignalRaised,
    SignalResolved,
)
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One signal as it stands; the columns of `projections.signal`."""

    account_id: UUID
    signal_id: UUID
    kind: SignalKind
    title: str
    anticipated: bool
    severity: int
    likelihood: Decimal | None
    due_on: date | None
    mitigation: str | None
    source: str
    raised_on: date
    outcome: SignalOutcome | None
    resolved_on: date | None
    deal_id: UUID | None
    position: int


def evolve(row: SignalRow | None, entry: Recorded) -> SignalRow:
    """Fold one entry about a signal into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, SignalRaised):
        return SignalRow(
            account_id=entry.envelope.stream_id,
            **dict(event),
            raised_on=day,
            outcome=None,
            resolved_on=None,
            deal_id=None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {SignalRaised.NAME}")
    row = replace(row, position=entry.position)
    match event:
        case SignalAssessed():
            return _assessed(row, event)
        case SignalResolved(outcome=outcome, deal_id=deal_id):
            return replace(row, outcome=outcome, resolved_on=day, deal_id=deal_id)
        case _:
            return row


def _assessed(row: SignalRow, event: SignalAssessed) -> SignalRow:
    return replace(
        row,
        severity=event.severity.now if event.severity else row.severity,
        likelihood=event.likelihood.now if event.likelihood else row.likelihood,
        due_on=event.due_on.now if event.due_on else row.due_on,
        mitigation=event.mitigation.now if event.mitigation else row.mitigation,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.signal_id) if isinstance(event, SignalEvent) else None


SIGNALS: Final = RowView(
    name="signals",
    table="signal",
    row=SignalRow,
    key=("account_id", "signal_id"),
    key_of=key_of,
    evolve=evolve,
)
SIGNAL_LIST: Final = RowList(SIGNALS, "signal", by="raised_on", id="signal_id")


def standing(*, is_open: bool | None, overdue_as_of: date | None) -> Sequence[Condition]:
    """Ask for signals that are open now (or are not), and for those overdue at the end of a day.

    Overdue is what was due before that day, had been raised by then and was not resolved yet.
    """
    conditions: list[Condition] = []
    if is_open is not None:
        conditions.append((f"outcome IS {'' if is_open else 'NOT '}NULL", ()))
    if overdue_as_of is not None:
        day = overdue_as_of
        overdue = "due_on < %s AND raised_on <= %s AND (resolved_on IS NULL OR resolved_on > %s)"
        conditions.append((overdue, (day, day, day)))
    return conditions
