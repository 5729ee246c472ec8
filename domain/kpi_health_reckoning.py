"""The health of accounts from sums of measures: each part is scored, and told beside the whole."""

from collections.abc import Callable
from fractions import Fraction

from domain.evidence import Measure
from domain.kpi import NoData
from domain.kpi_definition import Reckoning
from domain.kpi_health import (
    Health,
    Scored,
    goals_score,
    health,
    health_parts,
    mean_score,
    revenue_trend_score,
    satisfaction_score,
)
from domain.policy import HealthWeights
from domain.rounding import Exact


def reckon_health(given: Reckoning) -> Health:
    """Weigh satisfaction, cadence, goals, revenue trend and risks of the period (DOMAIN 6).

    Raises:
        NoData: `no-parts`.
    """
    parts = health_parts(
        given.policy(HealthWeights),
        satisfaction=_scored(given, _satisfaction),
        cadence=_scored(given, _cadence),
        goals=_scored(given, _goals),
        revenue_trend=_scored(given, _trend),
        risks=_scored(given, _risks),
    )
    return health(parts)


def _scored(given: Reckoning, score: Callable[[Reckoning], Exact]) -> Scored | None:
    try:
        return Scored(score(given), given.question.closing)
    except NoData:
        return None


def _satisfaction(given: Reckoning) -> Exact:
    of_promoters = given[Measure.PROMOTERS] - given[Measure.DETRACTORS]
    return satisfaction_score(
        net_promoter_score=_percent(given, of_promoters, Measure.RECOMMENDATION_ANSWERS),
        customer_satisfaction=_percent(
            given, given[Measure.SATISFIED_ANSWERS], Measure.SATISFACTION_ANSWERS
        ),
    )


def _cadence(given: Reckoning) -> Exact:
    met = _percent(given, given[Measure.CHECK_INS_IN_TIME], Measure.CHECK_INS_DUE)
    return mean_score([] if met is None else [met])


def _goals(given: Reckoning) -> Exact:
    done = _percent(given, given[Measure.GOAL_PROGRESS] / 100, Measure.GOALS_MEASURED)
    return goals_score(mean_score([] if done is None else [done]))


def _trend(given: Reckoning) -> Exact:
    """Take the mean over currencies, since their amounts cannot be added."""
    return mean_score(
        [revenue_trend_score(now=now, before=before) for now, before in given.trends if before > 0]
    )


def _risks(given: Reckoning) -> Exact:
    lost = _percent(given, given[Measure.RISK_POINTS] / 100, Measure.RISKS_WATCHED)
    return mean_score([] if lost is None else [100 - Fraction(lost)])


def _percent(given: Reckoning, part: Exact, whole: Measure) -> Fraction | None:
    if given[whole] == 0:
        return None
    return Fraction(part) * 100 / Fraction(given[whole])
