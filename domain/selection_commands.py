"""The commands of a fit score and of a selection."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain import fit_score, selection
from domain.account import Account
from domain.account_binding import in_open_account
from domain.decision import Decision, States
from domain.fit_score import FitScored
from domain.override import Override
from domain.people import parties, require_our_word
from domain.policy import IdealCustomerProfile
from domain.policy_set import POLICIES, InForce, policies_of
from domain.selection import (
    SelectionEvent,
    SelectionFactors,
    SelectionGround,
    SelectionOutcome,
)


def score_fit(
    account_id: UUID,
    fit_score_id: UUID,
    *,
    judgements: Mapping[str, int],
    on: date,
    today: date,
) -> Decision:
    """Score the account by the ideal customer profile in force on the day."""

    def decide(account: Account, states: States) -> Sequence[FitScored]:
        return fit_score.score_fit(
            account.fit_scores,
            account.profile,
            _profile_in_force(states, on),
            fit_score_id=fit_score_id,
            judgements=judgements,
            on=on,
        )

    return in_open_account(account_id, decide, beside=[POLICIES], on=on, today=today)


def select_account(
    account_id: UUID,
    *,
    factors: SelectionFactors,
    override: Override | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(account: Account, states: States) -> Sequence[SelectionEvent]:
        require_our_word(states, override)
        held = _profile_in_force(states, on)
        return selection.select(
            account.selection,
            account.fit_scores.latest,
            held.policy,
            policy_version=held.version,
            factors=factors,
            override=override,
            reason=reason,
            on=on,
        )

    approver = parties(override.approved_by if override else None)
    return in_open_account(account_id, decide, beside=[POLICIES, *approver], on=on, today=today)


def deselect_account(account_id: UUID, *, reason: str, on: date, today: date) -> Decision:
    def decide(account: Account, _: States) -> Sequence[SelectionEvent]:
        return selection.deselect(account.selection, reason=reason, on=on)

    return in_open_account(account_id, decide, on=on, today=today)


def review_selection(
    account_id: UUID,
    *,
    outcome: SelectionOutcome,
    grounds: Collection[SelectionGround],
    factors: SelectionFactors | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[SelectionEvent]:
        return selection.review_selection(
            account.selection,
            outcome=outcome,
            grounds=grounds,
            factors=factors,
            reason=reason,
            on=on,
        )

    return in_open_account(account_id, decide, on=on, today=today)


def _profile_in_force(states: States, on: date) -> InForce[IdealCustomerProfile]:
    return policies_of(states).in_force(IdealCustomerProfile, on)
