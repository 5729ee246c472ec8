"""A stakeholder: a person on the client's side who counts for the relationship, and how."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.change import Change
from domain.event import Event
from domain.words import Label


class BuyingRole(StrEnum):
    """The part somebody plays when the client buys."""

    DECISION_MAKER = "decision-maker"
    ECONOMIC_BUYER = "economic-buyer"
    CHAMPION = "champion"
    INFLUENCER = "influencer"
    EXECUTIVE_SPONSOR = "executive-sponsor"
    TECHNICAL_EVALUATOR = "technical-evaluator"
    END_USER = "end-user"
    GATEKEEPER = "gatekeeper"
    BLOCKER = "blocker"
    LEGAL_PROCUREMENT = "legal-procurement"


class PoliticalStatus(StrEnum):
    """How near somebody stands to where the client decides."""

    OUTSIDE = "outside"
    POLITICAL_STRUCTURE = "political-structure"
    INNER_CIRCLE = "inner-circle"


class RelationshipLevel(StrEnum):
    """What we are in somebody's eyes, from the lowest level, 1, to the highest, 4."""

    VENDOR = "vendor"
    CREDIBLE_SOURCE = "credible-source"
    PROBLEM_SOLVER = "problem-solver"
    TRUSTED_ADVISOR = "trusted-advisor"


class StakeholderDetails(BaseModel):
    """What is known of a stakeholder; None: not known. `reports_to` is another stakeholder here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job_title: Label | None = None
    buying_role: BuyingRole | None = None
    political_status: PoliticalStatus | None = None
    reports_to: UUID | None = None


class StakeholderAssessment(BaseModel):
    """How somebody was judged on a day; None: not judged.

    `support` goes from -2, an enemy, to 2, a mentor; `coverage` from 0, nobody of ours knows them,
    to 4, several do well; `decision_power` from 0, none, to 3, the last word. `check_in_id` is the
    check-in that the judgement rests upon.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    influence: Annotated[int, Field(ge=1, le=5)] | None = None
    support: Annotated[int, Field(ge=-2, le=2)] | None = None
    coverage: Annotated[int, Field(ge=0, le=4)] | None = None
    decision_power: Annotated[int, Field(ge=0, le=3)] | None = None
    level_current: RelationshipLevel | None = None
    level_desired: RelationshipLevel | None = None
    check_in_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class StakeholderIdentified(Event):
    """Somebody counts from this day on, for the first time or again."""

    NAME: ClassVar[str] = "relationship.stakeholder-identified"
    party_id: UUID
    identified_on: date
    job_title: Label | None = None
    buying_role: BuyingRole | None = None
    political_status: PoliticalStatus | None = None
    reports_to: UUID | None = None


class StakeholderRevised(Event):
    """Holds only what changed; a field without a change is null."""

    NAME: ClassVar[str] = "relationship.stakeholder-revised"
    party_id: UUID
    job_title: Change[Label | None] | None = None
    buying_role: Change[BuyingRole | None] | None = None
    political_status: Change[PoliticalStatus | None] | None = None
    reports_to: Change[UUID | None] | None = None


class StakeholderAssessed(Event):
    NAME: ClassVar[str] = "relationship.stakeholder-assessed"
    party_id: UUID
    assessed_on: date
    assessment: StakeholderAssessment


class StakeholderLeft(Event):
    """Somebody no longer counts; this was the last day on which they did."""

    NAME: ClassVar[str] = "relationship.stakeholder-left"
    party_id: UUID
    left_on: date


StakeholderEvent = (
    StakeholderIdentified | StakeholderRevised | StakeholderAssessed | StakeholderLeft
)


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """What decisions about a stakeholder need to remember."""

    details: StakeholderDetails
    since: date
    left_on: date | None = None
    earlier: tuple[tuple[date, date], ...] = ()
    """The first and the last days of the times before they came back."""
    assessed_on: date | None = None
    assessment: StakeholderAssessment | None = None

    @property
    def is_active(self) -> bool:
        return self.left_on is None

    def counted_on(self, day: date) -> bool:
        times = (*self.earlier, (self.since, self.left_on or date.max))
        return any(first <= day <= last for first, last in times)


Stakeholders = Map[UUID, Stakeholder]
"""Every stakeholder there is or was, by the party's id."""
NO_STAKEHOLDERS: Final[Stakeholders] = Map()


def evolve(stakeholders: Stakeholders, event: StakeholderEvent) -> Stakeholders:
    """Fold one event into the stakeholders of its relationship."""
    before = stakeholders.get(event.party_id)
    if isinstance(event, StakeholderIdentified):
        return stakeholders.set(event.party_id, _identified(before, event))
    if before is None:
        raise ValueError(f"{event.NAME} stands before {StakeholderIdentified.NAME}")
    match event:
        case StakeholderRevised():
            changes = {name: each.now for name, each in event if isinstance(each, Change)}
            after = replace(before, details=before.details.model_copy(update=changes))
        case StakeholderAssessed():
            after = replace(before, assessed_on=event.assessed_on, assessment=event.assessment)
        case StakeholderLeft():
            after = replace(before, left_on=event.left_on)
        case _:
            assert_never(event)
    return stakeholders.set(event.party_id, after)


def _identified(before: Stakeholder | None, event: StakeholderIdentified) -> Stakeholder:
    details = StakeholderDetails(
        job_title=event.job_title,
        buying_role=event.buying_role,
        political_status=event.political_status,
        reports_to=event.reports_to,
    )
    if before is None or before.left_on is None:
        return Stakeholder(details, since=event.identified_on)
    earlier = (*before.earlier, (before.since, before.left_on))
    return replace(
        before, details=details, since=event.identified_on, left_on=None, earlier=earlier
    )
