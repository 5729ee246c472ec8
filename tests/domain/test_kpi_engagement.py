"""Check-ins that bring something, people who decide, and promises that are kept."""

from decimal import Decimal

import pytest

from domain.figure import Figure
from domain.kpi import Flag, NoData
from domain.kpi_engagement import (
    DECISION_ROLES,
    check_in_quality,
    commitments_kept,
    decision_maker_coverage,
)
from domain.kpi_reckoning import Ratio
from domain.stakeholder import BuyingRole

PARTIAL = frozenset({Flag.PARTIAL})


@pytest.mark.parametrize("reckon", [check_in_quality, decision_maker_coverage, commitments_kept])
def test_each_is_a_share_of_what_it_could_have_been(reckon: Ratio) -> None:
    assert reckon(2, 3, flags=PARTIAL) == Figure(
        exact=Decimal("66.6666666667"),
        shown=Decimal("66.7"),
        numerator=Decimal(2),
        denominator=Decimal(3),
        count=3,
        flags=PARTIAL,
    )


@pytest.mark.parametrize(
    ("reckon", "code"),
    [
        (check_in_quality, "no-check-ins"),
        (decision_maker_coverage, "no-decision-makers"),
        (commitments_kept, "no-commitments-due"),
    ],
)
def test_without_any_there_is_no_share_rather_than_zero(reckon: Ratio, code: str) -> None:
    with pytest.raises(NoData) as unknown:
        reckon(0, 0, flags=PARTIAL)

    assert unknown.value.reason_code == code
    assert reckon(0, 1, flags=PARTIAL).exact == 0


def test_who_says_yes_and_who_pays_decide() -> None:
    assert {BuyingRole.DECISION_MAKER, BuyingRole.ECONOMIC_BUYER} == DECISION_ROLES
