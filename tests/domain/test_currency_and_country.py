from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.country import Country
from domain.currency import WITHDRAWN, Currency, minor_units

CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)
COUNTRY: TypeAdapter[str] = TypeAdapter(Country)


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ITL", 0), ("DEM", 2), ("MRU", 2)],
)
def test_a_currency_is_counted_in_its_minor_units(code: str, decimals: int) -> None:
    assert CURRENCY.validate_python(code) == code
    assert minor_units(code) == decimals


@pytest.mark.parametrize("code", ["ABC", "eur", " EUR", "EUR\n", "", "XAU", "XTS", "XXX"])
def test_an_unknown_currency_is_refused_with_what_to_give(code: str) -> None:
    with pytest.raises(ValidationError, match="three upper-case letters, such as EUR"):
        CURRENCY.validate_python(code)
    with pytest.raises(ValueError, match="is not a currency"):
        minor_units(code)


def test_a_withdrawn_currency_still_counts_old_money() -> None:
    assert {"DEM", "ESP", "ITL", "HRK"} <= WITHDRAWN
    assert not {"EUR", "USD", "JPY"} & WITHDRAWN
    assert all(minor_units(code) in range(5) for code in WITHDRAWN)


@pytest.mark.parametrize("code", ["ES", "DE", "AQ", "YU"])
def test_a_country_has_two_letters(code: str) -> None:
    assert COUNTRY.validate_python(code) == code


@pytest.mark.parametrize("code", ["es", "ESP", "UK", "EU", "XX", "ZZ", "", " ES", 34, None])
def test_an_unknown_country_is_refused(code: Any) -> None:
    with pytest.raises(ValidationError):
        COUNTRY.validate_python(code)


def test_what_is_refused_is_told_with_what_to_give() -> None:
    with pytest.raises(ValidationError, match="two upper-case letters, such as ES"):
        COUNTRY.validate_python("UK")


def test_the_form_of_both_is_documented() -> None:
    assert CURRENCY.json_schema()["pattern"] == "^[A-Z]{3}$"
    assert COUNTRY.json_schema()["pattern"] == "^[A-Z]{2}$"
