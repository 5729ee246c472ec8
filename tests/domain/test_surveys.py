from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import commands
from domain.change import Change
from domain.decision import Decision
from domain.relationship import RELATIONSHIP
from domain.survey import (
    AnswerCorrection,
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveySent,
    SurveyTerms,
)
from tests.domain.relationship_samples import (
    APRIL,
    CARLA,
    CLOSED,
    ENDED,
    JUNE,
    LINE,
    STARTED,
    TOO,
    after,
    asking,
    then,
)
from tests.domain.samples import CLIENT, MARCH, MAY, TODAY, TOMORROW, uuid

WAVE, ANSWER, SECOND_ANSWER = uuid(91), uuid(92), uuid(93)
TERMS = SurveyTerms(instrument=Instrument.NPS, wave="2026-Q2", recipients=(CLIENT,))
SENT = SurveySent(
    survey_id=WAVE, sent_on=MAY, instrument=Instrument.NPS, wave="2026-Q2", recipients=(CLIENT,)
)
ANSWERED = SurveyAnswered(
    survey_id=WAVE,
    answer_id=ANSWER,
    responded_on=JUNE,
    score=9,
    party_id=CLIENT,
    comment_subject_id=CLIENT,
)
VOIDED = SurveyAnswerVoided(survey_id=WAVE, answer_id=ANSWER)
SHUT = SurveyClosed(survey_id=WAVE, closed_on=JUNE)


def sending(terms: SurveyTerms = TERMS, on: date = MAY) -> Decision:
    return asking(commands.send_survey, on, survey_id=WAVE, terms=terms)


def answering(
    score: int = 9,
    party_id: UUID | None = CLIENT,
    on: date = JUNE,
    answer_id: UUID = ANSWER,
    comment: str | None = None,
) -> Decision:
    return asking(
        commands.answer_survey,
        on,
        survey_id=WAVE,
        answer_id=answer_id,
        score=score,
        party_id=party_id,
        comment=comment,
    )


def correcting(reason: str = "a slip", comment: str | None = None, **fields: Any) -> Decision:
    return asking(
        commands.correct_answer,
        survey_id=WAVE,
        answer_id=ANSWER,
        correction=AnswerCorrection(**fields),
        comment=comment,
        reason=reason,
    )


def corrected(subject: UUID = CLIENT, **fields: Any) -> SurveyAnswerCorrected:
    return SurveyAnswerCorrected(
        survey_id=WAVE, answer_id=ANSWER, comment_subject_id=subject, **fields
    )


def voiding(reason: str = "a slip") -> Decision:
    return asking(commands.void_answer, survey_id=WAVE, answer_id=ANSWER, reason=reason)


def closing(on: date = JUNE) -> Decision:
    return asking(commands.close_survey, on, survey_id=WAVE)


def test_a_survey_is_sent_to_stakeholders_each_once() -> None:
    doubled = TERMS.model_copy(update={"recipients": (CLIENT, CLIENT)})

    then(after().when(sending()), SENT)
    then(after().when(sending(doubled)), SENT)
    then(after(SENT).when(sending()))


@pytest.mark.parametrize(
    ("recipients", "code"), [((), "stakeholders-required"), ((CARLA,), "recipient-not-stakeholder")]
)
def test_a_survey_is_not_sent_to_nobody_or_strangers(
    recipients: tuple[UUID, ...], code: str
) -> None:
    after().when(sending(TERMS.model_copy(update={"recipients": recipients}))).then_refused(code)


def test_an_id_is_of_one_survey() -> None:
    after(SENT).when(sending(on=JUNE)).then_refused("survey-id-taken", "2026-05-04")


def test_a_recipient_answers_once() -> None:
    then(after(SENT).when(answering()), ANSWERED)
    then(after(SENT, ANSWERED).when(answering()))
    after(SENT, ANSWERED).when(answering(answer_id=SECOND_ANSWER)).then_refused("duplicate-answer")
    after(SENT, ANSWERED).when(answering(8)).then_refused("duplicate-answer")
    after(SENT, ANSWERED).when(answering(comment="Fine")).then_refused("duplicate-answer")


def test_after_a_void_answer_a_recipient_answers_again() -> None:
    second = ANSWERED.model_copy(update={"answer_id": SECOND_ANSWER})

    then(after(SENT, ANSWERED, VOIDED).when(answering(answer_id=SECOND_ANSWER)), second)


def test_nobody_in_particular_answers_as_often_as_they_like() -> None:
    nobody = ANSWERED.model_copy(update={"party_id": None, "comment_subject_id": LINE})
    another = nobody.model_copy(update={"answer_id": SECOND_ANSWER})

    then(after(SENT).when(answering(party_id=None)), nobody)
    then(after(SENT, nobody).when(answering(party_id=None, answer_id=SECOND_ANSWER)), another)


