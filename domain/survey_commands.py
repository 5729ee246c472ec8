"""The commands about the surveys of a relationship."""

from datetime import date
from uuid import UUID

from domain import survey_decisions
from domain.decision import Decision
from domain.relationship_binding import in_force, on_record
from domain.survey import AnswerCorrection, SurveyTerms


def send_survey(
    account_id: UUID,
    relationship_id: UUID,
    *,
    survey_id: UUID,
    terms: SurveyTerms,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: survey_decisions.send_survey(
            relationship, survey_id=survey_id, terms=terms, on=on
        ),
        on=on,
        today=today,
    )


def answer_survey(  # noqa: PLR0913  # an answer has its ids beside what it says
    account_id: UUID,
    relationship_id: UUID,
    *,
    survey_id: UUID,
    answer_id: UUID,
    score: int,
    party_id: UUID | None = None,
    comment: str | None = None,
    on: date,
    today: date,
) -> Decision:
    """Record an answer; `on` is the day on which it was given."""
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: survey_decisions.answer_survey(
            relationship,
            relationship_id=relationship_id,
            survey_id=survey_id,
            answer_id=answer_id,
            score=score,
            party_id=party_id,
            comment=comment,
            on=on,
        ),
        on=on,
        today=today,
    )


def correct_answer(  # noqa: PLR0913  # an answer has its ids beside what it says
    account_id: UUID,
    relationship_id: UUID,
    *,
    survey_id: UUID,
    answer_id: UUID,
    correction: AnswerCorrection,
    comment: str | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    return on_record(
        account_id,
        relationship_id,
        lambda relationship, _: survey_decisions.correct_answer(
            relationship,
            relationship_id=relationship_id,
            survey_id=survey_id,
            answer_id=answer_id,
            correction=correction,
            comment=comment,
            reason=reason,
            today=today,
        ),
        on=on,
        today=today,
    )


def void_answer(
    account_id: UUID,
    relationship_id: UUID,
    *,
    survey_id: UUID,
    answer_id: UUID,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    return on_record(
        account_id,
        relationship_id,
        lambda relationship, _: survey_decisions.void_answer(
            relationship, survey_id=survey_id, answer_id=answer_id, reason=reason
        ),
        on=on,
        today=today,
    )


def close_survey(
    account_id: UUID, relationship_id: UUID, *, survey_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: survey_decisions.close_survey(
            relationship, survey_id=survey_id, on=on
        ),
        on=on,
        today=today,
    )
