"""What each KPI is: which measures it is a formula of, and where these come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain import kpi
from domain.evidence import Family, Measure, Sums
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
from domain.figure import Figure, percent, tally, too_few
from domain.kpi import (
    NO_FLAGS,
    Flags,
    Kpi,
    MoneyFigure,
    NoData,
    Unit,
    average_order_value,
    money_figure,
    revenue,
)
from domain.kpi_feedback import ANSWERS_MIN, PromoterSplit, promoter_score
from domain.kpi_value import Earned, historic_lifetime_value
from domain.percent import Percent

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


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a formula is given: sums of one currency (None: what is no money), and what goes along.

    `revenues` are those of each account, in that currency. `trends` are, of each currency, the
    revenue of the period and of the one before.
    """

    question: Question
    sums: Sums = field(default_factory=dict)
    currency: str | None = None
    revenues: Sequence[Decimal] = ()
    trends: Sequence[tuple[Decimal, Decimal]] = ()

    @property
    def flags(self) -> Flags:
        return running(self.question.period, self.question.as_of)

    def policy(self, policy_class: type[P]) -> P:
        """Return the policy in force on the last day that counts."""
        return self.question.policies.in_force(policy_class, self.question.closing).policy

    def __getitem__(self, measure: Measure) -> Decimal:
        found = self.sums.get(measure)
        return Decimal(0) if found is None else found.amount

    def count(self, measure: Measure) -> int:
        return int(self[measure])


Reckon = Callable[[Reckoning], Figure | MoneyFigure | Health]
"""Raises: NoData, where there is nothing to reckon from."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI, the measures that its formula sees, and the families of events that contribute to them.

    `orders`: it is made of orders and refunds, too; `before`: also of those of the period before;
    `by_account`: of each account's revenue. `policy` is what it is reckoned by.
    """

    kpi: Kpi
    measures: tuple[Measure, ...]
    reckon: Reckon
    families: tuple[Family, ...] = ()
    orders: bool = False
    before: bool = False
    by_account: bool = False
    policy: type[BaseModel] | None = None

    @property
    def by_currency(self) -> bool:
        """Whether it has a figure for each currency that its measures are in."""
        if self.kpi.unit is Unit.MONEY or RECURRING in self.families:
            return True
        return (self.orders or self.by_account) and not self.families


def _revenue(given: Reckoning) -> MoneyFigure:
    return revenue(
        given[Measure.ORDER_AMOUNT],
        given[Measure.REFUND_AMOUNT],
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def _orders(given: Reckoning) -> Figure:
    number = given.count(Measure.ORDERS)
    return tally(number, of=number, flags=given.flags)


def _average_order_value(given: Reckoning) -> MoneyFigure:
    net = given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT]
    orders = given.count(Measure.ORDERS)
    return average_order_value(net, orders, currency=given.currency or "")


def _lifetime_value(given: Reckoning) -> MoneyFigure:
    net = given[Measure.ORDER_AMOUNT] - given[Measure.REFUND_AMOUNT]
    return historic_lifetime_value(
        [Earned(net, given.policy(GrossMargin).margin)],
        orders_ever=given.count(Measure.ORDERS_EVER),
        currency=given.currency or "",
    )


def _deal_amount(amount: Measure) -> Reckon:
    def reckon(given: Reckoning) -> MoneyFigure:
        if given[Measure.DEALS_EVER] == 0:
            raise NoData("no-deal-history", "no deal was won up to the end of the period")
        return money_figure(given[amount], given.currency or "", flags=given.flags)

    return reckon


def _number_of(measure: Measure) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        number = given.count(measure)
        return tally(number, of=number, flags=given.flags)

    return reckon


def _net_promoter_score(given: Reckoning) -> Figure:
    promoters, detractors = given.count(Measure.PROMOTERS), given.count(Measure.DETRACTORS)
    answers = given.count(Measure.RECOMMENDATION_ANSWERS)
    split = PromoterSplit(promoters, answers - promoters - detractors, detractors)
    return promoter_score(split, flags=given.flags)


def _customer_satisfaction(given: Reckoning) -> Figure:
    answers = given.count(Measure.SATISFACTION_ANSWERS)
    if answers == 0:
        raise NoData("no-answers", "nobody has answered in the period")
    satisfied = given.count(Measure.SATISFIED_ANSWERS)
    flags = given.flags | too_few(answers, ANSWERS_MIN)
    return percent(satisfied, answers, count=answers, flags=flags)


