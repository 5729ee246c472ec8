"""The command that closes a gap in what is known of an account."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import information
from domain.account import Account
from domain.account_binding import in_open_account
from domain.decision import Decision, States
from domain.information import InformationGapClosed
from domain.policy import InformationRequirements
from domain.policy_set import POLICIES, policies_of


def close_information_gap(
    account_id: UUID,
    *,
    requirement_key: str,
    source: str,
    not_applicable: bool = False,
    on: date,
    today: date,
) -> Decision:
    """Close a gap that the policy which holds on `on` asks to be closed."""

    def decide(account: Account, states: States) -> Sequence[InformationGapClosed]:
        requirements = policies_of(states).in_force(InformationRequirements, on).policy
        return information.close_information_gap(
            account.closed_gaps,
            requirements,
            requirement_key=requirement_key,
            source=source,
            not_applicable=not_applicable,
        )

    return in_open_account(account_id, decide, beside=[POLICIES], on=on, today=today)
