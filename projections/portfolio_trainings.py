"""What managers learned: courses, fairs, reading."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.learning import LearningTopic
from domain.portfolio import PortfolioTrainingLogged
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PortfolioTrainingRow:
    """One training; the columns of `projections.portfolio_training`."""

    portfolio_id: UUID
    training_id: UUID
    trained_on: date
    topic: LearningTopic
    title: str
    source: str | None
    hours: int | None
    position: int


def evolve(row: PortfolioTrainingRow | None, entry: Recorded) -> PortfolioTrainingRow:
    """Make the row out of the entry that records it."""
    event = entry.event
    if row is not None or not isinstance(event, PortfolioTrainingLogged):
        raise ValueError(f"{entry.envelope.name} is not a first {PortfolioTrainingLogged.NAME}")
    return PortfolioTrainingRow(
        portfolio_id=entry.envelope.stream_id,
        training_id=event.training_id,
        trained_on=event.trained_on,
        topic=event.training.topic,
        title=event.training.title,
        source=event.training.source,
        hours=event.training.hours,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if not isinstance(event, PortfolioTrainingLogged):
        return None
    return entry.envelope.stream_id, event.training_id


PORTFOLIO_TRAININGS: Final = RowView(
    name="portfolio-trainings",
    table="portfolio_training",
    row=PortfolioTrainingRow,
    key=("portfolio_id", "training_id"),
    key_of=key_of,
    evolve=evolve,
)

PORTFOLIO_TRAINING_LIST: Final = RowList(
    PORTFOLIO_TRAININGS, kind="training", by="trained_on", id="training_id"
)
