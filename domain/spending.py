"""Gamma-Gamma: what a customer's purchases come to on average, given the few that were seen.

Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013 (brucehardie.com/notes/025). What a
customer pays each time varies at random around a mean of their own, as Gamma(p, nu) has it; those
nu of all customers are Gamma(q, gamma). How often somebody buys must not go with how much they
pay: the correlation of both is to be looked at.
"""

from dataclasses import dataclass
from math import lgamma, log


@dataclass(frozen=True, slots=True)
class Spending:
    """The parameters of the model; gamma is an amount in the currency of the purchases."""

    p: float
    q: float
    gamma: float


def log_likelihood(model: Spending, repeats: int, mean: float) -> float:
    """Return the logarithm of how likely a mean above 0 over so many repeat purchases is.

    Equation 1a of the note. A mean of 0 has no likelihood: the model knows no gifts.
    """
    p, q, gamma, x = model.p, model.q, model.gamma, repeats
    constant = lgamma(p * x + q) - lgamma(p * x) - lgamma(q) + q * log(gamma)
    seen = (p * x - 1) * log(mean) + p * x * log(x)
    return constant + seen - (p * x + q) * log(gamma + x * mean)


def expected_amount(model: Spending, repeats: int, mean: float | None) -> float:
    """Return E[M], what a customer's purchase comes to in the long run (equation 5).

    A mean between that of the customer and that of all: the more purchases were seen, the nearer to
    the customer's own. Without a repeat purchase it is that of all, p gamma / (q - 1), which there
    is for q > 1 alone.
    """
    paid = repeats * mean if mean is not None else 0.0
    return model.p * (model.gamma + paid) / (model.p * repeats + model.q - 1)
