"""The commands about the contract of a deal."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import deal_contract_decisions as contracts
from domain.deal import Deal, DealEvent
from domain.deal_binding import on_deal
from domain.deal_contract import Contract, ContractDraft
from domain.decision import Decision, States
from domain.people import parties, require_known


def send_contract(
    account_id: UUID, deal_id: UUID, *, draft: ContractDraft, on: date, today: date
) -> Decision:
    """Send a contract to parties that are on record."""

    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        require_known(states, draft.to)
        return contracts.send_contract(deal, draft=draft, on=on)

    return on_deal(account_id, deal_id, decide, beside=parties(*draft.to), on=on, today=today)


def sign_contract(
    account_id: UUID, deal_id: UUID, *, contract: Contract, on: date, today: date
) -> Decision:
    """Record a signed contract; signatories must be on record."""

    def decide(deal: Deal, states: States) -> Sequence[DealEvent]:
        require_known(states, contract.signatories)
        return contracts.sign_contract(deal, contract=contract, today=today)

    people = parties(*contract.signatories)
    return on_deal(account_id, deal_id, decide, beside=people, on=on, today=today)


def void_contract(
    account_id: UUID, deal_id: UUID, *, reason_code: str, reason: str, on: date, today: date
) -> Decision:
    def decide(deal: Deal, _: States) -> Sequence[DealEvent]:
        return contracts.void_contract(deal, reason_code=reason_code, reason=reason, on=on)

    return on_deal(account_id, deal_id, decide, on=on, today=today)
