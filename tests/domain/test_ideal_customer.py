"""How well a company fits the ideal customer profile."""

from decimal import Decimal
from typing import Any

import pytest

from domain.ideal_customer import (
    CriterionGrade,
    FitBand,
    FitCriterion,
    FitSubject,
    RangeGrade,
    ValueGrade,
    band_of,
    fit_of,
)
from domain.profile import AnnualRevenue, Industry, Profile
from tests.domain.samples import euro

INDUSTRY = FitCriterion(
    key="industry",
    subject=FitSubject.INDUSTRY,
    weight=40,
    values=(ValueGrade(value="Steel", grade=100), ValueGrade(value="Wood", grade=55)),
    otherwise=10,
)
SIZE = FitCriterion(
    key="size",
    subject=FitSubject.EMPLOYEES,
    weight=35,
    ranges=(
        RangeGrade(below=Decimal(50), grade=20),
        RangeGrade(at_least=Decimal(50), below=Decimal(500), grade=100),
    ),
    otherwise=60,
)
WORD = FitCriterion(key="word", subject=FitSubject.JUDGEMENT, weight=25)
CRITERIA = (INDUSTRY, SIZE, WORD)


def company(**known: Any) -> Profile:
    return Profile(name="Acme", **known)


@pytest.mark.parametrize(
    ("industry", "employees", "word", "total"),
    [
        ("Steel", 50, 100, "100.0"),
        ("Steel", 49, 100, "72.0"),
        ("Steel", 499, 0, "75.0"),
        ("Wood", 500, 50, "55.5"),
        ("Tea", 0, 1, "11.3"),
    ],
)
def test_a_fit_is_the_sum_of_weighted_grades(
    industry: str, employees: int, word: int, total: str
) -> None:
    profile = company(industry=Industry(label=industry), employees=employees)

    fit = fit_of(profile, CRITERIA, {"word": word})

    assert fit.total == fit.lowest == fit.highest == Decimal(total)
    assert fit.missing == ()


def test_halves_are_rounded_up_once() -> None:
    criteria = (WORD.model_copy(update={"weight": 5}), SIZE.model_copy(update={"weight": 95}))

    assert fit_of(company(employees=0), criteria, {"word": 1}).total == Decimal("19.1")


def test_what_is_not_known_is_not_guessed() -> None:
    fit = fit_of(company(industry=Industry(label="Steel")), CRITERIA, {})

    assert fit.grades == (
        CriterionGrade(key="industry", weight=40, grade=100),
        CriterionGrade(key="size", weight=35, grade=None),
        CriterionGrade(key="word", weight=25, grade=None),
    )
    assert fit.missing == ("size", "word")
    assert fit.total is None
    assert (fit.lowest, fit.highest) == (Decimal("40.0"), Decimal("100.0"))


def test_territory_and_country_are_graded_as_words() -> None:
    criteria = tuple(
        FitCriterion(
            key=subject, subject=subject, weight=50, values=(ValueGrade(value=word, grade=80),)
        )
        for subject, word in ((FitSubject.TERRITORY, "North"), (FitSubject.COUNTRY, "ES"))
    )

    assert fit_of(company(territory="North", country="ES"), criteria, {}).total == Decimal("80.0")
    assert fit_of(company(territory="South", country="ES"), criteria, {}).total == Decimal("40.0")
    assert fit_of(company(country="ES"), criteria, {}).missing == ("territory",)
    assert fit_of(company(territory="North"), criteria, {}).missing == ("country",)
    assert fit_of(company(), (INDUSTRY,), {}).missing == ("industry",)


def test_revenue_is_graded_in_its_own_currency_alone() -> None:
    criterion = FitCriterion(
        key="revenue",
        subject=FitSubject.ANNUAL_REVENUE,
        weight=100,
        ranges=(RangeGrade(at_least=Decimal(1000), grade=70),),
        currency="EUR",
    )
    revenue = AnnualRevenue(amount=euro("1000"), year=2025)

    assert fit_of(company(annual_revenue=revenue), (criterion,), {}).total == Decimal("70.0")
    in_dollars = (criterion.model_copy(update={"currency": "USD"}),)
    assert fit_of(company(annual_revenue=revenue), in_dollars, {}).missing == ("revenue",)
    assert fit_of(company(), (criterion,), {}).missing == ("revenue",)


def test_a_fit_is_in_the_highest_band_that_it_reaches() -> None:
    bands = (FitBand(name="b", at_least=Decimal(60)), FitBand(name="a", at_least=Decimal(80)))

    assert band_of(Decimal("79.9"), bands) == "b"
    assert band_of(Decimal(80), bands) == "a"
    assert band_of(Decimal("59.9"), bands) is None
