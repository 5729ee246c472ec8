"""The commands of what the client wants: preferences, expectations, why it buys; and attributes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import attribute as attributes
from domain import expectation as expectations
from domain import preference as preferences
from domain import purchase_reason as purchase_reasons
from domain.account import Account
from domain.account_binding import in_open_account
from domain.account_deals import ACCOUNT_DEALS
from domain.attribute import AttributeSet, AttributeValue
from domain.binding import deals_of
from domain.decision import Decision, States
from domain.expectation import ExpectationRecorded, ExpectationTerms
from domain.policy import Attributes
from domain.policy_set import POLICIES, policies_of
from domain.preference import PreferenceRecorded
from domain.purchase_reason import PurchaseReasonRecorded


def record_preference(
    account_id: UUID, *, key: str, value: str | None, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[PreferenceRecorded]:
        return preferences.record_preference(account.preferences, key=key, value=value)

    return in_open_account(account_id, decide, on=on, today=today)


def record_expectation(
    account_id: UUID, expectation_id: UUID, *, terms: ExpectationTerms, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[ExpectationRecorded]:
        return expectations.record_expectation(
            account.expectations, expectation_id=expectation_id, terms=terms
        )

    return in_open_account(account_id, decide, on=on, today=today)


def record_purchase_reason(
    account_id: UUID,
    *,
    deal_id: UUID,
    purchase_reason: str,
    desired_outcome: str | None = None,
    on: date,
    today: date,
) -> Decision:
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(account: Account, states: States) -> Sequence[PurchaseReasonRecorded]:
        return purchase_reasons.record_purchase_reason(
            account.purchase_reasons,
            deals_of(states, deals),
            deal_id=deal_id,
            purchase_reason=purchase_reason,
            desired_outcome=desired_outcome,
        )

    return in_open_account(account_id, decide, beside=[deals], on=on, today=today)


def set_attribute(
    account_id: UUID, *, key: str, value: AttributeValue | None, on: date, today: date
) -> Decision:
    """Give a field of the tenant's own a value, as the policy that holds on `on` defines it."""

    def decide(account: Account, states: States) -> Sequence[AttributeSet]:
        policy = policies_of(states).in_force(Attributes, on).policy
        return attributes.set_attribute(account.attributes, policy, key=key, value=value)

    return in_open_account(account_id, decide, beside=[POLICIES], on=on, today=today)
