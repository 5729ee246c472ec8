"""What may be decided about a goal: to set and revise it, to review it, to end it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.change import Change
from domain.goal import (
    Assessment,
    Goal,
    GoalAbandoned,
    GoalAchieved,
    GoalDrafted,
    GoalEvent,
    GoalMissed,
    GoalReopened,
    GoalReviewed,
    GoalRevised,
    GoalSet,
    GoalState,
    RevisionReason,
)
from domain.goal_progress import current_value, measures, meets_target, rounded, standing
from domain.goal_terms import Direction, GoalDraft, GoalTerms, SmartGoal, smart, with_terms
from domain.money import AMOUNT_DECIMALS_MAX
from domain.policy import Goals
from domain.policy_set import InForce
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused


def draft_goal(*, account_id: UUID, draft: GoalDraft, today: date) -> Sequence[GoalEvent]:
    """Begin a goal of which something may still be missing.

    Raises:
        Refused: `baseline-in-the-future`.
    """
    _refuse_future_baseline(draft, today)
    return [GoalDrafted(account_id=account_id, draft=draft)]


def set_new_goal(*, account_id: UUID, draft: GoalDraft, today: date) -> Sequence[GoalEvent]:
    """Begin a goal that is SMART from the first.

    Raises:
        Refused: `baseline-in-the-future`, and what `smart` says.
    """
    _refuse_future_baseline(draft, today)
    return [GoalSet(account_id=account_id, goal=smart(draft))]


def set_goal(goal: Goal, *, terms: GoalTerms, today: date) -> Sequence[GoalEvent]:
    """Complete a draft with these terms, and work towards it from now on.

    Raises:
        Refused: `already-set`, `goal-ended`, `baseline-in-the-future`, and what
            `smart` says.
    """
    refuse_ended(goal)
    draft = with_terms(goal.terms, terms)
    if isinstance(goal.terms, SmartGoal):
        if dict(draft) == dict(goal.terms):
            return []
        raise Refused("already-set", "the goal is set already; revise what has changed")
    _refuse_future_baseline(draft, today)
    return [GoalSet(account_id=goal.account_id, goal=smart(draft))]


def revise_goal(
    goal: Goal, *, terms: GoalTerms, reason_code: RevisionReason, reason: str, today: date
) -> Sequence[GoalEvent]:
    """Adjust a goal in mid-course; one that is set stays SMART.

    Raises:
        Refused: `reason-required`, `goal-ended`, `unit-immutable`, `due-before-last-measurement`,
            `start-after-first-measurement`, `baseline-in-the-future`, and what
            `smart` says.
    """
    require_reason(reason)
    refuse_ended(goal)
    was, draft = goal.terms, with_terms(goal.terms, terms)
    now: GoalDraft | SmartGoal = draft
    _refuse_future_baseline(draft, today)
    if isinstance(was, SmartGoal):
        if draft.metric not in {None, was.metric}:
            raise Refused(
                "unit-immutable",
                f"what is measured, {was.metric.name} in {was.metric.unit}, stays for the life of "
                "a goal; abandon this one and set another",
            )
        now = smart(draft)
        _refuse_measured_outside(goal, was, now)
    changes: dict[str, Any] = {
        field: Change(was=old, now=getattr(now, field))
        for field, old in was
        if old != getattr(now, field)
    }
    return [GoalRevised(reason_code=reason_code, **changes)] if changes else []


def review_goal(
    goal: Goal,
    *,
    assessment: Assessment,
    note: str | None,
    policy: InForce[Goals],
    on: date,
) -> Sequence[GoalEvent]:
    """Say how the goal stands, beside what is reckoned for that day.

    Raises:
        Refused: `goal-ended`, `goal-not-set`.
    """
    terms = require_active(goal)
    measured = measures(goal.measured, band=terms.band, as_of=on)
    computed = standing(
        terms, goal.state, goal.ended_on, measured, as_of=on, thresholds=policy.policy
    )
    review = GoalReviewed(
        reviewed_on=on,
        assessment=assessment,
        computed=computed.status,
        policy_version=policy.version,
        note=note,
    )
    return [] if review == goal.last_review else [review]


def achieve_goal(goal: Goal, *, on: date) -> Sequence[GoalEvent]:
    """Close the goal as reached: what was measured up to that day meets the target.

    Raises:
        Refused: `goal-ended`, `goal-not-set`, `target-not-met`, `not-due` (to maintain a value is
            to maintain it until the due day).
    """
    if (goal.state, goal.ended_on) == (GoalState.ACHIEVED, on):
        return []
    terms = require_active(goal)
    measured = measures(goal.measured, band=terms.band, as_of=on)
    if measured is None:
        raise Refused(
            "target-not-met", f"nothing was measured up to {on}; measure the goal's progress first"
        )
    value = rounded(current_value(terms, measured), AMOUNT_DECIMALS_MAX)
    if not meets_target(terms, measured):
        raise Refused(
            "target-not-met",
            f"{terms.metric.name} stands at {value:f} {terms.metric.unit}, short of "
            f"{_aim_of(terms)}; measure again, or close the goal as missed once it is due",
        )
    if terms.metric.direction is Direction.MAINTAIN:
        _refuse_not_due(terms, on)
    return [GoalAchieved(achieved_on=on, final_value=value)]


def miss_goal(goal: Goal, *, on: date) -> Sequence[GoalEvent]:
    """Close the goal as not reached, on its due day or later.

    Raises:
        Refused: `goal-ended`, `goal-not-set`, `not-due`.
    """
    if (goal.state, goal.ended_on) == (GoalState.MISSED, on):
        return []
    terms = require_active(goal)
    _refuse_not_due(terms, on)
    measured = measures(goal.measured, band=terms.band, as_of=on)
    value = None if measured is None else current_value(terms, measured)
    return [
        GoalMissed(
            missed_on=on,
            final_value=None if value is None else rounded(value, AMOUNT_DECIMALS_MAX),
        )
    ]


def abandon_goal(goal: Goal, *, reason_code: str, reason: str, on: date) -> Sequence[GoalEvent]:
    """Give up a goal, or a draft of one.

    Raises:
        Refused: `reason-required`, `goal-ended`.
    """
    require_reason(reason)
    if (goal.state, goal.ended_on) == (GoalState.ABANDONED, on):
        return []
    refuse_ended(goal)
    return [GoalAbandoned(abandoned_on=on, reason_code=reason_code)]


def reopen_goal(goal: Goal, *, reason: str, on: date) -> Sequence[GoalEvent]:
    """Take up a goal again that was closed by mistake, or before a measurement was corrected.

    Raises:
        Refused: `reason-required`, `before-the-goal-ended`.
    """
    require_reason(reason)
    if goal.ended_on is None:
        return []
    refuse_before(
        on,
        earliest=goal.ended_on,
        what=f"the end of the goal, {goal.ended_on}",
        code="before-the-goal-ended",
    )
    return [GoalReopened(reopened_on=on)]


def require_active(goal: Goal) -> SmartGoal:
    """Return the terms of a goal that is set and has not ended.

    Raises:
        Refused: `goal-ended`, `goal-not-set`.
    """
    refuse_ended(goal)
    return require_set(goal)


def require_set(goal: Goal) -> SmartGoal:
    """Return the terms of a goal that is more than a draft.

    Raises:
        Refused: `goal-not-set`.
    """
    if isinstance(goal.terms, GoalDraft):
        raise Refused("goal-not-set", "the goal is a draft; complete and set it first")
    return goal.terms


def refuse_ended(goal: Goal) -> None:
    if goal.ended_on is not None:
        raise Refused(
            "goal-ended",
            f"the goal was {goal.state} on {goal.ended_on}; reopen it if that is wrong, "
            "or set a new one",
        )


def _refuse_not_due(terms: SmartGoal, on: date) -> None:
    if on < terms.due_on:
        raise Refused(
            "not-due",
            f"the goal is due on {terms.due_on}, not yet on {on}; "
            "close it from that day on, or abandon it",
        )


def _refuse_future_baseline(draft: GoalDraft | SmartGoal, today: date) -> None:
    if draft.baseline is not None and draft.baseline.on > today:
        raise Refused(
            "baseline-in-the-future",
            f"{draft.baseline.on} has not come yet; the baseline is where the metric stood on a "
            f"day up to today, {today}",
        )


def _refuse_measured_outside(goal: Goal, was: SmartGoal, now: SmartGoal) -> None:
    days = [each.measurement.measured_on for each in goal.measurements.values()]
    if not days:
        return
    if now.due_on != was.due_on:
        refuse_before(
            now.due_on,
            earliest=max(days),
            what=f"the last measurement, {max(days)}",
            code="due-before-last-measurement",
        )
    if now.start_on > min(days):
        raise Refused(
            "start-after-first-measurement",
            f"the goal was measured on {min(days)}; give a start up to that day",
        )


def _aim_of(terms: SmartGoal) -> str:
    if terms.band is not None:
        return f"the band from {terms.band.low:f} to {terms.band.high:f}"
    return f"the target, {terms.target:f}"
