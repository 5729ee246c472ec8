"""What an account has been worth so far."""

from decimal import Decimal
from fractions import Fraction

from domain.currency import Currency
from domain.kpi import NO_FLAGS, Flag, MoneyFigure, NoData, money_figure
from domain.percent import Percent


def historic_lifetime_value(
    net: Decimal, margin: Percent | None, *, orders_ever: int, currency: Currency
) -> MoneyFigure:
    """Return the gross margin of all that was ever ordered, less that of what was refunded.

    `net` is orders less refunds. `margin` is in percent; None: it is not known. Then the value is
    that of the revenue, as if it had cost nothing, and flagged `margin-unknown`.

    Raises:
        NoData: `no-order-history`; `orders_ever` is 0.
    """
    if orders_ever == 0:
        raise NoData("no-order-history", "there was no order that could have been worth anything")
    if margin is None:
        return money_figure(net, currency, flags=frozenset({Flag.MARGIN_UNKNOWN}))
    return money_figure(Fraction(net) * Fraction(margin) / 100, currency, flags=NO_FLAGS)
