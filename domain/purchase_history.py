"""What a customer has bought, as models of purchasing see it: how often, how lately, how long."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

_DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class PurchaseHistory:
    """The repeat purchases of one customer in one currency, up to a day.

    All orders of one day are one purchase, and the first purchase is no repeat: it is what makes
    somebody a customer. Days are counted from that first purchase.
    """

    repeats: int
    """x: the later days with an order."""
    last_days: int
    """t_x: from the first purchase to the last; 0 without a repeat."""
    age_days: int
    """T: from the first purchase to the end of the window."""
    repeat_amount: Decimal
    """What the repeat purchases came to together; orders of 0.00 are purchases too."""

    @property
    def last_weeks(self) -> float:
        return self.last_days / _DAYS_A_WEEK

    @property
    def age_weeks(self) -> float:
        return self.age_days / _DAYS_A_WEEK

    @property
    def mean_repeat_amount(self) -> float | None:
        """z̄: what a repeat purchase came to on average; None without one."""
        return float(self.repeat_amount) / self.repeats if self.repeats else None


def purchase_history(
    purchases: Iterable[tuple[date, Decimal]], *, until: date
) -> PurchaseHistory | None:
    """Sum up orders, each with its day and amount, up to and with `until`; None if there is none.

    As in Fader, Hardie and Lee (Marketing Science 24(2), 2005) and in Hardie's notes on the data of
    CDNOW: a week is 7 days, and time runs from the first purchase.
    """
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for day, amount in purchases:
        if day <= until:
            by_day[day] += amount
    if not by_day:
        return None
    first, last = min(by_day), max(by_day)
    return PurchaseHistory(
        repeats=len(by_day) - 1,
        last_days=(last - first).days,
        age_days=(until - first).days,
        repeat_amount=sum(by_day.values(), Decimal(0)) - by_day[first],
    )
