"""What accounts have been worth; published examples stand with their source."""

from decimal import Decimal
from typing import Any

import pytest

from domain.kpi import NO_FLAGS, Flag, MoneyFigure, NoData
from domain.kpi_value import historic_lifetime_value


def value(net: str, margin: str | None, *, orders_ever: int = 9) -> MoneyFigure:
    percent = None if margin is None else Decimal(margin)
    return historic_lifetime_value(Decimal(net), percent, orders_ever=orders_ever, currency="EUR")


@pytest.mark.parametrize(
    ("net", "margin", "worth", "source"),
    [
        (3 * 70 * 3, "30", 189, "FeverBee (A8): 3 orders a year of 70, for 3 years"),
        (3 * 70 * 3, None, 630, "FeverBee (A8): the margin not known"),
        (12 * 3 * 5, "100", 180, "Romain Berg (A9): a profit of 12, 3 times a year, for 5 years"),
        (60 * 6 * 3, "40", 432, "Bloomloop (A10): 6 times a year 60, for 3 years"),
    ],
)
def test_the_published_values(net: int, margin: str | None, worth: int, source: str) -> None:
    assert value(str(net), margin).exact == worth, source


def test_what_was_earned_counts_by_its_margin() -> None:
    found = value("260.00", "45.5")

    assert (found.exact, found.flags) == (Decimal("118.3"), NO_FLAGS)
    assert str(found.shown) == "118.30 EUR"


def test_an_unknown_margin_makes_it_revenue() -> None:
    found: Any = value("300.00", None)

    assert (found.exact, found.flags) == (Decimal(300), {Flag.MARGIN_UNKNOWN})


def test_what_was_refunded_in_full_is_worth_nothing_but_known() -> None:
    assert value("0.00", "30").exact == 0


def test_who_never_ordered_has_no_value_rather_than_none() -> None:
    with pytest.raises(NoData, match="no order") as unknown:
        value("0.00", None, orders_ever=0)

    assert unknown.value.reason_code == "no-order-history"


def test_a_value_is_rounded_once() -> None:
    found = value("0.0111111111", "44.99999999")

    assert found.exact == Decimal("0.0050000000")
    assert str(found.shown.amount) == "0.00"
