"""Every KPI is reckoned from sums of its measures, by the formula that its definition names."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from typing_extensions import override

from domain.evidence import Measure, Question, Sum
from domain.kpi import NO_FLAGS, Flag, MoneyFigure, NoData, Unit
from domain.kpi_definition import Definition, Reckoning
from domain.kpi_definitions import DEFINITIONS, EVERY_DEFINITION
from domain.kpi_health import Health, HealthBand
from domain.period import month_of
from domain.policy import GrossMargin
from domain.policy_set import NO_POLICIES, POLICY_SET, PolicyPublished

LAST = date(2026, 5, 31)
MAY = month_of(LAST)
M = Measure
Amounts = Mapping[Measure, int | str]
EVERY_NAME = [each.kpi.name for each in EVERY_DEFINITION]


def sums(amounts: Amounts) -> dict[Measure, Sum]:
    return {measure: Sum(Decimal(amount), 1) for measure, amount in amounts.items()}


def reckon(name: str, amounts: Amounts, *, as_of: date = LAST, **more: Any) -> Any:
    question = Question(MAY, as_of, more.pop("policies", NO_POLICIES))
    return DEFINITIONS[name].reckon(Reckoning(question, sums(amounts), **more))


@pytest.mark.parametrize(
    ("name", "amounts", "numerator", "denominator", "shown"),
    [
        ("orders", {M.ORDERS: 3}, 3, None, "3"),
        ("cross-sells", {M.CROSS_SELLS: 2}, 2, None, "2"),
        ("upsells", {M.UPSELLS: 0}, 0, None, "0"),
        (
            "net-promoter-score",
            {M.PROMOTERS: 7, M.DETRACTORS: 1, M.RECOMMENDATION_ANSWERS: 10},
            6,
            10,
            "60",
        ),
        (
            "customer-satisfaction",
            {M.SATISFIED_ANSWERS: 8, M.SATISFACTION_ANSWERS: 10},
            8,
            10,
            "80.0",
        ),
        (
            "mean-satisfaction",
            {M.SATISFACTION_POINTS: 1350, M.SATISFACTION_ANSWERS: 16},
            1350,
            1600,
            "84.4",
        ),
        (
            "net-revenue-retention",
            {M.RECURRING_KEPT: 210_000, M.RECURRING_AT_OPENING: 200_000},
            210_000,
            200_000,
            "105.0",
        ),
        (
            "gross-revenue-retention",
            {M.RECURRING_KEPT_GROSS: 190_000, M.RECURRING_AT_OPENING: 200_000},
            190_000,
            200_000,
            "95.0",
        ),
        ("logo-churn", {M.CUSTOMERS_LOST: 1, M.CUSTOMERS_AT_OPENING: 8}, 1, 8, "12.5"),
        ("cadence-adherence", {M.CHECK_INS_IN_TIME: 2, M.CHECK_INS_DUE: 3}, 2, 3, "66.7"),
        ("check-in-quality", {M.CHECK_INS_OF_SUBSTANCE: 1, M.CHECK_INS_HELD: 4}, 1, 4, "25.0"),
        ("decision-maker-coverage", {M.DECISION_MAKERS_MET: 1, M.DECISION_MAKERS: 2}, 1, 2, "50.0"),
        (
            "commitments-kept-by-us",
            {M.OUR_COMMITMENTS_KEPT: 3, M.OUR_COMMITMENTS_DUE: 4, M.THEIR_COMMITMENTS_DUE: 9},
            3,
            4,
            "75.0",
        ),
        (
            "commitments-kept-by-them",
            {M.THEIR_COMMITMENTS_KEPT: 1, M.THEIR_COMMITMENTS_DUE: 4, M.OUR_COMMITMENTS_DUE: 9},
            1,
            4,
            "25.0",
        ),
        ("goal-attainment-rate", {M.GOALS_ACHIEVED: 1, M.GOALS_DUE: 2}, 1, 2, "50.0"),
        ("mean-goal-progress", {M.GOAL_PROGRESS: 160, M.GOALS_MEASURED: 3}, 160, 300, "53.3"),
        ("fit", {M.FIT_TOTAL: "155.7", M.FIT_SCORES: 3}, "155.7", 300, "51.9"),
        (
            "profile-completeness",
            {M.INFORMATION_KNOWN: 520, M.INFORMATION_ASKED: 600},
            520,
            600,
            "86.7",
        ),
        ("key-account-share", {M.KEY_ACCOUNTS: 50, M.ACTIVE_ACCOUNTS: 1_000}, 50, 1_000, "5.0"),
        ("portfolio-load", {M.POINTS_HELD: 32, M.POINTS_CAPACITY: 120}, 32, 120, "26.7"),
    ],
)
def test_a_figure_is_reckoned_from_sums(
    name: str, amounts: Amounts, numerator: Any, denominator: Any, shown: str
) -> None:
    found = reckon(name, amounts)

    assert str(found.shown) == shown
    assert found.numerator == Decimal(numerator)
    assert found.denominator == (None if denominator is None else Decimal(denominator))


ORDERED: Mapping[Measure, int | str] = {
    M.ORDER_AMOUNT: "430.00",
    M.REFUND_AMOUNT: "30.00",
    M.ORDERS: 8,
    M.ORDERS_EVER: 9,
}
WON: Amounts = {
    M.DEAL_AMOUNT: "90.00",
    M.CROSS_SELL_AMOUNT: "50.00",
    M.UPSELL_AMOUNT: "30.00",
    M.DEALS_EVER: 3,
}


@pytest.mark.parametrize(
    ("name", "amounts", "shown"),
    [
        ("revenue", ORDERED, "400.00"),
        ("average-order-value", ORDERED, "50.00"),
        ("customer-lifetime-value", ORDERED, "400.00"),
        ("deal-revenue", WON, "90.00"),
        ("cross-sell-amount", WON, "50.00"),
        ("upsell-amount", WON, "30.00"),
    ],
)
def test_a_figure_in_money_is_one_of_a_currency(name: str, amounts: Amounts, shown: str) -> None:
    found = reckon(name, amounts, currency="EUR")

    assert isinstance(found, MoneyFigure)
    assert str(found.shown) == f"{shown} EUR"


def test_a_lifetime_is_worth_the_margin_in_force() -> None:
    published = PolicyPublished(
        version=1, effective_from=MAY.first, policy=GrossMargin(margin=Decimal(30))
    )
    policies = POLICY_SET.evolve(None, published)

    found = reckon("customer-lifetime-value", ORDERED, currency="EUR", policies=policies)
    assert found.exact == 120


def test_revenue_is_concentrated_in_the_accounts_it_comes_from() -> None:
    revenues = [Decimal(each) for each in (50, 10, 10, 10, 5, 5, 5, 1, 1, 1, 1, 1)]

    shown = {
        name: str(reckon(name, {}, revenues=revenues).shown)
        for name in EVERY_NAME
        if name.startswith("top-") or name == "revenue-concentration"
    }
    assert shown == {
        "revenue-concentration": "2880",
        "top-1-revenue-share": "50.0",
        "top-5-revenue-share": "85.0",
        "top-10-revenue-share": "98.0",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("revenue", "no-order-history"),
        ("average-order-value", "no-orders"),
        ("customer-lifetime-value", "no-order-history"),
        ("deal-revenue", "no-deal-history"),
        ("cross-sell-amount", "no-deal-history"),
        ("upsell-amount", "no-deal-history"),
        ("net-promoter-score", "no-answers"),
        ("customer-satisfaction", "no-answers"),
        ("mean-satisfaction", "no-answers"),
        ("net-revenue-retention", "nothing-recurring"),
        ("gross-revenue-retention", "nothing-recurring"),
        ("logo-churn", "no-customers"),
        ("cadence-adherence", "nothing-due"),
        ("check-in-quality", "no-check-ins"),
        ("decision-maker-coverage", "no-decision-makers"),
        ("commitments-kept-by-us", "no-commitments-due"),
        ("commitments-kept-by-them", "no-commitments-due"),
        ("goal-attainment-rate", "no-goals-due"),
        ("mean-goal-progress", "no-goals-measured"),
        ("fit", "never-scored"),
        ("profile-completeness", "nothing-asked"),
        ("key-account-share", "no-customers"),
        ("portfolio-load", "no-capacity"),
        ("revenue-concentration", "no-revenue"),
        ("top-1-revenue-share", "no-revenue"),
        ("top-5-revenue-share", "no-revenue"),
        ("top-10-revenue-share", "no-revenue"),
        ("health", "no-parts"),
    ],
)
def test_without_data_there_is_a_reason_instead_of_a_figure(name: str, code: str) -> None:
    with pytest.raises(NoData) as unknown:
        reckon(name, {})

    assert unknown.value.reason_code == code


COUNTS = {"orders", "cross-sells", "upsells"}


def test_only_a_count_of_nothing_is_a_figure() -> None:
    assert {name for name in EVERY_NAME if _has_data(name)} == COUNTS


def _has_data(name: str) -> bool:
    try:
        reckon(name, {})
    except NoData:
        return False
    return True


class _Watched(dict[Measure, Sum]):
    """Sums of 1 of everything that remember which measures were asked for."""

    def __init__(self) -> None:
        super().__init__(sums(dict.fromkeys(Measure, 1)))
        self.asked: set[Measure] = set()

    @override
    def get(self, key: Measure, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def _watched(definition: Definition) -> tuple[Any, set[Measure]]:
    watched = _Watched()
    question = Question(MAY, LAST, NO_POLICIES)
    found = definition.reckon(
        Reckoning(question, watched, "EUR", [Decimal(1)], [(Decimal(1),) * 2])
    )
    return found, watched.asked


@pytest.mark.parametrize("definition", EVERY_DEFINITION, ids=EVERY_NAME)
def test_a_formula_sees_the_measures_that_its_definition_names_and_no_other(
    definition: Definition,
) -> None:
    found, asked = _watched(definition)

    assert asked == set(definition.measures)
    assert isinstance(found, MoneyFigure) == (definition.kpi.unit is Unit.MONEY)


def test_a_running_period_is_flagged_and_one_that_is_over_is_not() -> None:
    amounts = {M.CUSTOMERS_LOST: 1, M.CUSTOMERS_AT_OPENING: 8}

    assert reckon("logo-churn", amounts, as_of=date(2026, 5, 30)).flags == {Flag.PARTIAL}
    assert reckon("logo-churn", amounts).flags == NO_FLAGS


def test_which_figures_are_told_by_currency() -> None:
    assert {each.kpi.name for each in EVERY_DEFINITION if each.by_currency} == {
        "revenue",
        "orders",
        "average-order-value",
        "customer-lifetime-value",
        "deal-revenue",
        "cross-sell-amount",
        "upsell-amount",
        "net-revenue-retention",
        "gross-revenue-retention",
        "revenue-concentration",
        "top-1-revenue-share",
        "top-5-revenue-share",
        "top-10-revenue-share",
    }


HEALTHY: Amounts = {
    M.PROMOTERS: 3,
    M.DETRACTORS: 1,
    M.RECOMMENDATION_ANSWERS: 4,
    M.SATISFIED_ANSWERS: 1,
    M.SATISFACTION_ANSWERS: 4,
    M.CHECK_INS_IN_TIME: 3,
    M.CHECK_INS_DUE: 4,
    M.GOAL_PROGRESS: 160,
    M.GOALS_MEASURED: 2,
    M.RISK_POINTS: 60,
    M.RISKS_WATCHED: 3,
}


def health(amounts: Amounts, **more: Any) -> Health:
    found = reckon("health", amounts, **more)
    assert isinstance(found, Health)
    return found


def scores(found: Health) -> list[Any]:
    return [None if part.scored is None else part.scored.score for part in found.parts]


def test_the_health_weighs_what_is_known() -> None:
    trends = [(Decimal(30), Decimal(60)), (Decimal(7), Decimal(7)), (Decimal(5), Decimal(0))]

    found = health(HEALTHY, trends=trends)
    assert scores(found) == [50, 75, 80, 75, 80]
    assert found.band is HealthBand.YELLOW
    assert {part.scored.on for part in found.parts if part.scored} == {LAST}


def test_what_is_not_known_is_no_part_of_the_health() -> None:
    found = health({M.RISK_POINTS: 0, M.RISKS_WATCHED: 1})

    assert scores(found) == [None, None, None, None, 100]
    assert found.figure.exact == 100
    assert found.band is None
