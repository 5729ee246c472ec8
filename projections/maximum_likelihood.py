"""Fits the models of purchasing and spending to histories, by maximum likelihood.

The one module that needs numpy and scipy (the extra `clv`); only what fits imports it. It has the
likelihoods of `domain/purchasing.py` and `domain/spending.py` once more, over arrays and with their
gradients: a million histories take half a second a step. A test holds both to each other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from domain.lifetime_value_model import PARAMETER_MAX, PARAMETER_MIN, NoMaximum
from domain.purchase_history import PurchaseHistory
from domain.purchasing import Purchasing
from domain.spending import Spending

Floats = NDArray[np.float64]
Step = Callable[[str, int, float], None]
"""Hears of a step: which model, how many steps so far, and the log-likelihood that it came to."""

_TOLERANCE: Final = 1e-9
"""Of the gradient of the mean log-likelihood, by the logarithms of the parameters."""
_STEPS_MAX: Final = 1_000
_WIDER: Final = 1.1
"""How far beyond the range of a parameter is searched: so that what runs out of it is seen."""
_STARTS: Final = ((1.0, 1.0, 1.0), (0.3, 0.5, 2.0), (3.0, 2.0, 10.0))
"""Where to begin: several, since a likelihood may have more than one hill; the best one counts."""


_BOUNDS: Final = (np.log(PARAMETER_MIN / _WIDER), np.log(PARAMETER_MAX * _WIDER))


@dataclass(frozen=True, slots=True)
class Histories:
    """Different histories, as columns, in weeks, and how many customers have each."""

    repeats: Floats
    last: Floats
    age: Floats
    times: Floats

    @classmethod
    def of(cls, histories: Iterable[PurchaseHistory]) -> "Histories":
        counted = Counter((each.repeats, each.last_weeks, each.age_weeks) for each in histories)
        repeats, last, age = np.array(list(counted), dtype=np.float64).T
        return cls(repeats, last, age, np.array(list(counted.values()), dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Amounts:
    """What repeat purchases came to on average, for the customers for whom that is above 0."""

    repeats: Floats
    mean: Floats

    @classmethod
    def of(cls, histories: Iterable[PurchaseHistory]) -> "Amounts":
        paid = [
            (each.repeats, mean) for each in histories if (mean := each.mean_repeat_amount or 0) > 0
        ]
        repeats, mean = np.array(paid, dtype=np.float64).T
        return cls(repeats, mean)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The likeliest parameters, and the logarithm of how likely all histories are with them."""

    parameters: tuple[float, ...]
    log_likelihood: float


def fit_purchasing(histories: Histories, heard: Step) -> Fitted:
    """Return r, alpha, a and b of BG/NBD.

    Raises:
        NoMaximum: the search came to no end.
    """
    weeks = float(np.average(histories.age, weights=histories.times)) or 1.0
    starts = [(r, r * weeks / 2, a, b) for r, a, b in _STARTS]
    count = float(histories.times.sum())
    return _best("purchases", purchasing_likelihood, histories, count, starts, heard)


def fit_spending(amounts: Amounts, heard: Step) -> Fitted:
    """Return p, q and gamma of Gamma-Gamma; gamma is in the unit of the amounts.

    Raises:
        NoMaximum: the search came to no end.
    """
    level = float(amounts.mean.mean())
    scaled = Amounts(amounts.repeats, amounts.mean / level)
    starts = [(p, q + 1, q / p) for p, q, _ in _STARTS]
    count = float(amounts.repeats.size)
    found = _best("amounts", spending_likelihood, scaled, count, starts, heard)
    p, q, gamma = found.parameters
    at_its_level, _ = spending_likelihood(np.array([p, q, gamma * level]), amounts)
    return Fitted((p, q, gamma * level), at_its_level)


def correlation(amounts: Amounts) -> float:
    """Return Pearson's correlation of the number of repeat purchases and their mean amount.

    It is 0 where all customers have the same number or the same mean: neither goes with the other.
    """
    if np.ptp(amounts.repeats) == 0 or np.ptp(amounts.mean) == 0:
        return 0.0
    return float(np.corrcoef(amounts.repeats, amounts.mean)[0, 1])


