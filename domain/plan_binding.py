"""How commands are bound to one plan of an account, and to the parties that they name."""

from collections.abc import Callable, Iterable, Sequence
from typing import Concatenate, ParamSpec
from uuid import UUID

from domain.account_decisions import refuse_closed
from domain.account_plans import plan_of, plan_stream
from domain.binding import account_stream
from domain.decision import Decision, Source, States
from domain.event import Recording
from domain.people import parties, require_known, require_ours
from domain.plan import Plan, PlanEvent

P = ParamSpec("P")
Check = Callable[[States], None]


def on_plan(
    account_id: UUID,
    plan_id: UUID,
    decide: Callable[Concatenate[Plan, P], Sequence[PlanEvent]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision about one plan of an account that is open."""
    account, plan = account_stream(account_id), plan_stream(plan_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        return [plan.record(decide(plan_of(states, plan), *args, **kwargs))]

    return Decision(plan, (account, plan), decide_on)


def checked(decision: Decision, check: Check, reads: Iterable[Source]) -> Decision:
    """Check what a command names, and has read for it, before it is decided about."""

    def decide(states: States) -> Sequence[Recording]:
        check(states)
        return decision.decide(states)

    return Decision(decision.target, (*decision.reads, *reads), decide)


def naming(decision: Decision, party_ids: tuple[UUID, ...]) -> Decision:
    return checked(decision, lambda states: require_known(states, party_ids), parties(*party_ids))


def by_ours(decision: Decision, party_id: UUID | None) -> Decision:
    return checked(decision, lambda states: require_ours(states, party_id), parties(party_id))
