"""Lifetime value over HTTP: figures, which fit they rest on, and why there is none."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.commands import record_lifetime_value_fit
from domain.lifetime_value import amount_of, lifetime_value, outlook_of
from domain.lifetime_value_model import LifetimeValueFit, estimate
from domain.purchase_history import PurchaseHistory
from domain.purchasing import Purchasing
from domain.spending import Spending
from ledger.api_keys import Role
from ledger.command import Command
from ledger.tenants import DEFAULT_TENANT
from tests.api.conftest import Tenure, fields, problem
from tests.domain.test_lifetime_value_model import PURCHASING, SPENDING, with_

pytestmark = pytest.mark.anyio

JANUARY, LAST = date(2026, 1, 1), date(2026, 5, 1)
NOWHERE = "01234567-89ab-7def-8123-456789abcdef"

MODEL = Purchasing(*[float(getattr(PURCHASING, name)) for name in ("r", "alpha", "a", "b")])
AMOUNTS = Spending(*[float(getattr(SPENDING, name)) for name in ("p", "q", "gamma")])


async def record(tenure: Tenure, **changes: Any) -> int:
    """Record a fit as `tenure clv fit` does, and return its position."""
    given = {"first_on": JANUARY, "last_on": LAST, "known_at": 0, "currency": "EUR"} | changes
    fit: LifetimeValueFit = with_(**given)
    outcome = await tenure.ledger.writer.execute(
        Command(
            tenant_id=DEFAULT_TENANT,
            decision=record_lifetime_value_fit(fit=fit, today=date(2026, 6, 30)),
            actor="test:1",
            effective_at=fit.last_on,
            command_id=uuid4(),
            correlation_id=uuid4(),
        )
    )
    assert outcome.receipt.position is not None
    return outcome.receipt.position


async def regular(tenure: Tenure) -> str:
    """Open an account that ordered on three days, and return its path."""
    account_id = await tenure.account()
    for day, amount in (("2026-01-05", "99.00"), ("2026-02-02", "20.00"), ("2026-03-02", "30.00")):
        await tenure.order(account_id, amount, ordered_on=day)
    return f"/accounts/{account_id}/lifetime-value"


async def test_a_figure_says_what_was_seen_and_what_is_expected(tenure: Tenure) -> None:
    path, position = await regular(tenure), await record(tenure)
    history = PurchaseHistory(2, 56, 119, Decimal("50.00"))
    expected = lifetime_value(
        outlook_of(MODEL, history), amount_of(AMOUNTS, history), months=6, monthly_discount=0.02
    )

    figure = await tenure.fresh(path, as_of="2026-05-04", months=6, discount="0.02")
    assert figure["seen"] == {
        "repeat_purchases": 2,
        "last_purchase_week": "8.0000",
        "age_weeks": "17.0000",
        "mean_repeat_amount": "25.00",
    }
    shown = figure["expected"]
    assert float(shown["alive_probability"]) == pytest.approx(expected.alive, abs=5e-5)
    assert float(shown["purchases"]) == pytest.approx(expected.purchases, abs=5e-5)
    for name, value in (
        ("amount_of_purchase", expected.amount),
        ("undiscounted_value", expected.undiscounted),
        ("value", expected.value),
    ):
        assert float(shown[name]) == pytest.approx(value, abs=5e-3)
        assert len(shown[name].split(".")[1]) == 2
    assert (figure["currency"], figure["account_id"]) == ("EUR", path.split("/")[2])
    assert (figure["fit"], figure["fit_last_on"], figure["fit_customers"]) == (
        position,
        "2026-05-01",
        2_357,
    )
    assert (figure["months"], figure["monthly_discount"]) == (6, "0.02")
    assert (figure["cautions"], figure["no_data"]) == ([], None)


async def test_twelve_months_and_one_percent_a_month_are_meant_if_nothing_is_said(
    tenure: Tenure,
) -> None:
    path, _ = await regular(tenure), await record(tenure)

    figure = await tenure.fresh(path)
    said = await tenure.fresh(path, months=12, discount="0.01", currency="EUR")
    assert figure == said


async def test_a_year_of_silence_makes_a_customer_worth_less(tenure: Tenure) -> None:
    path, _ = await regular(tenure), await record(tenure, first_on=JANUARY, last_on=JANUARY)

    then = await tenure.fresh(path, as_of="2026-03-02")
    later = await tenure.fresh(path, as_of="2026-05-04")
    assert Decimal(later["expected"]["alive_probability"]) < Decimal(
        then["expected"]["alive_probability"]
    )
    assert Decimal(later["expected"]["value"]) < Decimal(then["expected"]["value"])


async def test_what_is_doubtful_is_said(tenure: Tenure) -> None:
    account_id = await tenure.account()
    await tenure.order(account_id, "12.50", ordered_on="2026-05-20")
    await record(tenure, customers=999, correlation=estimate(0.31))

    figure = await tenure.fresh(f"/accounts/{account_id}/lifetime-value")
    assert figure["cautions"] == [
        "population-mean-amount",
        "bought-since-the-fit",
        "few-customers",
        "amount-goes-with-frequency",
    ]
    assert figure["seen"]["mean_repeat_amount"] is None
    assert figure["expected"]["alive_probability"] == "1.0000"


async def test_without_a_fit_there_is_no_figure_and_the_reason_is_said(tenure: Tenure) -> None:
    path = await regular(tenure)

    answer = problem(await tenure.read(path), 404, "unknown-lifetime-value-fit")
    assert "tenure clv fit --currency EUR" in answer["detail"]


async def test_a_figure_of_a_past_day_rests_on_no_later_orders(tenure: Tenure) -> None:
    path, position = await regular(tenure), await record(tenure)

    before = "2026-04-30"
    problem(await tenure.read(path, as_of=before), 404, "unknown-lifetime-value-fit")
    named = await tenure.fresh(path, as_of=before, fit=position)
    assert (named["fit"], named["as_of"]) == (position, before)


async def test_a_figure_as_known_before_rests_on_the_fit_known_then(tenure: Tenure) -> None:
    path, first = await regular(tenure), await record(tenure)
    second = await record(tenure, customers=2_400)

    assert (await tenure.fresh(path))["fit"] == second
    assert (await tenure.fresh(path, known_at=first))["fit"] == first
    problem(await tenure.read(path, known_at=first - 1), 404, "unknown-lifetime-value-fit")


async def test_a_fit_that_is_named_must_be_one(tenure: Tenure) -> None:
    path, _ = await regular(tenure), await record(tenure)
    dollars = await record(tenure, currency="USD")

    problem(await tenure.read(path, fit=1), 404, "unknown-lifetime-value-fit")
    wrong = await tenure.read(path, fit=dollars, currency="EUR")
    assert fields(problem(wrong, 422, "validation-failed")) == {"fit"}


async def test_an_account_that_buys_in_two_currencies_is_asked_about_one(tenure: Tenure) -> None:
    account_id = await tenure.account()
    await tenure.order(account_id, "12.50", ordered_on="2026-01-05")
    body = {"ordered_on": "2026-02-05", "amount": {"amount": "9", "currency": "USD"}}
    await tenure.manager.post(f"/accounts/{account_id}/orders", json=body)
    await record(tenure)
    await record(tenure, currency="USD")
    path = f"/accounts/{account_id}/lifetime-value"

    asked = problem(await tenure.read(path), 422, "validation-failed")
    assert fields(asked) == {"currency"}
    assert "EUR, USD" in asked["errors"][0]["problem"]
    in_dollars = await tenure.fresh(path, currency="USD")
    assert in_dollars["currency"] == "USD"
    assert in_dollars["seen"]["repeat_purchases"] == 0


async def test_an_account_without_orders_has_no_figure(tenure: Tenure) -> None:
    account_id, _ = await tenure.account(), await record(tenure)
    path = f"/accounts/{account_id}/lifetime-value"

    assert fields(problem(await tenure.read(path), 422, "validation-failed")) == {"currency"}
    figure = await tenure.fresh(path, currency="EUR")
    assert (figure["seen"], figure["expected"], figure["no_data"]) == (None, None, "no-orders")
    assert figure["cautions"] == []


async def test_an_account_that_there_is_not_is_not_found(tenure: Tenure) -> None:
    problem(await tenure.read(f"/accounts/{NOWHERE}/lifetime-value"), 404, "unknown-account")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("months", 0),
        ("months", 121),
        ("discount", "-0.01"),
        ("discount", "1.01"),
        ("discount", "0.0000001"),
        ("currency", "eur"),
        ("as_of", "2099-01-01"),
        ("fit", 0),
    ],
)
async def test_what_cannot_be_asked_is_said(tenure: Tenure, name: str, value: Any) -> None:
    path = await regular(tenure)

    answer = problem(await tenure.read(path, **{name: value}), 422, "validation-failed")
    assert fields(answer) == {name}


async def test_fits_are_listed_and_each_can_be_read(tenure: Tenure) -> None:
    first, second = await record(tenure), await record(tenure, currency="USD")

    page = await tenure.fresh("/lifetime-value-fits")
    assert [item["position"] for item in page["items"]] == [second, first]
    only = await tenure.fresh("/lifetime-value-fits", currency="EUR")
    assert [item["position"] for item in only["items"]] == [first]
    one = await tenure.fresh(f"/lifetime-value-fits/{first}")
    assert one == only["items"][0]
    assert (one["r"], one["gamma"], one["customers"]) == ("0.2425945", "15.44352", 2_357)
    problem(await tenure.read("/lifetime-value-fits/999"), 404, "unknown-lifetime-value-fit")


async def test_the_list_of_fits_has_pages_and_a_twin_in_csv(tenure: Tenure) -> None:
    for customers in (1, 2, 3):
        await record(tenure, customers=2_000 + customers)

    page = await tenure.fresh("/lifetime-value-fits", limit=2)
    rest = await tenure.fresh("/lifetime-value-fits", limit=2, after=page["next"])
    text = (await tenure.read("/lifetime-value-fits", format="csv")).text.splitlines()
    assert [item["customers"] for item in page["items"] + rest["items"]] == [2_003, 2_002, 2_001]
    assert rest["next"] is None
    assert text[0].startswith("position,currency,first_on,last_on,known_at,customers")
    assert len(text) == 4
    bad = await tenure.read("/lifetime-value-fits", after="x")
    assert fields(problem(bad, 422, "validation-failed")) == {"after"}


async def test_whoever_reads_views_reads_lifetime_values(tenure: Tenure) -> None:
    path, _ = await regular(tenure), await record(tenure)

    for role in (Role.REPORTER, Role.AUDITOR):
        assert (await tenure.read(path, role)).status_code == 200
        assert (await tenure.read("/lifetime-value-fits", role)).status_code == 200
