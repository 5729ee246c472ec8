"""The chain of the papers on the CDNOW sample, from raw orders to lifetime value.

Numbers A19 to A27 are those of the catalogue of KPIs, which names their sources.
"""

import numpy as np
import pytest

from domain.lifetime_value import lifetime_value
from domain.purchase_history import PurchaseHistory
from domain.purchasing import expected_of_new_customer, outlook, probability_of_no_repeat
from domain.spending import expected_amount
from projections.lifetime_value_fitting import fit_to
from projections.maximum_likelihood import (
    Amounts,
    Fitted,
    Histories,
    correlation,
    fit_purchasing,
    fit_spending,
    purchasing_of,
    spending_of,
)
from tests import cdnow, cdnow_sample
from tests.cdnow_sample import CALIBRATION_ENDS, FIRST_ORDER, Summary

pytestmark = pytest.mark.cdnow


@pytest.fixture(scope="module", autouse=True)
def _downloaded() -> None:
    if not cdnow.download():
        pytest.skip("the package index cannot be reached")


@pytest.fixture(scope="module")
def histories() -> dict[int, PurchaseHistory]:
    return cdnow_sample.histories()


@pytest.fixture(scope="module")
def published() -> dict[int, Summary]:
    return cdnow_sample.published()


@pytest.fixture(scope="module")
def as_published(published: dict[int, Summary]) -> tuple[Fitted, Fitted]:
    """Fit to the package's own summary, which is rounded: the figures of its tests rest on that."""
    rows = np.array(
        [(each.repeats, each.last_weeks, each.age_weeks, 1.0) for each in published.values()]
    )
    return (
        fit_purchasing(Histories(*rows.T), lambda *_: None),
        fit_spending(amounts_in(published), lambda *_: None),
    )


def amounts_in(published: dict[int, Summary]) -> Amounts:
    paid = [(each.repeats, each.mean) for each in published.values() if each.repeats]
    repeats, mean = np.array(paid, dtype=np.float64).T
    return Amounts(repeats, mean)


class Deaf:
    """Hears of progress, and says nothing."""

    def read(self, customers: int) -> None:
        assert customers > 0

    def stepped(self, model: str, steps: int, log_likelihood: float) -> None:
        assert model
        assert steps > 0
        assert log_likelihood < 0


def test_the_orders_sum_up_to_the_published_summary(
    histories: dict[int, PurchaseHistory], published: dict[int, Summary]
) -> None:
    """A19: x equal for all, t_x and T within 0.0043 weeks, the mean within half a cent."""
    assert sum(len(bought) for bought in cdnow_sample.purchases().values()) == cdnow_sample.ORDERS
    assert histories.keys() == published.keys()
    assert len(histories) == cdnow_sample.CUSTOMERS
    for customer, history in histories.items():
        summary = published[customer]
        assert history.repeats == summary.repeats
        assert history.last_weeks == pytest.approx(summary.last_weeks, abs=4.3e-3)
        assert history.age_weeks == pytest.approx(summary.age_weeks, abs=4.3e-3)
        mean = history.mean_repeat_amount or 0.0
        assert mean == pytest.approx(summary.mean, abs=5.001e-3)


def test_the_fit_is_that_of_the_papers(histories: dict[int, PurchaseHistory]) -> None:
    """A20 and A24, from raw orders: Fader, Hardie and Lee 2005; Fader and Hardie 2013."""
    fit = fit_to(
        list(histories.values()),
        currency="USD",
        first_on=FIRST_ORDER,
        last_on=CALIBRATION_ENDS,
        known_at=0,
        progress=Deaf(),
    )

    purchasing, spending = fit.purchasing, fit.spending
    assert float(purchasing.r) == pytest.approx(0.243, rel=2e-3)
    assert float(purchasing.alpha) == pytest.approx(4.414, rel=2e-3)
    assert float(purchasing.a) == pytest.approx(0.793, rel=2e-3)
    assert float(purchasing.b) == pytest.approx(2.426, rel=2e-3)
    assert float(purchasing.log_likelihood) == pytest.approx(-9582.4, abs=0.05)
    assert float(spending.p) == pytest.approx(6.25, abs=0.01)
    assert float(spending.q) == pytest.approx(3.74, abs=0.01)
    assert float(spending.gamma) == pytest.approx(15.44, abs=0.01)
    assert (fit.customers, fit.repeat_customers, spending.customers) == (2_357, 946, 946)
    assert float(fit.correlation) == pytest.approx(0.113884, abs=1e-4)


