"""A portfolio: the accounts that one manager leads, and how many points of them it can bear."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID, uuid5

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.event import Aggregate, Event, Stream
from domain.learning import LearningTopic
from domain.override import Override
from domain.tier import Tier
from domain.words import Label, Name

_NAMESPACE: Final = UUID("0c6f5a86-3d0e-4b57-9b31-6f0f6c1f7a52")
"""Part of the stored form: chosen once, on 2026-11-24, never to change."""

Points = Annotated[int, Field(ge=0, le=1_000_000)]
PolicyVersion = Annotated[int, Field(ge=0, le=1_000_000)]
Labels = Annotated[tuple[Label, ...], Field(max_length=100)]


class PortfolioFocus(BaseModel):
    """Which accounts the manager is there for: those of these territories and industries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    territories: Labels = ()
    industries: Labels = ()


NO_FOCUS: Final = PortfolioFocus()


class Training(BaseModel):
    """What the manager learned, on a course, at a fair, or from reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: LearningTopic = LearningTopic.TRAINING
    title: Name
    source: Name | None = None
    hours: Annotated[int, Field(ge=1, le=10_000)] | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class PortfolioOpened(Event):
    """`capacity` in points; null: what the policy on capacity says."""

    NAME: ClassVar[str] = "portfolio.opened"
    manager_id: UUID
    opened_on: date
    capacity: Points | None = None
    focus: PortfolioFocus = NO_FOCUS


class PortfolioCapacitySet(Event):
    NAME: ClassVar[str] = "portfolio.capacity-set"
    was: Points | None
    now: Points | None


class PortfolioFocusSet(Event):
    NAME: ClassVar[str] = "portfolio.focus-set"
    was: PortfolioFocus
    now: PortfolioFocus


class OverCapacityAccepted(Event):
    """So many points beyond the capacity are borne up to and with a day."""

    NAME: ClassVar[str] = "portfolio.over-capacity-accepted"
    points: Points
    until: Day
    override: Override


class PortfolioAccountTaken(Event):
    """`override` is the word on which an account was taken beyond the capacity."""

    NAME: ClassVar[str] = "portfolio.account-taken"
    account_id: UUID
    tier: Tier
    points: Points
    policy_version: PolicyVersion
    override: Override | None = None


class PortfolioAccountReweighed(Event):
    """The account asks for more or less than before, by its tier or by another policy."""

    NAME: ClassVar[str] = "portfolio.account-reweighed"
    account_id: UUID
    tier: Tier
    was: Points
    now: Points
    policy_version: PolicyVersion
    override: Override | None = None


class PortfolioAccountReleased(Event):
    NAME: ClassVar[str] = "portfolio.account-released"
    account_id: UUID
    points: Points


class PortfolioTrainingLogged(Event):
    NAME: ClassVar[str] = "portfolio.training-logged"
    training_id: UUID
    trained_on: Day
    training: Training


class PortfolioClosed(Event):
    NAME: ClassVar[str] = "portfolio.closed"
    closed_on: date


PortfolioEvent = (
    PortfolioOpened
    | PortfolioCapacitySet
    | PortfolioFocusSet
    | OverCapacityAccepted
    | PortfolioAccountTaken
    | PortfolioAccountReweighed
    | PortfolioAccountReleased
    | PortfolioTrainingLogged
    | PortfolioClosed
)


@dataclass(frozen=True, slots=True)
class Held:
    """An account in the portfolio: its tier, and the points that it asks for."""

    tier: Tier
    points: int


NONE_HELD: Final[Map[UUID, Held]] = Map()
NO_TRAININGS: Final[Map[UUID, PortfolioTrainingLogged]] = Map()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What decisions about a portfolio need to remember."""

    manager_id: UUID
    opened_on: date
    capacity: int | None
    focus: PortfolioFocus
    held: Map[UUID, Held] = NONE_HELD
    accepted: OverCapacityAccepted | None = None
    trainings: Map[UUID, PortfolioTrainingLogged] = NO_TRAININGS
    closed_on: date | None = None

    @property
    def load(self) -> int:
        """Return the points of all accounts held."""
        return sum(held.points for held in self.held.values())


def evolve(portfolio: Portfolio | None, event: PortfolioEvent) -> Portfolio:  # noqa: C901, PLR0911
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, PortfolioOpened):
        opened = Portfolio(event.manager_id, event.opened_on, event.capacity, event.focus)
        return opened if portfolio is None else replace(opened, trainings=portfolio.trainings)
    if portfolio is None:
        raise ValueError(f"{event.NAME} stands before {PortfolioOpened.NAME}")
    match event:
        case PortfolioCapacitySet():
            return replace(portfolio, capacity=event.now)
        case PortfolioFocusSet():
            return replace(portfolio, focus=event.now)
        case OverCapacityAccepted():
            return replace(portfolio, accepted=event)
        case PortfolioAccountTaken():
            held = Held(event.tier, event.points)
            return replace(portfolio, held=portfolio.held.set(event.account_id, held))
        case PortfolioAccountReweighed():
            held = Held(event.tier, event.now)
            return replace(portfolio, held=portfolio.held.set(event.account_id, held))
        case PortfolioAccountReleased():
            return replace(portfolio, held=portfolio.held.delete(event.account_id))
        case PortfolioTrainingLogged():
            trainings = portfolio.trainings.set(event.training_id, event)
            return replace(portfolio, trainings=trainings)
        case PortfolioClosed():
            return replace(portfolio, closed_on=event.closed_on)
        case _:
            assert_never(event)


PORTFOLIO: Aggregate[Portfolio, PortfolioEvent] = Aggregate(
    name="portfolio",
    events=(
        PortfolioOpened,
        PortfolioCapacitySet,
        PortfolioFocusSet,
        OverCapacityAccepted,
        PortfolioAccountTaken,
        PortfolioAccountReweighed,
        PortfolioAccountReleased,
        PortfolioTrainingLogged,
        PortfolioClosed,
    ),
    evolve=evolve,
)


@lru_cache(maxsize=4_096)
def portfolio_id(manager_id: UUID) -> UUID:
    """Derive the id of the manager's portfolio."""
    return uuid5(_NAMESPACE, str(manager_id))


def portfolio_stream(manager_id: UUID) -> Stream[Portfolio, PortfolioEvent]:
    return PORTFOLIO.stream(portfolio_id(manager_id), account_id=None)
