"""The figures of account management: their names, what they are measured in, and their flags.

Each formula is one pure function over sums of additive measures, by family in `domain/kpi_*.py`.
No data is not zero: a figure that cannot be known raises `NoData`, with the reason as a code.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.currency import Currency, minor_units
from domain.money import Money
from domain.rounding import Exact, half_up

EXACT_DECIMALS: Final = 10


class Unit(StrEnum):
    """Points are those of a score that is no share: -100 to 100, 0 to 100, 0 to 10,000."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"


class Flag(StrEnum):
    """What a reader must know of a figure before relying on it; the value stands all the same."""

    PARTIAL = "partial"
    """The period still runs: there may be more to come."""
    INSUFFICIENT_DATA = "insufficient-data"
    """Too little is known for the figure to carry a decision."""
    MARGIN_UNKNOWN = "margin-unknown"
    """Reckoned from revenue, as if what was sold had cost nothing."""
    OVER_CAPACITY = "over-capacity"
    """More is asked of somebody than can be borne."""


Flags = frozenset[Flag]
NO_FLAGS: Final[Flags] = frozenset()


class NoData(Exception):
    """There is nothing to reckon from. `reason_code` is for programs: `no-orders`, ..."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure's stored name, and the version of the formula behind it.

    `formula_version` rises with every change that makes the same facts give another figure.
    """

    name: str
    formula_version: int
    unit: Unit


REVENUE: Final = Kpi("revenue", 1, Unit.MONEY)
ORDERS: Final = Kpi("orders", 1, Unit.COUNT)
AVERAGE_ORDER_VALUE: Final = Kpi("average-order-value", 1, Unit.MONEY)

DEAL_REVENUE: Final = Kpi("deal-revenue", 1, Unit.MONEY)
CROSS_SELLS: Final = Kpi("cross-sells", 1, Unit.COUNT)
CROSS_SELL_AMOUNT: Final = Kpi("cross-sell-amount", 1, Unit.MONEY)
UPSELLS: Final = Kpi("upsells", 1, Unit.COUNT)
UPSELL_AMOUNT: Final = Kpi("upsell-amount", 1, Unit.MONEY)

NET_PROMOTER_SCORE: Final = Kpi("net-promoter-score", 1, Unit.POINTS)
CUSTOMER_SATISFACTION: Final = Kpi("customer-satisfaction", 1, Unit.PERCENT)
MEAN_SATISFACTION: Final = Kpi("mean-satisfaction", 1, Unit.PERCENT)

CUSTOMER_LIFETIME_VALUE: Final = Kpi("customer-lifetime-value", 1, Unit.MONEY)
RETENTION_LIFETIME_VALUE: Final = Kpi("retention-lifetime-value", 1, Unit.MONEY)
NET_REVENUE_RETENTION: Final = Kpi("net-revenue-retention", 1, Unit.PERCENT)
GROSS_REVENUE_RETENTION: Final = Kpi("gross-revenue-retention", 1, Unit.PERCENT)
LOGO_CHURN: Final = Kpi("logo-churn", 1, Unit.PERCENT)

CADENCE_ADHERENCE: Final = Kpi("cadence-adherence", 1, Unit.PERCENT)
CHECK_IN_QUALITY: Final = Kpi("check-in-quality", 1, Unit.PERCENT)
DECISION_MAKER_COVERAGE: Final = Kpi("decision-maker-coverage", 1, Unit.PERCENT)
COMMITMENTS_KEPT_BY_US: Final = Kpi("commitments-kept-by-us", 1, Unit.PERCENT)
COMMITMENTS_KEPT_BY_THEM: Final = Kpi("commitments-kept-by-them", 1, Unit.PERCENT)

GOAL_ATTAINMENT_RATE: Final = Kpi("goal-attainment-rate", 1, Unit.PERCENT)
MEAN_GOAL_PROGRESS: Final = Kpi("mean-goal-progress", 1, Unit.PERCENT)
HEALTH: Final = Kpi("health", 1, Unit.POINTS)
FIT: Final = Kpi("fit", 1, Unit.PERCENT)
PROFILE_COMPLETENESS: Final = Kpi("profile-completeness", 1, Unit.PERCENT)

PORTFOLIO_LOAD: Final = Kpi("portfolio-load", 1, Unit.PERCENT)
KEY_ACCOUNT_SHARE: Final = Kpi("key-account-share", 1, Unit.PERCENT)
REVENUE_CONCENTRATION: Final = Kpi("revenue-concentration", 1, Unit.POINTS)
TOP_1_REVENUE_SHARE: Final = Kpi("top-1-revenue-share", 1, Unit.PERCENT)
TOP_5_REVENUE_SHARE: Final = Kpi("top-5-revenue-share", 1, Unit.PERCENT)
TOP_10_REVENUE_SHARE: Final = Kpi("top-10-revenue-share", 1, Unit.PERCENT)
COVERAGE_RETURN: Final = Kpi("coverage-return", 1, Unit.PERCENT)

EVERY_KPI: Final = (REVENUE, ORDERS, AVERAGE_ORDER_VALUE)
"""Those of orders in a period."""

CATALOGUE: Final = (
    *EVERY_KPI,
    DEAL_REVENUE,
    CROSS_SELLS,
    CROSS_SELL_AMOUNT,
    UPSELLS,
    UPSELL_AMOUNT,
    NET_PROMOTER_SCORE,
    CUSTOMER_SATISFACTION,
    MEAN_SATISFACTION,
    CUSTOMER_LIFETIME_VALUE,
    RETENTION_LIFETIME_VALUE,
    NET_REVENUE_RETENTION,
    GROSS_REVENUE_RETENTION,
    LOGO_CHURN,
    CADENCE_ADHERENCE,
    CHECK_IN_QUALITY,
    DECISION_MAKER_COVERAGE,
    COMMITMENTS_KEPT_BY_US,
    COMMITMENTS_KEPT_BY_THEM,
    GOAL_ATTAINMENT_RATE,
    MEAN_GOAL_PROGRESS,
    HEALTH,
    FIT,
    PROFILE_COMPLETENESS,
    PORTFOLIO_LOAD,
    KEY_ACCOUNT_SHARE,
    REVENUE_CONCENTRATION,
    TOP_1_REVENUE_SHARE,
    TOP_5_REVENUE_SHARE,
    TOP_10_REVENUE_SHARE,
    COVERAGE_RETURN,
)
"""Every figure that there is a formula for."""


@dataclass(frozen=True, slots=True)
class MoneyFigure:
    """A figure in money: `exact` to 10 decimals, halves away from zero, and as it is shown."""

    exact: Decimal
    shown: Money
    flags: Flags = NO_FLAGS


def money_figure(amount: Exact, currency: Currency, *, flags: Flags = NO_FLAGS) -> MoneyFigure:
    """Round twice from the same amount, never the rounded once again."""
    return MoneyFigure(
        exact=half_up(amount, EXACT_DECIMALS),
        shown=Money(amount=half_up(amount, minor_units(currency)), currency=currency),
        flags=flags,
    )