def purchasing_likelihood(parameters: Floats, seen: Histories) -> tuple[float, Floats]:
    """Return the log-likelihood of all histories, and its derivatives by r, alpha, a and b."""
    r, alpha, a, b = parameters
    x, repeated = seen.repeats, seen.repeats > 0
    orders, total, ratio = r + x, a + b, np.log(alpha + seen.age) - np.log(alpha + seen.last)
    before = np.where(repeated, b + x - 1, 1.0)  # not used where nothing was repeated
    odds = np.where(repeated, np.log(a) - np.log(before) + orders * ratio, -np.inf)
    lost = np.where(repeated, _logistic(odds), 0.0)
    each = (
        gammaln(orders) - gammaln(r) + r * np.log(alpha) - orders * np.log(alpha + seen.age)
        + gammaln(b + x) - gammaln(total + x) - gammaln(b) + gammaln(total)
        + np.logaddexp(0.0, odds)
    )  # fmt: skip
    by_parameter = [
        digamma(orders) - digamma(r) + np.log(alpha) - np.log(alpha + seen.age) + lost * ratio,
        r / alpha - orders * ((1 - lost) / (alpha + seen.age) + lost / (alpha + seen.last)),
        digamma(total) - digamma(total + x) + lost / a,
        digamma(total) - digamma(total + x) + digamma(b + x) - digamma(b) - lost / before,
    ]
    gradient = np.array([np.dot(seen.times, slope) for slope in by_parameter])
    return float(np.dot(seen.times, each)), gradient


def spending_likelihood(parameters: Floats, seen: Amounts) -> tuple[float, Floats]:
    """Return the log-likelihood of all means, and its derivatives by p, q and gamma."""
    p, q, gamma = parameters
    x, mean = seen.repeats, seen.mean
    shape, paid = p * x, np.log(gamma + x * mean)
    each = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma)
        + (shape - 1) * np.log(mean) + shape * np.log(x) - (shape + q) * paid
    )  # fmt: skip
    by_parameter = [
        x * (digamma(shape + q) - digamma(shape) + np.log(mean) + np.log(x) - paid),
        digamma(shape + q) - digamma(q) + np.log(gamma) - paid,
        q / gamma - (shape + q) / (gamma + x * mean),
    ]
    return float(each.sum()), np.array([slope.sum() for slope in by_parameter])


def purchasing_of(fitted: Fitted) -> Purchasing:
    r, alpha, a, b = fitted.parameters
    return Purchasing(r, alpha, a, b)


def spending_of(fitted: Fitted) -> Spending:
    p, q, gamma = fitted.parameters
    return Spending(p, q, gamma)


def _best(
    model: str,
    likelihood: Callable[[Floats, Any], tuple[float, Floats]],
    seen: Any,
    count: float,
    starts: Sequence[tuple[float, ...]],
    heard: Step,
) -> Fitted:
    """Climb from each start, over the logarithms of the parameters, and return the highest peak."""
    steps = 0

    def descend(logarithms: Floats) -> tuple[float, Floats]:
        value, slopes = likelihood(np.exp(logarithms), seen)
        return -value / count, -slopes * np.exp(logarithms) / count

    def hear(intermediate_result: Any) -> None:
        nonlocal steps
        steps += 1
        heard(model, steps, -float(intermediate_result.fun) * count)

    found = [
        minimize(
            descend,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=[_BOUNDS] * len(start),
            callback=hear,
            options={"gtol": _TOLERANCE, "ftol": 0.0, "maxiter": _STEPS_MAX},
        )
        for start in starts
    ]
    reached = [each for each in found if np.isfinite(each.fun) and each.nit < _STEPS_MAX]
    if not reached:
        raise NoMaximum(f"no likeliest parameters were found for the {model}")
    best = min(reached, key=lambda each: float(each.fun))
    return Fitted(tuple(np.exp(best.x).tolist()), -float(best.fun) * count)


def _logistic(value: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -value))
