"""The commands that open a deal and change what it is about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain import deal_decisions
from domain.account_deals import ACCOUNT_DEALS, AccountDeals
from domain.account_decisions import refuse_closed
from domain.account_goals import goal_of, goal_stream
from domain.account_needs import refuse_unknown_needs
from domain.binding import account_stream, deal_stream, deals_of, up_to
from domain.deal import Deal, DealEvent
from domain.deal_binding import beside_others, on_deal
from domain.deal_terms import DealKind, DealStage, DealTerms, Products
from domain.decision import Decision, States, refuse_if_begun
from domain.event import Recording
from domain.house_rules import refuse_currency
from domain.money import Money
from domain.override import Override
from domain.people import parties, require_our_word, require_ours
from domain.policy_set import POLICIES
from domain.signal import convert_signal


def open_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    terms: DealTerms,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """Open a deal; the signal that it came from, if one is named, is thereby converted."""
    account, deal = account_stream(account_id), deal_stream(deal_id, account_id=account_id)
    deals = ACCOUNT_DEALS.of(account_id)
    goals = [goal_stream(goal_id, account_id=account_id) for goal_id in terms.goal_ids]
    people = parties(terms.owner_id, override.approved_by if override else None)

    def decide(states: States) -> Sequence[Recording]:
        state = states[account]
        refuse_closed(state)
        refuse_if_begun(states, deal)
        refuse_unknown_needs(states, account_id, *terms.need_ids)
        for goal in goals:
            goal_of(states, goal)
        refuse_currency(states, terms.amount.currency, on=on)
        require_ours(states, terms.owner_id)
        require_our_word(states, override)
        opened = deal_decisions.open_deal(
            deals_of(states, deals), account_id=account_id, terms=terms, override=override, on=on
        )
        if terms.signal_id is None:
            return [deal.record(opened)]
        converted = convert_signal(state.signals, signal_id=terms.signal_id, deal_id=deal_id)
        return [deal.record(opened), account.record(converted)]

    return up_to(
        today, on, Decision(deal, (account, deal, deals, POLICIES, *goals, *people), decide)
    )


def move_deal(account_id: UUID, deal_id: UUID, *, to: DealStage, on: date, today: date) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return deal_decisions.move_deal(deal, to=to)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def revise_deal_amount(
    account_id: UUID, deal_id: UUID, *, to: Money, on: date, today: date
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return deal_decisions.revise_amount(deal, to=to)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def revise_deal_expected_close(
    account_id: UUID, deal_id: UUID, *, to: date | None, on: date, today: date
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return deal_decisions.revise_expected_close(deal, to=to)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def revise_deal_products(
    account_id: UUID, deal_id: UUID, *, to: Products, on: date, today: date
) -> Decision:
    def decide(deal: Deal, others: AccountDeals, _: States) -> Sequence[DealEvent]:
        return deal_decisions.revise_products(deal, others, to=to)

    return beside_others(account_id, deal_id, decide, on=on, today=today)


def revise_deal_probability(
    account_id: UUID, deal_id: UUID, *, to: Decimal | None, on: date, today: date
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return deal_decisions.revise_probability(deal, to=to)

    return on_deal(account_id, deal_id, decide, on=on, today=today)


def change_deal_owner(
    account_id: UUID, deal_id: UUID, *, to: UUID | None, on: date, today: date
) -> Decision:
    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        require_ours(states, to)
        return deal_decisions.change_owner(deal, to=to)

    return on_deal(account_id, deal_id, decide, beside=parties(to), on=on, today=today)


def change_deal_currency(
    account_id: UUID, deal_id: UUID, *, to: Money, on: date, today: date
) -> Decision:
    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        changed = deal_decisions.change_currency(deal, to=to)
        if changed:
            refuse_currency(states, to.currency, on=on)
        return changed

    return on_deal(account_id, deal_id, decide, beside=[POLICIES], on=on, today=today)


def reclassify_deal(
    account_id: UUID,
    deal_id: UUID,
    *,
    to: DealKind,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    def decide(deal: Deal, others: AccountDeals, states: States) -> Sequence[DealEvent]:
        require_our_word(states, override)
        return deal_decisions.reclassify_deal(deal, others, to=to, override=override)

    people = parties(override.approved_by if override else None)
    return beside_others(account_id, deal_id, decide, beside=people, on=on, today=today)
