"""Maximum likelihood: the same likelihoods as the domain's, right slopes, and parameters found."""

from datetime import date
from decimal import Decimal
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import purchasing, spending
from domain.lifetime_value_model import PARAMETER_MAX, PARAMETER_MIN
from domain.purchase_history import PurchaseHistory
from domain.purchasing import Purchasing
from domain.spending import Spending
from projections.lifetime_value_fitting import fit_to
from projections.maximum_likelihood import (
    Amounts,
    Histories,
    correlation,
    fit_purchasing,
    fit_spending,
    purchasing_likelihood,
    spending_likelihood,
)
from tests.given import assert_refused

DAYS_MAX = 400

histories = st.lists(
    st.tuples(
        st.integers(0, 9), st.integers(1, DAYS_MAX), st.integers(0, DAYS_MAX), st.integers(1, 9_999)
    ).map(
        lambda drawn: PurchaseHistory(
            repeats=drawn[0],
            last_days=drawn[1] if drawn[0] else 0,
            age_days=drawn[1] + drawn[2],
            repeat_amount=Decimal(drawn[3] if drawn[0] else 0) / 100,
        )
    ),
    min_size=2,
    max_size=12,
)
parameters = st.floats(0.05, 20)


class Heard(list[tuple[str, int, float]]):
    def read(self, customers: int) -> None:
        self.append(("read", customers, 0.0))

    def stepped(self, model: str, steps: int, log_likelihood: float) -> None:
        self.append((model, steps, log_likelihood))


@given(histories, parameters, parameters, parameters, parameters)
def test_the_likelihood_of_purchases_is_that_of_the_domain(
    seen: list[PurchaseHistory], r: float, alpha: float, a: float, b: float
) -> None:
    model = Purchasing(r, alpha, a, b)
    one_by_one = sum(
        purchasing.log_likelihood(model, each.repeats, each.last_weeks, each.age_weeks)
        for each in seen
    )

    value, slopes = purchasing_likelihood(np.array([r, alpha, a, b]), Histories.of(seen))
    assert value == pytest.approx(one_by_one, rel=1e-9, abs=1e-9)
    assert slopes == pytest.approx(
        steepness(lambda at: purchasing_likelihood(at, Histories.of(seen))[0], [r, alpha, a, b]),
        rel=1e-4,
        abs=1e-4,
    )


@given(histories, parameters, parameters, parameters)
def test_the_likelihood_of_amounts_is_that_of_the_domain(
    seen: list[PurchaseHistory], p: float, q: float, gamma: float
) -> None:
    paying = [each for each in seen if each.repeats]
    if not paying:
        return
    one_by_one = sum(
        spending.log_likelihood(Spending(p, q, gamma), each.repeats, each.mean_repeat_amount or 0)
        for each in paying
    )

    value, slopes = spending_likelihood(np.array([p, q, gamma]), Amounts.of(paying))
    assert value == pytest.approx(one_by_one, rel=1e-9, abs=1e-9)
    assert slopes == pytest.approx(
        steepness(lambda at: spending_likelihood(at, Amounts.of(paying))[0], [p, q, gamma]),
        rel=1e-4,
        abs=1e-4,
    )


def steepness(function: object, at: list[float]) -> list[float]:
    """Measure the slopes with small steps to both sides."""
    assert callable(function)
    measured = []
    for index, value in enumerate(at):
        step = value * 1e-5
        sides = [np.array(at), np.array(at)]
        sides[0][index] -= step
        sides[1][index] += step
        measured.append((function(sides[1]) - function(sides[0])) / (2 * step))
    return measured


