"""The commands of a goal; each reads its account too, which must be open."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Concatenate, ParamSpec
from uuid import UUID

from domain import goal_decisions, goal_measuring
from domain.account_decisions import refuse_closed
from domain.account_goals import goal_of, goal_stream
from domain.account_needs import refuse_unknown_needs
from domain.binding import account_stream, up_to
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.event import Recording
from domain.goal import Assessment, Goal, GoalEvent, RevisionReason
from domain.goal_terms import GoalDraft, GoalSide, GoalTerms
from domain.measurement import Measurement, SupportingMetric
from domain.people import parties, require_known, require_ours
from domain.policy import Goals
from domain.policy_set import POLICIES, InForce, policies_of
from domain.refusal import Refused

P = ParamSpec("P")


def draft_goal(
    account_id: UUID, goal_id: UUID, *, draft: GoalDraft, on: date, today: date
) -> Decision:
    return _begun(account_id, goal_id, goal_decisions.draft_goal, draft=draft, on=on, today=today)


def set_new_goal(
    account_id: UUID, goal_id: UUID, *, draft: GoalDraft, on: date, today: date
) -> Decision:
    """Set a goal that was no draft before; the draft must say all that a SMART goal says."""
    return _begun(account_id, goal_id, goal_decisions.set_new_goal, draft=draft, on=on, today=today)


def set_goal(
    account_id: UUID, goal_id: UUID, *, terms: GoalTerms, on: date, today: date
) -> Decision:
    decide = goal_decisions.set_goal
    decision = _on_goal(account_id, goal_id, decide, terms=terms, today=today)
    return up_to(today, on, _with_terms(decision, account_id, goal_id, terms))


def revise_goal(
    account_id: UUID,
    goal_id: UUID,
    *,
    terms: GoalTerms,
    reason_code: RevisionReason,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    decision = _on_goal(
        account_id,
        goal_id,
        goal_decisions.revise_goal,
        terms=terms,
        reason_code=reason_code,
        reason=reason,
        today=today,
    )
    return up_to(today, on, _with_terms(decision, account_id, goal_id, terms))


def review_goal(
    account_id: UUID,
    goal_id: UUID,
    *,
    assessment: Assessment,
    note: str | None = None,
    on: date,
    today: date,
) -> Decision:
    def decide(goal: Goal, policy: InForce[Goals]) -> Sequence[GoalEvent]:
        return goal_decisions.review_goal(
            goal, assessment=assessment, note=note, policy=policy, on=on
        )

    return up_to(today, on, _under_policy(account_id, goal_id, decide, on))


def measure_progress(
    account_id: UUID,
    goal_id: UUID,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    source: str | None = None,
    today: date,
) -> Decision:
    def decide(goal: Goal, policy: InForce[Goals]) -> Sequence[GoalEvent]:
        return goal_measuring.measure_progress(
            goal,
            measurement_id,
            measurement=measurement,
            source=source,
            policy=policy.policy,
            today=today,
        )

    return _under_policy(account_id, goal_id, decide, measurement.measured_on)


def correct_measurement(
    account_id: UUID,
    goal_id: UUID,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    reason: str,
    today: date,
) -> Decision:
    def decide(goal: Goal, policy: InForce[Goals]) -> Sequence[GoalEvent]:
        return goal_measuring.correct_measurement(
            goal,
            measurement_id,
            measurement=measurement,
            reason=reason,
            policy=policy.policy,
            today=today,
        )

    return _under_policy(account_id, goal_id, decide, measurement.measured_on)


def add_supporting_metric(
    account_id: UUID,
    goal_id: UUID,
    metric_id: UUID,
    *,
    metric: SupportingMetric,
    on: date,
    today: date,
) -> Decision:
    decide = goal_measuring.add_supporting_metric
    return up_to(today, on, _on_goal(account_id, goal_id, decide, metric_id, metric=metric))


def measure_supporting_metric(
    account_id: UUID,
    goal_id: UUID,
    metric_id: UUID,
    measurement_id: UUID,
    *,
    measurement: Measurement,
    source: str | None = None,
    today: date,
) -> Decision:
    def decide(goal: Goal, policy: InForce[Goals]) -> Sequence[GoalEvent]:
        return goal_measuring.measure_supporting_metric(
            goal,
            metric_id,
            measurement_id,
            measurement=measurement,
            source=source,
            policy=policy.policy,
            today=today,
        )

    return _under_policy(account_id, goal_id, decide, measurement.measured_on)


def achieve_goal(account_id: UUID, goal_id: UUID, *, on: date, today: date) -> Decision:
    return up_to(today, on, _on_goal(account_id, goal_id, goal_decisions.achieve_goal, on=on))


def miss_goal(account_id: UUID, goal_id: UUID, *, on: date, today: date) -> Decision:
    return up_to(today, on, _on_goal(account_id, goal_id, goal_decisions.miss_goal, on=on))


def abandon_goal(
    account_id: UUID, goal_id: UUID, *, reason_code: str, reason: str, on: date, today: date
) -> Decision:
    decide = goal_decisions.abandon_goal
    decision = _on_goal(account_id, goal_id, decide, reason_code=reason_code, reason=reason, on=on)
    return up_to(today, on, decision)


def reopen_goal(account_id: UUID, goal_id: UUID, *, reason: str, on: date, today: date) -> Decision:
    decision = _on_goal(account_id, goal_id, goal_decisions.reopen_goal, reason=reason, on=on)
    return up_to(today, on, decision)


def _begun(
    account_id: UUID,
    goal_id: UUID,
    decide: Callable[..., Sequence[GoalEvent]],
    *,
    draft: GoalDraft,
    on: date,
    today: date,
) -> Decision:
    """Bind a decision that begins a goal of an account that is open."""
    account, goal = account_stream(account_id), goal_stream(goal_id, account_id=account_id)

    reads = (account, goal, *_named(account_id, draft))

    def decide_to_begin(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        refuse_if_begun(states, goal)
        _check_named(states, account_id, draft.side, draft)
        return [goal.record(decide(account_id=account_id, draft=draft, today=today))]

    return up_to(today, on, Decision(goal, reads, decide_to_begin))


def _on_goal(
    account_id: UUID,
    goal_id: UUID,
    decide: Callable[Concatenate[Goal, P], Sequence[GoalEvent]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Decision:
    """Bind a decision about one goal of an account that is open."""
    account, goal = account_stream(account_id), goal_stream(goal_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        return [goal.record(decide(goal_of(states, goal), *args, **kwargs))]

    return Decision(goal, (account, goal), decide_on)


def _under_policy(
    account_id: UUID,
    goal_id: UUID,
    decide: Callable[[Goal, InForce[Goals]], Sequence[GoalEvent]],
    on: date,
) -> Decision:
    """Bind a decision about one goal that depends on the policy in force on a day."""
    account, goal = account_stream(account_id), goal_stream(goal_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        policy = policies_of(states).in_force(Goals, on)
        return [goal.record(decide(goal_of(states, goal), policy))]

    return Decision(goal, (account, goal, POLICIES), decide_on)


def _with_terms(decision: Decision, account_id: UUID, goal_id: UUID, terms: GoalTerms) -> Decision:
    """Check what the new terms of a goal name, before it is decided about."""
    goal = goal_stream(goal_id, account_id=account_id)

    def decide(states: States) -> Sequence[Recording]:
        _check_named(states, account_id, goal_of(states, goal).terms.side, terms)
        return decision.decide(states)

    reads = (*decision.reads, *_named(account_id, terms))
    return Decision(decision.target, reads, decide)


def _named(account_id: UUID, terms: GoalTerms) -> tuple[Source, ...]:
    """Return what is read of what terms name: the parties, and the goal that is supported."""
    achievability = terms.achievability
    named = parties(terms.owner_id, None if achievability is None else achievability.assessed_by)
    if terms.supports_goal_id is None:
        return named
    return (*named, goal_stream(terms.supports_goal_id, account_id=account_id))


def _check_named(states: States, account_id: UUID, side: GoalSide, terms: GoalTerms) -> None:
    """Check the parties, the need and the goal that terms name.

    Raises:
        NotFound: one is not on record, or is another account's.
        Refused: `party-not-ours`, `only-internal-goals-support`, `supported-goal-not-client`.
    """
    require_ours(states, terms.owner_id)
    if terms.achievability is not None:
        require_known(states, [terms.achievability.assessed_by])
    if terms.relevance is not None:
        refuse_unknown_needs(states, account_id, terms.relevance.need_id)
    if terms.supports_goal_id is None:
        return
    supported = goal_of(states, goal_stream(terms.supports_goal_id, account_id=account_id))
    if side is not GoalSide.INTERNAL:
        raise Refused(
            "only-internal-goals-support",
            "this is the client's own goal; set an internal goal that supports one of theirs",
        )
    if supported.terms.side is not GoalSide.CLIENT:
        raise Refused(
            "supported-goal-not-client",
            f"the goal {terms.supports_goal_id} is internal; name one of the client's",
        )
