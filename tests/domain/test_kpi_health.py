"""The health of an account; published examples stand with their source."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.ideal_customer import CriterionGrade, Fit
from domain.kpi import NO_FLAGS, Flag, NoData
from domain.kpi_health import (
    HealthBand,
    HealthPart,
    OpenRisk,
    Scored,
    band_of,
    goals_score,
    health,
    health_parts,
    mean_score,
    revenue_trend_score,
    risks_score,
    satisfaction_score,
)
from domain.policy import HealthWeights
from domain.rounding import Exact, half_up

DAY = date(2026, 5, 31)


def part(weight: int, score: Exact | None, name: str = "a-part") -> HealthPart:
    return HealthPart(name, weight, None if score is None else Scored(score, DAY))


def test_the_published_score_comes_from_unrounded_parts() -> None:
    """Natero (A14): weights 7, 5, 8, 3; one, two, three and one measure; 75 in all.

    Their third part is printed as 78, of a third taken for 33 %.
    """
    means = [mean_score(each) for each in ([83], [76, 65], [81, 65, 90], [54])]
    found: Any = health(
        [part(weight, mean) for weight, mean in zip((7, 5, 8, 3), means, strict=True)]
    )

    assert [half_up(mean, 0) for mean in means] == [83, 71, 79, 54]
    assert (found.figure.shown, half_up(found.figure.exact, 2)) == (75, Decimal("74.99"))
    assert (found.figure.denominator, found.band) == (23, HealthBand.YELLOW)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "red"), (50, "red"), (51, "yellow"), (75, "yellow"), (76, "green"), (100, "green")],
)
def test_the_bands_are_as_published(score: int, band: str) -> None:
    """Gainsight FAQ (A15)."""
    assert band_of(score) == band
    assert health([part(1, score)]).band == band


def test_the_band_is_that_of_the_score_as_it_is_shown() -> None:
    assert health([part(1, Decimal("50.4"))]).band is HealthBand.RED
    assert health([part(1, Decimal("50.5"))]).band is HealthBand.YELLOW
    assert health([part(1, Decimal("75.5"))]).band is HealthBand.GREEN


def test_a_missing_part_is_left_out_and_told() -> None:
    found: Any = health(
        [part(30, 80), part(20, None, "cadence"), part(20, 40), part(30, None, "goals")]
    )

    assert (found.figure.exact, found.figure.count, found.figure.apart) == (64, 2, 2)
    assert (found.missing, found.figure.flags) == (("cadence", "goals"), NO_FLAGS)
    assert found.band is HealthBand.YELLOW


def test_with_less_than_half_of_the_weight_there_is_no_band() -> None:
    found: Any = health([part(49, 100), part(51, None)])

    assert (found.figure.shown, found.figure.flags) == (100, {Flag.INSUFFICIENT_DATA})
    assert found.band is None
    assert health([part(50, 100), part(50, None)]).band is HealthBand.GREEN


@pytest.mark.parametrize("parts", [[], [part(10, None)], [part(0, 80), part(100, None)]])
def test_of_nothing_there_is_no_health(parts: list[HealthPart]) -> None:
    with pytest.raises(NoData) as unknown:
        health(parts)

    assert unknown.value.reason_code == "no-parts"


@pytest.mark.parametrize("score", [Decimal("-0.1"), Decimal("100.1")])
def test_a_part_is_scored_from_0_to_100(score: Decimal) -> None:
    with pytest.raises(ValueError, match="not from 0 to 100"):
        health([part(1, score)])


def test_the_policy_weighs_the_parts() -> None:
    scores = [Scored(score, DAY) for score in (10, 20, 30, 40, 50)]
    parts = health_parts(
        HealthWeights(satisfaction=35, cadence=25, goals=20, revenue_trend=15, risks=5),
        satisfaction=scores[0],
        cadence=scores[1],
        goals=scores[2],
        revenue_trend=scores[3],
        risks=scores[4],
    )

    assert [(each.name, each.weight, each.scored) for each in parts] == [
        ("satisfaction", 35, scores[0]),
        ("cadence", 25, scores[1]),
        ("goals", 20, scores[2]),
        ("revenue-trend", 15, scores[3]),
        ("risks", 5, scores[4]),
    ]
    found: Any = health(parts)
    assert (found.figure.exact, found.parts) == (23, parts)


def test_satisfaction_is_the_mean_of_both_scores_or_the_one_there_is() -> None:
    def of(nps: int | None, csat: int | None) -> Any:
        return satisfaction_score(net_promoter_score=nps, customer_satisfaction=csat)

    assert (of(-100, None), of(0, None), of(100, None)) == (0, 50, 100)
    assert (of(None, 80), of(50, 80)) == (80, Fraction(155, 2))
    with pytest.raises(NoData):
        of(None, None)


def test_goals_beyond_their_targets_are_not_healthier() -> None:
    assert goals_score(Decimal("40.5")) == Fraction(81, 2)
    assert goals_score(300) == 100


def test_revenue_is_healthy_when_it_is_as_much_as_before() -> None:
    assert revenue_trend_score(now=70, before=100) == 70
    assert revenue_trend_score(now=100, before=100) == 100
    assert revenue_trend_score(now=300, before=100) == 100
    assert revenue_trend_score(now=-5, before=100) == 0
    for before in (0, -1):
        with pytest.raises(NoData) as unknown:
            revenue_trend_score(now=5, before=before)
        assert unknown.value.reason_code == "no-earlier-revenue"


def test_each_open_risk_takes_by_its_severity_and_likelihood() -> None:
    assert risks_score([]) == 100
    assert risks_score([OpenRisk(1)]) == 90
    assert risks_score([OpenRisk(5, Decimal(50)), OpenRisk(2)]) == 55
    assert risks_score([OpenRisk(5), OpenRisk(5)]) == 0
    assert risks_score([OpenRisk(5), OpenRisk(5), OpenRisk(1)]) == 0


def test_a_fit_by_weights_is_the_same_mean() -> None:
    """A40: weights 20/20/15/10/15/10/10, scores 3 3 2 3 1 2 0 of 3: 71.67; a fit shows 71.7.

    Grades are whole points, so two thirds are 67: it makes no difference that is shown.
    """
    weights, scores = (20, 20, 15, 10, 15, 10, 10), (3, 3, 2, 3, 1, 2, 0)
    graded = [
        CriterionGrade(
            key=f"c{number}", weight=weight, grade=int(half_up(Fraction(score, 3), 2) * 100)
        )
        for number, (weight, score) in enumerate(zip(weights, scores, strict=True))
    ]

    exact = health(
        [
            part(weight, Fraction(score * 100, 3))
            for weight, score in zip(weights, scores, strict=True)
        ]
    ).figure.exact
    assert half_up(exact, 2) == Decimal("71.67")
    assert Fit(tuple(graded)).total == Decimal("71.7")


WEIGHED = st.lists(
    st.tuples(st.integers(1, 100), st.none() | st.integers(0, 100)), min_size=1, max_size=6
)


@for_any(WEIGHED)
def test_the_health_lies_between_its_lowest_and_highest_part(
    weighed: list[tuple[int, int | None]],
) -> None:
    known = [score for _, score in weighed if score is not None]

    if known:
        found = health([part(weight, score) for weight, score in weighed])
        assert min(known) <= found.figure.exact <= max(known)
        without = health([part(weight, score) for weight, score in weighed if score is not None])
        assert without.figure.exact == found.figure.exact
