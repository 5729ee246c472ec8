"""Who stays, and what that is worth; published examples stand with their source."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.kpi import Flag, NoData
from domain.kpi_retention import (
    LogoSums,
    RecurringAccount,
    RetentionSums,
    gross_revenue_retention,
    logo_churn,
    logo_sums,
    margin_multiple,
    net_revenue_retention,
    retention_lifetime_value,
    retention_sums,
)
from domain.money import Money
from domain.rounding import half_up
from tests.domain.samples import uuid

PARTIAL = frozenset({Flag.PARTIAL})


def sums(opening: int, *, expansion: int = 0, contraction: int = 0, churned: int) -> RetentionSums:
    return RetentionSums(
        Decimal(opening), Decimal(expansion), Decimal(contraction), Decimal(churned)
    )


def account(number: int, opening: Any, closing: Any, **more: Any) -> RecurringAccount:
    currency = more.pop("currency", "EUR")
    was, now = (Money(amount=Decimal(each), currency=currency) for each in (opening, closing))
    return RecurringAccount(uuid(number), was, now, **more)


@pytest.mark.parametrize(
    ("given", "net", "gross", "source"),
    [
        (
            sums(200_000, expansion=20_000, contraction=4_000, churned=6_000),
            105,
            95,
            "dnoise (A12)",
        ),
        (sums(100, expansion=10, contraction=10, churned=10), 90, 80, "ChartMogul help (A13)"),
        (sums(100_000, expansion=15_000, contraction=5_000, churned=8_000), 102, 87, "DOMAIN 6"),
    ],
)
def test_the_published_retentions(given: RetentionSums, net: int, gross: int, source: str) -> None:
    assert net_revenue_retention(given).exact == net, source
    assert gross_revenue_retention(given).exact == gross, source


def test_each_account_that_paid_at_the_opening_stays_grows_shrinks_or_goes() -> None:
    given = retention_sums(
        [account(1, 100, 100), account(2, 50, 80), account(3, 40, 10), account(4, 10, 0)],
        currency="EUR",
    )

    assert given == RetentionSums(
        opening=Decimal(200),
        expansion=Decimal(30),
        contraction=Decimal(30),
        churned=Decimal(10),
        accounts=4,
    )
    net: Any = net_revenue_retention(given)
    assert (net.exact, net.numerator, net.denominator, net.count) == (95, 190, 200, 4)
    gross: Any = gross_revenue_retention(given)
    assert (gross.exact, gross.numerator, gross.denominator, gross.count) == (80, 160, 200, 4)


def test_new_and_reactivated_accounts_hide_no_loss() -> None:
    loss = [account(1, 100, 100), account(2, 100, 0)]
    gains = [account(3, 0, 500), account(4, 0, 900, paid_between=True)]

    for reckon in (net_revenue_retention, gross_revenue_retention):
        assert reckon(retention_sums(loss + gains, currency="EUR")).exact == 50
    assert logo_churn(logo_sums(loss + gains)).exact == 50


def test_currencies_are_retained_apart() -> None:
    given = [account(1, 100, 50), account(1, 1000, 1000, currency="JPY")]

    assert net_revenue_retention(retention_sums(given, currency="EUR")).exact == 50
    assert net_revenue_retention(retention_sums(given, currency="JPY")).exact == 100


def test_an_account_is_lost_when_it_pays_in_no_currency_any_more() -> None:
    moved = [account(1, 100, 0), account(1, 0, 20_000, currency="JPY")]
    gone = [account(2, 100, 0), account(2, 20_000, 0, currency="JPY")]

    assert logo_sums(moved + gone) == LogoSums(at_opening=2, lost=1)


def test_a_cent_is_enough_to_stay() -> None:
    given = [account(1, "0.01", "0.01"), account(2, "0.01", "0.00")]

    assert logo_sums(given) == LogoSums(at_opening=2, lost=1)
    assert gross_revenue_retention(retention_sums(given, currency="EUR")).exact == 50


def test_who_came_and_went_is_told_apart() -> None:
    churn: Any = logo_churn(
        logo_sums(
            [
                account(1, 10, 10, paid_between=True),
                account(2, 0, 0, paid_between=True),
                account(3, 0, 10, paid_between=True),
                account(4, 0, 0),
            ]
        )
    )

    assert (churn.exact, churn.count, churn.apart) == (0, 1, 1)


def test_lost_accounts_are_a_share_of_those_at_the_opening() -> None:
    """The Watson telco sample (A33): 1,869 of 7,043."""
    churn: Any = logo_churn(LogoSums(at_opening=7_043, lost=1_869))

    assert (half_up(churn.exact, 2), churn.shown) == (Decimal("26.54"), Decimal("26.5"))
    assert (churn.numerator, churn.denominator, churn.apart) == (1_869, 7_043, 0)


def test_without_an_opening_nothing_is_retained_and_nothing_lost() -> None:
    nothing = retention_sums([account(1, 0, 100)], currency="EUR")

    for reckon in (net_revenue_retention, gross_revenue_retention):
        with pytest.raises(NoData, match="paid at the opening") as unknown:
            reckon(nothing)
        assert unknown.value.reason_code == "nothing-recurring"
    with pytest.raises(NoData, match="paid at the opening"):
        logo_churn(logo_sums([account(1, 0, 100)]))


def test_figures_of_a_running_period_are_partial() -> None:
    given = [account(1, 10, 10)]

    retained = retention_sums(given, currency="EUR", flags=PARTIAL)
    assert net_revenue_retention(retained).flags == PARTIAL
    assert gross_revenue_retention(retained).flags == PARTIAL
    assert logo_churn(logo_sums(given, flags=PARTIAL)).flags == PARTIAL


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


@for_any(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=12))
def test_what_stays_is_never_more_than_all_nor_than_with_expansion(
    amounts: list[tuple[int, int]],
) -> None:
    accounts = [account(number, *each) for number, each in enumerate(amounts)]
    summed = retention_sums(accounts, currency="EUR")

    if summed.opening:
        gross, net = gross_revenue_retention(summed), net_revenue_retention(summed)
        assert 0 <= gross.exact <= 100
        assert gross.exact <= net.exact
        assert gross.numerator == sum(min(was, now) for was, now in amounts)
        assert net.numerator == sum(now for was, now in amounts if was)
    logos = logo_sums(accounts)
    assert 0 <= logos.lost <= logos.at_opening
