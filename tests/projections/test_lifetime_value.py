"""The lifetime value of an account as it is shown: rounded to what can be paid."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.purchase_history import PurchaseHistory
from projections.lifetime_value import account_value
from projections.lifetime_value_fits import LifetimeValueFitRow, evolve
from tests.domain.test_lifetime_value_model import FITTED
from tests.projections.log import Log

DAY = date(2026, 5, 4)


@pytest.fixture
def fit() -> LifetimeValueFitRow:
    log = Log()
    log.add(FITTED, account_id=None, stream_id=UUID(int=1), on=DAY)
    return evolve(None, log.entries[0])


@pytest.mark.parametrize(
    ("currency", "mean"), [("EUR", "22.35"), ("JPY", "22"), ("KWD", "22.345"), ("CLF", "22.3450")]
)
def test_amounts_are_shown_in_the_minor_unit_of_the_currency(
    fit: LifetimeValueFitRow, currency: str, mean: str
) -> None:
    """The mean is 22.345, which no float is: a half all the same, and rounded away from zero."""
    history = PurchaseHistory(2, 213, 272, Decimal("44.69"))
    in_currency = replace(fit, currency=currency)

    found = account_value(
        in_currency, history, as_of=DAY, months=12, monthly_discount=Decimal("0.01")
    )
    assert str(found.seen.mean_repeat_amount) == mean
    digits = found.expected.value.as_tuple().exponent
    assert digits == found.expected.amount_of_purchase.as_tuple().exponent
    assert digits == Decimal(mean).as_tuple().exponent


def test_amounts_beyond_what_an_order_may_have_are_shown_too(fit: LifetimeValueFitRow) -> None:
    history = PurchaseHistory(300, 700, 700, Decimal(300) * 10**15)

    found = account_value(fit, history, as_of=DAY, months=120, monthly_discount=Decimal(0))
    assert found.expected.value > 10**16
    assert found.expected.value == found.expected.undiscounted_value


def test_an_account_that_has_bought_once_is_shown_without_a_mean(fit: LifetimeValueFitRow) -> None:
    found = account_value(
        fit,
        PurchaseHistory(0, 0, 272, Decimal(0)),
        as_of=DAY,
        months=12,
        monthly_discount=Decimal("0.01"),
    )

    assert found.seen.mean_repeat_amount is None
    assert found.expected.alive_probability == 1
    assert found.expected.amount_of_purchase == Decimal("35.17")
    assert found.cautions == ["population-mean-amount"]


def test_an_event_that_is_no_fit_makes_no_row() -> None:
    log = Log()
    log.open(UUID(int=1))

    with pytest.raises(TypeError, match=r"account\.opened is no fit"):
        evolve(None, log.entries[0])
