"""What a change of an account means for the portfolios that hold it and the tenant's coverage.

A decision about an account is wrapped in `covered`: whatever it records, the portfolio of the
manager who leads the account, and the count of key accounts, are brought level in the same
transaction, or the whole is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain import portfolio_decisions
from domain.account import ACCOUNT, Account
from domain.binding import account_stream
from domain.coverage import COVERAGE, NO_COVERAGE, grade
from domain.decision import Decision, States
from domain.event import Recording
from domain.manager import primary_of
from domain.override import Override
from domain.people import parties, require_our_word
from domain.policy import Capacity, TierCriteria
from domain.policy_set import policies_of
from domain.portfolio import portfolio_stream
from domain.tier import Tier


def covered(decision: Decision, *, override: Override | None = None, on: date) -> Decision:
    """Let the decision bring portfolios and coverage level with what it does to accounts."""

    def decide(states: States) -> Sequence[Recording]:
        require_our_word(states, override)
        recordings = merged(decision.decide(states))
        accounts = [each.stream.id for each in recordings if each.stream.aggregate is ACCOUNT]
        for account_id in accounts:
            changes = _follow(states, states.after(recordings), account_id, override, on)
            recordings = merged([*recordings, *changes])
        return recordings

    people = parties(override.approved_by if override else None)
    return replace(decision, reads=(*decision.reads, *people), decide=decide)


def merged(recordings: Sequence[Recording]) -> list[Recording]:
    """Put the events of each stream into one recording, in order."""
    together: dict[tuple[str, int], Recording] = {}
    for each in recordings:
        before = together.get(each.stream.key)
        events = [*before.events, *each.events] if before else list(each.events)
        together[each.stream.key] = Recording(each.stream, events)
    return list(together.values())


def leader_of(account: Account) -> UUID | None:
    """Return who leads an open account: its primary manager, if there is one."""
    primary = primary_of(account.managers)
    return None if primary is None or not account.is_open else primary[0]


def _follow(
    states: States, after: States, account_id: UUID, override: Override | None, on: date
) -> Sequence[Recording]:
    stream = account_stream(account_id)
    was, now = states[stream], after[stream]
    recordings: list[Recording] = []
    if (leader_of(was), was.tier) != (leader_of(now), now.tier):
        recordings += _in_portfolios(after, account_id, was, now, override, on)
    if _tier_of(was) != _tier_of(now):
        policy = policies_of(states).in_force(TierCriteria, on)
        graded = grade(
            after.find(COVERAGE) or NO_COVERAGE,
            policy,
            account_id=account_id,
            now=_tier_of(now),
            override=override,
        )
        recordings.append(COVERAGE.record(graded))
    return recordings


def _tier_of(account: Account) -> Tier | None:
    return account.tier if account.is_open and account.tier is not Tier.PROSPECT else None


def _in_portfolios(
    after: States,
    account_id: UUID,
    was: Account,
    now: Account,
    override: Override | None,
    on: date,
) -> Sequence[Recording]:
    recordings: list[Recording] = []
    old, new = leader_of(was), leader_of(now)
    if old is not None and old != new:
        stream = portfolio_stream(old)
        portfolio = after.find(stream)
        if portfolio is not None:
            released = portfolio_decisions.release(portfolio, account_id=account_id)
            recordings.append(stream.record(released))
    if new is not None:
        stream = portfolio_stream(new)
        portfolio = after.find(stream)
        if portfolio is not None:
            policy = policies_of(after).in_force(Capacity, on)
            taken = portfolio_decisions.take(
                portfolio,
                policy,
                account_id=account_id,
                tier=now.tier,
                override=override,
                on=on,
            )
            recordings.append(stream.record(taken))
    return recordings
