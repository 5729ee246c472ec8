"""The commands of a portfolio."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from domain import account_decisions, portfolio_decisions
from domain.account import Account, evolve
from domain.account_coverage import covered, leader_of, merged
from domain.binding import account_stream, party_stream, up_to
from domain.decision import Decision, Source, States
from domain.event import Recording
from domain.manager import ManagerRole, primary_of
from domain.override import Override
from domain.people import parties, require_our_word, require_ours
from domain.policy import Capacity
from domain.policy_set import POLICIES, policies_of
from domain.portfolio import (
    NO_FOCUS,
    Portfolio,
    PortfolioEvent,
    PortfolioFocus,
    Training,
    portfolio_stream,
)
from domain.refusal import NotFound, Refused


def open_portfolio(
    manager_id: UUID,
    *,
    capacity: int | None = None,
    focus: PortfolioFocus = NO_FOCUS,
    account_ids: Sequence[UUID] = (),
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """Give one of ours a portfolio, with the accounts that it leads already."""
    stream, accounts = portfolio_stream(manager_id), dict.fromkeys(account_ids)

    def decide(states: States) -> Sequence[Recording]:
        require_ours(states, manager_id)
        require_our_word(states, override)
        events = list(
            portfolio_decisions.open_portfolio(
                states.find(stream), manager_id=manager_id, capacity=capacity, focus=focus, on=on
            )
        )
        policy = policies_of(states).in_force(Capacity, on)
        for account_id in accounts:
            account = states[account_stream(account_id)]
            if leader_of(account) != manager_id:
                raise Refused(
                    "not-the-primary-manager",
                    f"{manager_id} does not lead the account {account_id}; "
                    "assign it as the primary manager, or leave the account out",
                )
            events += portfolio_decisions.take(
                states.after([stream.record(events)])[stream],
                policy,
                account_id=account_id,
                tier=account.tier,
                override=override,
                on=on,
            )
        return [stream.record(events)]

    reads: tuple[Source, ...] = (
        stream,
        POLICIES,
        *parties(manager_id, override.approved_by if override else None),
        *(account_stream(account_id) for account_id in accounts),
    )
    return up_to(today, on, Decision(stream, reads, decide))


def set_portfolio_capacity(manager_id: UUID, *, to: int | None, on: date, today: date) -> Decision:
    def decide(portfolio: Portfolio, states: States) -> Sequence[PortfolioEvent]:
        policy = policies_of(states).in_force(Capacity, on)
        return portfolio_decisions.set_capacity(portfolio, policy, to=to, on=on)

    return _on_portfolio(manager_id, decide, on=on, today=today)


def set_portfolio_focus(manager_id: UUID, *, to: PortfolioFocus, on: date, today: date) -> Decision:
    def decide(portfolio: Portfolio, _: States) -> Sequence[PortfolioEvent]:
        return portfolio_decisions.set_focus(portfolio, to=to)

    return _on_portfolio(manager_id, decide, on=on, today=today)


def accept_over_capacity(
    manager_id: UUID, *, points: int, until: date, override: Override, on: date, today: date
) -> Decision:
    def decide(portfolio: Portfolio, states: States) -> Sequence[PortfolioEvent]:
        require_our_word(states, override)
        return portfolio_decisions.accept_over_capacity(
            portfolio, points=points, until=until, override=override, on=on
        )

    return _on_portfolio(manager_id, decide, on=on, today=today)


def reweigh_portfolio(manager_id: UUID, *, on: date, today: date) -> Decision:
    """Weigh the accounts by the policy on capacity that is in force on the day."""

    def decide(portfolio: Portfolio, states: States) -> Sequence[PortfolioEvent]:
        policy = policies_of(states).in_force(Capacity, on)
        return portfolio_decisions.reweigh(portfolio, policy)

    return _on_portfolio(manager_id, decide, on=on, today=today)


def log_training(
    manager_id: UUID, training_id: UUID, *, training: Training, on: date, today: date
) -> Decision:
    def decide(portfolio: Portfolio, _: States) -> Sequence[PortfolioEvent]:
        return portfolio_decisions.log_training(
            portfolio, training_id=training_id, training=training, on=on
        )

    return _on_portfolio(manager_id, decide, on=on, today=today)


def close_portfolio(manager_id: UUID, *, on: date, today: date) -> Decision:
    def decide(portfolio: Portfolio, _: States) -> Sequence[PortfolioEvent]:
        return portfolio_decisions.close_portfolio(portfolio, on=on)

    return _on_portfolio(manager_id, decide, on=on, today=today)


def transfer_accounts(
    manager_id: UUID,
    *,
    to_manager_id: UUID,
    role: ManagerRole,
    account_ids: Sequence[UUID] | None = None,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """Let another manager lead these accounts (None: all it holds); all go over, or none.

    Accounts that the other leads already are passed over, so that sending it twice adds nothing.
    """
    stream, named = portfolio_stream(manager_id), tuple(dict.fromkeys(account_ids or ()))

    def decide(states: States) -> Sequence[Recording]:
        portfolio = states.find(stream)
        if portfolio is None:
            raise NotFound("portfolio", manager_id)
        if states.find(portfolio_stream(to_manager_id)) is None:
            raise NotFound("portfolio", to_manager_id)
        to_party = states[party_stream(to_manager_id)]
        recordings: list[Recording] = []
        for account_id in sorted(portfolio.held) if account_ids is None else named:
            account = states[account_stream(account_id)]
            _refuse_not_led(account, account_id, manager_id, to_manager_id)
            assigned = account_decisions.assign_manager(
                account, to_party, party_id=to_manager_id, role=role, primary=True
            )
            recordings.append(account_stream(account_id).record(assigned))
            recordings += _unassigned(account, account_id, manager_id, recordings[-1])
        return merged(recordings)

    reads: tuple[Source, ...] = (
        stream,
        portfolio_stream(to_manager_id),
        party_stream(to_manager_id),
        *(account_stream(account_id) for account_id in named),
    )
    decision = covered(Decision(stream, reads, decide), override=override, on=on)
    return up_to(today, on, decision)


def _refuse_not_led(
    account: Account, account_id: UUID, manager_id: UUID, to_manager_id: UUID
) -> None:
    if leader_of(account) not in {manager_id, to_manager_id}:
        raise Refused(
            "not-the-primary-manager",
            f"{manager_id} does not lead the account {account_id}; leave it out",
        )


def _unassigned(
    account: Account, account_id: UUID, manager_id: UUID, assigned: Recording
) -> Sequence[Recording]:
    """Let the manager before no longer look after the account in the role it led it in."""
    before = primary_of(account.managers)
    if before is None or before[0] != manager_id or not assigned.events:
        return []
    after = account
    for event in assigned.events:
        after = evolve(after, event)  # type: ignore[arg-type]  # an account's own
    party_id, role = before
    events = account_decisions.unassign_manager(after, party_id=party_id, role=role)
    return [account_stream(account_id).record(events)]


def _on_portfolio(
    manager_id: UUID,
    decide: Callable[[Portfolio, States], Sequence[PortfolioEvent]],
    *,
    on: date,
    today: date,
) -> Decision:
    stream = portfolio_stream(manager_id)

    def decide_on(states: States) -> Sequence[Recording]:
        portfolio = states.find(stream)
        if portfolio is None:
            raise NotFound("portfolio", manager_id)
        return [stream.record(decide(portfolio, states))]

    return up_to(today, on, Decision(stream, (stream, POLICIES), decide_on))
