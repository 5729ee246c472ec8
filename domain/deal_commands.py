"""The commands of a deal; each reads its account too, which must be open."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Concatenate, ParamSpec
from uuid import UUID

from domain import deal_decisions
from domain.account_deals import ACCOUNT_DEALS, AccountDeals
from domain.account_decisions import refuse_closed
from domain.binding import account_stream, deal_of, deal_stream, deals_of, up_to
from domain.deal import (
    Contract,
    Deal,
    DealCorrection,
    DealEvent,
    DealStage,
    DealTerms,
    Products,
)
from domain.decision import Decision, States, refuse_if_begun
from domain.event import Recording
from domain.money import Money

P = ParamSpec("P")


def open_deal(
    account_id: UUID, deal_id: UUID, *, terms: DealTerms, on: date, today: date
) -> Decision:
    account, deal = account_stream(account_id), deal_stream(deal_id, account_id=account_id)
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        refuse_if_begun(states, deal)
        events = deal_decisions.open_deal(
            deals_of(states, deals), account_id=account_id, terms=terms, on=on
        )
        return [deal.record(events)]

    return up_to(today, on, Decision(deal, (account, deal, deals), decide))


def move_deal(account_id: UUID, deal_id: UUID, *, to: DealStage, on: date, today: date) -> Decision:
    return up_to(today, on, _on_deal(account_id, deal_id, deal_decisions.move_deal, to=to))


def revise_deal_amount(
    account_id: UUID, deal_id: UUID, *, to: Money, on: date, today: date
) -> Decision:
    return up_to(today, on, _on_deal(account_id, deal_id, deal_decisions.revise_amount, to=to))


def revise_deal_expected_close(
    account_id: UUID, deal_id: UUID, *, to: date | None, on: date, today: date
) -> Decision:
    decision = _on_deal(account_id, deal_id, deal_decisions.revise_expected_close, to=to)
    return up_to(today, on, decision)


def revise_deal_products(
    account_id: UUID, deal_id: UUID, *, to: Products, on: date, today: date
) -> Decision:
    decision = _beside_others(account_id, deal_id, deal_decisions.revise_products, to=to)
    return up_to(today, on, decision)


def sign_contract(
    account_id: UUID, deal_id: UUID, *, contract: Contract, on: date, today: date
) -> Decision:
    decision = _on_deal(
        account_id, deal_id, deal_decisions.sign_contract, contract=contract, today=today
    )
    return up_to(today, on, decision)


def win_deal(
    account_id: UUID, deal_id: UUID, *, amount: Money | None = None, on: date, today: date
) -> Decision:
    """Win the deal at the amount, or (None) at the amount expected."""
    decision = _on_deal(account_id, deal_id, deal_decisions.win_deal, amount=amount, on=on)
    return up_to(today, on, decision)


def lose_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    reason_code: str,
    competitor: str | None = None,
    on: date,
    today: date,
) -> Decision:
    decision = _on_deal(
        account_id,
        deal_id,
        deal_decisions.lose_deal,
        reason_code=reason_code,
        competitor=competitor,
        on=on,
    )
    return up_to(today, on, decision)


def correct_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    correction: DealCorrection,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    decision = _beside_others(
        account_id,
        deal_id,
        deal_decisions.correct_deal,
        correction=correction,
        reason=reason,
        today=today,
    )
    return up_to(today, on, decision)


def reverse_deal(
    account_id: UUID, deal_id: UUID, *, reason_code: str, reason: str, on: date, today: date
) -> Decision:
    decision = _on_deal(
        account_id,
        deal_id,
        deal_decisions.reverse_deal,
        reason_code=reason_code,
        reason=reason,
        on=on,
    )
    return up_to(today, on, decision)


def _on_deal(
    account_id: UUID,
    deal_id: UUID,
    decide: Callable[Concatenate[Deal, P], Sequence[DealEvent]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision about one deal of an account that is open."""
    account, deal = account_stream(account_id), deal_stream(deal_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        return [deal.record(decide(deal_of(states, deal), *args, **kwargs))]

    return Decision(deal, (account, deal), decide_on)


def _beside_others(
    account_id: UUID,
    deal_id: UUID,
    decide: Callable[Concatenate[Deal, AccountDeals, P], Sequence[DealEvent]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision about one deal that depends on the account's other deals."""
    account, deal = account_stream(account_id), deal_stream(deal_id, account_id=account_id)
    deals = ACCOUNT_DEALS.of(account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        others = deals_of(states, deals).without(deal_id)
        return [deal.record(decide(deal_of(states, deal), others, *args, **kwargs))]

    return Decision(deal, (account, deal, deals), decide_on)
