"""Evidence: what events contribute to the measures that every figure is a formula of.

A family of evidence is a pure function from what happened to an account, as known at one moment, to
its contributions, as of one day. The sums of contributions are all that a formula sees, so a figure
can always be reckoned again from the lines that are shown as its evidence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.event import Event
from domain.period import Period
from domain.policy_set import PolicySet


class Measure(StrEnum):
    """What contributions add up to; the amounts of one measure are of one unit."""

    ORDER_AMOUNT = "order-amount"
    REFUND_AMOUNT = "refund-amount"
    ORDERS = "orders"
    ORDERS_EVER = "orders-ever"
    DEALS_EVER = "deals-ever"
    DEALS_WON = "deals-won"
    DEAL_AMOUNT = "deal-amount"
    CROSS_SELLS = "cross-sells"
    CROSS_SELL_AMOUNT = "cross-sell-amount"
    UPSELLS = "upsells"
    UPSELL_AMOUNT = "upsell-amount"
    PROMOTERS = "promoters"
    DETRACTORS = "detractors"
    RECOMMENDATION_ANSWERS = "recommendation-answers"
    SATISFIED_ANSWERS = "satisfied-answers"
    SATISFACTION_ANSWERS = "satisfaction-answers"
    SATISFACTION_POINTS = "satisfaction-points"
    RECURRING_AT_OPENING = "recurring-at-opening"
    RECURRING_KEPT = "recurring-kept"
    RECURRING_KEPT_GROSS = "recurring-kept-gross"
    CUSTOMERS_AT_OPENING = "customers-at-opening"
    CUSTOMERS_LOST = "customers-lost"
    CHECK_INS_DUE = "check-ins-due"
    CHECK_INS_IN_TIME = "check-ins-in-time"
    CHECK_INS_HELD = "check-ins-held"
    CHECK_INS_OF_SUBSTANCE = "check-ins-of-substance"
    DECISION_MAKERS = "decision-makers"
    DECISION_MAKERS_MET = "decision-makers-met"
    OUR_COMMITMENTS_DUE = "our-commitments-due"
    OUR_COMMITMENTS_KEPT = "our-commitments-kept"
    THEIR_COMMITMENTS_DUE = "their-commitments-due"
    THEIR_COMMITMENTS_KEPT = "their-commitments-kept"
    GOALS_ACHIEVED = "goals-achieved"
    GOALS_DUE = "goals-due"
    GOALS_MEASURED = "goals-measured"
    GOAL_PROGRESS = "goal-progress"
    RISK_POINTS = "risk-points"
    RISKS_WATCHED = "risks-watched"
    FIT_TOTAL = "fit-total"
    FIT_SCORES = "fit-scores"
    INFORMATION_ASKED = "information-asked"
    INFORMATION_KNOWN = "information-known"
    ACTIVE_ACCOUNTS = "active-accounts"
    KEY_ACCOUNTS = "key-accounts"
    POINTS_HELD = "points-held"
    POINTS_CAPACITY = "points-capacity"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event as it stands in an account's history."""

    position: int
    on: date
    """The business day on which it took effect."""
    stream_id: UUID
    event: Event


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one event adds to one measure: known from its position on, counted on its day."""

    measure: Measure
    amount: Decimal
    on: date
    position: int
    subject: UUID | None = None
    """The deal, answer, check-in, ... that it stands for."""
    currency: str | None = None
    """ISO 4217 code where the amount is money."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a period, as of a day, under the policies known then.

    What happened is what was recorded by the position that is asked for; so it is no part of this.
    """

    period: Period
    as_of: date
    policies: PolicySet

    @property
    def closing(self) -> date:
        """The last day that counts: that of the period, or the day asked for, if it is earlier."""
        if self.period.until == date.max:
            return self.as_of
        return min(self.as_of, self.period.until - timedelta(days=1))

    @property
    def opening(self) -> date | None:
        """The last day before the period; None where it has no beginning, or none after today."""
        if self.period.first == date.min or self.period.first > self.as_of:
            return None
        return self.period.first - timedelta(days=1)

    def counts(self, on: date) -> bool:
        """Tell whether what happened on a day counts: in the period, and come by the day asked."""
        return on in self.period and on <= self.as_of


Contribute = Callable[[Sequence[Occurrence], Question], Iterable[Contribution]]


@dataclass(frozen=True, slots=True)
class Family:
    """Events that are read together, and what they contribute.

    `contribute` takes all occurrences of one account in the order of their positions, and skips
    those of other events.
    """

    name: str
    """Under which the entries are found again; chosen once."""
    events: tuple[type[Event], ...]
    contribute: Contribute


@dataclass(frozen=True, slots=True)
class Sum:
    """What contributions to one measure add up to, and the position of the last of them."""

    amount: Decimal
    position: int | None


Sums = Mapping[Measure, Sum]
"""The sums of one currency, or of what is no money; a measure without any is not there."""


def added(contributions: Iterable[Contribution]) -> Mapping[str | None, Sums]:
    """Add contributions up, those of each currency apart; what is no money stands under None."""
    totals: dict[str | None, dict[Measure, Sum]] = {}
    for each in contributions:
        of_currency = totals.setdefault(each.currency, {})
        before = of_currency.get(each.measure)
        of_currency[each.measure] = (
            Sum(each.amount, each.position)
            if before is None
            else Sum(before.amount + each.amount, max(before.position or 0, each.position))
        )
    return totals


ONE = Decimal(1)


def counted(
    measures: Iterable[Measure], occurrence_position: int, on: date, subject: UUID | None
) -> Iterator[Contribution]:
    """Count one of each measure."""
    for measure in measures:
        yield Contribution(measure, ONE, on, occurrence_position, subject)
