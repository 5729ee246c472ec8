"""The commands that end a deal, put right how it ended, and take it up again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import deal_closing_decisions as closing
from domain.account_deals import AccountDeals
from domain.deal import Deal, DealEvent
from domain.deal_binding import beside_others, on_deal
from domain.deal_terms import DealCorrection
from domain.decision import Decision, States
from domain.money import Money
from domain.override import Override
from domain.people import parties, require_our_word
from domain.policy import Deals
from domain.policy_set import POLICIES, policies_of


def win_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    amount: Money | None = None,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """Win the deal at the amount, or (None) at the amount expected."""

    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        require_our_word(states, override)
        policy = policies_of(states).in_force(Deals, on)
        return closing.win_deal(deal, policy, amount=amount, override=override, on=on)

    people = parties(override.approved_by if override else None)
    return on_deal(account_id, deal_id, decide, beside=[POLICIES, *people], on=on, today=today)


def lose_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    reason_code: str,
    competitor: str | None = None,
    on: date,
    today: date,
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return closing.lose_deal(deal, reason_code=reason_code, competitor=competitor, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def correct_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    correction: DealCorrection,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(deal: Deal, others: AccountDeals, _: States) -> Sequence[DealEvent]:
        return closing.correct_deal(deal, others, correction=correction, reason=reason, today=today)

    return beside_others(account_id, deal_id, decide, on=on, today=today)


def reverse_deal(
    account_id: UUID, deal_id: UUID, *, reason_code: str, reason: str, on: date, today: date
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return closing.reverse_deal(deal, reason_code=reason_code, reason=reason, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def reopen_deal(account_id: UUID, deal_id: UUID, *, reason: str, on: date, today: date) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return closing.reopen_deal(deal, reason=reason, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)
