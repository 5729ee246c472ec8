"""What is asked for to bring a deal from its opening to where an export has it, each on its day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from domain import commands
from domain.binding import account_stream, deal_of, deal_stream
from domain.deal import Deal
from domain.deal_terms import DealStage, DealStatus, DealTerms
from domain.decision import Decision, States
from domain.event import Recording
from domain.money import Money
from domain.refusal import Refused
from importers.taking import DIFFERS, Taken


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a change history; None: it says nothing about that."""

    key: str
    """What tells it from every other change, in every file."""
    at: datetime
    stage: DealStage | None = None
    outcome: DealStatus | None = None
    amount: Decimal | None = None
    expected_close_on: date | None = None
    was_stage: DealStage | None = None
    was_amount: Decimal | None = None
    was_expected_close_on: date | None = None
    origin: str | None = None
    """Which history it is from, for the reason in the envelope."""

    @property
    def on(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class DealRef:
    """Which deal, and the day it is today."""

    account_id: UUID
    deal_id: UUID
    today: date


def open_step(
    ref: DealRef, *, first: DealTerms, now: DealTerms, is_open: bool, on: date
) -> Decision:
    """Open the deal as it was at first; one that is there already is left as it is.

    Raises (when decided):
        Refused: `DIFFERS`, if it is open in both places and not as it is `now`.
    """
    opening = commands.open_deal(ref.account_id, ref.deal_id, terms=first, on=on, today=ref.today)
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)

    def decide(states: States) -> Sequence[Recording]:
        known = states.find(stream)
        if known is None:
            return opening.decide(states)
        if known.account_id != ref.account_id or (is_open and not _stands_as(known, now)):
            raise _differs(ref)
        return []

    return replace(opening, decide=decide)


def win_step(ref: DealRef, *, amount: Money, on: date) -> Decision:
    winning = commands.win_deal(ref.account_id, ref.deal_id, amount=amount, on=on, today=ref.today)
    return _unless_it_ended_otherwise(ref, winning)


def lose_step(ref: DealRef, *, reason_code: str, on: date) -> Decision:
    losing = commands.lose_deal(
        ref.account_id, ref.deal_id, reason_code=reason_code, on=on, today=ref.today
    )
    return _unless_it_ended_otherwise(ref, losing)


def change_steps(ref: DealRef, change: Change, reason: str | None) -> Sequence[Taken]:
    """Ask for what a row of a history says, under keys of its own: once, whatever came later."""
    account_id, deal_id, on, today = ref.account_id, ref.deal_id, change.on, ref.today
    steps = []
    if change.stage is not None:
        moving = commands.move_deal(account_id, deal_id, to=change.stage, on=on, today=today)
        steps.append(("stage", moving))
    if change.amount is not None:
        steps.append(("amount", _revise_amount(ref, change.amount, on)))
    if change.expected_close_on is not None:
        revising = commands.revise_deal_expected_close(
            account_id, deal_id, to=change.expected_close_on, on=on, today=today
        )
        steps.append(("expected-close", revising))
    return [Taken(step, on, reason, key=f"{change.key}:{what}") for what, step in steps]


def outcome_step(ref: DealRef, change: Change, reason: str | None) -> Taken | None:
    """Ask for the win or loss that a row of a history says, at the amount the deal stands at."""
    on = change.on
    match change.outcome:
        case DealStatus.WON:
            step = commands.win_deal(ref.account_id, ref.deal_id, on=on, today=ref.today)
        case DealStatus.LOST:
            step = commands.lose_deal(
                ref.account_id, ref.deal_id, reason_code=NOT_GIVEN, on=on, today=ref.today
            )
        case _:
            return None
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)
    ending = _unless_it_ended_otherwise(ref, step)

    def decide(states: States) -> Sequence[Recording]:
        known = states.find(stream)
        if known is not None and known.status is change.outcome:
            return []  # a snapshot may name another day for it, which was recorded
        return ending.decide(states)

    return Taken(replace(ending, decide=decide), on, reason, key=f"{change.key}:outcome")


NOT_GIVEN = "not-given"
"""Why a deal was lost, where the export does not say."""


def nothing_more(ref: DealRef) -> Decision:
    """Ask for nothing: the deal is there, and stands as the row says."""
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)
    return Decision(stream, (stream,), lambda _: [])


def _revise_amount(ref: DealRef, amount: Decimal, on: date) -> Decision:
    """Revise the amount, in the currency that the deal has."""

    def revision(currency: str) -> Decision:
        to = Money(amount=amount, currency=currency)
        return commands.revise_deal_amount(
            ref.account_id, ref.deal_id, to=to, on=on, today=ref.today
        )

    return _reading_the_deal(ref, lambda deal: revision(deal.amount.currency))


def _reading_the_deal(ref: DealRef, choose: Callable[[Deal], Decision]) -> Decision:
    account = account_stream(ref.account_id)
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)

    def decide(states: States) -> Sequence[Recording]:
        return choose(deal_of(states, stream)).decide(states)

    return Decision(stream, (account, stream), decide)


def _unless_it_ended_otherwise(ref: DealRef, ending: Decision) -> Decision:
    """Leave a deal alone that has ended here in another way."""
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)

    def decide(states: States) -> Sequence[Recording]:
        known = states.find(stream)
        try:
            return ending.decide(states)
        except Refused as refused:
            if known is None or known.status is DealStatus.OPEN:
                raise
            raise _differs(ref) from refused

    return replace(ending, decide=decide)


def _stands_as(known: Deal, now: DealTerms) -> bool:
    as_the_export = (now.stage, now.amount, now.expected_close_on)
    return known.status is DealStatus.OPEN and as_the_export == (
        known.stage,
        known.amount,
        known.expected_close_on,
    )


def _differs(ref: DealRef) -> Refused:
    return Refused(DIFFERS, f"the deal {ref.deal_id} is there already, and reads otherwise now")
