"""Erasures: who asked for each and why, what became of it, and where the log says so."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.erasure import (
    ErasureEvent,
    ErasureRejected,
    ErasureRequested,
    ErasureStatus,
    ErasureWithdrawn,
    LegalBasis,
    PersonalDataErased,
    SubjectKind,
)
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure; the columns of `projections.erasure`."""

    erasure_id: UUID
    subject_id: UUID
    subject_kind: SubjectKind
    legal_basis: LegalBasis | None
    reason: str | None
    status: ErasureStatus
    requested_on: date
    requested_by: tuple[str, ...]
    request_position: int | None
    decided_on: date | None
    decided_by: tuple[str, ...]
    disclosures: int | None
    digests_root: str | None
    replayed: bool
    position: int


def evolve(row: ErasureRow | None, entry: Recorded) -> ErasureRow:
    """Fold one entry about an erasure into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, ErasureRequested):
        return _requested(event, entry)
    if isinstance(event, PersonalDataErased):
        return replace(
            row or _lost(event, day),
            status=ErasureStatus.ERASED,
            decided_on=day,
            decided_by=event.approved_by,
            disclosures=event.disclosures,
            digests_root=event.digests_root,
            replayed=event.replayed,
            position=entry.position,
        )
    if row is None or not isinstance(event, ErasureWithdrawn | ErasureRejected):
        raise ValueError(f"{entry.envelope.name} stands before {ErasureRequested.NAME}")
    withdrawn = isinstance(event, ErasureWithdrawn)
    return replace(
        row,
        status=ErasureStatus.WITHDRAWN if withdrawn else ErasureStatus.REJECTED,
        decided_on=day,
        decided_by=(entry.envelope.actor,),
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (event.erasure_id,) if isinstance(event, ErasureEvent) else None


def _requested(event: ErasureRequested, entry: Recorded) -> ErasureRow:
    return ErasureRow(
        erasure_id=event.erasure_id,
        subject_id=event.subject_id,
        subject_kind=event.subject_kind,
        legal_basis=event.legal_basis,
        reason=entry.envelope.reason,
        status=ErasureStatus.REQUESTED,
        requested_on=entry.envelope.effective_at,
        requested_by=event.requested_by,
        request_position=entry.position,
        decided_on=None,
        decided_by=(),
        disclosures=None,
        digests_root=None,
        replayed=False,
        position=entry.position,
    )


def _lost(event: PersonalDataErased, day: date) -> ErasureRow:
    """Stand for a request that this log has lost: the erasure register knows of it."""
    return ErasureRow(
        erasure_id=event.erasure_id,
        subject_id=event.subject_id,
        subject_kind=event.subject_kind,
        legal_basis=None,
        reason=None,
        status=ErasureStatus.ERASED,
        requested_on=day,
        requested_by=event.requested_by,
        request_position=None,
        decided_on=day,
        decided_by=event.approved_by,
        disclosures=None,
        digests_root=None,
        replayed=True,
        position=0,
    )


ERASURES: Final = RowView(
    name="erasures",
    table="erasure",
    row=ErasureRow,
    key=("erasure_id",),
    key_of=key_of,
    evolve=evolve,
)
ERASURE_LIST: Final = RowList(ERASURES, "erasure", by="requested_on", id="erasure_id")
