"""The health of an account: one score of several parts, each told with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from domain.figure import Figure, points
from domain.kpi import NO_FLAGS, Flag, NoData
from domain.percent import Percent
from domain.policy import HealthWeights
from domain.rounding import Exact

RED_UP_TO: Final = 50
YELLOW_UP_TO: Final = 75
"""Bands by the score as it is shown, as Gainsight publishes them: 51 is yellow, 76 green."""

RISK_POINTS: Final = 10
"""What a risk takes for each degree of its severity: two of the gravest leave nothing."""

_LOWEST: Final = Fraction()
_HIGHEST: Final = Fraction(100)


class HealthBand(StrEnum):
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Scored:
    """A score from 0 to 100, and the day of the latest fact behind it."""

    score: Exact
    on: date


@dataclass(frozen=True, slots=True)
class HealthPart:
    """One part of a health score and how much it counts; `scored` is None where data is missing."""

    name: str
    weight: int
    scored: Scored | None


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """A risk from 1 (it would hardly matter) to 5; a likelihood not known counts as certainty."""

    severity: int
    likelihood: Percent | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The score, its band (None: too little is known to colour it), and the parts as they came."""

    figure: Figure
    band: HealthBand | None
    parts: tuple[HealthPart, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if part.scored is None)


def health_parts(
    weights: HealthWeights,
    *,
    satisfaction: Scored | None,
    cadence: Scored | None,
    goals: Scored | None,
    revenue_trend: Scored | None,
    risks: Scored | None,
) -> tuple[HealthPart, ...]:
    """Weigh the parts by the policy in force."""
    return (
        HealthPart("satisfaction", weights.satisfaction, satisfaction),
        HealthPart("cadence", weights.cadence, cadence),
        HealthPart("goals", weights.goals, goals),
        HealthPart("revenue-trend", weights.revenue_trend, revenue_trend),
        HealthPart("risks", weights.risks, risks),
    )


def health(parts: Sequence[HealthPart]) -> Health:
    """Return the mean of the parts with data by their weights: 0 to 100, shown whole.

    A missing part takes its weight out of the mean; it is never a 0. With less than half of the
    weight present the score is flagged as insufficient, and has no band.

    Raises:
        NoData: `no-parts`; no part that has a weight is known.
        ValueError: a part is not scored from 0 to 100.
    """
    known = [(part.weight, _within(part.scored)) for part in parts if part.scored is not None]
    present, total = sum(weight for weight, _ in known), sum(part.weight for part in parts)
    if present == 0:
        raise NoData("no-parts", "nothing is known that the health could be reckoned from")
    insufficient = 2 * present < total
    figure = points(
        sum((weight * score for weight, score in known), _LOWEST),
        present,
        scale=1,
        count=len(known),
        apart=len(parts) - len(known),
        flags=frozenset({Flag.INSUFFICIENT_DATA}) if insufficient else NO_FLAGS,
    )
    return Health(figure, None if insufficient else band_of(figure.shown), tuple(parts))


def band_of(shown: Exact) -> HealthBand:
    """Colour a score as it is shown."""
    if shown <= RED_UP_TO:
        return HealthBand.RED
    return HealthBand.YELLOW if shown <= YELLOW_UP_TO else HealthBand.GREEN


def mean_score(scores: Iterable[Exact]) -> Fraction:
    """Return the mean of the measures that make one part, unrounded.

    Raises:
        NoData: `no-parts`.
    """
    known = [Fraction(score) for score in scores]
    if not known:
        raise NoData("no-parts", "there is no measure to take a mean of")
    return sum(known, _LOWEST) / len(known)


def satisfaction_score(
    *, net_promoter_score: Exact | None, customer_satisfaction: Exact | None
) -> Fraction:
    """Return the mean of both, or the one there is; -100 to 100 promoter points become 0 to 100.

    Raises:
        NoData: `no-parts`; neither is known.
    """
    promoted = [] if net_promoter_score is None else [(Fraction(net_promoter_score) + 100) / 2]
    satisfied = [] if customer_satisfaction is None else [Fraction(customer_satisfaction)]
    return mean_score([*promoted, *satisfied])


def goals_score(mean_progress: Exact) -> Fraction:
    """Take the mean progress of the goals for a score: more than all of it is not healthier."""
    return _clamped(Fraction(mean_progress))


def revenue_trend_score(*, now: Exact, before: Exact) -> Fraction:
    """Return 100 x revenue of a period / that of the same period before, from 0 to 100.

    As much as before is 100, and so is more: growth in one part does not make up for another.

    Raises:
        NoData: `no-earlier-revenue`; there was none that this could be more or less than.
    """
    if before <= 0:
        raise NoData("no-earlier-revenue", "there was no revenue in the period before")
    return _clamped(Fraction(now) * 100 / Fraction(before))


def risks_score(risks: Iterable[OpenRisk]) -> Fraction:
    """Return 100 less 10 x severity x likelihood of each open risk, down to 0; without any, 100."""
    lost = sum(
        (RISK_POINTS * risk.severity * _likelihood(risk) for risk in risks),
        _LOWEST,
    )
    return _clamped(_HIGHEST - lost)


def _likelihood(risk: OpenRisk) -> Fraction:
    return Fraction(1) if risk.likelihood is None else Fraction(risk.likelihood) / 100


def _clamped(score: Fraction) -> Fraction:
    return min(max(score, _LOWEST), _HIGHEST)


def _within(scored: Scored) -> Fraction:
    score = Fraction(scored.score)
    if score != _clamped(score):
        raise ValueError(f"a part of the health is scored {scored.score}, not from 0 to 100")
    return score
