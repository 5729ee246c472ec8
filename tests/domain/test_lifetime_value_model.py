"""The fits of lifetime value: what is recorded, and what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.decision import Decision
from domain.lifetime_value_model import (
    LIFETIME_VALUE_MODEL,
    LifetimeValueFit,
    LifetimeValueModelFitted,
    PurchasingFit,
    SpendingFit,
    estimate,
    lifetime_value_model_stream,
    record_fit,
)
from tests.domain.samples import MARCH, MAY, TODAY
from tests.given import given, given_streams

PURCHASING = PurchasingFit(
    r=Decimal("0.2425945"),
    alpha=Decimal("4.413602"),
    a=Decimal("0.792922"),
    b=Decimal("2.425907"),
    log_likelihood=Decimal("-9582.429"),
)
SPENDING = SpendingFit(
    p=Decimal("6.249572"),
    q=Decimal("3.744225"),
    gamma=Decimal("15.44352"),
    log_likelihood=Decimal("-4055.918"),
    customers=946,
)
FIT = LifetimeValueFit(
    currency="EUR",
    first_on=MARCH,
    last_on=MAY,
    known_at=17,
    customers=2_357,
    repeat_customers=946,
    purchasing=PURCHASING,
    spending=SPENDING,
    correlation=Decimal("0.1138879"),
    algorithm=1,
)
FITTED = LifetimeValueModelFitted(fit=FIT)


def with_(**changes: Any) -> LifetimeValueFit:
    return FIT.model_copy(update=changes)


def recording(fit: LifetimeValueFit, today: date = TODAY) -> Decision:
    return commands.record_lifetime_value_fit(fit=fit, today=today)


def test_a_first_fit_is_recorded_in_the_stream_of_its_currency() -> None:
    stream = lifetime_value_model_stream("EUR")

    given_streams().when(recording(FIT)).then(stream.record([FITTED]))
    assert stream.account_id is None
    assert stream.id != lifetime_value_model_stream("USD").id


def test_a_fit_to_more_orders_is_recorded_beside_the_first() -> None:
    later = with_(last_on=TODAY, customers=2_400)
    past = lifetime_value_model_stream("EUR").record([FITTED])

    given_streams(past).when(recording(later)).then(
        lifetime_value_model_stream("EUR").record([LifetimeValueModelFitted(fit=later)])
    )


def test_a_fit_that_says_the_same_of_a_longer_log_adds_nothing() -> None:
    given(LIFETIME_VALUE_MODEL, FITTED).when(record_fit, fit=with_(known_at=18), today=TODAY).then()


def test_the_latest_fit_is_the_one_compared_with() -> None:
    other = LifetimeValueModelFitted(fit=with_(last_on=TODAY))

    given(LIFETIME_VALUE_MODEL, FITTED, other).when(record_fit, fit=FIT, today=TODAY).then(FITTED)


def test_a_window_that_ends_tomorrow_is_refused() -> None:
    tomorrow = TODAY + timedelta(days=1)

    given_streams().when(recording(with_(last_on=tomorrow))).then_refused("in-the-future")


def test_a_window_that_ends_before_its_first_order_is_refused() -> None:
    one_day = with_(first_on=MAY)

    given_streams().when(recording(with_(first_on=MAY, last_on=MARCH))).then_refused(
        "window-reversed"
    )
    given_streams().when(recording(one_day)).then(
        lifetime_value_model_stream("EUR").record([LifetimeValueModelFitted(fit=one_day)])
    )


def test_fewer_than_thirty_repeat_customers_are_too_few() -> None:
    enough = with_(repeat_customers=30, spending=SPENDING.model_copy(update={"customers": 30}))
    few = with_(repeat_customers=29)
    few_who_paid = with_(spending=SPENDING.model_copy(update={"customers": 29}))

    given_streams().when(recording(few)).then_refused("too-few-repeat-customers", "29")
    given_streams().when(recording(few_who_paid)).then_refused("too-few-repeat-customers", "29")
    given_streams().when(recording(enough)).then(
        lifetime_value_model_stream("EUR").record([LifetimeValueModelFitted(fit=enough)])
    )


@pytest.mark.parametrize("name", ["r", "alpha", "a", "b"])
@pytest.mark.parametrize("value", ["0.01", "10000", "-1"])
def test_a_parameter_of_purchasing_at_the_end_of_its_range_is_refused(
    name: str, value: str
) -> None:
    fit = with_(purchasing=PURCHASING.model_copy(update={name: Decimal(value)}))

    given_streams().when(recording(fit)).then_refused(
        "parameter-out-of-range", f"asks: {name} = {value} is"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("p", "0.01"), ("p", "10000"), ("q", "0.01"), ("q", "10000"), ("gamma", "0")],
)
def test_a_parameter_of_spending_at_the_end_of_its_range_is_refused(name: str, value: str) -> None:
    fit = with_(spending=SPENDING.model_copy(update={name: Decimal(value)}))

    given_streams().when(recording(fit)).then_refused(
        "parameter-out-of-range", f"asks: {name} = {value} is"
    )


def test_amounts_without_a_mean_are_refused() -> None:
    fit = with_(spending=SPENDING.model_copy(update={"q": Decimal(1)}))

    given_streams().when(recording(fit)).then_refused("no-mean-amount", "q = 1")


def test_a_large_gamma_is_an_amount_in_a_small_currency() -> None:
    fit = with_(spending=SPENDING.model_copy(update={"gamma": Decimal(154_435_200)}))

    given_streams().when(recording(fit)).then(
        lifetime_value_model_stream("EUR").record([LifetimeValueModelFitted(fit=fit)])
    )


def test_estimates_are_kept_to_ten_figures() -> None:
    assert estimate(0.242594523999551) == Decimal("0.2425945240")
    assert estimate(-9582.429206673929) == Decimal("-9582.429207")
    assert estimate(1.5e-7) == Decimal("0.00000015")


def test_a_fit_is_read_back_as_it_was_stored() -> None:
    assert LifetimeValueModelFitted.model_validate_json(FITTED.model_dump_json()) == FITTED
