"""Predictive customer lifetime value: expected purchases times expected amount, discounted."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.purchase_history import PurchaseHistory
from domain.purchasing import Outlook, Purchasing, outlook
from domain.spending import Spending, expected_amount

WEEKS_A_MONTH: Final = 4.345
"""365.25 days a year by 12 months by 7 days, to three decimals (catalogue of KPIs, 3.3)."""

CUSTOMERS_ADVISED: Final = 1_000
"""From how many customers on a fit is held to be steady (catalogue of KPIs, 3.2)."""

CORRELATION_NOTED: Final = 0.3
"""From where on the number of purchases goes with their amount: a medium effect (Cohen, Statistical
Power Analysis for the Behavioral Sciences, 1988). Gamma-Gamma takes it to be 0."""


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """What is expected of one customer within some months; amounts in the customer's currency."""

    alive: float
    purchases: float
    amount: float
    """Of each purchase."""
    undiscounted: float
    value: float
    """What the purchases are worth today."""


def outlook_of(purchasing: Purchasing, history: PurchaseHistory) -> Outlook:
    return outlook(purchasing, history.repeats, history.last_weeks, history.age_weeks)


def amount_of(spending: Spending, history: PurchaseHistory) -> float:
    return expected_amount(spending, history.repeats, history.mean_repeat_amount)


def lifetime_value(
    ahead: Outlook,
    amount: float,
    *,
    months: int,
    monthly_discount: float,
    weeks_a_month: float = WEEKS_A_MONTH,
) -> LifetimeValue:
    """Discount what a customer is expected to buy in each of the coming months (at least 1).

    What falls into a month is taken to be paid at its end, and is divided by (1 + discount) for
    each month until then; 0.01 is one percent a month, 12.7 % a year.
    """
    so_far = [ahead.expected_purchases(month * weeks_a_month) for month in range(months + 1)]
    discounted = [
        (so_far[month] - so_far[month - 1]) / (1 + monthly_discount) ** month
        for month in range(1, months + 1)
    ]
    return LifetimeValue(
        alive=ahead.alive,
        purchases=so_far[-1],
        amount=amount,
        undiscounted=amount * so_far[-1],
        value=amount * sum(discounted),
    )


def cautions(
    history: PurchaseHistory,
    *,
    until: date,
    fitted_until: date,
    customers: int,
    correlation: float,
) -> list[str]:
    """Say what the reader of a figure must know, as codes.

    `population-mean-amount`: without a repeat purchase the amount is that of all customers.
    `bought-since-the-fit`: the customer's last purchase lies after the orders that were fitted.
    `few-customers`: the fit rests on fewer than are advised. `amount-goes-with-frequency`: those
    who buy more often pay other amounts, which the model takes not to be so.
    """
    last = until.toordinal() - history.age_days + history.last_days
    found = {
        "population-mean-amount": history.repeats == 0,
        "bought-since-the-fit": last > fitted_until.toordinal(),
        "few-customers": customers < CUSTOMERS_ADVISED,
        "amount-goes-with-frequency": abs(correlation) > CORRELATION_NOTED,
    }
    return [code for code, holds in found.items() if holds]
