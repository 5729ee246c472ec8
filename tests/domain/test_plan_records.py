"""What is recorded beside a plan's milestones: trade-offs, solutions, updates shared."""

from typing import Any

import pytest

from domain import commands
from domain.decision import Decision
from domain.plan import PlanAbandoned, PlanEvent
from domain.plan_record import (
    Feasibility,
    PlanSolutionDesigned,
    PlanTradeoffRecorded,
    PlanUpdateShared,
    Solution,
    Tradeoff,
)
from tests.domain.collaborations import REQUEST, YES, request
from tests.domain.goals import HALF_WAY, TRAFFIC
from tests.domain.plans import WORLD, on_plan, plan, then
from tests.domain.samples import ANNA, BEN, CLIENT, DEAL_OPENED, FIRST, FIRST_DEAL, uuid
from tests.given import given_streams

RECORD = uuid(221)
TRADEOFF = Tradeoff(
    options=("the launch first", "the shop first"),
    chosen="the launch first",
    rationale="the season begins in May",
    agreed_with=(BEN, CLIENT),
)
SOLUTION = Solution(
    title="A campaign of short videos",
    need_id=uuid(81),
    goal_ids=(TRAFFIC,),
    deal_ids=(FIRST,),
    departments=("marketing",),
    feasibility=Feasibility.WITH_CONDITIONS,
    confirmed_by=BEN,
)
ENDED = PlanAbandoned(abandoned_on=HALF_WAY, reason_code="budget")
DEAL = FIRST_DEAL.record([DEAL_OPENED])


def choosing(**changed: Any) -> Decision:
    tradeoff = TRADEOFF.model_copy(update=changed)
    return on_plan(commands.record_tradeoff, RECORD, tradeoff=tradeoff)


def designing(**changed: Any) -> Decision:
    solution = SOLUTION.model_copy(update=changed)
    return on_plan(commands.design_solution, RECORD, solution=solution)


def sharing(to: Any = (CLIENT,), summary: str = "half-way, on track") -> Decision:
    return on_plan(commands.share_update, RECORD, to=to, summary=summary)


RECORDED: list[tuple[Decision, PlanEvent, Decision]] = [
    (
        choosing(),
        PlanTradeoffRecorded(tradeoff_id=RECORD, tradeoff=TRADEOFF),
        choosing(rationale="another"),
    ),
    (
        designing(),
        PlanSolutionDesigned(solution_id=RECORD, solution=SOLUTION),
        designing(title="Another"),
    ),
    (
        sharing(),
        PlanUpdateShared(
            update_id=RECORD, shared_on=HALF_WAY, to=(CLIENT,), summary="half-way, on track"
        ),
        sharing(summary="another"),
    ),
]


@pytest.mark.parametrize(("decision", "event", "other"), RECORDED)
def test_it_is_recorded_once_while_the_plan_runs(
    decision: Decision, event: PlanEvent, other: Decision
) -> None:
    given_streams(*WORLD, DEAL, plan()).when(decision).then(then(event))
    given_streams(*WORLD, DEAL, plan(event)).when(decision).then()
    given_streams(*WORLD, DEAL, plan(event)).when(other).then_refused("already-exists")
    given_streams(*WORLD, DEAL, plan(ENDED)).when(decision).then_refused("plan-ended")


def test_a_choice_is_one_of_several_options() -> None:
    world = given_streams(*WORLD, plan())
    world.when(choosing(options=("a", "a"), chosen="a")).then_refused("options-required")
    world.when(choosing(chosen="neither")).then_refused("chosen-not-an-option", "neither")
    world.when(choosing(agreed_with=(uuid(99),))).then_not_found("party")


def test_a_solution_serves_a_need_or_goals() -> None:
    world = given_streams(*WORLD, DEAL, plan())
    world.when(designing(need_id=None, goal_ids=())).then_refused("solution-serves-nothing")
    world.when(designing(goal_ids=(uuid(99),))).then_not_found("goal")
    given_streams(*WORLD, plan()).when(designing()).then_not_found("deal")
    world.when(designing(need_id=uuid(99))).then_not_found("need")


def test_what_others_confirmed_they_confirmed_in_a_request() -> None:
    asked = {"feasibility": Feasibility.FEASIBLE, "request_id": REQUEST}
    told = PlanSolutionDesigned(solution_id=RECORD, solution=SOLUTION.model_copy(update=asked))
    world = [*WORLD, DEAL, plan()]

    given_streams(*world).when(designing(**asked)).then_not_found("collaboration-request")
    given_streams(*world, request()).when(designing(**asked)).then_refused(
        "feasibility-unconfirmed", str(REQUEST)
    )
    given_streams(*world, request(YES)).when(designing(**asked)).then(then(told))
    conditions = designing(request_id=REQUEST)
    given_streams(*world, request()).when(conditions).then(
        then(
            PlanSolutionDesigned(
                solution_id=RECORD, solution=SOLUTION.model_copy(update={"request_id": REQUEST})
            )
        )
    )


def test_that_a_solution_can_be_delivered_is_confirmed_by_one_of_ours() -> None:
    world = given_streams(*WORLD, DEAL, plan())
    world.when(designing(confirmed_by=None)).then_refused("confirmation-required")
    world.when(designing(confirmed_by=CLIENT)).then_refused("party-not-ours")
    open_ = SOLUTION.model_copy(
        update={"confirmed_by": None, "feasibility": Feasibility.UNCONFIRMED}
    )
    unconfirmed = designing(confirmed_by=None, feasibility=Feasibility.UNCONFIRMED)
    world.when(unconfirmed).then(then(PlanSolutionDesigned(solution_id=RECORD, solution=open_)))


def test_an_update_is_for_somebody_known() -> None:
    world = given_streams(*WORLD, plan())
    world.when(sharing(to=())).then_refused("recipients-required")
    world.when(sharing(to=(ANNA, uuid(99)))).then_not_found("party")
