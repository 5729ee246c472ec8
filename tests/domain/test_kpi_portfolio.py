"""How attention is spread; published examples stand with their source."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from immutables import Map

from domain.coverage import Coverage, grade
from domain.figure import Figure
from domain.kpi import NO_FLAGS, Flag, NoData
from domain.kpi_portfolio import (
    coverage_return,
    key_account_share,
    portfolio_load,
    revenue_concentration,
    top_revenue_share,
)
from domain.policy import Capacity, TierCriteria, TierPoints
from domain.policy_set import InForce
from domain.portfolio import NO_FOCUS, Held, Portfolio
from domain.portfolio_decisions import take
from domain.refusal import Refused
from domain.tier import Tier
from tests.domain.samples import ACME, ANNA, MAY, uuid

PARTIAL = frozenset({Flag.PARTIAL})


def test_a_load_is_what_is_asked_of_what_can_be_borne() -> None:
    capacity = Capacity()
    tiers = [Tier.PROSPECT, Tier.SALES, Tier.KEY, Tier.STRATEGIC]

    found: Any = portfolio_load(sum(capacity.points_of(tier) for tier in tiers), capacity.portfolio)
    assert (found.exact, found.numerator, found.denominator, found.flags) == (30, 9, 30, NO_FLAGS)


def test_an_account_with_eight_relationships_takes_a_quarter_of_the_month() -> None:
    """A37: 8 relationships of 4 hours, and 120 hours a month."""
    assert portfolio_load(8 * 4, 120).shown == Decimal("26.7")
    assert portfolio_load(3 * 8 * 4, 120).flags == NO_FLAGS
    assert portfolio_load(120, 120).flags == NO_FLAGS
    assert portfolio_load(4 * 8 * 4, 120).flags == {Flag.OVER_CAPACITY}
    assert portfolio_load(121, 120, flags=PARTIAL).flags == {Flag.OVER_CAPACITY, Flag.PARTIAL}


def test_without_capacity_there_is_no_load() -> None:
    with pytest.raises(NoData) as unknown:
        portfolio_load(5, 0)

    assert unknown.value.reason_code == "no-capacity"


def test_key_accounts_are_a_share_of_the_customers() -> None:
    assert key_account_share(2, 4, flags=PARTIAL) == Figure(
        exact=Decimal(50),
        shown=Decimal(50),
        numerator=Decimal(2),
        denominator=Decimal(4),
        count=4,
        flags=PARTIAL,
    )
    with pytest.raises(NoData) as unknown:
        key_account_share(0, 0)
    assert unknown.value.reason_code == "no-customers"


def test_of_a_thousand_accounts_fifty_may_be_key() -> None:
    """The 5 % rule (A36): the 51st key account is refused."""
    policy = InForce(1, TierCriteria(key_share_max=Decimal(5)))

    def with_key_accounts(number: int) -> Coverage:
        tiers = [Tier.KEY] * number + [Tier.SALES] * (1_000 - number)
        return Coverage(Map({uuid(1_000 + each): tier for each, tier in enumerate(tiers)}))

    def one_more(coverage: Coverage) -> Any:
        return grade(coverage, policy, account_id=uuid(1_000 + 999), now=Tier.KEY, override=None)

    full = with_key_accounts(50)
    assert len(one_more(with_key_accounts(49))) == 1
    assert key_account_share(50, len(full.tiers)).exact == 5
    with pytest.raises(Refused, match=r"51 of 1000 accounts .* 5 %"):
        one_more(full)


def test_a_manager_of_120_hours_has_no_room_for_a_fourth_account_of_32() -> None:
    """A37, where points are hours."""
    policy = InForce(
        1, Capacity(tiers=(TierPoints(tier=Tier.STRATEGIC, points=8 * 4),), portfolio=120)
    )

    def one_more(held: int) -> Any:
        accounts = {uuid(1_000 + each): Held(Tier.STRATEGIC, 8 * 4) for each in range(held)}
        portfolio = Portfolio(ANNA, MAY, None, NO_FOCUS, Map(accounts))
        return take(portfolio, policy, account_id=ACME, tier=Tier.STRATEGIC, override=None, on=MAY)

    assert len(one_more(2)) == 1
    with pytest.raises(Refused) as refused:
        one_more(3)
    assert refused.value.code == "capacity-exceeded"


def test_revenue_is_concentrated_in_the_largest_accounts() -> None:
    amounts = [Decimal(each) for each in (50, 10, 10, 10, 5, 5, 5, 1, 1, 1, 1, 1)]

    backwards = list(reversed(amounts))
    shares = [top_revenue_share(backwards, number, flags=PARTIAL) for number in (1, 5, 10)]
    index: Any = revenue_concentration(backwards, flags=PARTIAL)
    assert [each.exact for each in shares] == [50, 85, 98]
    assert (index.exact, index.shown) == (2_880, 2_880)
    for each in (*shares, index):
        assert (each.count, each.flags) == (12, PARTIAL)


def test_one_account_is_everything() -> None:
    only = [Decimal("12.50")]

    assert [top_revenue_share(only, number).exact for number in (1, 10)] == [100, 100]
    index: Any = revenue_concentration(only)
    assert (index.exact, index.flags) == (10_000, NO_FLAGS)


def test_an_account_whose_refunds_exceed_its_orders_has_no_share() -> None:
    found: Any = top_revenue_share([Decimal(80), Decimal(20), Decimal(-50), Decimal(0)], 1)

    assert (found.exact, found.count) == (80, 2)
    nothing = [Decimal(-50), Decimal(0)]
    with pytest.raises(NoData) as unknown:
        top_revenue_share(nothing, 1)
    assert unknown.value.reason_code == "no-revenue"
    with pytest.raises(NoData) as unknown:
        revenue_concentration(nothing)
    assert unknown.value.reason_code == "no-revenue"


def test_coverage_returns_what_the_margin_is_beyond_its_cost() -> None:
    assert coverage_return(Decimal(150), Decimal(60)).exact == 150
    loss: Any = coverage_return(Decimal(-10), Decimal(30), flags=PARTIAL)
    assert (loss.exact, loss.shown) == (Decimal("-133.3333333333"), Decimal("-133.3"))
    assert (loss.numerator, loss.denominator, loss.flags) == (-40, 30, PARTIAL)


def test_without_a_cost_there_is_no_return() -> None:
    with pytest.raises(NoData) as unknown:
        coverage_return(Decimal(150), Decimal(0))

    assert unknown.value.reason_code == "cost-unknown"


REVENUES = st.lists(st.decimals(1, 10**9, places=2), min_size=1, max_size=15)


@for_any(REVENUES)
def test_shares_grow_with_the_accounts_counted_and_end_at_the_whole(
    revenues: list[Decimal],
) -> None:
    top_1, top_5, top_10 = (top_revenue_share(revenues, number) for number in (1, 5, 10))
    index = revenue_concentration(revenues)

    assert 0 < top_1.exact <= top_5.exact <= top_10.exact <= 100
    assert (len(revenues) > 10) or top_10.exact == 100
    share = Fraction(top_1.numerator) / sum(Fraction(each) for each in revenues)
    assert share**2 * 10_000 - 1 <= index.exact <= share * 10_000 + 1
