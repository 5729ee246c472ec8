"""A survey: the same question put to stakeholders in one wave, and what they answered."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.change import Change
from domain.day import Day
from domain.event import Event
from domain.personal import Personal
from domain.words import Label


class Instrument(StrEnum):
    """Net promoter score, customer satisfaction, customer effort score."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"

    @property
    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest score.

        NPS: Reichheld, HBR December 2003. CSAT: the usual five points. CES: Dixon, Freeman and
        Toman, HBR July 2010, in the seven points of its second version.
        """
        return _SCALES[self]


_SCALES: Final = {Instrument.NPS: (0, 10), Instrument.CSAT: (1, 5), Instrument.CES: (1, 7)}

Score = Annotated[int, Field(ge=0, le=1_000)]
"""Wide enough for instruments to come; each decision checks the scale of its own."""


class SurveyTerms(BaseModel):
    """What is asked, of whom, and in which wave, such as `2026-Q2`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: Instrument
    wave: Label
    recipients: tuple[UUID, ...]


class AnswerCorrection(BaseModel):
    """What was recorded wrongly of an answer, and should be; None: it was right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: Score | None = None
    responded_on: Day | None = None


CommentText = Annotated[str, Personal(subject="comment_subject_id")]
"""Free text of the party that answered, or, where it is not known, of the relationship."""


# Events: these names and fields are the stored format. Add; never rename or remove.


class SurveySent(Event):
    NAME: ClassVar[str] = "relationship.survey-sent"
    survey_id: UUID
    sent_on: date
    instrument: Instrument
    wave: Label
    recipients: tuple[UUID, ...]


class SurveyAnswered(Event):
    """Without a party the answer is anonymous."""

    NAME: ClassVar[str] = "relationship.survey-answered"
    survey_id: UUID
    answer_id: UUID
    responded_on: date
    score: Score
    party_id: UUID | None = None
    comment_subject_id: UUID
    comment: CommentText | None = None


class SurveyAnswerCorrected(Event):
    """Restates an answer from its own day on; the comment only as it is now."""

    NAME: ClassVar[str] = "relationship.survey-answer-corrected"
    survey_id: UUID
    answer_id: UUID
    score: Change[Score] | None = None
    responded_on: Change[Day] | None = None
    comment_subject_id: UUID
    comment: CommentText | None = None


class SurveyAnswerVoided(Event):
    """It was never given: it counts nowhere any more."""

    NAME: ClassVar[str] = "relationship.survey-answer-voided"
    survey_id: UUID
    answer_id: UUID


class SurveyClosed(Event):
    NAME: ClassVar[str] = "relationship.survey-closed"
    survey_id: UUID
    closed_on: date


SurveyEvent = (
    SurveySent | SurveyAnswered | SurveyAnswerCorrected | SurveyAnswerVoided | SurveyClosed
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What decisions about an answer need to remember; never the comment."""

    responded_on: date
    score: int
    party_id: UUID | None
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What decisions about a survey need to remember."""

    sent_on: date
    terms: SurveyTerms
    answers: Map[UUID, Answer]
    closed_on: date | None = None

    def answer_of(self, party_id: UUID) -> Answer | None:
        """Return the answer of a party that counts, if there is one."""
        given = (each for each in self.answers.values() if each.party_id == party_id)
        return next((answer for answer in given if not answer.is_void), None)


Surveys = Map[UUID, Survey]
NO_SURVEYS: Final[Surveys] = Map()


def evolve(surveys: Surveys, event: SurveyEvent) -> Surveys:
    """Fold one event into the surveys of its relationship."""
    return surveys.set(event.survey_id, _evolved(surveys.get(event.survey_id), event))


def _evolved(before: Survey | None, event: SurveyEvent) -> Survey:
    if isinstance(event, SurveySent):
        terms = SurveyTerms(
            instrument=event.instrument, wave=event.wave, recipients=event.recipients
        )
        return Survey(event.sent_on, terms, Map())
    if before is None:
        raise ValueError(f"{event.NAME} stands before {SurveySent.NAME}")
    match event:
        case SurveyAnswered():
            answer = Answer(event.responded_on, event.score, event.party_id)
        case SurveyAnswerCorrected():
            answer = _corrected(before.answers[event.answer_id], event)
        case SurveyAnswerVoided():
            answer = replace(before.answers[event.answer_id], is_void=True)
        case SurveyClosed():
            return replace(before, closed_on=event.closed_on)
        case _:
            assert_never(event)
    return replace(before, answers=before.answers.set(event.answer_id, answer))


def _corrected(before: Answer, event: SurveyAnswerCorrected) -> Answer:
    return replace(
        before,
        score=event.score.now if event.score else before.score,
        responded_on=event.responded_on.now if event.responded_on else before.responded_on,
    )
