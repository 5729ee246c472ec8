from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.policy import TierRequirement
from domain.tier import Tier, TierCriterion
from domain.tier_review import Shortfall, TierConditions, TierGrounds, shortfalls

GROUNDS = TierGrounds(
    criteria=(TierCriterion.PRESTIGE, TierCriterion.NAMED_LIST),
    fit=Decimal(70),
    revenue=Decimal(1000),
)
HOUSE = TierRequirement(tier=Tier.KEY)
CRITERIA = st.lists(st.sampled_from(TierCriterion), unique=True)
FIGURE = st.one_of(st.none(), st.integers(0, 100).map(Decimal))


@pytest.mark.parametrize(
    ("conditions", "short"),
    [
        ({}, []),
        ({"at_least": 2}, []),
        ({"at_least": 3}, [Shortfall.CRITERIA]),
        ({"criteria": [TierCriterion.PRESTIGE]}, []),
        ({"criteria": [TierCriterion.PRESTIGE], "at_least": 2}, [Shortfall.CRITERIA]),
        ({"criteria": [TierCriterion.GROWTH_AREA]}, [Shortfall.CRITERIA]),
        ({"fit_at_least": Decimal(70)}, []),
        ({"fit_at_least": Decimal("70.1")}, [Shortfall.FIT]),
        ({"revenue_at_least": Decimal(1000)}, []),
        (
            {"revenue_at_least": Decimal(1001), "fit_at_least": Decimal(80)},
            [Shortfall.FIT, Shortfall.REVENUE],
        ),
    ],
)
def test_an_account_keeps_its_tier_if_it_falls_short_of_nothing(
    conditions: dict[str, Any], short: list[Shortfall]
) -> None:
    assert list(shortfalls(GROUNDS, TierConditions(**conditions), HOUSE)) == short


def test_what_is_not_known_does_not_suffice() -> None:
    nothing = TierGrounds(criteria=(), fit=None, revenue=None)
    asked = TierConditions(fit_at_least=Decimal(0), revenue_at_least=Decimal(0))

    assert list(shortfalls(nothing, asked, HOUSE)) == list(Shortfall)
    assert list(shortfalls(nothing, TierConditions(), None)) == []
    assert list(shortfalls(nothing, TierConditions(at_least=1), None)) == [Shortfall.CRITERIA]


@for_any(CRITERIA, FIGURE, FIGURE, CRITERIA, st.integers(0, 5), FIGURE)
def test_whoever_falls_short_does_so_under_stricter_conditions_too(
    met: Any, fit: Any, revenue: Any, counting: Any, at_least: int, fit_at_least: Any
) -> None:
    grounds = TierGrounds(met, fit, revenue)
    asked = TierConditions(criteria=counting, at_least=at_least, fit_at_least=fit_at_least)
    stricter = TierConditions(
        criteria=counting[1:],
        at_least=at_least + 1,
        fit_at_least=(fit_at_least or Decimal(0)) + 1,
        revenue_at_least=Decimal(50),
    )

    before, after = shortfalls(grounds, asked, HOUSE), shortfalls(grounds, stricter, HOUSE)
    assert set(before) <= set(after)
