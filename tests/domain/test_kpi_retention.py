"""Who stays, and what that is worth; published examples stand with their source."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.figure import Figure
from domain.kpi import Flag, NoData
from domain.kpi_reckoning import Ratio
from domain.kpi_retention import (
    gross_revenue_retention,
    logo_churn,
    margin_multiple,
    net_revenue_retention,
    retention_lifetime_value,
)
from domain.rounding import half_up

PARTIAL = frozenset({Flag.PARTIAL})


@pytest.mark.parametrize(
    ("opening", "expansion", "contraction", "churned", "net", "gross", "source"),
    [
        (200_000, 20_000, 4_000, 6_000, 105, 95, "dnoise (A12)"),
        (100, 10, 10, 10, 90, 80, "ChartMogul help (A13)"),
        (100_000, 15_000, 5_000, 8_000, 102, 87, "DOMAIN 6"),
    ],
)
def test_the_published_retentions(
    opening: int, expansion: int, contraction: int, churned: int, net: int, gross: int, source: str
) -> None:
    kept_gross = opening - contraction - churned

    assert net_revenue_retention(kept_gross + expansion, opening).exact == net, source
    assert gross_revenue_retention(kept_gross, opening).exact == gross, source


def test_lost_accounts_are_a_share_of_those_at_the_opening() -> None:
    """The Watson telco sample (A33): 1,869 of 7,043."""
    churn: Any = logo_churn(1_869, 7_043)

    assert (half_up(churn.exact, 2), churn.shown) == (Decimal("26.54"), Decimal("26.5"))
    assert (churn.numerator, churn.denominator) == (1_869, 7_043)


@pytest.mark.parametrize("reckon", [net_revenue_retention, gross_revenue_retention, logo_churn])
def test_each_is_a_share_of_what_there_was_at_the_opening(reckon: Ratio) -> None:
    assert reckon(Decimal(1), Decimal(3), flags=PARTIAL) == Figure(
        exact=Decimal("33.3333333333"),
        shown=Decimal("33.3"),
        numerator=Decimal(1),
        denominator=Decimal(3),
        count=3,
        flags=PARTIAL,
    )


@pytest.mark.parametrize(
    ("reckon", "code"),
    [
        (net_revenue_retention, "nothing-recurring"),
        (gross_revenue_retention, "nothing-recurring"),
        (logo_churn, "no-customers"),
    ],
)
def test_without_an_opening_nothing_is_retained_and_nothing_lost(reckon: Ratio, code: str) -> None:
    with pytest.raises(NoData, match="at the opening") as unknown:
        reckon(0, 0, flags=PARTIAL)

    assert unknown.value.reason_code == code
    assert reckon(0, Decimal("0.01"), flags=PARTIAL).exact == 0


def test_the_margin_multiple_is_as_published() -> None:
    """Gupta and Lehmann 2003, in the grid of the catalogue (A11): r 80 %, i 10 % give 2.67."""
    grid = {
        retention: [
            str(half_up(margin_multiple(retention=Decimal(retention), discount=Decimal(each)), 2))
            for each in ("0.10", "0.12", "0.14", "0.16")
        ]
        for retention in ("0.6", "0.7", "0.8", "0.9")
    }

    assert grid == {
        "0.6": ["1.20", "1.15", "1.11", "1.07"],
        "0.7": ["1.75", "1.67", "1.59", "1.52"],
        "0.8": ["2.67", "2.50", "2.35", "2.22"],
        "0.9": ["4.50", "4.09", "3.75", "3.46"],
    }


def worth(retention: str | None, discount: str = "0.1", **more: Any) -> Any:
    rate = None if retention is None else Decimal(retention)
    return retention_lifetime_value(
        Decimal(300), retention=rate, discount=Decimal(discount), currency="EUR", **more
    )


def test_the_value_of_staying_is_the_margin_times_the_multiple() -> None:
    assert worth("0.8").exact == 800
    assert worth("0.8", acquisition_cost=Decimal("900.50")).shown.amount == Decimal("-100.50")
    assert worth("0").exact == 0
    assert worth("1").exact == 3000


@pytest.mark.parametrize(
    ("retention", "discount", "code"),
    [
        (None, "0.1", "retention-unknown"),
        ("1.1", "0.1", "retention-too-high"),
        ("1", "0", "retention-too-high"),
    ],
)
def test_without_a_bound_there_is_no_value(retention: str | None, discount: str, code: str) -> None:
    with pytest.raises(NoData) as unknown:
        worth(retention, discount)

    assert unknown.value.reason_code == code


AMOUNTS = st.integers(0, 10**9)


@for_any(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12))
def test_what_stays_is_never_more_than_all_nor_than_with_expansion(
    amounts: list[tuple[int, int]],
) -> None:
    opening = 1 + sum(was for was, _ in amounts)
    gross = gross_revenue_retention(1 + sum(min(was, now) for was, now in amounts), opening)
    net = net_revenue_retention(1 + sum(now for was, now in amounts if was), opening)

    assert 0 <= gross.exact <= 100
    assert gross.exact <= net.exact