def _share(part: Measure, whole: Measure, reason_code: str, message: str) -> Reckon:
    """Divide what is counted by all that is; without any there is no share."""

    def reckon(given: Reckoning) -> Figure:
        if given[whole] == 0:
            raise NoData(reason_code, message)
        return percent(given[part], given[whole], count=int(given[whole]), flags=given.flags)

    return reckon


def _mean(total: Measure, number: Measure, reason_code: str, message: str) -> Reckon:
    """Divide a sum of percent or points by how many there are."""

    def reckon(given: Reckoning) -> Figure:
        if given[number] == 0:
            raise NoData(reason_code, message)
        hundred = 100 * given[number]
        return percent(given[total], hundred, count=given.count(number), flags=given.flags)

    return reckon


def _concentration(which: str) -> Reckon:
    def reckon(given: Reckoning) -> Figure:
        found: Figure = getattr(revenue_concentration(given.revenues, flags=given.flags), which)
        return found

    return reckon


def _kept(kept: Measure) -> Reckon:
    return _share(
        kept,
        Measure.RECURRING_AT_OPENING,
        "nothing-recurring",
        "nothing recurring was paid at the opening of the period",
    )


EVERY_DEFINITION: Final[tuple[Definition, ...]] = (
    Definition(
        kpi.REVENUE,
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS_EVER),
        _revenue,
        orders=True,
    ),
    Definition(kpi.ORDERS, (Measure.ORDERS,), _orders, orders=True),
    Definition(
        kpi.AVERAGE_ORDER_VALUE,
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS),
        _average_order_value,
        orders=True,
    ),
    Definition(
        kpi.CUSTOMER_LIFETIME_VALUE,
        (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS_EVER),
        _lifetime_value,
        orders=True,
        policy=GrossMargin,
    ),
    Definition(
        kpi.DEAL_REVENUE,
        (Measure.DEAL_AMOUNT, Measure.DEALS_EVER),
        _deal_amount(Measure.DEAL_AMOUNT),
        (DEALS,),
    ),
    Definition(kpi.CROSS_SELLS, (Measure.CROSS_SELLS,), _number_of(Measure.CROSS_SELLS), (DEALS,)),
    Definition(
        kpi.CROSS_SELL_AMOUNT,
        (Measure.CROSS_SELL_AMOUNT, Measure.DEALS_EVER),
        _deal_amount(Measure.CROSS_SELL_AMOUNT),
        (DEALS,),
    ),
    Definition(kpi.UPSELLS, (Measure.UPSELLS,), _number_of(Measure.UPSELLS), (DEALS,)),
    Definition(
        kpi.UPSELL_AMOUNT,
        (Measure.UPSELL_AMOUNT, Measure.DEALS_EVER),
        _deal_amount(Measure.UPSELL_AMOUNT),
        (DEALS,),
    ),
    Definition(
        kpi.NET_PROMOTER_SCORE,
        (Measure.PROMOTERS, Measure.DETRACTORS, Measure.RECOMMENDATION_ANSWERS),
        _net_promoter_score,
        (FEEDBACK,),
    ),
    Definition(
        kpi.CUSTOMER_SATISFACTION,
        (Measure.SATISFIED_ANSWERS, Measure.SATISFACTION_ANSWERS),
        _customer_satisfaction,
        (FEEDBACK,),
    ),
    Definition(
        kpi.NET_REVENUE_RETENTION,
        (Measure.RECURRING_KEPT, Measure.RECURRING_AT_OPENING),
        _kept(Measure.RECURRING_KEPT),
        (RECURRING,),
    ),
    Definition(
        kpi.GROSS_REVENUE_RETENTION,
        (Measure.RECURRING_KEPT_GROSS, Measure.RECURRING_AT_OPENING),
        _kept(Measure.RECURRING_KEPT_GROSS),
        (RECURRING,),
    ),
    Definition(
        kpi.LOGO_CHURN,
        (Measure.CUSTOMERS_LOST, Measure.CUSTOMERS_AT_OPENING),
        _share(
            Measure.CUSTOMERS_LOST,
            Measure.CUSTOMERS_AT_OPENING,
            "no-customers",
            "there was no customer at the opening of the period",
        ),
        (ACCOUNTS,),
    ),
    Definition(
        kpi.CADENCE_ADHERENCE,
        (Measure.CHECK_INS_IN_TIME, Measure.CHECK_INS_DUE),
        _share(
            Measure.CHECK_INS_IN_TIME,
            Measure.CHECK_INS_DUE,
            "nothing-due",
            "no check-in was due in the period",
        ),
        (CHECK_INS,),
    ),
    Definition(
        kpi.CHECK_IN_QUALITY,
        (Measure.CHECK_INS_OF_SUBSTANCE, Measure.CHECK_INS_HELD),
        _share(
            Measure.CHECK_INS_OF_SUBSTANCE,
            Measure.CHECK_INS_HELD,
            "no-check-ins",
            "no check-in was held in the period",
        ),
        (CHECK_INS,),
    ),
    Definition(
        kpi.DECISION_MAKER_COVERAGE,
        (Measure.DECISION_MAKERS_MET, Measure.DECISION_MAKERS),
        _share(
            Measure.DECISION_MAKERS_MET,
            Measure.DECISION_MAKERS,
            "no-decision-makers",
            "nobody is known who decides; find out who does",
        ),
        (CHECK_INS,),
    ),
    Definition(
        kpi.COMMITMENTS_KEPT_BY_US,
        (Measure.OUR_COMMITMENTS_KEPT, Measure.OUR_COMMITMENTS_DUE),
        _share(
            Measure.OUR_COMMITMENTS_KEPT,
            Measure.OUR_COMMITMENTS_DUE,
            "no-commitments-due",
            "no commitment of ours was due in the period",
        ),
        (COMMITMENTS,),
    ),
    Definition(
        kpi.COMMITMENTS_KEPT_BY_THEM,
        (Measure.THEIR_COMMITMENTS_KEPT, Measure.THEIR_COMMITMENTS_DUE),
        _share(
            Measure.THEIR_COMMITMENTS_KEPT,
            Measure.THEIR_COMMITMENTS_DUE,
            "no-commitments-due",
            "no commitment of theirs was due in the period",
        ),
        (COMMITMENTS,),
    ),
    Definition(
        kpi.GOAL_ATTAINMENT_RATE,
        (Measure.GOALS_ACHIEVED, Measure.GOALS_DUE),
        _share(
            Measure.GOALS_ACHIEVED,
            Measure.GOALS_DUE,
            "no-goals-due",
            "no goal was due in the period",
        ),
        (GOALS,),
    ),
    Definition(
        kpi.MEAN_GOAL_PROGRESS,
        (Measure.GOAL_PROGRESS, Measure.GOALS_MEASURED),
        _mean(
            Measure.GOAL_PROGRESS,
            Measure.GOALS_MEASURED,
            "no-goals-measured",
            "no goal of the period has been measured",
        ),
        (GOALS,),
    ),
    Definition(
        kpi.FIT,
        (Measure.FIT_TOTAL, Measure.FIT_SCORES),
        _mean(Measure.FIT_TOTAL, Measure.FIT_SCORES, "never-scored", "its fit was never scored"),
        (FIT,),
    ),
    Definition(
        kpi.PROFILE_COMPLETENESS,
        (Measure.INFORMATION_KNOWN, Measure.INFORMATION_ASKED),
        _share(
            Measure.INFORMATION_KNOWN,
            Measure.INFORMATION_ASKED,
            "nothing-asked",
            "the policy asks for no information at this tier",
        ),
        (INFORMATION,),
        policy=InformationRequirements,
    ),
    Definition(
        kpi.KEY_ACCOUNT_SHARE,
        (Measure.KEY_ACCOUNTS, Measure.ACTIVE_ACCOUNTS),
        _share(
            Measure.KEY_ACCOUNTS,
            Measure.ACTIVE_ACCOUNTS,
            "no-customers",
            "there is no customer at the end of the period",
        ),
        (ACCOUNTS,),
    ),
    Definition(
        kpi.PORTFOLIO_LOAD,
        (Measure.POINTS_HELD, Measure.POINTS_CAPACITY),
        lambda given: portfolio_load(given[Measure.POINTS_HELD], given[Measure.POINTS_CAPACITY]),
        (PORTFOLIOS,),
        policy=Capacity,
    ),
    *[
        Definition(of_share, (), _concentration(which), by_account=True)
        for of_share, which in (
            (kpi.REVENUE_CONCENTRATION, "index"),
            (kpi.TOP_1_REVENUE_SHARE, "top_1"),
            (kpi.TOP_5_REVENUE_SHARE, "top_5"),
            (kpi.TOP_10_REVENUE_SHARE, "top_10"),
        )
    ],
    Definition(
        kpi.HEALTH,
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
