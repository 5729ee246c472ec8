"""A naive model of the order KPIs, in memory and slow, written from DOMAIN.md alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.order_book import OrderCancelled, OrderCorrected, OrderPlaced, OrderRefunded
from domain.period import Period
from ledger.recorded import Recorded


@dataclass
class Order:
    """An order as it was corrected, with what became of it."""

    day: date
    amount: Decimal
    currency: str
    cancelled_on: date | None = None
    refunds: list[tuple[date, Decimal, str]] = field(default_factory=list)

    def cancelled_by(self, day: date) -> bool:
        return self.cancelled_on is not None and self.cancelled_on <= day

    def refunded(self, counts: Callable[[date], bool]) -> Decimal:
        """Return what was refunded on the days that count, as less than nothing."""
        return -sum((amount for day, amount, _ in self.refunds if counts(day)), Decimal(0))


@dataclass(frozen=True)
class Expected:
    """What the figures of one currency must be; None: no data."""

    revenue: Decimal | None
    orders: int
    average: Decimal | None


def expected_figures(
    entries: Sequence[Recorded], account_id: UUID, period: Period, *, as_of: date, known_at: int
) -> dict[str, Expected]:
    """Live through all that was known, then count what stands as of the day."""
    orders = orders_of([e for e in entries[:known_at] if e.envelope.account_id == account_id])
    currencies = {order.currency for order in orders if order.day <= as_of}
    return {
        currency: _of_currency([o for o in orders if o.currency == currency], period, as_of)
        for currency in currencies
    }


def orders_of(entries: Sequence[Recorded]) -> list[Order]:
    """Live through the entries of one account."""
    orders: dict[UUID, Order] = {}
    for entry in entries:
        match entry.event:
            case OrderPlaced() as placed:
                money = placed.amount
                orders[placed.order_id] = Order(placed.ordered_on, money.amount, money.currency)
            case OrderCorrected(order_id=order_id, now=now):
                orders[order_id].day, orders[order_id].amount = now.ordered_on, now.amount.amount
            case OrderCancelled(order_id=order_id):
                orders[order_id].cancelled_on = entry.envelope.effective_at
            case OrderRefunded(order_id=order_id, refunded_on=day, amount=money):
                orders[order_id].refunds.append((day, money.amount, money.currency))
            case _:
                pass
    return list(orders.values())


def _of_currency(orders: Sequence[Order], period: Period, as_of: date) -> Expected:
    ever = [o for o in orders if o.day <= as_of and o.day < period.until]
    standing = [
        o for o in ever
        if o.day in period and not (o.cancelled_on is not None and o.cancelled_on <= as_of)
    ]  # fmt: skip
    refunds = [r for o in orders for r in o.refunds if r[0] in period and r[0] <= as_of]
    net = sum((o.amount for o in standing), Decimal(0)) - sum((r[1] for r in refunds), Decimal(0))
    count = len(standing)
    return Expected(net if ever else None, count, net / count if count else None)
