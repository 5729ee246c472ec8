"""Learnings: what was learned of an industry, of one account, or for all of our work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.learning import LEARNING, LearningLogged, LearningTopic
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class LearningRow:
    """One learning; the columns of `projections.learning`."""

    learning_id: UUID
    topic: LearningTopic
    title: str
    source: str
    account_id: UUID | None
    industry: str | None
    learned_by: UUID | None
    learned_on: date
    withdrawn_on: date | None
    version: int
    position: int


def evolve(row: LearningRow | None, entry: Recorded) -> LearningRow:
    """Fold one entry of a learning's stream into its row."""
    event, envelope = entry.event, entry.envelope
    if isinstance(event, LearningLogged):
        return LearningRow(
            learning_id=envelope.stream_id,
            **dict(event),
            withdrawn_on=None,
            version=envelope.version,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{envelope.name} stands before {LearningLogged.NAME}")
    return replace(
        row, withdrawn_on=envelope.effective_at, version=envelope.version, position=entry.position
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == LEARNING.name else None


LEARNINGS: Final = RowView(
    name="learnings",
    table="learning",
    row=LearningRow,
    key=("learning_id",),
    key_of=key_of,
    evolve=evolve,
)
LEARNING_LIST: Final = RowList(LEARNINGS, "learning", by="learned_on", id="learning_id")


def standing(*, withdrawn: bool | None) -> Sequence[Condition]:
    """Ask for learnings that hold (or were withdrawn)."""
    if withdrawn is None:
        return []
    return [(f"withdrawn_on IS {'NOT ' if withdrawn else ''}NULL", ())]


def that_concern(account_id: UUID, industry: str | None) -> Sequence[Condition]:
    """Ask for learnings that hold and apply to the account itself or to its industry."""
    applies: Condition = ("account_id = %s", (account_id,))
    if industry is not None:
        applies = ("(account_id = %s OR industry = %s)", (account_id, industry))
    return [applies, *standing(withdrawn=False)]
