"""What may be decided about surveys: to send and close them, and to record what was answered."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.change import change
from domain.reason import refuse_before, refuse_future, require_reason
from domain.refusal import NotFound, Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_decisions import refuse_strangers
from domain.survey import (
    Answer,
    AnswerCorrection,
    Survey,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveySent,
    SurveyTerms,
)


def send_survey(
    relationship: Relationship, *, survey_id: UUID, terms: SurveyTerms, on: date
) -> Sequence[RelationshipEvent]:
    """Put a question to stakeholders; the same id and terms again adds nothing.

    Raises:
        Refused: `survey-id-taken`, `stakeholders-required`, `recipient-not-stakeholder`.
    """
    recipients = tuple(dict.fromkeys(terms.recipients))
    terms = terms.model_copy(update={"recipients": recipients})
    known = relationship.surveys.get(survey_id)
    if known is not None:
        if (known.terms, known.sent_on) == (terms, on):
            return []
        raise Refused(
            "survey-id-taken",
            f"the survey {survey_id} was sent on {known.sent_on} in other terms; "
            "give this one an id of its own",
        )
    if not recipients:
        raise Refused(
            "stakeholders-required", "a survey is sent to somebody; name at least one stakeholder"
        )
    refuse_strangers(relationship, recipients, on=on, code="recipient-not-stakeholder")
    return [SurveySent(survey_id=survey_id, sent_on=on, **dict(terms))]


def answer_survey(
    relationship: Relationship,
    *,
    relationship_id: UUID,
    survey_id: UUID,
    answer_id: UUID,
    score: int,
    party_id: UUID | None,
    comment: str | None,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Record what a recipient, or (None) somebody unnamed, answered.

    Raises:
        NotFound: no such survey.
        Refused: `survey-closed`, `duplicate-answer`, `not-a-recipient`, `score-out-of-scale`,
            `before-the-survey`.
    """
    survey = find_survey(relationship, survey_id)
    known = survey.answers.get(answer_id)
    if known is not None and comment is None and known == Answer(on, score, party_id):
        return []
    if survey.closed_on is not None:
        raise Refused(
            "survey-closed",
            f"the survey was closed on {survey.closed_on} and takes no more answers; send another",
        )
    if known is not None or (party_id is not None and survey.answer_of(party_id) is not None):
        raise Refused(
            "duplicate-answer", "this was answered before; correct or void the first answer instead"
        )
    if party_id is not None and party_id not in survey.terms.recipients:
        raise Refused(
            "not-a-recipient",
            f"the survey was not sent to the party {party_id}; name a recipient, or nobody",
        )
    _refuse_answer(survey, score=score, on=on)
    return [
        SurveyAnswered(
            survey_id=survey_id,
            answer_id=answer_id,
            responded_on=on,
            score=score,
            party_id=party_id,
            comment_subject_id=party_id or relationship_id,
            comment=comment,
        )
    ]


def correct_answer(
    relationship: Relationship,
    *,
    relationship_id: UUID,
    survey_id: UUID,
    answer_id: UUID,
    correction: AnswerCorrection,
    comment: str | None,
    reason: str,
    today: date,
) -> Sequence[RelationshipEvent]:
    """Put an answer right; a comment that is given stands in place of the old one.

    Raises:
        NotFound: no such survey or answer.
        Refused: `reason-required`, `answer-void`, `score-out-of-scale`, `in-the-future`,
            `before-the-survey`.
    """
    require_reason(reason)
    survey = find_survey(relationship, survey_id)
    was = find_answer(survey, answer_id)
    if was.is_void:
        raise Refused("answer-void", "the answer is void; record a new one")
    score = was.score if correction.score is None else correction.score
    responded_on = correction.responded_on or was.responded_on
    if (score, responded_on, comment) == (was.score, was.responded_on, None):
        return []
    refuse_future(responded_on, today=today)
    _refuse_answer(survey, score=score, on=responded_on)
    return [
        SurveyAnswerCorrected(
            survey_id=survey_id,
            answer_id=answer_id,
            score=change(was.score, score),
            responded_on=change(was.responded_on, responded_on),
            comment_subject_id=was.party_id or relationship_id,
            comment=comment,
        )
    ]


def void_answer(
    relationship: Relationship, *, survey_id: UUID, answer_id: UUID, reason: str
) -> Sequence[RelationshipEvent]:
    """Take back an answer that was never given.

    Raises:
        NotFound: no such survey or answer.
        Refused: `reason-required`.
    """
    require_reason(reason)
    answer = find_answer(find_survey(relationship, survey_id), answer_id)
    return [] if answer.is_void else [SurveyAnswerVoided(survey_id=survey_id, answer_id=answer_id)]


def close_survey(
    relationship: Relationship, *, survey_id: UUID, on: date
) -> Sequence[RelationshipEvent]:
    """Take no more answers.

    Raises:
        NotFound: no such survey.
        Refused: `before-the-survey`.
    """
    survey = find_survey(relationship, survey_id)
    if survey.closed_on is not None:
        return []
    _refuse_before_sending(survey, on)
    return [SurveyClosed(survey_id=survey_id, closed_on=on)]


def find_survey(relationship: Relationship, survey_id: UUID) -> Survey:
    """Return the survey.

    Raises:
        NotFound: no such survey.
    """
    survey = relationship.surveys.get(survey_id)
    if survey is None:
        raise NotFound("survey", survey_id)
    return survey


def find_answer(survey: Survey, answer_id: UUID) -> Answer:
    """Return the answer, which may be void.

    Raises:
        NotFound: no such answer.
    """
    answer = survey.answers.get(answer_id)
    if answer is None:
        raise NotFound("answer", answer_id)
    return answer


def _refuse_answer(survey: Survey, *, score: int, on: date) -> None:
    instrument = survey.terms.instrument
    lowest, highest = instrument.scale
    if not lowest <= score <= highest:
        raise Refused(
            "score-out-of-scale",
            f"{score} is not on the scale of {instrument}; give {lowest} to {highest}",
        )
    _refuse_before_sending(survey, on)


def _refuse_before_sending(survey: Survey, on: date) -> None:
    refuse_before(
        on,
        earliest=survey.sent_on,
        what=f"the day on which the survey was sent, {survey.sent_on}",
        code="before-the-survey",
    )
