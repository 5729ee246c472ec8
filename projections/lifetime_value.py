"""The lifetime value of an account: what is expected of it by a fit, and with what caution."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from domain.lifetime_value import LifetimeValue, amount_of, cautions, lifetime_value, outlook_of
from domain.money import Money
from domain.purchase_history import PurchaseHistory
from projections.lifetime_value_fits import LifetimeValueFitRow

_FIGURES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the account has bought: days with an order after the first, and weeks since that one."""

    repeat_purchases: int
    last_purchase_week: Decimal
    age_weeks: Decimal
    mean_repeat_amount: Money | None
    """None: it has bought once."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What it is expected to buy within the months asked for.

    `value` is discounted, `undiscounted_value` is not; numbers are rounded to 4 decimals, amounts
    to the currency's minor unit, halves away from zero.
    """

    alive_probability: Decimal
    purchases: Decimal
    amount_of_purchase: Money
    undiscounted_value: Money
    value: Money


@dataclass(frozen=True, slots=True)
class AccountValue:
    seen: Seen
    expected: Expected
    cautions: list[str]


def account_value(
    fit: LifetimeValueFitRow,
    history: PurchaseHistory,
    *,
    as_of: date,
    months: int,
    monthly_discount: Decimal,
) -> AccountValue:
    """Reckon what an account is worth on a day; the fit and the history are of one currency."""
    expected = lifetime_value(
        outlook_of(fit.purchasing, history),
        amount_of(fit.spending, history),
        months=months,
        monthly_discount=float(monthly_discount),
    )
    return AccountValue(
        seen=_seen(history, fit.currency),
        expected=_expected(expected, fit.currency),
        cautions=cautions(
            history,
            until=as_of,
            fitted_until=fit.last_on,
            customers=fit.customers,
            correlation=float(fit.correlation),
        ),
    )


def _seen(history: PurchaseHistory, currency: str) -> Seen:
    mean = history.mean_repeat_amount
    return Seen(
        repeat_purchases=history.repeats,
        last_purchase_week=_number(history.last_weeks),
        age_weeks=_number(history.age_weeks),
        mean_repeat_amount=None if mean is None else _money(mean, currency),
    )


def _expected(value: LifetimeValue, currency: str) -> Expected:
    return Expected(
        alive_probability=_number(value.alive),
        purchases=_number(value.purchases),
        amount_of_purchase=_money(value.amount, currency),
        undiscounted_value=_money(value.undiscounted, currency),
        value=_money(value.value, currency),
    )


def _number(value: float) -> Decimal:
    return Decimal(value).quantize(_FIGURES, rounding=ROUND_HALF_UP)


def _money(amount: float, currency: str) -> Money:
    return Money(amount=Decimal(f"{amount:.6f}"), currency=currency).rounded()
