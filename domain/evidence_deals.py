"""What the deals of an account contribute: those won, and what they were worth, by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.deal import (
    DealCorrected,
    DealOpened,
    DealReclassified,
    DealReversed,
    DealWon,
)
from domain.deal_terms import DealKind
from domain.evidence import ONE, Contribution, Family, Measure, Occurrence, Question
from domain.money import Money

_OF_KIND = {
    DealKind.CROSS_SELL: (Measure.CROSS_SELLS, Measure.CROSS_SELL_AMOUNT),
    DealKind.UPSELL: (Measure.UPSELLS, Measure.UPSELL_AMOUNT),
}


@dataclass(slots=True)
class _Win:
    position: int
    won_on: date
    amount: Money
    kind: DealKind


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Count the wins of the period that lasted to the day asked for.

    A win that was reversed by then counts nowhere, as a cancelled order does; what was corrected
    is as if it had always been so.
    """
    for deal_id, wins in _wins(occurrences, question.as_of).items():
        for win in wins:
            if win.won_on > question.closing:
                continue
            currency = win.amount.currency
            yield Contribution(Measure.DEALS_EVER, ONE, win.won_on, win.position, deal_id, currency)
            if win.won_on in question.period:
                yield from _of_win(deal_id, win)


def _wins(occurrences: Sequence[Occurrence], as_of: date) -> dict[UUID, list[_Win]]:
    kinds: dict[UUID, DealKind] = {}
    wins: dict[UUID, list[_Win]] = {}
    for each in occurrences:
        of_deal = wins.setdefault(each.stream_id, [])
        match each.event:
            case DealOpened(kind=kind) | DealReclassified(now=kind):
                kinds[each.stream_id] = kind
            case DealWon(won_on=won_on, amount=amount):
                of_deal.append(_Win(each.position, won_on, amount, kinds[each.stream_id]))
            case DealReversed() if of_deal and each.on <= as_of:
                of_deal.pop()
            case DealCorrected() as corrected:
                if corrected.kind is not None:
                    kinds[each.stream_id] = corrected.kind.now
                if of_deal:
                    _correct(of_deal[-1], corrected, each.position)
            case _:
                pass
    return wins


def _correct(win: _Win, corrected: DealCorrected, position: int) -> None:
    win.position = position
    if corrected.kind is not None:
        win.kind = corrected.kind.now
    if corrected.amount is not None:
        win.amount = corrected.amount.now
    if corrected.won_on is not None:
        win.won_on = corrected.won_on.now


def _of_win(deal_id: UUID, win: _Win) -> Iterator[Contribution]:
    count_and_amount = [(Measure.DEALS_WON, Measure.DEAL_AMOUNT)]
    if win.kind in _OF_KIND:
        count_and_amount.append(_OF_KIND[win.kind])
    for count, amount in count_and_amount:
        yield Contribution(count, ONE, win.won_on, win.position, deal_id)
        money = win.amount
        yield Contribution(amount, money.amount, win.won_on, win.position, deal_id, money.currency)


DEALS = Family(
    name="deals",
    events=(DealOpened, DealReclassified, DealWon, DealReversed, DealCorrected),
    contribute=_contribute,
)