@pytest.mark.parametrize(("party_id", "subject"), [(CLIENT, CLIENT), (None, LINE)])
def test_a_comment_is_about_who_gave_it(party_id: UUID | None, subject: UUID) -> None:
    event = ANSWERED.model_copy(
        update={"party_id": party_id, "comment_subject_id": subject, "comment": "Fine"}
    )
    better = corrected(subject, comment="Very fine")

    then(after(SENT).when(answering(party_id=party_id, comment="Fine")), event)
    then(after(SENT, event).when(correcting(comment="Very fine")), better)


def test_who_was_not_asked_does_not_answer() -> None:
    after(TOO, SENT).when(answering(party_id=CARLA)).then_refused("not-a-recipient", str(CARLA))


@pytest.mark.parametrize(
    ("instrument", "lowest", "highest"),
    [(Instrument.NPS, 0, 10), (Instrument.CSAT, 1, 5), (Instrument.CES, 1, 7)],
)
def test_a_score_is_on_the_scale_of_its_instrument(
    instrument: Instrument, lowest: int, highest: int
) -> None:
    past = after(SENT.model_copy(update={"instrument": instrument}))

    for score in (lowest - 1, highest + 1):
        past.when(answering(score)).then_refused("score-out-of-scale", f"{lowest} to {highest}")
    for score in (lowest, highest):
        then(past.when(answering(score)), ANSWERED.model_copy(update={"score": score}))


def test_an_answer_comes_after_the_question() -> None:
    after(SENT).when(answering(on=APRIL)).then_refused("before-the-survey", "2026-05-04")
    after(SENT).when(answering(on=TOMORROW)).then_refused("in-the-future")
    after(SENT).when(closing(APRIL)).then_refused("before-the-survey")


def test_a_closed_survey_takes_no_more_answers() -> None:
    then(after(SENT).when(closing()), SHUT)
    then(after(SENT, SHUT).when(closing(TODAY)))
    after(SENT, SHUT).when(answering()).then_refused("survey-closed", "2026-06-01")
    then(after(SENT, ANSWERED, SHUT).when(answering()))


def test_an_answer_is_corrected() -> None:
    lower = corrected(score=Change(was=9, now=6), responded_on=Change(was=JUNE, now=MAY))

    then(after(SENT, ANSWERED).when(correcting(score=6, responded_on=MAY)), lower)
    then(after(SENT, ANSWERED, lower).when(correcting(score=6, responded_on=MAY)))
    then(after(SENT, ANSWERED).when(correcting()))
    then(
        after(SENT, ANSWERED, lower).when(correcting(score=0)),
        corrected(score=Change(was=6, now=0)),
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"score": 11}, "score-out-of-scale"),
        ({"responded_on": TOMORROW}, "in-the-future"),
        ({"responded_on": MARCH}, "before-the-survey"),
        ({"score": 6, "reason": " "}, "reason-required"),
    ],
    ids=str,
)
def test_a_correction_is_held_to_the_same_rules(fields: dict[str, Any], code: str) -> None:
    after(SENT, ANSWERED).when(correcting(**fields)).then_refused(code)


def test_a_void_answer_is_void_once() -> None:
    then(after(SENT, ANSWERED).when(voiding()), VOIDED)
    then(after(SENT, ANSWERED, VOIDED).when(voiding()))
    after(SENT, ANSWERED).when(voiding("")).then_refused("reason-required")
    after(SENT, ANSWERED, VOIDED).when(correcting(score=6)).then_refused("answer-void")
    after(SENT, ANSWERED, VOIDED).when(answering()).then_refused("duplicate-answer")


@pytest.mark.parametrize("account", [None, CLOSED])
def test_what_is_over_may_still_be_put_right(account: Any) -> None:
    past = after(SENT, ANSWERED, ENDED, **({} if account is None else {"account": account}))

    then(past.when(correcting(score=6)), corrected(score=Change(was=9, now=6)))
    then(past.when(voiding()), VOIDED)


@pytest.mark.parametrize("decision", [answering(), correcting(score=1), voiding(), closing()])
def test_a_survey_that_was_never_sent_is_not_found(decision: Decision) -> None:
    after().when(decision).then_not_found("survey")


@pytest.mark.parametrize("decision", [correcting(score=1), voiding()])
def test_an_answer_that_was_never_given_is_not_found(decision: Decision) -> None:
    after(SENT).when(decision).then_not_found("answer")


def test_nothing_happens_to_a_survey_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match=r"stands before relationship\.survey-sent"):
        RELATIONSHIP.evolve(RELATIONSHIP.evolve(None, STARTED), ANSWERED)


def test_a_wave_has_a_name() -> None:
    with pytest.raises(ValidationError, match="wave"):
        SurveyTerms(instrument=Instrument.NPS, wave=" ", recipients=(CLIENT,))
