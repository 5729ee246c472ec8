"""Net promoter score and customer satisfaction; published examples stand with their source."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.evidence import Occurrence, Question, added
from domain.evidence_feedback import FEEDBACK
from domain.kpi import CUSTOMER_SATISFACTION, MEAN_SATISFACTION, NO_FLAGS, Flag, NoData
from domain.kpi_definition import Reckoning
from domain.kpi_definitions import DEFINITIONS
from domain.kpi_feedback import (
    customer_satisfaction,
    mean_satisfaction,
    net_promoter_score,
    satisfaction_points,
)
from domain.period import month_of
from domain.policy_set import NO_POLICIES
from domain.rounding import half_up
from domain.survey import Instrument, SurveyAnswered, SurveySent
from tests.domain.samples import ACME, uuid

DAY = date(2026, 5, 31)
SURVEY = uuid(300)
PARTIAL = frozenset({Flag.PARTIAL})


@pytest.mark.parametrize(
    ("promoters", "detractors", "answers", "shown", "source"),
    [
        (30, 20, 100, 10, "DELA annual report 2018 (A1)"),
        (50, 10, 100, 40, "Front (A2)"),
        (70, 10, 100, 60, "DOMAIN 6"),
        (1, 2, 6, -17, "A39: the shares rounded first would give -16"),
        (3, 0, 3, 100, "only promoters"),
        (0, 3, 3, -100, "only detractors"),
    ],
)
def test_the_published_scores(
    promoters: int, detractors: int, answers: int, shown: int, source: str
) -> None:
    assert net_promoter_score(promoters, detractors, answers).shown == shown, source


def test_the_score_keeps_what_it_was_made_of() -> None:
    found: Any = net_promoter_score(1, 2, 6)

    assert (found.exact, found.numerator, found.denominator) == (Decimal("-16.6666666667"), -1, 6)
    assert (found.count, found.flags) == (6, NO_FLAGS)


def test_the_published_shares_of_the_satisfied() -> None:
    """SimpleSat: 8 positive and 2 negative (A3); 7 positive, 1 neutral and 2 negative (A4)."""
    assert customer_satisfaction(8, 10).shown == 80
    assert customer_satisfaction(7, 10).shown == 70


def test_80_of_100_answers_are_4_or_5() -> None:
    """DOMAIN 6."""
    found: Any = customer_satisfaction(80, 100)

    assert (found.exact, found.shown) == (80, 80)
    assert (found.numerator, found.denominator, found.count) == (80, 100, 100)


def surveyed(*scores: int) -> Iterator[Occurrence]:
    """Tell of a survey on satisfaction and its anonymous answers."""
    sent = SurveySent(
        survey_id=SURVEY, sent_on=DAY, instrument=Instrument.CSAT, wave="Q2", recipients=()
    )
    yield Occurrence(1, DAY, ACME, sent)
    for number, score in enumerate(scores):
        answered = SurveyAnswered(
            survey_id=SURVEY,
            answer_id=uuid(400 + number),
            responded_on=DAY,
            score=score,
            party_id=None,
            comment_subject_id=ACME,
        )
        yield Occurrence(2 + number, DAY, ACME, answered)


def test_the_mean_of_all_answers_is_another_figure_than_the_share_of_the_satisfied() -> None:
    """Pisano (A5): 10 very good, 4 good, 2 bad; they print it cut to 84.37."""
    question = Question(month_of(DAY), DAY, NO_POLICIES)
    answers = list(surveyed(*[5] * 10, *[4] * 4, *[2] * 2))

    given = Reckoning(question, added(FEEDBACK.contribute(answers, question))[None])
    mean: Any = DEFINITIONS[MEAN_SATISFACTION.name].reckon(given)
    share: Any = DEFINITIONS[CUSTOMER_SATISFACTION.name].reckon(given)
    assert (mean.exact, mean.shown) == (Decimal("84.375"), Decimal("84.4"))
    assert (mean.numerator, mean.denominator, mean.count) == (1350, 1600, 16)
    assert share.exact == Decimal("87.5")


def test_the_worst_answer_is_evidence_of_a_mean_of_zero() -> None:
    question = Question(month_of(DAY), DAY, NO_POLICIES)

    contributed = list(FEEDBACK.contribute(list(surveyed(1)), question))
    assert [(each.measure.value, each.amount) for each in contributed] == [
        ("satisfaction-answers", Decimal(1)),
        ("satisfaction-points", Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("score", "scale", "points"),
    [
        (1, (1, 5), "0"),
        (2, (1, 5), "25"),
        (4, (1, 5), "75"),
        (5, (1, 5), "100"),
        (0, (0, 10), "0"),
        (9, (0, 10), "90"),
        (3, (1, 7), "33.3333333333"),
    ],
)
def test_an_answer_stands_between_the_lowest_and_the_highest_of_its_scale(
    score: int, scale: tuple[int, int], points: str
) -> None:
    assert satisfaction_points(score, scale) == Decimal(points)


def test_without_an_answer_there_is_no_score_rather_than_zero() -> None:
    with pytest.raises(NoData, match="nobody whose answer counts") as unknown:
        net_promoter_score(0, 0, 0)

    assert unknown.value.reason_code == "no-answers"
    for reckon in (customer_satisfaction, mean_satisfaction):
        with pytest.raises(NoData, match="nobody whose answer counts") as unknown:
            reckon(0, 0)
        assert unknown.value.reason_code == "no-answers"


def test_few_answers_are_shown_and_flagged() -> None:
    for few, enough in (
        (net_promoter_score(4, 0, 4), net_promoter_score(5, 0, 5)),
        (customer_satisfaction(4, 4), customer_satisfaction(5, 5)),
        (mean_satisfaction(400, 4), mean_satisfaction(500, 5)),
    ):
        assert few.exact == enough.exact == 100
        assert few.flags == {Flag.INSUFFICIENT_DATA}
        assert enough.flags == NO_FLAGS


def test_figures_of_a_running_period_are_partial() -> None:
    both = PARTIAL | {Flag.INSUFFICIENT_DATA}

    assert net_promoter_score(5, 0, 5, flags=PARTIAL).flags == PARTIAL
    assert customer_satisfaction(1, 1, flags=PARTIAL).flags == both
    assert mean_satisfaction(100, 1, flags=PARTIAL).flags == both


@for_any(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_score_is_from_minus_100_to_100(ours: int, theirs: int, neutral: int) -> None:
    found = net_promoter_score(ours, theirs, ours + theirs + neutral)

    assert -100 <= found.exact <= 100
    mirrored = net_promoter_score(theirs, ours, ours + theirs + neutral)
    assert (mirrored.exact, mirrored.shown) == (-found.exact, -found.shown)


@for_any(st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_the_mean_lies_between_the_worst_and_the_best_answer(scores: list[int]) -> None:
    each = [satisfaction_points(score, Instrument.CSAT.scale) for score in scores]

    assert min(each) <= mean_satisfaction(sum(each), len(each)).exact <= max(each)


def test_residents_of_copenhagen() -> None:
    """Of 1,681 people on three points 668 were highly satisfied (A34; Madsen 1976)."""
    found = customer_satisfaction(668, 1_681)

    assert (half_up(found.exact, 2), found.shown) == (Decimal("39.74"), Decimal("39.7"))
