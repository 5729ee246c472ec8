"""Recommendations: what we advise, on which grounds, and whether it was followed."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.recommendation import (
    RecommendationEvent,
    RecommendationMade,
    RecommendationStatus,
    RecommendationTaken,
)
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """One recommendation; the columns of `projections.recommendation`."""

    account_id: UUID
    recommendation_id: UUID
    statement: str
    basis: tuple[str, ...]
    deal_id: UUID | None
    need_id: UUID | None
    signal_id: UUID | None
    status: RecommendationStatus
    made_on: date
    settled_on: date | None
    position: int


def evolve(row: RecommendationRow | None, entry: Recorded) -> RecommendationRow:
    """Fold one entry about a recommendation into its row."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, RecommendationMade):
        return RecommendationRow(
            account_id=entry.envelope.stream_id,
            **dict(event),
            status=RecommendationStatus.OPEN,
            made_on=day,
            settled_on=None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {RecommendationMade.NAME}")
    taken = isinstance(event, RecommendationTaken)
    status = RecommendationStatus.TAKEN if taken else RecommendationStatus.DECLINED
    return replace(row, status=status, settled_on=day, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if isinstance(event, RecommendationEvent):
        return entry.envelope.stream_id, event.recommendation_id
    return None


RECOMMENDATIONS: Final = RowView(
    name="recommendations",
    table="recommendation",
    row=RecommendationRow,
    key=("account_id", "recommendation_id"),
    key_of=key_of,
    evolve=evolve,
)
RECOMMENDATION_LIST: Final = RowList(
    RECOMMENDATIONS, "recommendation", by="made_on", id="recommendation_id"
)
