import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.money import Money
from domain.refusal import Refused
from tests.domain.samples import euro

AMOUNTS = st.decimals(-(10**14), 10**14, places=6).map(lambda amount: euro(f"{amount:f}"))


def money(amount: Any, currency: str = "EUR") -> Money:
    return Money.model_validate({"amount": amount, "currency": currency})


@pytest.mark.parametrize("amount", [12.5, 0.0, 1e3, float("nan"), float("inf")])
def test_a_float_is_no_money(amount: float) -> None:
    with pytest.raises(ValidationError):
        money(amount)


@pytest.mark.parametrize("amount", ["12.5", "1e3", "0.1"])
def test_a_number_with_a_point_in_json_is_no_money(amount: str) -> None:
    with pytest.raises(ValidationError, match="loses digits"):
        Money.model_validate_json(f'{{"amount": {amount}, "currency": "EUR"}}')


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "-Infinity", "", "twelve", "12,5", "0x10", True, None]
)
def test_what_is_no_number_is_no_money(amount: Any) -> None:
    with pytest.raises(ValidationError):
        money(amount)


@pytest.mark.parametrize("amount", ["0.0000001", "1e-7", "-12.1234567"])
def test_money_has_six_decimals_at_most(amount: str) -> None:
    with pytest.raises(ValidationError, match="6 decimal places"):
        money(amount)


@pytest.mark.parametrize("amount", ["1000000000000000", "1e15", 10**15, "-1000000000000000.5"])
def test_money_has_fifteen_digits_before_the_point_at_most(amount: Any) -> None:
    with pytest.raises(ValidationError, match="15 digits"):
        money(amount)


def test_the_largest_amount_is_exact() -> None:
    assert str(money("-999999999999999.999999")) == "-999999999999999.999999 EUR"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("12.50", "12.50"),
        ("1E+2", "100"),
        ("-0.00", "0.00"),
        ("-0", "0"),
        ("+5", "5"),
        (12, "12"),
        ("0E+30", "0"),
        ("0.000001", "0.000001"),
        ("0E-9", "0.000000"),
        ("0E-400000", "0.000000"),
        ("1.0000000", "1.000000"),
        ("1." + "0" * 5_000, "1.000000"),
    ],
)
def test_an_amount_has_one_plain_stored_form(given: Any, stored: str) -> None:
    assert money(given).model_dump(mode="json") == {"amount": stored, "currency": "EUR"}


@pytest.mark.parametrize(
    "currency", ["", "eur", "EURO", "ABC", "XXX", "€", "EU", "EUR ", None, 978]
)
def test_money_is_in_a_known_currency(currency: Any) -> None:
    with pytest.raises(ValidationError, match="currency"):
        money("1", currency)


def test_money_has_nothing_but_an_amount_and_a_currency() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Money.model_validate({"amount": "1", "currency": "EUR", "rounded": True})


def test_money_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        euro("1").amount = Decimal(2)  # type: ignore[misc]  # that is what is refused


def test_equal_amounts_are_equal_however_many_zeros_they_have() -> None:
    assert euro("1") == euro("1.00")
    assert hash(euro("1")) == hash(euro("1.00"))
    assert euro("1") != money("1", "USD")


@pytest.mark.parametrize(
    "reckon",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a > b,
        lambda a, b: a <= b,
        lambda a, b: a >= b,
    ],
)
def test_currencies_are_never_reckoned_together(reckon: Any) -> None:
    with pytest.raises(Refused, match="USD cannot be reckoned together with EUR") as refused:
        reckon(euro("1"), money("1", "USD"))

    assert refused.value.code == "currency-mismatch"


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("2.344999", "EUR", "2.34"),
        ("0.5", "JPY", "1"),
        ("1.2345", "KWD", "1.235"),
        ("1.23455", "CLF", "1.2346"),
        ("3", "EUR", "3.00"),
    ],
)
def test_money_is_rounded_to_the_minor_unit_halves_away_from_zero(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(money(amount, currency).rounded()) == f"{rounded} {currency}"


def test_zero_is_an_amount_in_a_currency() -> None:
    assert Money.zero("JPY") == money(0, "JPY")


@for_any(AMOUNTS, AMOUNTS)
def test_what_is_added_can_be_taken_away_again(a: Money, b: Money) -> None:
    assert a + b - b == a
    assert a - b == -(b - a)
    assert (a < b) == (b > a) == (a.amount < b.amount)


@for_any(AMOUNTS)
def test_the_stored_form_gives_the_amount_back_exactly(amount: Money) -> None:
    stored = amount.model_dump_json()

    assert Money.model_validate_json(stored) == amount
    assert isinstance(json.loads(stored)["amount"], str)
    assert Money.model_validate_json(stored).model_dump_json() == stored
