"""What the deals of an account contribute: those won, and what they were worth, by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
    classified_at: int
    """Position of the event that said which kind of deal it is."""
    lasted: bool = True
    """It was not reversed by the day asked for."""


@dataclass(slots=True)
class _Deal:
    kind: DealKind
    classified_at: int
    wins: list[_Win] = field(default_factory=list)
    standing: _Win | None = None
    """The win that corrections are about; None: the deal is open, or was reversed."""


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Count the wins of the period that lasted to the day asked for.

    A win that was reversed by then counts nowhere, as a cancelled order does, but as history: it
    makes zeros, not no data. What was corrected is as if it had always been so.
    """
    for deal_id, deal in _deals(occurrences, question.as_of).items():
        for win in deal.wins:
            if win.won_on > question.closing:
                continue
            currency = win.amount.currency
            yield Contribution(Measure.DEALS_EVER, ONE, win.won_on, win.position, deal_id, currency)
            if win.lasted and win.won_on in question.period:
                yield from _of_win(deal_id, win)


def _deals(occurrences: Sequence[Occurrence], as_of: date) -> dict[UUID, _Deal]:
    deals: dict[UUID, _Deal] = {}
    for each in occurrences:
        match each.event:
            case DealOpened(kind=kind):
                deals[each.stream_id] = _Deal(kind, each.position)
            case DealReclassified(now=kind):
                deal = deals[each.stream_id]
                deal.kind, deal.classified_at = kind, each.position
            case DealWon(won_on=won_on, amount=amount):
                deal = deals[each.stream_id]
                win = _Win(each.position, won_on, amount, deal.kind, deal.classified_at)
                deal.wins.append(win)
                deal.standing = win
            case DealReversed():
                _reverse(deals[each.stream_id], each, as_of)
            case DealCorrected() as corrected:
                _correct(deals[each.stream_id], corrected, each.position)
            case _:
                pass
    return deals


def _reverse(deal: _Deal, each: Occurrence, as_of: date) -> None:
    win, deal.standing = deal.standing, None
    if win is not None and each.on <= as_of:
        win.lasted, win.position = False, each.position


def _correct(deal: _Deal, corrected: DealCorrected, position: int) -> None:
    """Restate the win that stands, and the kind of all that were won as this kind of deal."""
    if corrected.kind is not None:
        deal.kind = corrected.kind.now
        for win in deal.wins:
            if win.classified_at == deal.classified_at:
                win.kind, win.position = deal.kind, position
    standing = deal.standing
    if standing is None:
        return
    standing.position = position
    if corrected.amount is not None:
        standing.amount = corrected.amount.now
    if corrected.won_on is not None:
        standing.won_on = corrected.won_on.now


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
