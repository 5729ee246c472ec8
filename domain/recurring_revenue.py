"""Recurring revenue: what a client pays every month, and each movement of it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Event
from domain.money import Money
from domain.words import Code, Label


class MovementKind(StrEnum):
    """New; more or less of it; the same at a higher price; left; turned into another; back."""

    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    PRICE_UPLIFT = "price-uplift"
    CHURN = "churn"
    CONVERSION = "conversion"
    REACTIVATION = "reactivation"


CHANGES: Final = frozenset(
    {MovementKind.EXPANSION, MovementKind.CONTRACTION, MovementKind.PRICE_UPLIFT}
)
"""The movements of what goes on."""

ENDINGS: Final = frozenset({MovementKind.CHURN, MovementKind.CONVERSION})
"""The movements after which nothing is paid any more."""


class Movement(BaseModel):
    """One movement: from which monthly amount to which, on which day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MovementKind
    on: Day
    was: Money
    now: Money


class RecurringTerms(BaseModel):
    """What is paid every month, for what, from which day on, by which deal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product_line: Label
    monthly: Money
    starts_on: Day
    deal_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class RecurringRevenueStarted(Event):
    NAME: ClassVar[str] = "recurring-revenue.started"
    recurring_id: UUID
    terms: RecurringTerms


class RecurringRevenueChanged(Event):
    NAME: ClassVar[str] = "recurring-revenue.changed"
    recurring_id: UUID
    movement: Movement


class RecurringRevenueEnded(Event):
    NAME: ClassVar[str] = "recurring-revenue.ended"
    recurring_id: UUID
    movement: Movement
    reason_code: Code


class RecurringRevenueReactivated(Event):
    NAME: ClassVar[str] = "recurring-revenue.reactivated"
    recurring_id: UUID
    movement: Movement


class RecurringRevenueCorrected(Event):
    """The latest movement was recorded wrongly: it was never `was`, and always `now`."""

    NAME: ClassVar[str] = "recurring-revenue.corrected"
    recurring_id: UUID
    was: Movement
    now: Movement


class RecurringRevenueVoided(Event):
    """Nothing of it ever was: it counts nowhere any more, not even on its own days."""

    NAME: ClassVar[str] = "recurring-revenue.voided"
    recurring_id: UUID


RecurringEvent = (
    RecurringRevenueStarted
    | RecurringRevenueChanged
    | RecurringRevenueEnded
    | RecurringRevenueReactivated
    | RecurringRevenueCorrected
    | RecurringRevenueVoided
)

RECURRING_EVENTS: Final[tuple[type[RecurringEvent], ...]] = (
    RecurringRevenueStarted,
    RecurringRevenueChanged,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueCorrected,
    RecurringRevenueVoided,
)


@dataclass(frozen=True, slots=True)
class Recurring:
    """What decisions about one line of recurring revenue remember; the latest movement is last."""

    terms: RecurringTerms
    movements: tuple[Movement, ...]
    reason_code: str | None = None
    """Why it ended last."""
    voided: bool = False

    @property
    def latest(self) -> Movement:
        return self.movements[-1]

    @property
    def is_running(self) -> bool:
        return not self.voided and self.latest.kind not in ENDINGS


RecurringRevenue = Map[UUID, Recurring]
NO_RECURRING_REVENUE: Final[RecurringRevenue] = Map()


def first_movement(terms: RecurringTerms) -> Movement:
    """Return the movement with which it begins."""
    nothing = Money.zero(terms.monthly.currency)
    return Movement(kind=MovementKind.NEW, on=terms.starts_on, was=nothing, now=terms.monthly)


def evolve(revenue: RecurringRevenue, event: RecurringEvent) -> RecurringRevenue:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, RecurringRevenueStarted):
        begun = Recurring(event.terms, (first_movement(event.terms),))
        return revenue.set(event.recurring_id, begun)
    before = revenue[event.recurring_id]
    match event:
        case RecurringRevenueChanged() | RecurringRevenueReactivated():
            after = replace(before, movements=(*before.movements, event.movement))
        case RecurringRevenueEnded():
            after = replace(before, movements=(*before.movements, event.movement))
            after = replace(after, reason_code=event.reason_code)
        case RecurringRevenueCorrected():
            after = replace(before, movements=(*before.movements[:-1], event.now))
        case RecurringRevenueVoided():
            after = replace(before, voided=True)
        case _:
            assert_never(event)
    return revenue.set(event.recurring_id, after)
