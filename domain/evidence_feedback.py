"""What the answers of an account's surveys contribute: promoters, the satisfied, and others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.kpi_feedback import (
    PASSIVE_FROM,
    PROMOTER_FROM,
    SATISFIED_FROM,
    satisfaction_points,
)
from domain.survey import (
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveySent,
)


@dataclass(slots=True)
class _Answer:
    answer_id: UUID
    position: int
    instrument: Instrument
    on: date
    score: int
    respondent: UUID | None


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Count the latest answer of each respondent in the period, and each anonymous one."""
    latest: dict[tuple[Instrument, UUID], _Answer] = {}
    for answer in _answers(occurrences):
        if not question.counts(answer.on):
            continue
        key = answer.instrument, answer.respondent or answer.answer_id
        before = latest.get(key)
        if before is None or before.on <= answer.on:
            latest[key] = answer
    for answer in sorted(latest.values(), key=lambda each: each.position):
        yield from counted(_measures(answer), answer.position, answer.on, answer.answer_id)
        if answer.instrument is Instrument.CSAT:
            yield _points(answer)


def _answers(occurrences: Sequence[Occurrence]) -> Sequence[_Answer]:
    """Return the answers that count, in the order in which they were first recorded."""
    instruments: dict[UUID, Instrument] = {}
    answers: dict[UUID, _Answer] = {}
    for each in occurrences:
        match each.event:
            case SurveySent(survey_id=survey_id, instrument=instrument):
                instruments[survey_id] = instrument
            case SurveyAnswered() as given:
                answers[given.answer_id] = _Answer(
                    given.answer_id,
                    each.position,
                    instruments[given.survey_id],
                    given.responded_on,
                    given.score,
                    given.party_id,
                )
            case SurveyAnswerCorrected() as corrected:
                answer = answers[corrected.answer_id]
                answer.position = each.position
                if corrected.score is not None:
                    answer.score = corrected.score.now
                if corrected.responded_on is not None:
                    answer.on = corrected.responded_on.now
            case SurveyAnswerVoided(answer_id=answer_id):
                answers.pop(answer_id, None)
            case _:
                pass
    return list(answers.values())


def _measures(answer: _Answer) -> Sequence[Measure]:
    match answer.instrument:
        case Instrument.NPS if answer.score >= PROMOTER_FROM:
            return Measure.RECOMMENDATION_ANSWERS, Measure.PROMOTERS
        case Instrument.NPS if answer.score < PASSIVE_FROM:
            return Measure.RECOMMENDATION_ANSWERS, Measure.DETRACTORS
        case Instrument.NPS:
            return (Measure.RECOMMENDATION_ANSWERS,)
        case Instrument.CSAT if answer.score >= SATISFIED_FROM:
            return Measure.SATISFACTION_ANSWERS, Measure.SATISFIED_ANSWERS
        case Instrument.CSAT:
            return (Measure.SATISFACTION_ANSWERS,)
        case _:
            return ()


def _points(answer: _Answer) -> Contribution:
    """Place an answer on the way from the worst to the best, in percent; the worst adds 0."""
    points = satisfaction_points(answer.score, answer.instrument.scale)
    measure = Measure.SATISFACTION_POINTS
    return Contribution(measure, points, answer.on, answer.position, answer.answer_id)


FEEDBACK = Family(
    name="feedback",
    events=(SurveySent, SurveyAnswered, SurveyAnswerCorrected, SurveyAnswerVoided),
    contribute=_contribute,
)
