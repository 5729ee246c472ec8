"""The CDNOW sample from end to end: orders recorded, a model fitted, figures over HTTP."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

import pytest

from cli.clv_progress import FitProgress
from cli.clv_run import Fitting, fit_and_record
from domain.commands import open_account, place_order
from domain.decision import Decision
from domain.money import Money
from domain.order_book import OrderContent
from domain.profile import Profile
from ledger.command import Command, Outcome
from ledger.tenants import DEFAULT_TENANT
from tests import cdnow, cdnow_sample
from tests.api.conftest import Tenure
from tests.cdnow_sample import CALIBRATION_ENDS, FIRST_ORDER

pytestmark = [pytest.mark.anyio, pytest.mark.cdnow]

NAMESPACE = UUID(int=1997)
AT_ONCE = 500


def account_of(customer: int) -> UUID:
    return uuid5(NAMESPACE, str(customer))


def commands_of(purchases: cdnow_sample.Purchases) -> Iterator[Command]:
    """Open an account for each customer, and place each order, also those after the calibration."""
    for customer, bought in purchases.items():
        account_id, first = account_of(customer), min(day for day, _ in bought)
        profile = Profile(name=f"CDNOW customer {customer}")
        opening = open_account(
            account_id,
            profile=profile,
            on=first,
            today=first,
        )
        yield command(account_id, "opened", opening, first)
        for number, (day, dollars) in enumerate(bought):
            content = OrderContent(ordered_on=day, amount=Money(amount=dollars, currency="USD"))
            order_id = uuid5(account_id, str(number))
            placing = place_order(account_id, order_id=order_id, content=content, today=day)
            yield command(account_id, f"order {number}", placing, day)


def command(account_id: UUID, name: str, decision: Decision, on: date) -> Command:
    return Command(
        tenant_id=DEFAULT_TENANT,
        decision=decision,
        actor="test:1",
        effective_at=on,
        command_id=uuid5(account_id, name),
        correlation_id=account_id,
    )


async def test_the_first_customer_is_worth_over_http_what_the_papers_give(tenure: Tenure) -> None:
    if not cdnow.download():
        pytest.skip("the package index cannot be reached")
    asked = list(commands_of(cdnow_sample.purchases()))
    for start in range(0, len(asked), AT_ONCE):
        answers = await tenure.ledger.writer.execute_many(asked[start : start + AT_ONCE])
        assert all(isinstance(answer, Outcome) for answer in answers)

    fitting = Fitting(DEFAULT_TENANT, "USD", until=CALIBRATION_ENDS)
    with FitProgress("test") as progress:
        done = await fit_and_record(tenure.ledger, fitting, progress)

    assert (done.fit.first_on, done.fit.last_on) == (FIRST_ORDER, CALIBRATION_ENDS)
    assert (done.fit.customers, done.fit.repeat_customers) == (2_357, 946)
    assert float(done.fit.purchasing.r) == pytest.approx(0.243, rel=2e-3)
    assert float(done.fit.purchasing.log_likelihood) == pytest.approx(-9582.4, abs=0.05)
    path = f"/accounts/{account_of(1)}/lifetime-value"
    figure = await tenure.fresh(path, as_of=str(CALIBRATION_ENDS), months=12, discount="0.01")
    assert figure["seen"] == {
        "repeat_purchases": 2,
        "last_purchase_week": "30.4286",
        "age_weeks": "38.8571",
        "mean_repeat_amount": "22.35",  # 22.345, halves up
    }
    expected = figure["expected"]
    assert Decimal(expected["value"]) == Decimal("36.27")
    assert Decimal(expected["amount_of_purchase"]) == Decimal("24.65")
    assert float(expected["value"]) == pytest.approx(36.2785, rel=5e-4)  # A27
    assert figure["fit"] == done.receipt.position
    assert figure["cautions"] == []
    worth = [
        (await tenure.fresh(f"/accounts/{account_of(customer)}/lifetime-value", as_of="1997-09-30"))
        for customer in (2, 6, 9)
    ]
    values = [float(each["expected"]["value"]) for each in worth]
    assert values == pytest.approx([4.6375, 283.5236, 43.3536], rel=1e-3)
