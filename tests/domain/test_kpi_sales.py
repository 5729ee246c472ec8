"""Deals and orders in figures; published examples stand with their source."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.deal_terms import DealKind
from domain.kpi import NO_FLAGS, Flag, NoData, average_order_value
from domain.kpi_sales import (
    DealSums,
    ReversalMethod,
    WonDeal,
    deal_amount,
    deal_count,
    deal_revenue,
    deal_sums,
)
from domain.money import Money
from domain.period import month_of

APRIL, MAY = month_of(date(2026, 4, 1)), month_of(date(2026, 5, 1))
IN_APRIL, IN_MAY, LAST = date(2026, 4, 10), date(2026, 5, 10), date(2026, 5, 31)
EVERY_DAY = st.dates(date(2026, 3, 15), date(2026, 6, 15))


def deal(
    amount: str = "100.00", kind: DealKind = DealKind.CROSS_SELL, currency: str = "EUR", **days: Any
) -> WonDeal:
    money = Money(amount=Decimal(amount), currency=currency)
    return WonDeal(kind, money, **({"won_on": IN_MAY} | days))


def summed(*deals: WonDeal, **more: Any) -> DealSums:
    given: dict[str, Any] = {"currency": "EUR", "period": MAY, "as_of": LAST}
    return deal_sums(deals, **(given | more))


@pytest.mark.parametrize(
    ("revenue", "orders", "shown", "source"),
    [
        ("10000", 200, "50.00", "Japio (A6)"),
        ("428000", 6_240, "68.59", "Calclet (A7)"),
        ("1250.00", 10, "125.00", "DOMAIN 6"),
    ],
)
def test_the_published_average_order_values(
    revenue: str, orders: int, shown: str, source: str
) -> None:
    average = average_order_value(Decimal(revenue), orders, currency="EUR")

    assert str(average.shown.amount) == shown, source


def test_deals_of_a_kind_are_counted_where_they_were_won() -> None:
    deals = [deal(), deal("50.00"), deal(kind=DealKind.UPSELL), deal(won_on=IN_APRIL)]

    cross = summed(*deals, kind=DealKind.CROSS_SELL)
    assert deal_count(cross).shown == 2
    assert deal_amount(cross, currency="EUR").exact == 150
    assert deal_count(summed(*deals, kind=DealKind.UPSELL)).shown == 1
    assert deal_count(summed(*deals, kind=DealKind.RENEWAL)).shown == 0
    assert deal_revenue(summed(*deals), currency="EUR").exact == 250


def test_a_renewal_at_a_higher_price_is_no_upsell() -> None:
    assert deal_count(summed(deal(kind=DealKind.RENEWAL), kind=DealKind.UPSELL)).exact == 0


def test_none_is_a_number() -> None:
    nothing = summed(kind=DealKind.UPSELL)

    assert deal_count(nothing).shown == 0
    assert deal_count(nothing).denominator is None
    assert deal_amount(nothing, currency="JPY").shown == Money(amount=Decimal(0), currency="JPY")


def test_before_the_first_deal_deal_revenue_is_unknown() -> None:
    with pytest.raises(NoData, match="no deal was won") as unknown:
        deal_revenue(summed(deal(won_on=date(2026, 6, 1)), as_of=date(2026, 6, 30)), currency="EUR")

    assert unknown.value.reason_code == "no-deal-history"
    assert deal_revenue(summed(deal(won_on=IN_APRIL)), currency="EUR").exact == 0


def test_a_reversal_counts_on_its_own_day() -> None:
    reversed_later = deal(won_on=IN_APRIL, reversed_on=IN_MAY)

    assert deal_count(summed(reversed_later, period=APRIL)).shown == 1
    assert deal_count(summed(reversed_later)).shown == -1
    assert deal_revenue(summed(reversed_later), currency="EUR").exact == -100


def test_restated_a_reversed_deal_was_never_won() -> None:
    restated: dict[str, Any] = {"method": ReversalMethod.RESTATED}
    reversed_later = deal(won_on=IN_APRIL, reversed_on=IN_MAY)

    assert deal_count(summed(reversed_later, period=APRIL, **restated)).shown == 0
    assert deal_count(summed(reversed_later, **restated)).shown == 0
    before = IN_MAY - timedelta(days=1)
    assert deal_count(summed(reversed_later, period=APRIL, as_of=before, **restated)).shown == 1


def test_what_is_not_known_yet_counts_nowhere() -> None:
    before = IN_MAY - timedelta(days=1)

    assert summed(deal(), as_of=before) == DealSums(flags=frozenset({Flag.PARTIAL}))
    assert deal_count(summed(deal(reversed_on=LAST), as_of=IN_MAY)).shown == 1
    assert summed(deal()).flags == NO_FLAGS


def test_sums_tell_what_was_won_and_what_was_taken_back() -> None:
    assert summed(deal("70.00"), deal("30.00", reversed_on=LAST)) == DealSums(
        won=2,
        reversed_deals=1,
        won_amount=Decimal(100),
        reversed_amount=Decimal(30),
        won_ever=2,
    )


def test_a_count_tells_from_how_many_facts_it_was_made() -> None:
    count: Any = deal_count(summed(deal(), deal(reversed_on=LAST), as_of=LAST))

    assert (count.shown, count.numerator, count.count) == (1, 1, 3)


def test_figures_of_a_running_period_are_partial() -> None:
    sums = summed(deal(), as_of=IN_MAY)

    assert deal_count(sums).flags == {Flag.PARTIAL}
    assert deal_amount(sums, currency="EUR").flags == {Flag.PARTIAL}
    assert deal_revenue(sums, currency="EUR").flags == {Flag.PARTIAL}


def test_currencies_are_never_added() -> None:
    both = [deal("10.00"), deal("3", currency="JPY")]

    assert deal_amount(summed(*both), currency="EUR").exact == 10
    assert deal_amount(summed(*both, currency="JPY"), currency="JPY").exact == 3
    assert deal_count(summed(*both)).shown == 1


@for_any(
    st.lists(st.tuples(EVERY_DAY, st.none() | st.integers(0, 60)), max_size=12),
    st.sampled_from(ReversalMethod),
    EVERY_DAY,
)
def test_over_all_periods_both_ways_of_reversing_come_to_the_same(
    days: list[tuple[date, int | None]], method: ReversalMethod, as_of: date
) -> None:
    deals = [
        deal(won_on=won, reversed_on=None if after is None else won + timedelta(days=after))
        for won, after in days
    ]
    months = [month_of(date(2026, month, 1)) for month in range(3, 9)]

    total = sum(
        deal_count(summed(*deals, period=month, as_of=as_of, method=method)).exact
        for month in months
    )
    standing = [
        each
        for each in deals
        if each.won_on <= as_of and not (each.reversed_on and each.reversed_on <= as_of)
    ]
    assert total == len(standing)
