"""The formulas of KPIs over sums of measures, and what each definition asks for."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import kpi
from domain.evidence import Measure, Question, Sum
from domain.figure import Figure
from domain.kpi import Flag, Kpi, MoneyFigure, NoData
from domain.kpi_definition import Definition, Reckoning
from domain.kpi_definitions import (
    DEFINITIONS,
    EVERY_DEFINITION,
    EVERY_FAMILY,
    OF_ACCOUNTS,
    definition_of,
)
from domain.kpi_health import Health
from domain.period import Period, month_of, year_of
from domain.policy import GrossMargin, HealthWeights
from domain.policy_set import NO_POLICIES, PolicyPublished, PolicySet, evolve
from domain.refusal import NoSuch

Amounts = Mapping[Measure, str | int]
JUNE, YEAR = month_of(date(2026, 6, 1)), year_of(date(2026, 6, 1))
END_OF_JUNE, YEAR_END = date(2026, 6, 30), date(2026, 12, 31)


def given(
    sums: Amounts | None = None,
    *,
    period: Period = JUNE,
    as_of: date = YEAR_END,
    currency: str | None = None,
    policies: PolicySet = NO_POLICIES,
    **more: Any,
) -> Reckoning:
    known = {measure: Sum(Decimal(amount), 1) for measure, amount in (sums or {}).items()}
    return Reckoning(Question(period, as_of, policies), known, currency, **more)


def reckon(of: Kpi, reckoning: Reckoning) -> Any:
    return DEFINITIONS[of.name].reckon(reckoning)


def money(of: Kpi, sums: Amounts, **more: Any) -> str:
    found = reckon(of, given(sums, currency="EUR", **more))
    assert isinstance(found, MoneyFigure)
    assert found.shown.currency == "EUR"
    return f"{found.shown.amount:f}"


def figure(of: Kpi, sums: Amounts, **more: Any) -> Figure:
    found = reckon(of, given(sums, **more))
    assert isinstance(found, Figure)
    return found


def no_data(of: Kpi, sums: Amounts | None = None, **more: Any) -> str:
    with pytest.raises(NoData) as found:
        reckon(of, given(sums, **more))
    return found.value.reason_code


def test_revenue_is_what_was_ordered_less_what_was_refunded() -> None:
    sums: Amounts = {
        Measure.ORDER_AMOUNT: "100",
        Measure.REFUND_AMOUNT: "30",
        Measure.ORDERS_EVER: 2,
    }

    assert money(kpi.REVENUE, sums) == "70.00"
    assert no_data(kpi.REVENUE, currency="EUR") == "no-order-history"
    assert no_data(kpi.REVENUE) == "no-order-history"


def test_ten_orders_of_1250_are_125_on_average() -> None:
    sums: Amounts = {Measure.ORDER_AMOUNT: "1250.00", Measure.ORDERS: 10}

    assert money(kpi.AVERAGE_ORDER_VALUE, sums) == "125.00"
    assert no_data(kpi.AVERAGE_ORDER_VALUE) == "no-orders"


@pytest.mark.parametrize(
    ("amount", "orders", "average"), [("10000", 200, "50.00"), ("428000", 6240, "68.59")]
)
def test_published_averages_a6_a7(amount: str, orders: int, average: str) -> None:
    sums: Amounts = {Measure.ORDER_AMOUNT: amount, Measure.ORDERS: orders}

    assert money(kpi.AVERAGE_ORDER_VALUE, sums) == average


def test_counts_are_zero_where_there_is_nothing() -> None:
    for of in (kpi.ORDERS, kpi.CROSS_SELLS, kpi.UPSELLS):
        assert figure(of, {}).shown == 0
    assert figure(kpi.ORDERS, {Measure.ORDERS: 3}).shown == 3
    assert figure(kpi.UPSELLS, {Measure.UPSELLS: 2}).shown == 2


def test_the_lifetime_value_takes_the_margin_of_the_policy_a8() -> None:
    sums: Amounts = {Measure.ORDER_AMOUNT: "630", Measure.ORDERS_EVER: 9}
    published = PolicyPublished(
        version=1, effective_from=date(2026, 1, 1), policy=GrossMargin(margin=Decimal(30))
    )
    policies = evolve(NO_POLICIES, published)

    found = reckon(kpi.CUSTOMER_LIFETIME_VALUE, given(sums, currency="EUR"))

    assert money(kpi.CUSTOMER_LIFETIME_VALUE, sums, policies=policies) == "189.00"
    assert (found.shown.amount, found.flags) == (630, {Flag.MARGIN_UNKNOWN})
    assert no_data(kpi.CUSTOMER_LIFETIME_VALUE) == "no-order-history"


@pytest.mark.parametrize(
    ("of", "amount"),
    [
        (kpi.DEAL_REVENUE, Measure.DEAL_AMOUNT),
        (kpi.CROSS_SELL_AMOUNT, Measure.CROSS_SELL_AMOUNT),
        (kpi.UPSELL_AMOUNT, Measure.UPSELL_AMOUNT),
    ],
)
def test_amounts_of_deals_are_zero_with_a_history_and_unknown_without(
    of: Kpi, amount: Measure
) -> None:
    assert money(of, {amount: "12.5", Measure.DEALS_EVER: 1}) == "12.50"
    assert money(of, {Measure.DEALS_EVER: 1}) == "0.00"
    assert no_data(of) == "no-deal-history"


@pytest.mark.parametrize(
    ("of", "part", "whole", "reason"),
    [
        (
            kpi.NET_REVENUE_RETENTION,
            Measure.RECURRING_KEPT,
            Measure.RECURRING_AT_OPENING,
            "nothing-recurring",
        ),
        (
            kpi.GROSS_REVENUE_RETENTION,
            Measure.RECURRING_KEPT_GROSS,
            Measure.RECURRING_AT_OPENING,
            "nothing-recurring",
        ),
        (kpi.LOGO_CHURN, Measure.CUSTOMERS_LOST, Measure.CUSTOMERS_AT_OPENING, "no-customers"),
        (
            kpi.CADENCE_ADHERENCE,
            Measure.CHECK_INS_IN_TIME,
            Measure.CHECK_INS_DUE,
            "nothing-due",
        ),
        (
            kpi.CHECK_IN_QUALITY,
            Measure.CHECK_INS_OF_SUBSTANCE,
            Measure.CHECK_INS_HELD,
            "no-check-ins",
        ),
        (
            kpi.DECISION_MAKER_COVERAGE,
            Measure.DECISION_MAKERS_MET,
            Measure.DECISION_MAKERS,
            "no-decision-makers",
        ),
        (
            kpi.COMMITMENTS_KEPT_BY_US,
            Measure.OUR_COMMITMENTS_KEPT,
            Measure.OUR_COMMITMENTS_DUE,
            "no-commitments-due",
        ),
        (
            kpi.COMMITMENTS_KEPT_BY_THEM,
            Measure.THEIR_COMMITMENTS_KEPT,
            Measure.THEIR_COMMITMENTS_DUE,
            "no-commitments-due",
        ),
        (kpi.GOAL_ATTAINMENT_RATE, Measure.GOALS_ACHIEVED, Measure.GOALS_DUE, "no-goals-due"),
        (
            kpi.PROFILE_COMPLETENESS,
            Measure.INFORMATION_KNOWN,
            Measure.INFORMATION_ASKED,
            "nothing-asked",
        ),
        (kpi.KEY_ACCOUNT_SHARE, Measure.KEY_ACCOUNTS, Measure.ACTIVE_ACCOUNTS, "no-customers"),
        (
            kpi.CUSTOMER_SATISFACTION,
            Measure.SATISFIED_ANSWERS,
            Measure.SATISFACTION_ANSWERS,
            "no-answers",
        ),
        (kpi.PORTFOLIO_LOAD, Measure.POINTS_HELD, Measure.POINTS_CAPACITY, "no-capacity"),
    ],
)
def test_shares_divide_a_part_by_the_whole_and_are_unknown_without_one(
    of: Kpi, part: Measure, whole: Measure, reason: str
) -> None:
    found = figure(of, {part: 2, whole: 3})

    assert f"{found.shown}: {found.numerator}/{found.denominator}" == "66.7: 2/3"
    assert figure(of, {whole: 3}).shown == 0
    assert no_data(of) == reason


def test_fifty_key_accounts_of_a_thousand_are_five_percent_a36() -> None:
    sums = {Measure.KEY_ACCOUNTS: 50, Measure.ACTIVE_ACCOUNTS: 1000}

    assert str(figure(kpi.KEY_ACCOUNT_SHARE, sums).shown) == "5.0"


def test_customers_lost_of_a_published_data_set_a33() -> None:
    sums = {Measure.CUSTOMERS_LOST: 1869, Measure.CUSTOMERS_AT_OPENING: 7043}

    assert str(figure(kpi.LOGO_CHURN, sums).shown) == "26.5"


@pytest.mark.parametrize(
    ("of", "total", "number", "reason"),
    [
        (
            kpi.MEAN_GOAL_PROGRESS,
            Measure.GOAL_PROGRESS,
            Measure.GOALS_MEASURED,
            "no-goals-measured",
        ),
        (kpi.FIT, Measure.FIT_TOTAL, Measure.FIT_SCORES, "never-scored"),
    ],
)
def test_means_divide_a_sum_of_percent_by_how_many_there_are(
    of: Kpi, total: Measure, number: Measure, reason: str
) -> None:
    found = figure(of, {total: "125", number: 2})

    assert (found.exact, found.count) == (Decimal("62.5"), 2)
    assert no_data(of) == reason


def test_the_promoter_score_takes_passives_from_all_answers() -> None:
    sums = {Measure.PROMOTERS: 70, Measure.DETRACTORS: 10, Measure.RECOMMENDATION_ANSWERS: 100}

    assert figure(kpi.NET_PROMOTER_SCORE, sums).shown == 60
    assert no_data(kpi.NET_PROMOTER_SCORE) == "no-answers"


def test_concentration_is_reckoned_from_each_accounts_revenue() -> None:
    revenues: Sequence[Decimal] = [Decimal(each) for each in (50, 30, 20, -5)]

    shown = {
        of.name: str(figure(of, {}, currency="EUR", revenues=revenues).shown)
        for of in (
            kpi.REVENUE_CONCENTRATION,
            kpi.TOP_1_REVENUE_SHARE,
            kpi.TOP_5_REVENUE_SHARE,
            kpi.TOP_10_REVENUE_SHARE,
        )
    }

    assert shown == {
        "revenue-concentration": "3800",
        "top-1-revenue-share": "50.0",
        "top-5-revenue-share": "100.0",
        "top-10-revenue-share": "100.0",
    }
    assert no_data(kpi.TOP_1_REVENUE_SHARE, currency="EUR") == "no-revenue"


@pytest.mark.parametrize(
    ("of", "sums"),
    [
        (kpi.ORDERS, {Measure.ORDERS: 1}),
        (kpi.UPSELLS, {}),
        (kpi.DEAL_REVENUE, {Measure.DEALS_EVER: 1}),
        (kpi.LOGO_CHURN, {Measure.CUSTOMERS_AT_OPENING: 1}),
        (kpi.FIT, {Measure.FIT_SCORES: 1}),
        (kpi.NET_PROMOTER_SCORE, {Measure.RECOMMENDATION_ANSWERS: 5}),
        (kpi.CUSTOMER_SATISFACTION, {Measure.SATISFACTION_ANSWERS: 5}),
    ],
)
def test_a_period_that_runs_is_flagged(of: Kpi, sums: Mapping[Measure, int]) -> None:
    running = reckon(of, given(sums, as_of=date(2026, 6, 29), currency="EUR"))
    over = reckon(of, given(sums, as_of=END_OF_JUNE, currency="EUR"))

    assert (running.flags, over.flags) == ({Flag.PARTIAL}, frozenset())


class TestHealth:
    def test_without_anything_known_there_is_none(self) -> None:
        assert no_data(kpi.HEALTH) == "no-parts"

    def test_each_part_is_scored_from_its_measures(self) -> None:
        sums: Amounts = {
            Measure.PROMOTERS: 6,
            Measure.DETRACTORS: 1,
            Measure.RECOMMENDATION_ANSWERS: 10,
            Measure.SATISFIED_ANSWERS: 9,
            Measure.SATISFACTION_ANSWERS: 10,
            Measure.CHECK_INS_IN_TIME: 2,
            Measure.CHECK_INS_DUE: 4,
            Measure.GOAL_PROGRESS: "150",
            Measure.GOALS_MEASURED: 2,
            Measure.RISK_POINTS: "30",
            Measure.RISKS_WATCHED: 1,
        }
        trends = [(Decimal(80), Decimal(100)), (Decimal(9), Decimal(3)), (Decimal(1), Decimal(0))]

        found = reckon(kpi.HEALTH, given(sums, trends=trends))

        assert isinstance(found, Health)
        scores = {each.name: each.scored.score for each in found.parts if each.scored}
        assert scores == {
            "satisfaction": Decimal("82.5"),
            "cadence": 50,
            "goals": 75,
            "revenue-trend": 90,
            "risks": 70,
        }
        assert {each.scored.on for each in found.parts if each.scored} == {END_OF_JUNE}
        assert found.figure.shown == 75

    def test_a_part_without_data_is_left_out_and_said_so(self) -> None:
        sums = {Measure.CHECK_INS_IN_TIME: 1, Measure.CHECK_INS_DUE: 1}

        found = reckon(kpi.HEALTH, given(sums))

        assert isinstance(found, Health)
        assert found.missing == ("satisfaction", "goals", "revenue-trend", "risks")
        assert (int(found.figure.shown), set(found.figure.flags)) == (100, {Flag.INSUFFICIENT_DATA})

    def test_an_account_that_is_watched_and_has_no_risk_is_safe(self) -> None:
        found = reckon(kpi.HEALTH, given({Measure.RISKS_WATCHED: 1}))

        assert found.figure.shown == 100

    def test_promoter_points_from_minus_to_plus_hundred_become_a_score(self) -> None:
        sums = {Measure.DETRACTORS: 5, Measure.RECOMMENDATION_ANSWERS: 5}

        assert reckon(kpi.HEALTH, given(sums)).figure.shown == 0

    def test_the_weights_are_those_of_the_policy_of_the_last_day_that_counts(self) -> None:
        weights = HealthWeights(satisfaction=0, cadence=100, goals=0, revenue_trend=0, risks=0)
        published = PolicyPublished(version=1, effective_from=date(2026, 7, 1), policy=weights)
        policies = evolve(NO_POLICIES, published)
        sums = {
            Measure.CHECK_INS_DUE: 1,
            Measure.RISKS_WATCHED: 1,
        }

        before = reckon(kpi.HEALTH, given(sums, policies=policies))
        after = reckon(kpi.HEALTH, given(sums, period=YEAR, policies=policies))

        assert (before.figure.shown, after.figure.shown) == (33, 0)


def test_every_definition_has_a_name_of_its_own_and_asks_families_that_are_kept() -> None:
    assert len(DEFINITIONS) == len(EVERY_DEFINITION)
    for definition in EVERY_DEFINITION:
        assert set(definition.families) <= set(EVERY_FAMILY)


@pytest.mark.parametrize(
    ("of", "by_currency"),
    [
        (kpi.REVENUE, True),
        (kpi.DEAL_REVENUE, True),
        (kpi.NET_REVENUE_RETENTION, True),
        (kpi.ORDERS, True),
        (kpi.TOP_1_REVENUE_SHARE, True),
        (kpi.UPSELLS, False),
        (kpi.HEALTH, False),
        (kpi.NET_PROMOTER_SCORE, False),
    ],
)
def test_what_is_made_of_money_has_a_figure_for_each_currency(
    of: Kpi, *, by_currency: bool
) -> None:
    definition: Definition = DEFINITIONS[of.name]

    assert definition.by_currency is by_currency


def test_a_kpi_is_found_by_its_name_among_those_there_are() -> None:
    assert definition_of("revenue", OF_ACCOUNTS) is DEFINITIONS["revenue"]
    assert definition_of("portfolio-load", EVERY_DEFINITION) is DEFINITIONS["portfolio-load"]
    for name, there_are, whose in (
        ("portfolio-load", OF_ACCOUNTS, "an account"),
        ("happiness", EVERY_DEFINITION, "a group"),
    ):
        with pytest.raises(NoSuch, match=f"no KPI {name} of {whose}; there are revenue, orders"):
            definition_of(name, there_are)
