"""Net promoter score and customer satisfaction; published examples stand with their source."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.kpi import NO_FLAGS, Flag, NoData
from domain.kpi_feedback import (
    Answer,
    PromoterMethod,
    PromoterSplit,
    SatisfactionMethod,
    customer_satisfaction,
    latest_answers,
    net_promoter_score,
    promoter_score,
    split_promoters,
)
from domain.period import month_of, trailing_twelve_months
from tests.domain.samples import ACME, uuid

LAST = date(2026, 5, 31)
MAY = month_of(LAST)
GLOBEX = uuid(77)
ANNE, BORIS, CLARA = uuid(91), uuid(92), uuid(93)


def answer(score: int, **given: Any) -> Answer:
    facts: dict[str, Any] = {"account_id": ACME, "respondent": None, "day": LAST, "position": 1}
    return Answer(score=score, **(facts | given))


def answers(**numbers: int) -> list[Answer]:
    """Make anonymous answers: `answers(_9=2)` are two of 9."""
    return [
        answer(int(score.removeprefix("_")), position=number)
        for score, count in numbers.items()
        for number in range(count)
    ]


def nps(given: list[Answer], **more: Any) -> Any:
    days: dict[str, Any] = {"period": MAY, "as_of": LAST}
    return net_promoter_score(given, **(days | more))


def csat(given: list[Answer], **more: Any) -> Any:
    days: dict[str, Any] = {"period": MAY, "as_of": LAST}
    return customer_satisfaction(given, **(days | more))


@pytest.mark.parametrize(
    ("split", "shown", "source"),
    [
        (PromoterSplit(30, 50, 20), 10, "DELA annual report 2018 (A1)"),
        (PromoterSplit(50, 40, 10), 40, "Front (A2)"),
        (PromoterSplit(70, 20, 10), 60, "DOMAIN 6"),
        (PromoterSplit(1, 3, 2), -17, "A39: the shares rounded first would give -16"),
        (PromoterSplit(3, 0, 0), 100, "only promoters"),
        (PromoterSplit(0, 0, 3), -100, "only detractors"),
    ],
)
def test_the_published_scores(split: PromoterSplit, shown: int, source: str) -> None:
    assert promoter_score(split).shown == shown, source


def test_the_score_keeps_what_it_was_made_of() -> None:
    found: Any = promoter_score(PromoterSplit(1, 3, 2))

    assert (found.exact, found.numerator, found.denominator) == (Decimal("-16.6666666667"), -1, 6)
    assert (found.count, found.flags) == (6, NO_FLAGS)


def test_the_groups_are_9_to_10_and_7_to_8_and_0_to_6() -> None:
    everything = [answer(score, position=score) for score in range(11)]

    assert split_promoters(everything, method=PromoterMethod.ALL_RESPONSES) == (
        PromoterSplit(promoters=2, passives=2, detractors=7)
    )


def test_without_an_answer_there_is_no_score_rather_than_zero() -> None:
    late = [answer(9, day=LAST + timedelta(days=1))]

    for ask in (nps, csat):
        with pytest.raises(NoData, match="answered in the period") as unknown:
            ask(late)
        assert unknown.value.reason_code == "no-answers"


def test_few_answers_are_shown_and_flagged() -> None:
    few, enough = nps(answers(_9=4)), nps(answers(_9=5))

    assert (few.shown, few.flags) == (100, {Flag.INSUFFICIENT_DATA})
    assert enough.flags == NO_FLAGS
    assert nps(answers(_9=4), minimum=4).flags == NO_FLAGS
    assert csat(answers(_5=4)).flags == {Flag.INSUFFICIENT_DATA}


def test_a_running_period_is_partial() -> None:
    day = LAST - timedelta(days=1)
    given = [answer(9, day=day, position=number) for number in range(5)]

    assert nps(given, as_of=day).flags == {Flag.PARTIAL}
    assert csat([answer(5, day=day)], as_of=day).flags == {Flag.PARTIAL, Flag.INSUFFICIENT_DATA}
    assert nps(given, as_of=day, period=trailing_twelve_months(day)).flags == NO_FLAGS


def test_the_latest_answer_of_each_respondent_counts() -> None:
    given = [
        answer(10, respondent=ANNE, day=LAST, position=3),
        answer(0, respondent=ANNE, day=LAST, position=2),
        answer(5, respondent=ANNE, day=date(2026, 5, 1), position=9),
        answer(7, respondent=BORIS),
        answer(3),
        answer(3),
    ]

    assert sorted(each.score for each in latest_answers(given, period=MAY, as_of=LAST)) == (
        [3, 3, 7, 10]
    )
    assert nps(given).numerator == 1 - 2


def test_an_answer_counts_from_its_day_on_in_its_period() -> None:
    given = [
        answer(0, respondent=ANNE, day=date(2026, 4, 30)),
        answer(8, respondent=ANNE, day=date(2026, 5, 1)),
        answer(10, respondent=ANNE, day=LAST),
    ]

    assert nps(given, as_of=LAST - timedelta(days=1)).numerator == 0
    assert nps(given).numerator == 1
    assert nps(given[:1], period=month_of(date(2026, 4, 1))).numerator == -1


def test_each_account_may_have_one_voice_its_mean() -> None:
    given = [
        answer(10, respondent=ANNE),
        answer(8, respondent=BORIS),
        *(answer(0, account_id=GLOBEX, position=number) for number in range(4)),
    ]

    by_account = nps(given, method=PromoterMethod.ACCOUNT_MEAN)
    assert (by_account.numerator, by_account.denominator, by_account.count) == (0, 2, 2)
    assert nps(given).numerator == 1 - 4


@pytest.mark.parametrize(
    ("scores", "split"),
    [
        ((9, 9), PromoterSplit(1, 0, 0)),
        ((9, 8), PromoterSplit(0, 1, 0)),
        ((7, 7), PromoterSplit(0, 1, 0)),
        ((7, 6), PromoterSplit(0, 0, 1)),
    ],
)
def test_a_mean_between_two_groups_belongs_to_the_lower(
    scores: tuple[int, int], split: PromoterSplit
) -> None:
    given = [answer(score) for score in scores]

    assert split_promoters(given, method=PromoterMethod.ACCOUNT_MEAN) == split


def test_those_who_decide_may_be_heard_alone() -> None:
    given = [
        answer(10, respondent=ANNE, is_decision_maker=True),
        answer(6, respondent=BORIS),
        answer(6),
    ]

    decided = nps(given, method=PromoterMethod.DECISION_MAKERS_ONLY)
    assert (decided.shown, decided.count) == (100, 1)


def test_eight_of_ten_answers_are_positive() -> None:
    """SimpleSat (A3): 8 positive, 2 negative; with one neutral and one less, 70 % (A4)."""
    assert csat(answers(_5=5, _4=3, _2=1, _1=1)).shown == 80
    assert csat(answers(_5=4, _4=3, _3=1, _1=2)).shown == 70


def test_80_of_100_answers_are_4_or_5() -> None:
    """DOMAIN 6."""
    found = csat(answers(_5=30, _4=50, _3=5, _2=5, _1=10))

    assert (found.exact, found.shown) == (80, 80)
    assert (found.numerator, found.denominator, found.count) == (80, 100, 100)


def test_the_mean_of_all_answers_is_another_figure() -> None:
    """Pisano (A5): 10 very good, 4 good, 2 bad; they print it cut to 84.37."""
    found = csat(answers(_5=10, _4=4, _2=2), method=SatisfactionMethod.MEAN_NORMALISED)

    assert (found.exact, found.shown) == (Decimal("84.375"), Decimal("84.4"))
    assert (found.numerator, found.denominator) == (Decimal("13.5"), 16)


@pytest.mark.parametrize(("scale", "satisfied"), [(2, 1), (3, 1), (4, 2), (5, 2), (7, 3)], ids=str)
def test_each_scale_has_its_top_boxes(scale: int, satisfied: int) -> None:
    given = [answer(score, position=score) for score in range(1, scale + 1)]

    assert csat(given, scale=scale).numerator == satisfied
    assert csat(given, scale=scale).denominator == scale
    mean = csat(given, scale=scale, method=SatisfactionMethod.MEAN_NORMALISED)
    assert mean.exact == 50


@pytest.mark.parametrize("score", [0, 6])
def test_scales_are_never_mixed(score: int) -> None:
    with pytest.raises(ValueError, match=f"{score} is no answer on a scale from 1 to 5"):
        csat([answer(3), answer(score)])


def test_there_are_scales_that_nobody_knows() -> None:
    with pytest.raises(
        ValueError, match=r"no scale has 6 points; there are those of 2, 3, 4, 5, 7"
    ):
        csat([answer(3)], scale=6)


RESPONDENTS = st.sampled_from([None, ANNE, BORIS, CLARA])
DAYS = st.dates(date(2026, 4, 25), date(2026, 6, 5))


@st.composite
def many_answers(draw: st.DrawFn) -> list[Answer]:
    drawn = draw(st.lists(st.tuples(RESPONDENTS, st.integers(0, 10), DAYS), max_size=20))
    return [
        answer(score, respondent=who, day=day, position=number, account_id=who or GLOBEX)
        for number, (who, score, day) in enumerate(drawn)
    ]


@for_any(many_answers(), st.sampled_from(PromoterMethod), st.randoms(use_true_random=False))
def test_the_order_in_which_answers_come_changes_no_score(
    given: list[Answer], method: PromoterMethod, chance: Any
) -> None:
    shuffled = sorted(given, key=lambda _: chance.random())

    assert split_promoters(latest_answers(given, period=MAY, as_of=LAST), method=method) == (
        split_promoters(latest_answers(shuffled, period=MAY, as_of=LAST), method=method)
    )


@for_any(many_answers(), st.integers(0, 20))
def test_answers_may_come_in_batches(given: list[Answer], cut: int) -> None:
    first = latest_answers(given[:cut], period=MAY, as_of=LAST)

    both = latest_answers([*first, *given[cut:]], period=MAY, as_of=LAST)
    assert sorted(both, key=lambda each: each.position) == sorted(
        latest_answers(given, period=MAY, as_of=LAST), key=lambda each: each.position
    )


@for_any(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_score_is_from_minus_100_to_100(ours: int, neutral: int, theirs: int) -> None:
    found = promoter_score(PromoterSplit(ours, neutral, theirs))

    assert -100 <= found.exact <= 100
    mirrored = promoter_score(PromoterSplit(theirs, neutral, ours))
    assert (mirrored.exact, mirrored.shown) == (-found.exact, -found.shown)