def bought_by(
    customers: int, model: Purchasing, paid: Spending, seed: int
) -> list[PurchaseHistory]:
    """Let customers buy as the models have it, for up to 100 weeks."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in repeat(None, customers):
        rate, loss = chance.gamma(model.r, 1 / model.alpha), chance.beta(model.a, model.b)
        scale, age = chance.gamma(paid.q, 1 / paid.gamma), chance.integers(300, 700)
        days, at = [0], 0.0
        while (at := at + chance.exponential(7 / rate)) <= age:
            days.append(int(at))
            if chance.random() < loss:
                break
        distinct = sorted(set(days))
        amounts = [Decimal(f"{chance.gamma(paid.p, 1 / scale):.2f}") for _ in distinct[1:]]
        made.append(
            PurchaseHistory(
                repeats=len(distinct) - 1,
                last_days=distinct[-1],
                age_days=int(age),
                repeat_amount=sum(amounts, Decimal(0)),
            )
        )
    return made


def test_the_parameters_that_customers_were_made_from_are_found() -> None:
    """20,000 customers: within a tenth; a and b are the hardest to tell apart."""
    made = bought_by(20_000, Purchasing(0.8, 20.0, 0.9, 3.0), Spending(5.0, 4.0, 60.0), seed=7)
    heard = Heard()

    purchases = fit_purchasing(Histories.of(made), heard.stepped)
    amounts = fit_spending(Amounts.of([each for each in made if each.repeats]), heard.stepped)
    assert purchases.parameters == pytest.approx((0.8, 20.0, 0.9, 3.0), rel=0.1)
    assert amounts.parameters == pytest.approx((5.0, 4.0, 60.0), rel=0.1)
    assert {model for model, _, _ in heard} == {"purchases", "amounts"}


def test_at_the_maximum_the_slopes_are_level() -> None:
    made = Histories.of(bought_by(500, Purchasing(0.8, 20.0, 0.9, 3.0), Spending(5, 4, 60), seed=1))

    found = fit_purchasing(made, lambda *_: None)
    value, slopes = purchasing_likelihood(np.array(found.parameters), made)
    assert value == pytest.approx(found.log_likelihood)
    assert np.abs(slopes * np.array(found.parameters)).max() < 1e-3


def test_amounts_in_cents_and_in_euros_give_the_same_shapes() -> None:
    made = bought_by(500, Purchasing(0.8, 20.0, 0.9, 3.0), Spending(5, 4, 60), seed=2)
    euros = Amounts.of([each for each in made if each.repeats])
    cents = Amounts(euros.repeats, euros.mean * 100)

    in_euros, in_cents = (fit_spending(each, lambda *_: None) for each in (euros, cents))
    p, q, gamma = in_euros.parameters
    assert in_cents.parameters == pytest.approx((p, q, gamma * 100), rel=1e-6)
    assert spending_likelihood(np.array(in_cents.parameters), cents)[0] == pytest.approx(
        in_cents.log_likelihood
    )


def test_a_number_that_goes_with_nothing_correlates_with_nothing() -> None:
    alike = Amounts(np.array([2.0, 2.0]), np.array([1.0, 3.0]))
    opposed = Amounts(np.array([1.0, 2.0]), np.array([3.0, 1.0]))

    assert correlation(alike) == 0.0
    assert correlation(opposed) == pytest.approx(-1.0)


def fitting(made: list[PurchaseHistory]) -> object:
    day = date(2026, 6, 30)
    return fit_to(made, currency="EUR", first_on=day, last_on=day, known_at=9, progress=Heard())


def test_too_few_repeat_customers_are_refused_before_anything_is_fitted() -> None:
    repeated = PurchaseHistory(1, 10, 20, Decimal("5.00"))
    for_nothing = PurchaseHistory(1, 10, 20, Decimal("0.00"))

    assert_refused(lambda: fitting([]), "too-few-repeat-customers", "0 customers")
    assert_refused(lambda: fitting([repeated] * 29), "too-few-repeat-customers", "29 customers")
    assert_refused(
        lambda: fitting([repeated] * 29 + [for_nothing] * 9), "too-few-repeat-customers", "29"
    )


def test_customers_who_are_all_alike_lead_out_of_the_range() -> None:
    alike = [PurchaseHistory(4, 300, 310 + number, Decimal("40.00")) for number in range(40)]

    found = fit_purchasing(Histories.of(alike), lambda *_: None)
    assert not all(PARAMETER_MIN < value < PARAMETER_MAX for value in found.parameters)
