"""What orders and refunds add up to, line by line in Python: a pure twin of `kpi_orders.py`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.evidence import Measure, Sum, Sums
from domain.period import Period
from projections.kpi_fact import Fact
from projections.kpi_fact import Measure as OfFacts

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrdersAsked:
    """Whose orders (None: everybody's), as of a day, as known at a position."""

    accounts: Collection[UUID] | None
    as_of: date
    known_at: int

    def counts(self, fact: Fact) -> bool:
        """Tell whether the fact is known, and its day has come."""
        return (
            fact.position <= self.known_at
            and fact.effective_at <= self.as_of
            and (self.accounts is None or fact.account_id in self.accounts)
        )

    def is_gone(self, fact: Fact) -> bool:
        """Tell whether it has been taken back, and the day has come from which on it is."""
        by = fact.superseded
        return (
            by is not None
            and by.position <= self.known_at
            and (by.from_day is None or by.from_day <= self.as_of)
        )


def order_sums(facts: Iterable[Fact], asked: OrdersAsked, period: Period) -> Mapping[str, Sums]:
    """Return the sums of each currency that there is a fact in, up to the end of the period."""
    sums: dict[str, dict[Measure, Decimal]] = {}
    for fact in facts:
        if fact.effective_at >= period.until or not asked.counts(fact):
            continue
        of_currency = sums.setdefault(fact.currency, defaultdict(Decimal))
        gone = asked.is_gone(fact)
        never_was = gone and fact.superseded is not None and fact.superseded.from_day is None
        if fact.measure is OfFacts.ORDERS and not never_was:
            of_currency[Measure.ORDERS_EVER] += fact.amount
        if gone or fact.effective_at < period.first:
            continue
        if fact.measure is OfFacts.ORDERS:
            of_currency[Measure.ORDERS] += fact.amount
        elif fact.amount < 0:
            of_currency[Measure.REFUND_AMOUNT] -= fact.amount
        else:
            of_currency[Measure.ORDER_AMOUNT] += fact.amount
    measures = (Measure.ORDER_AMOUNT, Measure.REFUND_AMOUNT, Measure.ORDERS, Measure.ORDERS_EVER)
    return {
        currency: {each: Sum(of_currency.get(each, _NOTHING), None) for each in measures}
        for currency, of_currency in sorted(sums.items())
    }


def revenue_by_account(
    facts: Iterable[Fact], asked: OrdersAsked, period: Period
) -> Mapping[str, Sequence[tuple[UUID, Decimal, int]]]:
    """Return each account's revenue and the last position behind it, the largest first."""
    found: dict[str, dict[UUID, tuple[Decimal, int]]] = {}
    for fact in facts:
        if (
            fact.measure is OfFacts.REVENUE
            and fact.effective_at in period
            and asked.counts(fact)
            and not asked.is_gone(fact)
        ):
            of_currency = found.setdefault(fact.currency, {})
            amount, position = of_currency.get(fact.account_id, (_NOTHING, 0))
            last = max(position, fact.position)
            of_currency[fact.account_id] = amount + fact.amount, last
    return {
        currency: sorted(
            ((id_, *rest) for id_, rest in of_currency.items()),
            key=lambda each: (-each[1], each[0]),
        )
        for currency, of_currency in sorted(found.items())
    }


def order_positions(
    facts: Iterable[Fact], asked: OrdersAsked, period: Period, measures: Collection[str]
) -> Iterator[int]:
    """Yield where the lines stand that the sums are made of: also those that take others back."""
    for fact in facts:
        if fact.measure in measures and fact.effective_at in period and asked.counts(fact):
            yield fact.position
            if asked.is_gone(fact) and fact.superseded is not None:
                yield fact.superseded.position
