"""BG/NBD: how often customers buy who come and go as they like, and whether they still do.

Fader, Hardie and Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD
Model, Marketing Science 24(2), 2005. While a customer is alive, purchases come at random at a rate
of their own; the rates of all customers are Gamma(r, alpha). After each purchase the customer is
lost with a probability of their own; those of all customers are Beta(a, b). Time is in weeks.

These are floats, unlike money: estimates with four figures, not sums that have to come out.
"""

from dataclasses import dataclass
from math import exp, expm1, lgamma, log, log1p, sqrt
from typing import Final

_STEP_MAX: Final = 0.25
_STEPS_A_DEVIATION: Final = 2
_NEGLIGIBLE: Final = -40.0
"""Logarithm of a weight beside which 1 does not change: exp(-40) is 4e-18."""
_LEVEL: Final = 46.0
"""Logarithm of odds beyond which it does not matter what a probability is: exp(-46) is 1e-20."""


@dataclass(frozen=True, slots=True)
class Purchasing:
    """The parameters of the model: of purchase rates (alpha in weeks), and of losses."""

    r: float
    alpha: float
    a: float
    b: float


def log_likelihood(model: Purchasing, repeats: int, last: float, age: float) -> float:
    """Return the logarithm of how likely one customer's history is (equation 6 of the paper).

    Written with the probability of being alive: both terms of the paper's sum have the same factor,
    and their quotient is what that probability is made of.
    """
    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, repeats
    rates = lgamma(r + x) - lgamma(r) + r * log(alpha) - (r + x) * log(alpha + age)
    losses = lgamma(b + x) - lgamma(a + b + x) - lgamma(b) + lgamma(a + b)
    return rates + losses - log(probability_alive(model, repeats, last, age))


def probability_alive(model: Purchasing, repeats: int, last: float, age: float) -> float:
    """Return how probably the customer still buys; without a repeat purchase it is certain.

    Nobody is lost but after a repeat purchase: that is how the model is made.
    """
    if repeats == 0:
        return 1.0
    waited = (model.r + repeats) * (log(model.alpha + age) - log(model.alpha + last))
    odds = log(model.a) - log(model.b + repeats - 1) + waited
    return exp(-odds) / (1 + exp(-odds)) if odds > 0 else 1 / (1 + exp(odds))


def probability_of_no_repeat(model: Purchasing, weeks: float) -> float:
    """Return how probably a new customer buys nothing more within so many weeks."""
    return exp(-model.r * log1p(weeks / model.alpha))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of one customer, as far ahead as one likes."""

    alive: float
    _orders: float
    _exposure: float
    _losses: list[tuple[float, float]]

    def expected_purchases(self, weeks: float) -> float:
        """Return E[Y(t)], the number of purchases in the next so many weeks (equation 10)."""
        reach = weeks / self._exposure
        bought = [
            -expm1(-self._orders * log1p(loss * reach)) / loss * weight
            for loss, weight in self._losses
        ]
        return self.alive * sum(bought)


def outlook(model: Purchasing, repeats: int, last: float, age: float) -> Outlook:
    """Look ahead from the end of a customer's window.

    Given the probability p of being lost at each purchase, and with the unknown rate integrated
    out, (1 - ((alpha + T) / (alpha + T + p t))^(r + x)) / p purchases are expected in t weeks. What
    is known of p of a customer who is alive is Beta(a, b + x), so the expectation is the mean of
    that. The paper gives it in closed form with a hypergeometric function; the mean is the same
    number, and has no trouble where a = 1, where a + b = 1, or where the series is slow.
    """
    return Outlook(
        alive=probability_alive(model, repeats, last, age),
        _orders=model.r + repeats,
        _exposure=model.alpha + age,
        _losses=_beta_weights(model.a, model.b + repeats),
    )


def expected_of_new_customer(model: Purchasing, weeks: float) -> float:
    """Return E[X(t)], the repeat purchases of a customer won today (equation 9)."""
    return outlook(model, 0, 0.0, 0.0).expected_purchases(weeks)


def _beta_weights(a: float, b: float) -> list[tuple[float, float]]:
    """Return points p and weights such that sum(f(p) * weight) is the mean of f under Beta(a, b).

    The trapezoidal rule over u = ln(p / (1 - p)), where the density is p^a (1 - p)^b and falls off
    on both sides: the rule's error falls exponentially with the step (Trefethen and Weideman, The
    Exponentially Convergent Trapezoidal Rule, SIAM Review 56(3), 2014).
    """
    step = min(_STEP_MAX, sqrt((a + b) / (a * b)) / _STEPS_A_DEVIATION)
    mode = log(a / b)
    top = _log_density(mode, a, b)
    points: list[tuple[float, float]] = []
    for start, way, fall in ((0, 1, b), (-1, -1, a)):
        at = start
        while abs(u := mode + at * step) < _LEVEL:
            height = _log_density(u, a, b) - top
            if height < _NEGLIGIBLE:
                break
            points.append((exp(-_softplus(-u)), exp(height)))
            at += way
        # From here on the density falls by the same factor from step to step, if slowly.
        rest = exp(_log_density(u, a, b) - top) / -expm1(-fall * step)
        points.append((exp(-_softplus(-u)), rest))
    total = sum(weight for _, weight in points)
    return [(point, weight / total) for point, weight in points]


def _log_density(u: float, a: float, b: float) -> float:
    """Return ln(p^a (1 - p)^b) for p = 1 / (1 + exp(-u)), without a difference of large numbers."""
    return -a * _softplus(-u) - b * _softplus(u)


def _softplus(u: float) -> float:
    return u + log1p(exp(-u)) if u > 0 else log1p(exp(u))