def test_the_fit_to_the_published_summary_is_that_of_the_catalogue(
    as_published: tuple[Fitted, Fitted],
) -> None:
    purchasing, spending = as_published

    assert purchasing.parameters == pytest.approx((0.24259, 4.41353, 0.79289, 2.42575), rel=1e-4)
    assert purchasing.log_likelihood == pytest.approx(-9582.4256, abs=1e-3)
    assert spending.parameters == pytest.approx((6.2488, 3.7446, 15.4477), rel=1e-4)


def test_what_is_expected_of_customers_is_as_published(
    as_published: tuple[Fitted, Fitted],
) -> None:
    """A21 to A23: Hardie's Excel note, and the documentation of BTYD."""
    model = purchasing_of(as_published[0])
    weeks = (0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0)
    printed = (0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576)

    assert outlook(model, 2, 30.43, 38.86).expected_purchases(39) == pytest.approx(1.226, abs=1e-3)
    found = [expected_of_new_customer(model, each) for each in weeks]
    assert found == pytest.approx(printed, abs=1e-3)
    assert probability_of_no_repeat(model, 39) == pytest.approx(0.5737864, abs=1e-3)


def test_what_customers_pay_is_as_published(
    as_published: tuple[Fitted, Fitted], published: dict[int, Summary]
) -> None:
    """A25: Hardie's spreadsheet; A26: the Quickstart of lifetimes."""
    model, amounts = spending_of(as_published[1]), amounts_in(published)
    expected = {
        customer: expected_amount(model, each.repeats, each.mean if each.repeats else None)
        for customer, each in published.items()
    }
    printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]

    assert [expected[customer] for customer in range(1, 11)] == pytest.approx(printed, abs=0.01)
    assert sum(expected.values()) / len(expected) == pytest.approx(35.2529588, abs=1e-4)
    assert amounts.mean.mean() == pytest.approx(35.078551797, abs=1e-8)
    assert correlation(amounts) == pytest.approx(0.113884, abs=1e-6)


@pytest.mark.parametrize(
    ("customer", "expected", "with_thirty_weeks"),
    [
        (1, 36.2785, 140.096211),
        (2, 4.6375, 18.943467),
        (6, 283.5236, 1003.868107),
        (9, 43.3536, 167.418216),
    ],
)
def test_customers_are_worth_what_the_catalogue_says(
    as_published: tuple[Fitted, Fitted],
    published: dict[int, Summary],
    customer: int,
    expected: float,
    with_thirty_weeks: float,
) -> None:
    """A27: 12 months, one percent a month.

    The Quickstart of lifetimes prints the last column, reckoned with 30 weeks a month: it shows
    that the formula is the same, and is no answer.
    """
    purchasing, spending = purchasing_of(as_published[0]), spending_of(as_published[1])
    summary = published[customer]
    ahead = outlook(purchasing, summary.repeats, summary.last_weeks, summary.age_weeks)
    amount = expected_amount(spending, summary.repeats, summary.mean)

    value = lifetime_value(ahead, amount, months=12, monthly_discount=0.01)
    as_printed = lifetime_value(ahead, amount, months=12, monthly_discount=0.01, weeks_a_month=30)
    assert value.value == pytest.approx(expected, rel=3e-5)
    assert as_printed.value == pytest.approx(with_thirty_weeks, rel=3e-5)
