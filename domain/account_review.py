"""A review of the account: what a period that is over has shown, with the figures it rests upon."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.day import Day
from domain.event import Event
from domain.known import begin
from domain.kpi import EVERY_KPI
from domain.money import Amount
from domain.period import Period
from domain.refusal import NotFound, Refused
from domain.words import Code, Label, Name

PeriodText = Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z@-]+$")]
"""The text of a `Period`, such as 2026-Q2."""

Position = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A place in the tenant's log."""


class ReviewedFigure(BaseModel):
    """A figure as the review saw it: its value (None: there was none), known at a position."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kpi: Code
    value: Amount | None
    unit: Label
    known_at: Position


class ReviewContent(BaseModel):
    """What was found, on which figures it rests, and when to look again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    figures: Annotated[tuple[ReviewedFigure, ...], Field(max_length=50)] = ()
    next_review_on: Day | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class AccountReviewed(Event):
    NAME: ClassVar[str] = "account.reviewed"
    review_id: UUID
    period: PeriodText
    findings: tuple[Name, ...]
    figures: tuple[ReviewedFigure, ...]
    next_review_on: Day | None = None


Reviews = Map[UUID, AccountReviewed]
NO_REVIEWS: Final[Reviews] = Map()


def evolve(reviews: Reviews, event: AccountReviewed) -> Reviews:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return reviews.set(event.review_id, event)


def review_account(
    reviews: Reviews, *, review_id: UUID, period: Period, content: ReviewContent, on: date
) -> Sequence[AccountReviewed]:
    """Record what a period has shown.

    Raises:
        NotFound: there is no KPI of that name.
        Refused: `already-exists`, `period-not-over`, `next-review-not-later`.
    """
    event = AccountReviewed(review_id=review_id, period=str(period), **dict(content))
    events = begin("review", review_id, reviews.get(review_id), event)
    if not events:
        return []
    if on < period.until:
        raise Refused(
            "period-not-over",
            f"the period {period} was not over on {on}; review one that is, "
            f"or this one from {period.until} on",
        )
    if content.next_review_on is not None and content.next_review_on <= on:
        raise Refused(
            "next-review-not-later",
            f"the next review would be on {content.next_review_on}; give a day after {on}",
        )
    names = {kpi.name for kpi in EVERY_KPI}
    for figure in content.figures:
        if figure.kpi not in names:
            raise NotFound("kpi", f"{figure.kpi}; there are {', '.join(sorted(names))}")
    return events
