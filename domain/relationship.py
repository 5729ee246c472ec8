"""A relationship: one line of contact with an account, its people, check-ins and promises."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, assert_never
from uuid import UUID

from domain import check_in, commitment, stakeholder, survey
from domain.cadence import Cadence, CadenceSet
from domain.check_in import (
    NO_CHECK_INS,
    CheckInCancelled,
    CheckInCorrected,
    CheckInEvent,
    CheckInHeld,
    CheckInMissed,
    CheckInRescheduled,
    CheckIns,
    CheckInScheduled,
    CheckInVoided,
)
from domain.commitment import (
    NO_COMMITMENTS,
    CommitmentBroken,
    CommitmentEvent,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    Commitments,
)
from domain.event import Aggregate, Event
from domain.stakeholder import (
    NO_STAKEHOLDERS,
    StakeholderAssessed,
    StakeholderEvent,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
    Stakeholders,
)
from domain.survey import (
    NO_SURVEYS,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveyEvent,
    Surveys,
    SurveySent,
)
from domain.words import Label

# Events: these names and fields are the stored format. Add; never rename or remove.


class RelationshipStarted(Event):
    """`scope` is the part of the client it is with, such as a business unit; null: all of it."""

    NAME: ClassVar[str] = "relationship.started"
    account_id: UUID
    scope: Label | None = None
    started_on: date
    cadence: Cadence | None = None


class RelationshipEnded(Event):
    NAME: ClassVar[str] = "relationship.ended"
    ended_on: date


RelationshipEvent = (
    RelationshipStarted
    | StakeholderEvent
    | CadenceSet
    | CheckInEvent
    | CommitmentEvent
    | SurveyEvent
    | RelationshipEnded
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What decisions about a relationship need to remember."""

    account_id: UUID
    scope: str | None
    started_on: date
    cadence: Cadence | None = None
    stakeholders: Stakeholders = NO_STAKEHOLDERS
    check_ins: CheckIns = NO_CHECK_INS
    commitments: Commitments = NO_COMMITMENTS
    surveys: Surveys = NO_SURVEYS
    ended_on: date | None = None


def evolve(relationship: Relationship | None, event: RelationshipEvent) -> Relationship:  # noqa: PLR0911 - one case a kind
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, RelationshipStarted):
        return Relationship(event.account_id, event.scope, event.started_on, event.cadence)
    if relationship is None:
        raise ValueError(f"{event.NAME} stands before {RelationshipStarted.NAME}")
    if isinstance(event, StakeholderEvent):
        stakeholders = stakeholder.evolve(relationship.stakeholders, event)
        return replace(relationship, stakeholders=stakeholders)
    if isinstance(event, CheckInEvent):
        return replace(relationship, check_ins=check_in.evolve(relationship.check_ins, event))
    if isinstance(event, CommitmentEvent):
        commitments = commitment.evolve(relationship.commitments, event)
        return replace(relationship, commitments=commitments)
    if isinstance(event, SurveyEvent):
        return replace(relationship, surveys=survey.evolve(relationship.surveys, event))
    match event:
        case CadenceSet():
            return replace(relationship, cadence=event.now)
        case RelationshipEnded():
            return replace(relationship, ended_on=event.ended_on)
        case _:
            assert_never(event)


RELATIONSHIP: Final[Aggregate[Relationship, RelationshipEvent]] = Aggregate(
    name="relationship",
    events=(
        RelationshipStarted,
        StakeholderIdentified,
        StakeholderRevised,
        StakeholderAssessed,
        StakeholderLeft,
        CadenceSet,
        CheckInScheduled,
        CheckInRescheduled,
        CheckInCancelled,
        CheckInHeld,
        CheckInMissed,
        CheckInCorrected,
        CheckInVoided,
        CommitmentMade,
        CommitmentKept,
        CommitmentBroken,
        CommitmentRescheduled,
        CommitmentReleased,
        SurveySent,
        SurveyAnswered,
        SurveyAnswerCorrected,
        SurveyAnswerVoided,
        SurveyClosed,
        RelationshipEnded,
    ),
    evolve=evolve,
)
