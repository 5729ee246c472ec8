"""Every KPI: which measures it is a formula of, and which events contribute to them."""

from collections.abc import Mapping, Sequence
from typing import Final

from domain import kpi
from domain.evidence import Family, Measure
from domain.evidence_accounts import ACCOUNTS
from domain.evidence_check_ins import CHECK_INS
from domain.evidence_commitments import COMMITMENTS
from domain.evidence_deals import DEALS
from domain.evidence_feedback import FEEDBACK
from domain.evidence_goals import GOALS
from domain.evidence_information import INFORMATION
from domain.evidence_judgements import FIT, RISKS
from domain.evidence_portfolios import PORTFOLIOS
from domain.evidence_recurring import RECURRING
from domain.kpi_cadence import cadence_adherence
from domain.kpi_definition import Definition
from domain.kpi_engagement import check_in_quality, commitments_kept, decision_maker_coverage
from domain.kpi_feedback import customer_satisfaction, mean_satisfaction
from domain.kpi_goals import goal_attainment_rate, mean_goal_progress
from domain.kpi_health_reckoning import reckon_health
from domain.kpi_portfolio import key_account_share, portfolio_load
from domain.kpi_profile import fit, profile_completeness
from domain.kpi_reckoning import (
    amount_of,
    number_of,
    ratio,
    reckon_average_order_value,
    reckon_concentration,
    reckon_deal_revenue,
    reckon_lifetime_value,
    reckon_net_promoter_score,
    reckon_orders,
    reckon_revenue,
    share_of_largest,
)
from domain.kpi_retention import gross_revenue_retention, logo_churn, net_revenue_retention
from domain.policy import Capacity, GrossMargin, HealthWeights, InformationRequirements
from domain.refusal import NoSuch

EVERY_FAMILY: Final[tuple[Family, ...]] = (
    ACCOUNTS,
    CHECK_INS,
    COMMITMENTS,
    DEALS,
    FEEDBACK,
    FIT,
    GOALS,
    INFORMATION,
    PORTFOLIOS,
    RECURRING,
    RISKS,
)
"""Every kind of evidence but orders and refunds: those are too many to be read one by one."""

