"""The commands of an account's needs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import need as needs
from domain.account import Account
from domain.account_binding import in_open_account
from domain.binding import party_stream
from domain.collaboration_binding import refuse_unconfirmed
from domain.decision import Decision, States
from domain.need import NeedEvent, NeedRevision, NeedTerms, SolutionFeasibility, SolutionTerms


def identify_need(
    account_id: UUID, need_id: UUID, *, terms: NeedTerms, on: date, today: date
) -> Decision:
    """Record what the client needs; whoever stated it must be a registered party."""
    parties = [] if terms.stated_by is None else [party_stream(terms.stated_by)]

    def decide(account: Account, states: States) -> Sequence[NeedEvent]:
        for party in parties:
            states[party]  # must have been registered
        return needs.identify_need(account.needs, need_id=need_id, terms=terms)

    return in_open_account(account_id, decide, beside=parties, on=on, today=today)


def revise_need(
    account_id: UUID, need_id: UUID, *, revision: NeedRevision, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[NeedEvent]:
        return needs.revise_need(account.needs, need_id=need_id, revision=revision)

    return in_open_account(account_id, decide, on=on, today=today)


def propose_solution(
    account_id: UUID,
    need_id: UUID,
    solution_id: UUID,
    *,
    solution: SolutionTerms,
    on: date,
    today: date,
) -> Decision:
    """Record what would meet the need; who confirmed it did so in a request answered with yes."""

    def decide(account: Account, states: States) -> Sequence[NeedEvent]:
        proposed = needs.propose_solution(
            account.needs, need_id=need_id, solution_id=solution_id, solution=solution
        )
        if proposed:
            says_so = solution.feasibility is SolutionFeasibility.CONFIRMED
            refuse_unconfirmed(states, account_id, solution.request_id, says_so=says_so)
        return proposed

    return in_open_account(account_id, decide, on=on, today=today)


def meet_need(
    account_id: UUID, need_id: UUID, *, evidence: str, reason: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[NeedEvent]:
        return needs.meet_need(account.needs, need_id=need_id, evidence=evidence, reason=reason)

    return in_open_account(account_id, decide, on=on, today=today)


def withdraw_need(
    account_id: UUID, need_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[NeedEvent]:
        return needs.withdraw_need(account.needs, need_id=need_id, reason=reason)

    return in_open_account(account_id, decide, on=on, today=today)
