"""What somebody of ours has learned: of a market, a regulation, a trade, or one client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Aggregate, Event
from domain.reason import refuse_future, require_reason
from domain.refusal import Refused
from domain.words import Label, Name


class LearningTopic(StrEnum):
    TREND = "trend"
    REGULATION = "regulation"
    BEST_PRACTICE = "best-practice"
    EVENT = "event"
    PUBLICATION = "publication"
    TRAINING = "training"
    MARKET_RESEARCH = "market-research"


class LearningTerms(BaseModel):
    """What was learned, from what, by whom of us, and what it applies to.

    It applies to one account, or to every account of an industry, or (neither) to all of our work.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: LearningTopic
    title: Name
    source: Name
    account_id: UUID | None = None
    industry: Label | None = None
    learned_by: UUID | None = None
    learned_on: Day


# Events: these names and fields are the stored format. Add; never rename or remove.


class LearningLogged(Event):
    NAME: ClassVar[str] = "learning.logged"
    topic: LearningTopic
    title: Name
    source: Name
    account_id: UUID | None = None
    industry: Label | None = None
    learned_by: UUID | None = None
    learned_on: Day


class LearningWithdrawn(Event):
    """It was wrong, or holds no longer."""

    NAME: ClassVar[str] = "learning.withdrawn"


LearningEvent = LearningLogged | LearningWithdrawn


@dataclass(frozen=True, slots=True)
class Learning:
    """What decisions about a learning need to remember."""

    account_id: UUID | None
    withdrawn: bool = False


def evolve(learning: Learning | None, event: LearningEvent) -> Learning:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, LearningLogged):
        return Learning(event.account_id)
    if learning is None:
        raise ValueError(f"{event.NAME} stands before {LearningLogged.NAME}")
    match event:
        case LearningWithdrawn():
            return replace(learning, withdrawn=True)
        case _:
            assert_never(event)


LEARNING: Final[Aggregate[Learning, LearningEvent]] = Aggregate(
    name="learning", events=(LearningLogged, LearningWithdrawn), evolve=evolve
)


def log_learning(*, terms: LearningTerms, today: date) -> Sequence[LearningEvent]:
    """Record what was learned.

    Raises:
        Refused: `applies-to-both`, `in-the-future`.
    """
    refuse_future(terms.learned_on, today=today)
    if terms.account_id is not None and terms.industry is not None:
        raise Refused(
            "applies-to-both",
            "it applies to an account or to an industry; name one of them, or neither",
        )
    return [LearningLogged(**dict(terms))]


def withdraw_learning(learning: Learning, *, reason: str) -> Sequence[LearningEvent]:
    """Record that it was wrong, or holds no longer.

    Raises:
        Refused: `reason-required`.
    """
    require_reason(reason)
    return [] if learning.withdrawn else [LearningWithdrawn()]
