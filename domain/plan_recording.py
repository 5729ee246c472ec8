"""What may be put on record beside a plan's milestones: trade-offs, solutions, updates shared."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from domain.plan import Plan, PlanEvent
from domain.plan_decisions import refuse_ended
from domain.plan_record import (
    Feasibility,
    PlanRecord,
    PlanSolutionDesigned,
    PlanTradeoffRecorded,
    PlanUpdateShared,
    Solution,
    Tradeoff,
)
from domain.refusal import Refused

_OPTIONS_MIN: Final = 2


def record_tradeoff(plan: Plan, tradeoff_id: UUID, *, tradeoff: Tradeoff) -> Sequence[PlanEvent]:
    """Record which of several things was chosen, and why.

    Raises:
        Refused: `already-exists`, `plan-ended`, `options-required`, `chosen-not-an-option`.
    """
    if len(set(tradeoff.options)) < _OPTIONS_MIN:
        raise Refused(
            "options-required", "a choice is one of several; name at least two different options"
        )
    if tradeoff.chosen not in tradeoff.options:
        raise Refused(
            "chosen-not-an-option",
            f"{tradeoff.chosen!r} is none of the options; choose one of "
            + ", ".join(map(repr, tradeoff.options)),
        )
    event = PlanTradeoffRecorded(tradeoff_id=tradeoff_id, tradeoff=tradeoff)
    return _recorded(plan, tradeoff_id, event)


def design_solution(plan: Plan, solution_id: UUID, *, solution: Solution) -> Sequence[PlanEvent]:
    """Record what is offered for a need or for goals, and whether it can be delivered.

    Raises:
        Refused: `already-exists`, `plan-ended`, `solution-serves-nothing`,
            `confirmation-required`.
    """
    if solution.need_id is None and not solution.goal_ids:
        raise Refused(
            "solution-serves-nothing", "a solution serves a need or goals; name at least one"
        )
    if solution.feasibility is not Feasibility.UNCONFIRMED and solution.confirmed_by is None:
        raise Refused(
            "confirmation-required",
            f"that it is {solution.feasibility} is for somebody to confirm; name that party, "
            "or leave it unconfirmed",
        )
    event = PlanSolutionDesigned(solution_id=solution_id, solution=solution)
    return _recorded(plan, solution_id, event)


def share_update(
    plan: Plan, update_id: UUID, *, to: tuple[UUID, ...], summary: str, on: date
) -> Sequence[PlanEvent]:
    """Record that somebody was told how the plan stands.

    Raises:
        Refused: `already-exists`, `plan-ended`, `recipients-required`.
    """
    if not to:
        raise Refused("recipients-required", "an update is for somebody; name at least one party")
    event = PlanUpdateShared(update_id=update_id, shared_on=on, to=to, summary=summary)
    return _recorded(plan, update_id, event)


def _recorded(plan: Plan, record_id: UUID, event: PlanRecord) -> Sequence[PlanEvent]:
    before = plan.records.get(record_id)
    if before is not None:
        if before == event:
            return []
        raise Refused("already-exists", f"{record_id} is on record with another content")
    refuse_ended(plan)
    return [event]
