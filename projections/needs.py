"""Needs: what each client needs, how urgently, and what became of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.horizon import Horizon
from domain.need import (
    NeedEvent,
    NeedIdentified,
    NeedMet,
    NeedRevised,
    NeedSource,
    NeedStatus,
    NeedWithdrawn,
    SolutionProposed,
)
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One need as it stands; the columns of `projections.need`."""

    account_id: UUID
    need_id: UUID
    statement: str
    latent: bool
    priority: int
    horizon: Horizon
    source: NeedSource
    stated_by: UUID | None
    check_in_id: UUID | None
    status: NeedStatus
    identified_on: date
    settled_on: date | None
    evidence: str | None
    solutions_proposed: int
    position: int


def evolve(row: NeedRow | None, entry: Recorded) -> NeedRow:
    """Fold one entry about a need into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, NeedIdentified):
        return NeedRow(
            account_id=entry.envelope.stream_id,
            **dict(event),
            status=NeedStatus.OPEN,
            identified_on=day,
            settled_on=None,
            evidence=None,
            solutions_proposed=0,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {NeedIdentified.NAME}")
    row = replace(row, position=entry.position)
    match event:
        case NeedRevised(statement=statement, priority=priority, horizon=horizon):
            return replace(
                row,
                statement=statement.now if statement else row.statement,
                priority=priority.now if priority else row.priority,
                horizon=horizon.now if horizon else row.horizon,
            )
        case SolutionProposed():
            return replace(row, solutions_proposed=row.solutions_proposed + 1)
        case NeedMet(evidence=evidence):
            return replace(row, status=NeedStatus.MET, settled_on=day, evidence=evidence)
        case NeedWithdrawn():
            return replace(row, status=NeedStatus.WITHDRAWN, settled_on=day)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.need_id) if isinstance(event, NeedEvent) else None


NEEDS: Final = RowView(
    name="needs",
    table="need",
    row=NeedRow,
    key=("account_id", "need_id"),
    key_of=key_of,
    evolve=evolve,
)
NEED_LIST: Final = RowList(NEEDS, "need", by="identified_on", id="need_id")
