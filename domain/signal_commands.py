"""The commands of an account's signals."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import signal as signals
from domain.account import Account
from domain.account_binding import in_open_account
from domain.account_deals import ACCOUNT_DEALS
from domain.binding import deals_of
from domain.decision import Decision, States
from domain.signal import SignalAssessment, SignalEvent, SignalOutcome, SignalTerms


def raise_signal(
    account_id: UUID, signal_id: UUID, *, terms: SignalTerms, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[SignalEvent]:
        return signals.raise_signal(account.signals, signal_id=signal_id, terms=terms)

    return in_open_account(account_id, decide, on=on, today=today)


def assess_signal(
    account_id: UUID, signal_id: UUID, *, assessment: SignalAssessment, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[SignalEvent]:
        return signals.assess_signal(account.signals, signal_id=signal_id, assessment=assessment)

    return in_open_account(account_id, decide, on=on, today=today)


def resolve_signal(
    account_id: UUID,
    signal_id: UUID,
    *,
    outcome: SignalOutcome,
    deal_id: UUID | None = None,
    on: date,
    today: date,
) -> Decision:
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(account: Account, states: States) -> Sequence[SignalEvent]:
        return signals.resolve_signal(
            account.signals,
            deals_of(states, deals),
            signal_id=signal_id,
            outcome=outcome,
            deal_id=deal_id,
        )

    return in_open_account(account_id, decide, beside=[deals], on=on, today=today)
