"""The command that merges an account into another."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.account import Account, AccountEvent
from domain.account_coverage import covered
from domain.account_deals import ACCOUNT_DEALS, AccountDeals
from domain.account_decisions import refuse_closed
from domain.account_merge import AccountMerged
from domain.binding import account_stream, deals_of, up_to
from domain.decision import Decision, States
from domain.event import Recording
from domain.reason import require_reason
from domain.refusal import Refused


def merge_account(account_id: UUID, *, into: UUID, reason: str, on: date, today: date) -> Decision:
    """Let the account live on in another; both keep their histories."""
    account, target = account_stream(account_id), account_stream(into)
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        merged = _merge(
            states[account],
            states[target],
            deals_of(states, deals),
            account_id=account_id,
            into=into,
            reason=reason,
        )
        return [account.record(merged)]

    decision = Decision(account, (account, target, deals), decide)
    return up_to(today, on, covered(decision, on=on))


def _merge(
    account: Account,
    target: Account,
    deals: AccountDeals,
    *,
    account_id: UUID,
    into: UUID,
    reason: str,
) -> Sequence[AccountEvent]:
    """Let the account live on in another.

    Raises:
        Refused: `reason-required`, `merge-into-itself`, `account-merged`, `account-closed`,
            `target-not-open`, `open-deals`.
    """
    require_reason(reason)
    if account.merged_into == into:
        return []
    refuse_closed(account)
    if account_id == into:
        raise Refused("merge-into-itself", "an account cannot live on in itself; name another one")
    if not target.is_open:
        raise Refused(
            "target-not-open",
            f"the account {into} is closed or merged; reopen it, or name the one it lives on in",
        )
    if deals.open_ids:
        named = ", ".join(map(str, sorted(deals.open_ids)))
        raise Refused(
            "open-deals", f"these deals are open: {named}; win or lose them before the merger"
        )
    return [AccountMerged(into=into)]