EVERY_DEFINITION: Final[tuple[Definition, ...]] = (
    Definition(
        kpi.REVENUE,
        "revenue",
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS_EVER),
        reckon_revenue,
        orders=True,
    ),
    Definition(kpi.ORDERS, "orders", (Measure.ORDERS,), reckon_orders, orders=True),
    Definition(
        kpi.AVERAGE_ORDER_VALUE,
        "revenue ÷ orders",
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS),
        reckon_average_order_value,
        orders=True,
    ),
    Definition(
        kpi.CUSTOMER_LIFETIME_VALUE,
        "revenue × gross margin",
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS_EVER),
        reckon_lifetime_value,
        orders=True,
        ever=True,
        policy=GrossMargin,
    ),
    Definition(
        kpi.DEAL_REVENUE,
        "deal-amount",
        (Measure.DEAL_AMOUNT, Measure.DEALS_EVER),
        reckon_deal_revenue,
        (DEALS,),
    ),
    Definition(
        kpi.CROSS_SELLS,
        "cross-sells",
        (Measure.CROSS_SELLS,),
        number_of(Measure.CROSS_SELLS),
        (DEALS,),
    ),
    Definition(
        kpi.CROSS_SELL_AMOUNT,
        "cross-sell-amount",
        (Measure.CROSS_SELL_AMOUNT, Measure.DEALS_EVER),
        amount_of(Measure.CROSS_SELL_AMOUNT),
        (DEALS,),
    ),
    Definition(kpi.UPSELLS, "upsells", (Measure.UPSELLS,), number_of(Measure.UPSELLS), (DEALS,)),
    Definition(
        kpi.UPSELL_AMOUNT,
        "upsell-amount",
        (Measure.UPSELL_AMOUNT, Measure.DEALS_EVER),
        amount_of(Measure.UPSELL_AMOUNT),
        (DEALS,),
    ),
    Definition(
        kpi.NET_PROMOTER_SCORE,
        "100 × (promoters − detractors) ÷ recommendation-answers",
        (Measure.PROMOTERS, Measure.DETRACTORS, Measure.RECOMMENDATION_ANSWERS),
        reckon_net_promoter_score,
        (FEEDBACK,),
    ),
    Definition(
        kpi.CUSTOMER_SATISFACTION,
        "100 × satisfied-answers ÷ satisfaction-answers",
        (Measure.SATISFIED_ANSWERS, Measure.SATISFACTION_ANSWERS),
        ratio(customer_satisfaction, Measure.SATISFIED_ANSWERS, Measure.SATISFACTION_ANSWERS),
        (FEEDBACK,),
    ),
    Definition(
        kpi.MEAN_SATISFACTION,
        "satisfaction-points ÷ satisfaction-answers",
        (Measure.SATISFACTION_POINTS, Measure.SATISFACTION_ANSWERS),
        ratio(mean_satisfaction, Measure.SATISFACTION_POINTS, Measure.SATISFACTION_ANSWERS),
        (FEEDBACK,),
    ),
    Definition(
        kpi.NET_REVENUE_RETENTION,
        "100 × recurring-kept ÷ recurring-at-opening",
        (Measure.RECURRING_KEPT, Measure.RECURRING_AT_OPENING),
        ratio(net_revenue_retention, Measure.RECURRING_KEPT, Measure.RECURRING_AT_OPENING),
        (RECURRING,),
    ),
    Definition(
        kpi.GROSS_REVENUE_RETENTION,
        "100 × recurring-kept-gross ÷ recurring-at-opening",
        (Measure.RECURRING_KEPT_GROSS, Measure.RECURRING_AT_OPENING),
        ratio(gross_revenue_retention, Measure.RECURRING_KEPT_GROSS, Measure.RECURRING_AT_OPENING),
        (RECURRING,),
    ),
    Definition(
        kpi.LOGO_CHURN,
        "100 × customers-lost ÷ customers-at-opening",
        (Measure.CUSTOMERS_LOST, Measure.CUSTOMERS_AT_OPENING),
        ratio(logo_churn, Measure.CUSTOMERS_LOST, Measure.CUSTOMERS_AT_OPENING),
        (ACCOUNTS,),
    ),
    Definition(
        kpi.CADENCE_ADHERENCE,
        "100 × check-ins-in-time ÷ check-ins-due",
        (Measure.CHECK_INS_IN_TIME, Measure.CHECK_INS_DUE),
        ratio(cadence_adherence, Measure.CHECK_INS_IN_TIME, Measure.CHECK_INS_DUE),
        (CHECK_INS,),
    ),
    Definition(
        kpi.CHECK_IN_QUALITY,
        "100 × check-ins-of-substance ÷ check-ins-held",
        (Measure.CHECK_INS_OF_SUBSTANCE, Measure.CHECK_INS_HELD),
        ratio(check_in_quality, Measure.CHECK_INS_OF_SUBSTANCE, Measure.CHECK_INS_HELD),
        (CHECK_INS,),
    ),
    Definition(
        kpi.DECISION_MAKER_COVERAGE,
        "100 × decision-makers-met ÷ decision-makers",
        (Measure.DECISION_MAKERS_MET, Measure.DECISION_MAKERS),
        ratio(decision_maker_coverage, Measure.DECISION_MAKERS_MET, Measure.DECISION_MAKERS),
        (CHECK_INS,),
    ),
    Definition(
        kpi.COMMITMENTS_KEPT_BY_US,
        "100 × our-commitments-kept ÷ our-commitments-due",
        (Measure.OUR_COMMITMENTS_KEPT, Measure.OUR_COMMITMENTS_DUE),
        ratio(commitments_kept, Measure.OUR_COMMITMENTS_KEPT, Measure.OUR_COMMITMENTS_DUE),
        (COMMITMENTS,),
    ),
    Definition(
        kpi.COMMITMENTS_KEPT_BY_THEM,
        "100 × their-commitments-kept ÷ their-commitments-due",
        (Measure.THEIR_COMMITMENTS_KEPT, Measure.THEIR_COMMITMENTS_DUE),
        ratio(commitments_kept, Measure.THEIR_COMMITMENTS_KEPT, Measure.THEIR_COMMITMENTS_DUE),
        (COMMITMENTS,),
    ),
    Definition(
        kpi.GOAL_ATTAINMENT_RATE,
        "100 × goals-achieved ÷ goals-due",
        (Measure.GOALS_ACHIEVED, Measure.GOALS_DUE),
        ratio(goal_attainment_rate, Measure.GOALS_ACHIEVED, Measure.GOALS_DUE),
        (GOALS,),
    ),
    Definition(
        kpi.MEAN_GOAL_PROGRESS,
        "goal-progress ÷ goals-measured",
        (Measure.GOAL_PROGRESS, Measure.GOALS_MEASURED),
        ratio(mean_goal_progress, Measure.GOAL_PROGRESS, Measure.GOALS_MEASURED),
        (GOALS,),
    ),
    Definition(
        kpi.FIT,
        "fit-total ÷ fit-scores",
        (Measure.FIT_TOTAL, Measure.FIT_SCORES),
        ratio(fit, Measure.FIT_TOTAL, Measure.FIT_SCORES),
        (FIT,),
    ),
    Definition(
        kpi.PROFILE_COMPLETENESS,
        "100 × information-known ÷ information-asked",
        (Measure.INFORMATION_KNOWN, Measure.INFORMATION_ASKED),
        ratio(profile_completeness, Measure.INFORMATION_KNOWN, Measure.INFORMATION_ASKED),
        (INFORMATION,),
        policy=InformationRequirements,
    ),
    Definition(
        kpi.KEY_ACCOUNT_SHARE,
        "100 × key-accounts ÷ active-accounts",
        (Measure.KEY_ACCOUNTS, Measure.ACTIVE_ACCOUNTS),
        ratio(key_account_share, Measure.KEY_ACCOUNTS, Measure.ACTIVE_ACCOUNTS),
        (ACCOUNTS,),
        groups_only=True,
    ),
    Definition(
        kpi.PORTFOLIO_LOAD,
        "100 × points-held ÷ points-capacity",
        (Measure.POINTS_HELD, Measure.POINTS_CAPACITY),
        ratio(portfolio_load, Measure.POINTS_HELD, Measure.POINTS_CAPACITY),
        (PORTFOLIOS,),
        policy=Capacity,
        groups_only=True,
    ),
    Definition(
        kpi.REVENUE_CONCENTRATION,
        "10,000 × Σ (revenue of an account ÷ revenue)²",
        (),
        reckon_concentration,
        by_account=True,
        groups_only=True,
    ),
    *[
        Definition(of_share, how, (), share_of_largest(number), by_account=True, groups_only=True)
        for of_share, how, number in (
            (kpi.TOP_1_REVENUE_SHARE, "100 × revenue of the largest account ÷ revenue", 1),
            (kpi.TOP_5_REVENUE_SHARE, "100 × revenue of the 5 largest ÷ revenue", 5),
            (kpi.TOP_10_REVENUE_SHARE, "100 × revenue of the 10 largest ÷ revenue", 10),
        )
    ],
    Definition(
        kpi.HEALTH,
        "Σ weight × score ÷ Σ weight, over the parts with data",
        (
            Measure.PROMOTERS,
            Measure.DETRACTORS,
            Measure.RECOMMENDATION_ANSWERS,
            Measure.SATISFIED_ANSWERS,
            Measure.SATISFACTION_ANSWERS,
            Measure.CHECK_INS_IN_TIME,
            Measure.CHECK_INS_DUE,
            Measure.GOAL_PROGRESS,
            Measure.GOALS_MEASURED,
            Measure.RISK_POINTS,
            Measure.RISKS_WATCHED,
        ),
        reckon_health,
        (FEEDBACK, CHECK_INS, GOALS, RISKS),
        orders=True,
        before=True,
        policy=HealthWeights,
    ),
)
"""Every KPI that is a formula of sums over accounts, in the order in which they are shown."""

DEFINITIONS: Final[Mapping[str, Definition]] = {each.kpi.name: each for each in EVERY_DEFINITION}

OF_ACCOUNTS: Final = tuple(each for each in EVERY_DEFINITION if not each.groups_only)
"""Those that there are of a single account, too."""


def definition_of(name: str, there_are: Sequence[Definition]) -> Definition:
    """Return the KPI of this name, of those that there are of whoever is asked for.

    Raises:
        NoSuch: there is none; says which there are.
    """
    found = DEFINITIONS.get(name)
    if found is None or found not in there_are:
        names = ", ".join(each.kpi.name for each in there_are)
        whose = "an account" if there_are is OF_ACCOUNTS else "a group"
        raise NoSuch("kpi", f"there is no KPI {name} of {whose}; there are {names}")
    return found
