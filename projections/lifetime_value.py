"""The lifetime value of an account: what is expected of it by a fit, and with what caution."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from domain.currency import minor_units
from domain.lifetime_value import LifetimeValue, amount_of, cautions, lifetime_value, outlook_of
from domain.money import AMOUNT_DECIMALS_MAX
from domain.purchase_history import PurchaseHistory
from projections.lifetime_value_fits import LifetimeValueFitRow

_FIGURES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class PurchasesSeen:
    """What the account has bought: days with an order after the first, and weeks since that one.

    Numbers are rounded to 4 decimals, amounts to the currency's minor unit, halves away from zero.
    """

    repeat_purchases: int
    last_purchase_week: Decimal
    age_weeks: Decimal
    mean_repeat_amount: Decimal | None
    """None: it has bought once."""


@dataclass(frozen=True, slots=True)
class PurchasesExpected:
    """What it is expected to buy within the months asked for.

    `value` is discounted, `undiscounted_value` is not. Rounded as what was seen.
    """

    alive_probability: Decimal
    purchases: Decimal
    amount_of_purchase: Decimal
    undiscounted_value: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class AccountValue:
    seen: PurchasesSeen
    expected: PurchasesExpected
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


def _seen(history: PurchaseHistory, currency: str) -> PurchasesSeen:
    mean = history.mean_repeat_amount
    return PurchasesSeen(
        repeat_purchases=history.repeats,
        last_purchase_week=_number(history.last_weeks),
        age_weeks=_number(history.age_weeks),
        mean_repeat_amount=None if mean is None else _money(mean, currency),
    )


def _expected(value: LifetimeValue, currency: str) -> PurchasesExpected:
    return PurchasesExpected(
        alive_probability=_number(value.alive),
        purchases=_number(value.purchases),
        amount_of_purchase=_money(value.amount, currency),
        undiscounted_value=_money(value.undiscounted, currency),
        value=_money(value.value, currency),
    )


def _number(value: float) -> Decimal:
    return Decimal(value).quantize(_FIGURES, rounding=ROUND_HALF_UP)


def _money(amount: float, currency: str) -> Decimal:
    """Round to the minor unit; first to what a float knows of a sum, so that halves are halves."""
    known = Decimal(f"{amount:.{AMOUNT_DECIMALS_MAX}f}")
    return known.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)
