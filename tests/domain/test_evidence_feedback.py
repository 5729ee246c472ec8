"""Answers to surveys: promoters, detractors and the satisfied, of each respondent the latest."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.change import Change
from domain.evidence import Measure
from domain.evidence_feedback import FEEDBACK
from domain.figure import Figure
from domain.kpi import CUSTOMER_SATISFACTION, NET_PROMOTER_SCORE, Flag
from domain.period import month_of
from domain.survey import (
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveySent,
)
from tests.domain.histories import History
from tests.domain.relationship_samples import LINE
from tests.domain.samples import CLIENT, uuid

SENT_ON, JUNE_10 = date(2026, 6, 1), date(2026, 6, 10)
MAY, JUNE, JULY = (month_of(date(2026, month, 1)) for month in (5, 6, 7))
YEAR_END = date(2026, 12, 31)
SURVEY, SECOND_SURVEY = uuid(300), uuid(301)


def send(history: History, instrument: Instrument, survey_id: UUID = SURVEY) -> None:
    sent = SurveySent(
        survey_id=survey_id, sent_on=SENT_ON, instrument=instrument, wave="Q2", recipients=()
    )
    history.add(sent, SENT_ON, LINE)


def answer(
    history: History,
    score: int,
    *,
    id_: int = 1,
    party: UUID | None = None,
    on: date = JUNE_10,
    survey_id: UUID = SURVEY,
) -> int:
    answered = SurveyAnswered(
        survey_id=survey_id,
        answer_id=uuid(400 + id_),
        responded_on=on,
        score=score,
        party_id=party,
        comment_subject_id=LINE,
    )
    return history.add(answered, on, LINE)


def correct(history: History, *, score: int | None = None, moved_to: date | None = None) -> int:
    corrected = SurveyAnswerCorrected(
        survey_id=SURVEY,
        answer_id=uuid(401),
        score=None if score is None else Change(was=0, now=score),
        responded_on=None if moved_to is None else Change(was=JUNE_10, now=moved_to),
        comment_subject_id=LINE,
    )
    return history.add(corrected, date(2026, 8, 1), LINE)


def answered(instrument: Instrument, scores: Sequence[int]) -> History:
    history = History()
    send(history, instrument)
    for number, score in enumerate(scores):
        answer(history, score, id_=number)
    return history


def nps(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> str:
    return history.shown(NET_PROMOTER_SCORE, JUNE, as_of, known_at=known_at)


def test_thirty_percent_promoters_and_twenty_percent_detractors_are_ten_a1() -> None:
    assert nps(answered(Instrument.NPS, [9] * 3 + [8] * 5 + [6] * 2)) == "10"


def test_fifty_percent_promoters_and_ten_percent_detractors_are_forty_a2() -> None:
    assert nps(answered(Instrument.NPS, [10] * 5 + [7] * 4 + [0])) == "40"


def test_one_promoter_and_two_detractors_of_six_are_minus_seventeen_a39() -> None:
    history = answered(Instrument.NPS, [9, 7, 7, 8, 3, 6])

    found = history.figure(NET_PROMOTER_SCORE, JUNE, YEAR_END)

    assert isinstance(found, Figure)
    assert (str(found.shown), str(found.exact)) == ("-17", "-16.6666666667")


def test_seventy_promoters_and_ten_detractors_of_a_hundred_are_sixty() -> None:
    assert nps(answered(Instrument.NPS, [9] * 70 + [7] * 20 + [6] * 10)) == "60"


def test_the_ends_of_the_groups_are_nine_and_six() -> None:
    history = answered(Instrument.NPS, [10, 9, 8, 7, 6, 0])

    assert history.sums(FEEDBACK, JUNE, YEAR_END) == {
        Measure.RECOMMENDATION_ANSWERS: 6,
        Measure.PROMOTERS: 2,
        Measure.DETRACTORS: 2,
    }


def test_eight_satisfied_of_ten_are_eighty_percent_a3() -> None:
    history = answered(Instrument.CSAT, [5] * 4 + [4] * 4 + [2, 1])

    assert history.shown(CUSTOMER_SATISFACTION, JUNE, YEAR_END) == "80.0"


def test_neither_is_not_satisfied_a4() -> None:
    history = answered(Instrument.CSAT, [5] * 7 + [3] + [1] * 2)

    assert history.shown(CUSTOMER_SATISFACTION, JUNE, YEAR_END) == "70.0"


def test_eighty_satisfied_of_a_hundred_are_eighty_percent() -> None:
    history = answered(Instrument.CSAT, [4] * 80 + [3] * 20)

    assert history.shown(CUSTOMER_SATISFACTION, JUNE, YEAR_END) == "80.0"


def test_effort_scores_are_no_part_of_either() -> None:
    history = answered(Instrument.CES, [7, 7, 7])

    assert nps(history) == "no-answers"
    assert history.shown(CUSTOMER_SATISFACTION, JUNE, YEAR_END) == "no-answers"


def test_fewer_than_five_answers_are_flagged_and_told_all_the_same() -> None:
    for instrument, kpi, score in (
        (Instrument.NPS, NET_PROMOTER_SCORE, 9),
        (Instrument.CSAT, CUSTOMER_SATISFACTION, 4),
    ):
        few = answered(instrument, [score] * 4).figure(kpi, JUNE, YEAR_END)
        enough = answered(instrument, [score] * 5).figure(kpi, JUNE, YEAR_END)

        assert isinstance(few, Figure)
        assert isinstance(enough, Figure)
        assert (int(few.shown), set(few.flags)) == (100, {Flag.INSUFFICIENT_DATA})
        assert (int(enough.shown), set(enough.flags)) == (100, set())


def test_nobody_answered_is_no_data() -> None:
    history = History()
    send(history, Instrument.NPS)

    assert nps(history) == "no-answers"


def test_of_each_respondent_the_latest_answer_of_the_period_counts() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.NPS, SECOND_SURVEY)
    answer(history, 3, id_=1, party=CLIENT, on=JUNE_10)
    answer(history, 10, id_=2, party=CLIENT, on=date(2026, 6, 20), survey_id=SECOND_SURVEY)

    assert nps(history) == "100"
    assert nps(history, as_of=date(2026, 6, 19)) == "-100"


def test_an_earlier_answer_that_is_recorded_later_does_not_push_the_latest_away() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.NPS, SECOND_SURVEY)
    answer(history, 10, id_=1, party=CLIENT, on=date(2026, 6, 20))
    answer(history, 3, id_=2, party=CLIENT, on=JUNE_10, survey_id=SECOND_SURVEY)

    assert nps(history) == "100"


def test_of_two_answers_of_one_day_the_one_recorded_later_counts() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.NPS, SECOND_SURVEY)
    answer(history, 10, id_=1, party=CLIENT)
    answer(history, 3, id_=2, party=CLIENT, survey_id=SECOND_SURVEY)

    assert nps(history) == "-100"


def test_an_answer_of_another_period_does_not_stand_for_this_one() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.NPS, SECOND_SURVEY)
    answer(history, 3, id_=1, party=CLIENT)
    answer(history, 10, id_=2, party=CLIENT, on=date(2026, 7, 2), survey_id=SECOND_SURVEY)

    assert nps(history) == "-100"
    assert history.shown(NET_PROMOTER_SCORE, JULY, YEAR_END) == "100"


def test_a_respondent_may_answer_both_instruments() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.CSAT, SECOND_SURVEY)
    answer(history, 10, id_=1, party=CLIENT)
    answer(history, 1, id_=2, party=CLIENT, survey_id=SECOND_SURVEY)

    assert nps(history) == "100"
    assert history.shown(CUSTOMER_SATISFACTION, JUNE, YEAR_END) == "0.0"


def test_a_corrected_score_had_always_been_so() -> None:
    history = answered(Instrument.NPS, [])
    answer(history, 3)
    corrected = correct(history, score=9)

    assert nps(history, as_of=JUNE_10) == "100"
    assert nps(history, as_of=JUNE_10, known_at=corrected - 1) == "-100"


def test_a_corrected_day_moves_the_answer_for_good() -> None:
    history = answered(Instrument.NPS, [])
    answer(history, 9)
    corrected = correct(history, moved_to=date(2026, 7, 3))

    assert nps(history) == "no-answers"
    assert history.shown(NET_PROMOTER_SCORE, JULY, YEAR_END) == "100"
    assert history.shown(NET_PROMOTER_SCORE, JULY, date(2026, 7, 2)) == "no-answers"
    assert nps(history, known_at=corrected - 1) == "100"


def test_a_void_answer_was_never_given_and_uncovers_the_one_before() -> None:
    history = History()
    send(history, Instrument.NPS)
    send(history, Instrument.NPS, SECOND_SURVEY)
    answer(history, 3, id_=1, party=CLIENT)
    answer(history, 10, id_=2, party=CLIENT, on=date(2026, 6, 20), survey_id=SECOND_SURVEY)
    voided = SurveyAnswerVoided(survey_id=SECOND_SURVEY, answer_id=uuid(402))
    position = history.add(voided, date(2026, 9, 1), LINE)

    assert nps(history, as_of=date(2026, 6, 30)) == "-100"
    assert nps(history, as_of=date(2026, 6, 30), known_at=position - 1) == "100"


def test_what_says_nothing_of_answers_is_passed_over() -> None:
    history = answered(Instrument.NPS, [9])
    history.add(SurveyClosed(survey_id=SURVEY, closed_on=JUNE_10), JUNE_10, LINE)

    assert nps(history) == "100"
    assert history.shown(NET_PROMOTER_SCORE, MAY, YEAR_END) == "no-answers"


def test_evidence_names_the_answer_and_what_corrected_it() -> None:
    history = answered(Instrument.NPS, [])
    given = answer(history, 3)
    before = history.contributions(FEEDBACK, JUNE, YEAR_END)
    corrected = correct(history, score=9)
    after = history.contributions(FEEDBACK, JUNE, YEAR_END)

    assert {(each.position, each.subject, each.on) for each in before} == {
        (given, uuid(401), JUNE_10)
    }
    assert {each.position for each in after} == {corrected}
