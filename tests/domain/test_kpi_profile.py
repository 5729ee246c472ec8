"""How much is known of accounts, and how well they fit."""

from decimal import Decimal
from typing import Any

import pytest

from domain.information import completeness
from domain.kpi import Flag, NoData
from domain.kpi_profile import fit, profile_completeness
from domain.policy import InformationRequirement, InformationRequirements
from domain.profile import Profile
from domain.tier import Tier

PARTIAL = frozenset({Flag.PARTIAL})


def test_what_is_known_is_a_share_of_what_is_asked() -> None:
    """The cells of `validate::retailers` (A35): 520 of 600."""
    found: Any = profile_completeness(520, 600)

    assert (found.exact, found.shown) == (Decimal("86.6666666667"), Decimal("86.7"))
    assert (found.numerator, found.denominator, found.count) == (520, 600, 600)


def test_the_figure_is_that_of_the_account() -> None:
    asked = InformationRequirements(
        items=(
            InformationRequirement(key="territory", weight=2),
            InformationRequirement(key="country", weight=1),
        )
    )
    profile = Profile(name="Acme", territory="North")
    percent = completeness(profile, Tier.PROSPECT, (), asked).percent

    assert percent == Decimal("66.67")
    assert profile_completeness(2, 3).exact == Decimal("66.6666666667")


def test_where_nothing_is_asked_nothing_is_complete() -> None:
    with pytest.raises(NoData, match="asks for no information") as unknown:
        profile_completeness(0, 0)

    assert unknown.value.reason_code == "nothing-asked"


def test_the_fit_of_several_is_the_mean_of_those_that_were_scored() -> None:
    found: Any = fit(Decimal("155.7"), 3, flags=PARTIAL)

    assert (found.exact, found.shown) == (Decimal("51.9"), Decimal("51.9"))
    assert (found.numerator, found.denominator) == (Decimal("155.7"), 300)
    assert (found.count, found.flags) == (3, PARTIAL)
    assert fit(Decimal("71.7"), 1).shown == Decimal("71.7")


def test_who_was_not_scored_does_not_fit_by_zero() -> None:
    with pytest.raises(NoData, match="never scored") as unknown:
        fit(0, 0)

    assert unknown.value.reason_code == "never-scored"
    assert fit(0, 1).exact == 0
