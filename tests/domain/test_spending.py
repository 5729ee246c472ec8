"""Gamma-Gamma: the published figures, and what the model must obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma as gamma_of

from domain.spending import Spending, expected_amount, log_likelihood

CDNOW = Spending(p=6.25, q=3.74, gamma=15.44)
"""Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013, rounded as printed there."""


@pytest.mark.parametrize(
    ("repeats", "mean", "expected"),
    [
        (2, 22.35, 24.65),
        (1, 11.77, 18.91),
        (0, None, 35.17),
        (7, 73.74, 71.46),
        (2, 25.55, 27.28),
    ],
)
def test_customers_of_cdnow_are_expected_to_pay_as_published(
    repeats: int, mean: float | None, expected: float
) -> None:
    """A25: Hardie's spreadsheet, customers 1, 2, 3, 6 and 9, as quoted in tests of lifetimes."""
    exact = Spending(6.24955, 3.74424, 15.44361)  # what the spreadsheet was reckoned with, nearly

    assert expected_amount(exact, repeats, mean) == pytest.approx(expected, abs=0.01)


def test_gifts_draw_the_expectation_down_and_do_not_empty_it() -> None:
    assert expected_amount(CDNOW, 3, 0.0) == pytest.approx(6.25 * 15.44 / (3 * 6.25 + 2.74))


@given(st.integers(1, 500), st.floats(0.01, 1e6))
def test_what_is_expected_lies_between_the_customer_and_all(repeats: int, mean: float) -> None:
    of_all = expected_amount(CDNOW, 0, None)
    low, high = sorted((mean, of_all))

    expected = expected_amount(CDNOW, repeats, mean)
    assert low * (1 - 1e-12) <= expected <= high * (1 + 1e-12)
    assert abs(expected_amount(CDNOW, repeats + 1, mean) - mean) <= abs(expected - mean) * (
        1 + 1e-9
    )


@pytest.mark.parametrize(("repeats", "mean"), [(1, 11.77), (2, 22.35), (7, 73.74), (3, 0.4)])
def test_the_likelihood_is_the_mixture_that_the_model_says(repeats: int, mean: float) -> None:
    """The mean of x payments is Gamma(p x, nu x), and nu is Gamma(q, gamma)."""
    model = CDNOW

    def mixed(nu: float) -> float:
        payments = gamma_of.pdf(mean, model.p * repeats, scale=1 / (nu * repeats))
        return float(payments * gamma_of.pdf(nu, model.q, scale=1 / model.gamma))

    density, _ = quad(mixed, 0, 60, epsabs=0, epsrel=1e-10, limit=500, points=[0.2, 1.0, 5.0])
    from_ours = pytest.approx(density, rel=1e-7)
    assert 2.718281828459045 ** log_likelihood(model, repeats, mean) == from_ours
