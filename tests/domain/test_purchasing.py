"""BG/NBD: the published figures, and the closed forms of the paper by scipy as the oracle."""

from math import exp, expm1, inf, log, log1p

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln, hyp2f1

from domain.purchasing import (
    Purchasing,
    expected_of_new_customer,
    log_likelihood,
    outlook,
    probability_alive,
    probability_of_no_repeat,
)

CDNOW = Purchasing(r=0.243, alpha=4.414, a=0.793, b=2.426)
"""Fader, Hardie and Lee 2005, table 2, rounded as printed there."""

parameters = st.builds(
    Purchasing,
    r=st.floats(0.05, 8),
    alpha=st.floats(0.2, 60),
    a=st.floats(0.1, 6),
    b=st.floats(0.2, 12),
)
histories = st.tuples(
    st.integers(0, 60), st.floats(0, 1, allow_subnormal=False), st.floats(1, 300)
).map(lambda drawn: (drawn[0], (drawn[1] * drawn[2] if drawn[0] else 0.0), drawn[2]))


def closed_form(model: Purchasing, history: tuple[int, float, float], weeks: float) -> float:
    """Equation 10 of the paper, as it stands there."""
    x, last, age = history
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    reach = alpha + age + weeks
    series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / reach)
    above = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / reach) ** (r + x) * series)
    lost = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0
    return float(above / (1 + lost))


def integrated(model: Purchasing, history: tuple[int, float, float], weeks: float) -> float:
    """Integrate over the probability of loss, by a rule made for the poles of a Beta density."""
    x, last, age = history
    a, b, orders = model.a, model.b + x, model.r + x
    reach = weeks / (model.alpha + age)

    def bought(p: float) -> float:
        return -expm1(-orders * log1p(p * reach)) / p if p > 0 else orders * reach

    value, _ = quad(bought, 0, 1, weight="alg", wvar=(a - 1, b - 1), epsabs=0, limit=500)
    return float(probability_alive(model, x, last, age) * value * exp(-betaln(a, b)))


def test_a_customer_of_cdnow_is_expected_to_buy_as_published() -> None:
    """A21: Hardie's Excel note on BG/NBD, customer 1, as quoted in the tests of lifetimes."""
    assert outlook(CDNOW, 2, 30.43, 38.86).expected_purchases(39) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (0.1429, 0.0078),
        (1.0, 0.0532),
        (3.0, 0.1506),
        (31.8571, 1.0405),
        (32.0, 1.0437),
        (78.0, 1.8576),
    ],
)
def test_a_new_customer_of_cdnow_is_expected_to_buy_as_published(
    weeks: float, expected: float
) -> None:
    """A22: Hardie's Excel note; within 0.2 %, since the parameters are those printed."""
    assert expected_of_new_customer(CDNOW, weeks) == pytest.approx(expected, rel=2e-3, abs=1e-4)


def test_no_repeat_within_39_weeks_is_as_probable_as_published() -> None:
    """A23: the documentation of BTYD for R, as quoted in the tests of lifetimes."""
    assert probability_of_no_repeat(CDNOW, 39) == pytest.approx(0.5737864, abs=5e-8)


def test_whoever_bought_once_is_alive() -> None:
    assert probability_alive(CDNOW, 0, 0.0, 300.0) == 1.0


def test_whoever_bought_on_the_last_day_may_be_lost_since() -> None:
    alive = probability_alive(CDNOW, 2, 38.86, 38.86)

    assert alive == pytest.approx(1 / (1 + 0.793 / 3.426))


def test_a_silence_that_is_long_leaves_no_doubt() -> None:
    assert probability_alive(CDNOW, 5_000, 1.0, 3_000.0) == 0.0
    assert outlook(CDNOW, 5_000, 1.0, 3_000.0).expected_purchases(52) == 0.0


def test_nothing_is_expected_within_no_time() -> None:
    assert outlook(CDNOW, 2, 30.43, 38.86).expected_purchases(0) == 0.0


