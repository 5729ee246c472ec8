"""What is sold to an account, in no order of days: deals, orders and recurring revenue."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.change import Change
from domain.deal import (
    DealCorrected,
    DealOpened,
    DealReclassified,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.event import Event
from domain.money import Money
from domain.order_book import (
    OrderCancelled,
    OrderContent,
    OrderCorrected,
    OrderPlaced,
    OrderRefunded,
)
from domain.recurring_revenue import (
    Movement,
    MovementKind,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
    first_movement,
)
from tests.projections.log import Log
from tests.projections.random_history import Chance

KINDS = tuple(DealKind)


@dataclass
class _Deal:
    opened_on: date
    kind: DealKind
    amount: Money
    won_on: date | None = None
    reversed_on: date | None = None


@dataclass
class _Order:
    content: OrderContent
    refunded: bool = False


@dataclass
class _Line:
    movements: list[Movement] = field(default_factory=list)


class RandomBusiness:
    """Deals, orders and recurring revenue of one account."""

    def __init__(self, log: Log, chance: Chance, account_id: UUID, opened_on: date) -> None:
        self._log, self._chance, self._account_id = log, chance, account_id
        self._opened_on = opened_on
        self._deals: dict[UUID, _Deal] = {}
        self._orders: dict[UUID, _Order] = {}
        self._lines: dict[UUID, _Line] = {}

    def act(self) -> None:
        self._chance.one_of([self._act_on_deal, self._act_on_order, self._act_on_line])()

    def _record(self, event: Event, on: date, stream_id: UUID | None = None) -> None:
        self._log.add(event, account_id=self._account_id, stream_id=stream_id, on=on)

    def _money(self, currency: str | None = None) -> Money:
        chosen = currency or ("USD" if self._chance.happens(15) else "EUR")
        return Money(amount=Decimal(self._chance.number(1, 50_000)) / 100, currency=chosen)

    def _act_on_deal(self) -> None:
        if not self._deals or self._chance.happens(25):
            self._open()
            return
        deal_id = self._chance.one_of(list(self._deals))
        deal = self._deals[deal_id]
        if deal.reversed_on is not None:
            on = self._chance.day(deal.reversed_on)
            self._record(DealReopened(was=DealStatus.REVERSED), on, deal_id)
            deal.won_on = deal.reversed_on = None
        elif self._chance.happens(30):
            self._correct_deal(deal_id, deal)
        elif deal.won_on is not None:
            deal.reversed_on = self._chance.day(deal.won_on)
            reversal = DealReversed(reason_code="fraud", reversed_on=deal.reversed_on)
            self._record(reversal, deal.reversed_on, deal_id)
        elif self._chance.happens(20):
            now = self._chance.one_of([kind for kind in KINDS if kind is not deal.kind])
            on = self._chance.day(deal.opened_on)
            self._record(DealReclassified(was=deal.kind, now=now), on, deal_id)
            deal.kind = now
        else:
            deal.won_on, deal.amount = (
                self._chance.day(deal.opened_on),
                self._money(deal.amount.currency),
            )
            self._record(DealWon(won_on=deal.won_on, amount=deal.amount), deal.won_on, deal_id)

    def _open(self) -> None:
        on, deal_id = self._chance.day(self._opened_on), self._chance.new_id()
        deal = _Deal(on, self._chance.one_of(KINDS), self._money())
        opened = DealOpened(
            account_id=self._account_id, opened_on=on, kind=deal.kind, name="A crane",
            amount=deal.amount, products=("crane",), stage=DealStage.PROSPECTING,
        )  # fmt: skip
        self._record(opened, on, deal_id)
        self._deals[deal_id] = deal

    def _correct_deal(self, deal_id: UUID, deal: _Deal) -> None:
        kind, amount, won_on = self._chance.one_of(KINDS), self._money(deal.amount.currency), None
        if deal.won_on is not None and self._chance.happens(50):
            won_on = self._chance.day(deal.opened_on)
        of_kind = kind is not deal.kind and self._chance.happens(50)
        corrected = DealCorrected(
            kind=Change(was=deal.kind, now=kind) if of_kind else None,
            amount=Change(was=deal.amount, now=amount) if self._chance.happens(50) else None,
            won_on=None if won_on is None else Change(was=deal.won_on or won_on, now=won_on),
        )
        if corrected == DealCorrected():
            return
        deal.kind = kind if corrected.kind else deal.kind
        deal.amount = amount if corrected.amount else deal.amount
        deal.won_on = won_on or deal.won_on
        self._record(corrected, self._chance.day(), deal_id)

    def _act_on_order(self) -> None:
        if not self._orders or self._chance.happens(50):
            on, order_id, money = (
                self._chance.day(self._opened_on), self._chance.new_id(), self._money(),
            )  # fmt: skip
            self._record(OrderPlaced(order_id=order_id, ordered_on=on, amount=money), on)
            self._orders[order_id] = _Order(OrderContent(ordered_on=on, amount=money))
            return
        order_id = self._chance.one_of(list(self._orders))
        order = self._orders[order_id]
        was = order.content
        if self._chance.happens(40):
            now = OrderContent(
                ordered_on=self._chance.day(self._opened_on),
                amount=self._money(was.amount.currency),
            )
            corrected = OrderCorrected(order_id=order_id, was=was, now=now)
            self._record(corrected, self._chance.day())
            order.content = now
        elif self._chance.happens(50):
            on = self._chance.day(was.ordered_on)
            cent = Money(amount=Decimal("0.01"), currency=was.amount.currency)
            refunded = OrderRefunded(
                order_id=order_id, refund_id=self._chance.new_id(), refunded_on=on, amount=cent
            )
            self._record(refunded, on)
            order.refunded = True
        elif not order.refunded:
            self._record(OrderCancelled(order_id=order_id), self._chance.day(was.ordered_on))
            del self._orders[order_id]

    def _act_on_line(self) -> None:
        if not self._lines or self._chance.happens(20):
            line_id, on = self._chance.new_id(), self._chance.day(self._opened_on)
            terms = RecurringTerms(product_line="support", monthly=self._money(), starts_on=on)
            self._record(RecurringRevenueStarted(recurring_id=line_id, terms=terms), on)
            self._lines[line_id] = _Line([first_movement(terms)])
            return
        line_id = self._chance.one_of(list(self._lines))
        line = self._lines[line_id]
        if self._chance.happens(6):
            self._record(RecurringRevenueVoided(recurring_id=line_id), self._chance.day())
            del self._lines[line_id]
        elif self._chance.happens(30):
            self._correct_line(line_id, line)
        else:
            self._move(line_id, line)

    def _move(self, line_id: UUID, line: _Line) -> None:
        latest = line.movements[-1]
        on, was = self._chance.day(latest.on), latest.now
        movement: Movement
        event: Event
        if was.amount == 0:
            back = self._money(was.currency)
            movement = Movement(kind=MovementKind.REACTIVATION, on=on, was=was, now=back)
            event = RecurringRevenueReactivated(recurring_id=line_id, movement=movement)
        elif self._chance.happens(25):
            nothing = Money.zero(was.currency)
            movement = Movement(kind=MovementKind.CHURN, on=on, was=was, now=nothing)
            event = RecurringRevenueEnded(
                recurring_id=line_id, movement=movement, reason_code="price"
            )
        else:
            movement = self._changed(was, on)
            event = RecurringRevenueChanged(recurring_id=line_id, movement=movement)
        self._record(event, on)
        line.movements.append(movement)

    def _changed(self, was: Money, on: date) -> Movement:
        more = self._chance.happens(50)
        factor = self._chance.number(2, 3)
        amount = was.amount * factor if more else was.amount / 2
        now = Money(amount=amount.quantize(Decimal("0.000001")), currency=was.currency)
        kind = MovementKind.EXPANSION if more else MovementKind.CONTRACTION
        return Movement(kind=kind, on=on, was=was, now=now)

    def _correct_line(self, line_id: UUID, line: _Line) -> None:
        was = line.movements[-1]
        first = line.movements[-2].on if len(line.movements) > 1 else self._opened_on
        update: dict[str, object] = {"on": self._chance.day(first)}
        if was.kind in {MovementKind.NEW, MovementKind.REACTIVATION}:
            update["now"] = self._money(was.now.currency)
        now = was.model_copy(update=update)
        corrected = RecurringRevenueCorrected(recurring_id=line_id, was=was, now=now)
        self._record(corrected, self._chance.day())
        line.movements[-1] = now
