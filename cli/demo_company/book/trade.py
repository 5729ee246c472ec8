"""What a client buys: orders month by month, what is paid every month, and later deals."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cli.demo_company.book.client import LAST_DAY, Client
from cli.demo_company.story import cancellation, correction, order, refund
from domain.commands import (
    change_recurring_revenue,
    end_recurring_revenue,
    lose_deal,
    move_deal,
    open_deal,
    start_recurring_revenue,
    win_deal,
)
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.money import Money
from domain.recurring_revenue import MovementKind, RecurringTerms

CORRECTED, CANCELLED, REFUNDED = 4, 2, 4
"""Orders in a hundred."""
MORE = ("service plan", "dock leveller", "label printer")


def trade(client: Client) -> None:
    """Make up all that is bought from the first win on."""
    if client.won_on is None:
        return
    _order(client, client.won_on)
    _pay_monthly(client, client.won_on)
    _buy_again(client, client.won_on)


def _order(client: Client, since: date) -> None:
    day, number = client.after(since, 5, 20), 0
    while day <= LAST_DAY:
        number += 1
        name, amount = f"{client.number:02d}-{number:04d}", client.money(120, 9_000)
        client.steps.append(order(day.isoformat(), client.account_id, name, amount))
        _mend(client, day, name, amount)
        day = client.after(day, 12, 45)


def _mend(client: Client, day: date, name: str, amount: Money) -> None:
    """Let some orders be corrected, cancelled or refunded weeks later."""
    later = client.after(day, 10, 50)
    if later > LAST_DAY:
        return
    what = client.chance.randrange(100)
    if what < CORRECTED:
        right = Money(amount=amount.amount + Decimal("100.00"), currency=amount.currency)
        why = "a line was missing on the invoice"
        client.steps.append(correction(day.isoformat(), client.account_id, name, right, reason=why))
    elif what < CORRECTED + CANCELLED:
        why = "ordered twice"
        client.steps.append(cancellation(later.isoformat(), client.account_id, name, reason=why))
    elif what < CORRECTED + CANCELLED + REFUNDED:
        back = Money(amount=(amount.amount / 2).quantize(Decimal("0.01")), currency="EUR")
        why = "half of it was broken on arrival"
        client.steps.append(refund(later.isoformat(), client.account_id, name, back, reason=why))


def _pay_monthly(client: Client, since: date) -> None:
    if not client.happens(50):
        return
    recurring_id, day = client.id("recurring-revenue", ""), client.after(since, 20, 40)
    monthly = Decimal(client.chance.randrange(100, 1_500, 50))
    if day > LAST_DAY:
        return
    terms = RecurringTerms(
        product_line="service plan",
        monthly=Money(amount=monthly, currency="EUR"),
        starts_on=day,
        deal_id=client.first_deal_id,
    )
    client.do(day, start_recurring_revenue, recurring_id, terms=terms)
    for kind, factor in client.chance.choice(
        (
            ((MovementKind.EXPANSION, Decimal("1.4")),),
            ((MovementKind.CONTRACTION, Decimal("0.8")), (MovementKind.EXPANSION, Decimal(2))),
            ((MovementKind.PRICE_UPLIFT, Decimal("1.03")),),
        )
    ):
        day, monthly = client.after(day, 60, 150), monthly * factor
        to = Money(amount=monthly.quantize(Decimal("0.01")), currency="EUR")
        client.do(day, change_recurring_revenue, recurring_id, kind=kind, to=to)
    if client.happens(20):
        client.do(
            client.after(day, 60, 150),
            end_recurring_revenue,
            recurring_id,
            kind=MovementKind.CHURN,
            reason_code="own-fitters",
        )


def _buy_again(client: Client, since: date) -> None:
    day = client.after(since, 90, 160)
    for number, kind in enumerate((DealKind.CROSS_SELL, DealKind.UPSELL, DealKind.RENEWAL)):
        if day > LAST_DAY or not client.happens(70):
            continue
        new = [product for product in MORE if product not in client.products]
        products = (new[0],) if kind is DealKind.CROSS_SELL else (client.products[0],)
        deal_id = client.id("deal", str(number))
        terms = DealTerms(
            kind=kind,
            name=f"{products[0].capitalize()}, {kind.replace('-', ' ')}",
            amount=client.money(2_000, 60_000),
            products=products,
            expected_close_on=client.after(day, 30, 90),
            owner_id=client.manager_id,
            recurring_monthly=client.money(50, 400) if kind is DealKind.RENEWAL else None,
        )
        client.do(day, open_deal, deal_id, terms=terms)
        day = _end(client, client.after(day, 10, 30), deal_id, products[0])
        day = client.after(day, 60, 140)


def _end(client: Client, day: date, deal_id: UUID, product: str) -> date:
    client.do(day, move_deal, deal_id, to=DealStage.PROPOSAL)
    ended_on = client.after(day, 15, 45)
    if client.happens(70):
        client.do(ended_on, win_deal, deal_id)
        if product not in client.products:
            client.products.append(product)
    elif client.happens(70):
        client.do(ended_on, lose_deal, deal_id, reason_code="no-budget")
    return ended_on
