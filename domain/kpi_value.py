"""What an account has been worth so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.currency import Currency
from domain.kpi import NO_FLAGS, Flag, MoneyFigure, NoData, money_figure
from domain.percent import Percent


@dataclass(frozen=True, slots=True)
class Earned:
    """Net revenue of one margin: orders less refunds, both by the policy of the order's day.

    `margin` is the gross margin in percent; None: not known.
    """

    net: Decimal
    margin: Percent | None


def historic_lifetime_value(
    earned: Iterable[Earned], *, orders_ever: int, currency: Currency
) -> MoneyFigure:
    """Add up the gross margin of all that was ever ordered, less that of what was refunded.

    Where any margin is not known, the whole is reckoned from revenue and flagged `margin-unknown`:
    a sum of margins and revenue would be neither.

    Raises:
        NoData: `no-order-history`; `orders_ever` is 0.
    """
    if orders_ever == 0:
        raise NoData("no-order-history", "there was no order that could have been worth anything")
    parts = list(earned)
    unknown = any(part.margin is None for part in parts)
    value = sum((_worth(part, unknown=unknown) for part in parts), Fraction())
    flags = frozenset({Flag.MARGIN_UNKNOWN}) if unknown else NO_FLAGS
    return money_figure(value, currency, flags=flags)


def _worth(part: Earned, *, unknown: bool) -> Fraction:
    share = Fraction(1) if unknown or part.margin is None else Fraction(part.margin) / 100
    return Fraction(part.net) * share