@given(parameters, histories, st.floats(0.1, 200))
def test_expected_purchases_are_those_of_the_closed_form(
    model: Purchasing, history: tuple[int, float, float], weeks: float
) -> None:
    """To ten decimals: where a is next to 1 or a + b is, the closed form itself loses figures."""
    if abs(model.a - 1) < 0.05 or abs(model.a + model.b - 1) < 0.05:
        return
    ours = outlook(model, *history).expected_purchases(weeks)

    assert ours == pytest.approx(closed_form(model, history, weeks), rel=1e-9, abs=1e-10)


@pytest.mark.parametrize(("a", "b"), [(1.0, 2.0), (0.4, 0.6)])
@pytest.mark.parametrize("history", [(0, 0.0, 0.0), (0, 0.0, 40.0), (3, 20.0, 40.0)])
def test_expected_purchases_are_known_where_the_closed_form_has_a_pole(
    a: float, b: float, history: tuple[int, float, float]
) -> None:
    """At a = 1, and at a + b = 1 without a repeat: between what it gives on both sides."""
    for weeks in (1.0, 52.0, 520.0):
        sides = [
            closed_form(Purchasing(0.5, 4.0, a + aside, b), history, weeks)
            for aside in (-1e-3, 1e-3)
        ]
        found = outlook(Purchasing(0.5, 4.0, a, b), *history).expected_purchases(weeks)
        assert found == pytest.approx(sum(sides) / 2, rel=1e-5)


@pytest.mark.parametrize(
    "model",
    [
        Purchasing(0.5, 4.0, 0.2, 0.3),
        Purchasing(0.05, 0.5, 0.6, 50.0),
        Purchasing(0.3, 4.0, 0.02, 5.0),
    ],
)
@pytest.mark.parametrize("history", [(0, 0.0, 40.0), (3, 20.0, 40.0), (900, 39.9, 40.0)])
def test_expected_purchases_are_known_where_the_closed_form_runs_over(
    model: Purchasing, history: tuple[int, float, float]
) -> None:
    """With 900 purchases and ten years the closed form is 0 times infinity in floats."""
    for weeks in (1.0, 52.0, 520.0):
        found = outlook(model, *history).expected_purchases(weeks)
        assert found == pytest.approx(integrated(model, history, weeks), rel=1e-8)


@pytest.mark.parametrize("history", [(0, 0.0, 40.0), (3, 20.0, 40.0)])
def test_expected_purchases_are_those_of_the_closed_form_where_losses_are_alike(
    history: tuple[int, float, float],
) -> None:
    """A narrow distribution of losses: a and b are large."""
    model = Purchasing(2.0, 10.0, 60.0, 90.0)

    for weeks in (1.0, 52.0):
        found = outlook(model, *history).expected_purchases(weeks)
        assert found == pytest.approx(closed_form(model, history, weeks), rel=1e-12)


@given(parameters, histories)
@example(Purchasing(0.01, 0.01, 0.01, 0.01), (1, 0.0, 3_000.0))
@example(Purchasing(10_000, 10_000, 10_000, 10_000), (3_000, 2_999.0, 3_000.0))
def test_more_time_brings_more_purchases_up_to_what_the_rate_allows(
    model: Purchasing, history: tuple[int, float, float]
) -> None:
    x, _, age = history
    ahead = outlook(model, *history)
    soon, late = ahead.expected_purchases(4), ahead.expected_purchases(400)

    assert 0 <= ahead.alive <= 1
    assert 0 <= soon <= late < inf
    assert soon <= ahead.alive * (model.r + x) / (model.alpha + age) * 4 * (1 + 1e-9)


@given(parameters, histories)
def test_the_likelihood_is_the_sum_of_the_paper(
    model: Purchasing, history: tuple[int, float, float]
) -> None:
    """Equation 6: alive with x purchases survived, or lost at the last of them."""
    x, last, age = history
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    bought = gammaln(r + x) - gammaln(r) + r * log(alpha)

    def survived(p: float, q: float, until: float) -> float:
        gone = gammaln(p) + gammaln(q) - gammaln(p + q) - gammaln(a) - gammaln(b) + gammaln(a + b)
        return float(bought + gone - (r + x) * log(alpha + until))

    alive = survived(a, b + x, age)
    both = alive + log(1 + exp(survived(a + 1, b + x - 1, last) - alive)) if x else alive
    assert log_likelihood(model, *history) == pytest.approx(both, rel=1e-9, abs=1e-9)
