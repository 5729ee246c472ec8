"""How far goals have come; published examples stand with their source."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.figure import Figure
from domain.goal import GoalState, GoalStatus
from domain.goal_progress import assess, measures, progress, standing
from domain.goal_terms import Band, Baseline, Direction, SmartGoal
from domain.kpi import Flag, NoData
from domain.kpi_goals import expected_progress, goal_attainment_rate, mean_goal_progress
from domain.measurement import Measurement
from domain.policy import Goals
from tests.domain.goals import DUE, HALF_WAY, METRIC, START, terms

PARTIAL = frozenset({Flag.PARTIAL})


def from_to(baseline: int, target: int) -> SmartGoal:
    direction = Direction.INCREASE if target > baseline else Direction.DECREASE
    return terms(
        metric=METRIC.model_copy(update={"direction": direction}),
        baseline=Baseline(value=Decimal(baseline), on=START),
        target=Decimal(target),
    )


def measured(goal: SmartGoal, *values: int) -> Any:
    taken = [Measurement(value=Decimal(value), measured_on=HALF_WAY) for value in values]
    return measures(taken, band=goal.band)


def attained(goal: SmartGoal, *values: int) -> Fraction:
    return progress(goal, measured(goal, *values))


@pytest.mark.parametrize(
    ("baseline", "target", "current", "attainment", "source"),
    [
        (0, 1_000, 400, 40, "KPI Tree (A17)"),
        (10_000, 12_000, 11_000, 50, "traffic +20 % in six months (A18)"),
        (50_000, 60_000, 55_000, 50, "the article's example (DOMAIN 4)"),
        (20, 10, 13, 70, "what is to fall"),
        (10, 20, 40, 300, "not capped"),
        (10, 20, 5, -50, "it went the wrong way"),
    ],
)
def test_the_published_attainments(
    baseline: int, target: int, current: int, attainment: int, source: str
) -> None:
    assert attained(from_to(baseline, target), current) == attainment, source


def test_what_is_to_be_maintained_is_a_share_of_measurements() -> None:
    kept = terms(
        metric=METRIC.model_copy(update={"direction": Direction.MAINTAIN}),
        baseline=None,
        target=None,
        band=Band(low=Decimal(45), high=Decimal(55)),
    )

    assert attained(kept, 44, 45, 55, 50) == 75


def test_both_ends_of_the_time_are_counted() -> None:
    """Engagedly (A16): a goal of 1 to 30 April is expected at 50 % on the 15th, not at 14/29."""
    april = date(2026, 4, 1), date(2026, 4, 30)

    expected: Any = expected_progress(*april, as_of=date(2026, 4, 15))
    assert (expected.exact, expected.numerator, expected.denominator) == (50, 15, 30)
    assert expected_progress(*april, as_of=date(2026, 3, 31)).exact == 0
    assert expected_progress(*april, as_of=date(2026, 4, 1)).shown == Decimal("3.3")
    assert expected_progress(*april, as_of=date(2026, 4, 30)).exact == 100
    assert expected_progress(*april, as_of=date(2026, 5, 1)).exact == 100
    assert expected_progress(april[0], april[0], as_of=april[0]).exact == 100


def test_the_house_grades_by_points_where_the_catalogue_grades_by_a_share() -> None:
    """A17: 40 % attained, 50 % expected. By the rule of 0.8 this is at risk, exactly on the limit.

    The house's rule (DOMAIN 4) allows 10 points, which is exactly what is wanting: on track. A
    tenant who wants the other answer publishes smaller thresholds.
    """
    lag = Fraction(50) - attained(from_to(0, 1_000), 400)

    assert lag == 10
    assert assess(lag, Goals()) is GoalStatus.ON_TRACK
    assert assess(lag + Fraction(1, 1000), Goals()) is GoalStatus.AT_RISK
    assert assess(lag, Goals(at_risk_beyond=Decimal(9))) is GoalStatus.AT_RISK


def test_the_traffic_goal_is_on_track_half_way() -> None:
    """A18."""
    goal = from_to(10_000, 12_000)

    found = standing(
        goal,
        GoalState.ACTIVE,
        None,
        measured(goal, 11_000),
        as_of=HALF_WAY,
        thresholds=Goals(),
    )
    assert found.status is GoalStatus.ON_TRACK
    past = DUE + timedelta(days=1)
    late = standing(
        goal, GoalState.ACTIVE, None, measured(goal, 11_000), as_of=past, thresholds=Goals()
    )
    assert late.status is GoalStatus.OVERDUE


def test_the_mean_is_of_the_goals_that_were_measured() -> None:
    assert mean_goal_progress(160, 3, flags=PARTIAL) == Figure(
        exact=Decimal("53.3333333333"),
        shown=Decimal("53.3"),
        numerator=Decimal(160),
        denominator=Decimal(300),
        count=3,
        flags=PARTIAL,
    )
    assert mean_goal_progress(300, 1).exact == 300


def test_a_goal_without_a_measurement_is_not_at_zero() -> None:
    with pytest.raises(NoData, match="no goal of the period has been measured") as unknown:
        mean_goal_progress(0, 0)

    assert unknown.value.reason_code == "no-goals-measured"
    assert mean_goal_progress(0, 1).exact == 0


def test_achieved_goals_are_a_share_of_those_due() -> None:
    assert goal_attainment_rate(2, 4, flags=PARTIAL) == Figure(
        exact=Decimal(50),
        shown=Decimal(50),
        numerator=Decimal(2),
        denominator=Decimal(4),
        count=4,
        flags=PARTIAL,
    )


def test_where_no_goal_was_due_there_is_no_rate() -> None:
    with pytest.raises(NoData, match="no goal was due") as unknown:
        goal_attainment_rate(0, 0)

    assert unknown.value.reason_code == "no-goals-due"
    assert goal_attainment_rate(0, 1).exact == 0
