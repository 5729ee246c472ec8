"""What holds of goals and plans whatever is asked of them, in whatever order."""

from decimal import Decimal
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account_goals import ACCOUNT_GOALS, NO_GOALS, AccountGoals
from domain.account_plans import ACCOUNT_PLANS, NO_PLANS, AccountPlans
from domain.contributor import Contributor
from domain.decision import Decision
from domain.event import Recording
from domain.goal import Assessment, GoalState, RevisionReason
from domain.goal_progress import measures, meets_target
from domain.goal_terms import GoalDraft, GoalTerms, SmartGoal
from domain.measurement import Measurement, MetricKind, SupportingMetric
from domain.plan import PlanRevision, PlanState
from domain.refusal import NotFound, Refused
from tests.domain.goals import DRAFT, DRAFTED, DUE, HALF_WAY, OPEN, SALES, START, TRAFFIC
from tests.domain.plans import MILESTONE, OTHER_PLAN, PLAN_ID, TERMS
from tests.domain.samples import ACME, BEN, PARTIES, TODAY, uuid
from tests.given import decide, states_of

WORLD = [OPEN, *PARTIES]
DAYS = st.sampled_from([START, HALF_WAY, DUE])
GOAL_IDS, PLAN_IDS = st.sampled_from([TRAFFIC, SALES]), st.sampled_from([PLAN_ID, OTHER_PLAN])
IDS = st.sampled_from([uuid(301), uuid(302)])
PEOPLE = st.sampled_from([uuid(11), BEN])
WHY = {"reason": st.just("so it is"), "reason_code": st.just("budget")}
AMOUNTS = st.sampled_from([Decimal(45_000), Decimal(55_000), Decimal(60_000)])
DRAFTS = st.sampled_from([DRAFT, DRAFTED.draft])
GOAL_TERMS = st.builds(GoalTerms, target=AMOUNTS, priority=st.integers(1, 5), due_on=DAYS)
MEASUREMENTS = st.builds(Measurement, value=AMOUNTS, measured_on=DAYS)
METRICS = st.builds(
    SupportingMetric,
    kind=st.sampled_from(MetricKind),
    key=st.sampled_from(["posts", "clicks"]),
    unit=st.just("a month"),
)
ASSESSMENTS = st.sampled_from(Assessment)


def of_goal(command: Any, *ids: Any, **arguments: Any) -> st.SearchStrategy[Decision]:
    return st.builds(command, st.just(ACME), GOAL_IDS, *ids, today=st.just(TODAY), **arguments)


def of_plan(command: Any, *ids: Any, **arguments: Any) -> st.SearchStrategy[Decision]:
    fixed = {"on": DAYS, "today": st.just(TODAY)}
    return st.builds(command, st.just(ACME), PLAN_IDS, *ids, **fixed, **arguments)


GOALS = st.one_of(
    of_goal(commands.set_new_goal, draft=st.just(DRAFT), on=DAYS),
    of_goal(commands.draft_goal, draft=DRAFTS, on=DAYS),
    of_goal(commands.set_goal, terms=st.just(GoalTerms()), on=DAYS),
    of_goal(
        commands.revise_goal,
        terms=GOAL_TERMS,
        reason_code=st.sampled_from(RevisionReason),
        reason=st.just("so it is"),
        on=DAYS,
    ),
    of_goal(commands.measure_progress, IDS, measurement=MEASUREMENTS),
    of_goal(
        commands.correct_measurement, IDS, measurement=MEASUREMENTS, reason=st.just("so it is")
    ),
    of_goal(commands.add_supporting_metric, IDS, metric=METRICS, on=DAYS),
    of_goal(commands.measure_supporting_metric, IDS, IDS, measurement=MEASUREMENTS),
    of_goal(commands.review_goal, assessment=ASSESSMENTS, on=DAYS),
    of_goal(commands.achieve_goal, on=DAYS),
    of_goal(commands.miss_goal, on=DAYS),
    of_goal(commands.abandon_goal, on=DAYS, **WHY),
    of_goal(commands.reopen_goal, on=DAYS, reason=st.just("so it is")),
)
PLANS = st.one_of(
    of_plan(commands.draw_up_plan, terms=st.just(TERMS)),
    of_plan(commands.add_milestone, IDS, terms=st.just(MILESTONE)),
    of_plan(commands.activate_plan),
    of_plan(
        commands.revise_plan,
        revision=st.builds(PlanRevision, first_on=DAYS, last_on=DAYS),
        reason=st.just("so it is"),
    ),
    of_plan(commands.reschedule_milestone, IDS, due_on=DAYS, reason=st.just("so it is")),
    of_plan(commands.start_milestone, IDS),
    of_plan(commands.reach_milestone, IDS),
    of_plan(commands.miss_milestone, IDS),
    of_plan(commands.drop_milestone, IDS, **WHY),
    of_plan(
        commands.add_contributor,
        party_id=PEOPLE,
        contributor=st.builds(
            Contributor,
            department=st.just("marketing"),
            role=st.just("writer"),
            hours_per_month=st.integers(0, 3),
        ),
    ),
    of_plan(commands.remove_contributor, party_id=PEOPLE),
    of_plan(
        commands.allocate_resource,
        party_id=PEOPLE,
        milestone_id=st.none() | IDS,
        hours_per_month=st.integers(0, 3),
    ),
    of_plan(commands.review_plan, assessment=ASSESSMENTS),
    of_plan(commands.complete_plan),
    of_plan(commands.abandon_plan, **WHY),
)


FIRST_GOAL = commands.set_new_goal(ACME, TRAFFIC, draft=DRAFT, on=START, today=TODAY)
FIRST_PLAN = [
    FIRST_GOAL,
    commands.draw_up_plan(ACME, PLAN_ID, terms=TERMS, on=START, today=TODAY),
    commands.add_milestone(ACME, PLAN_ID, uuid(301), terms=MILESTONE, on=START, today=TODAY),
]
"""Without these, most of what is asked concerns what does not exist."""


def carried_out(past: list[Recording], decision: Decision) -> list[Recording]:
    """Carry out a command, twice: what was recorded once is not recorded again."""
    try:
        past = [*past, *decide(past, decision)]
    except (Refused, NotFound):
        return past
    try:
        again = decide(past, decision)
    except Refused as refused:
        if refused.code != "already-exists":  # an id that was begun is not begun again
            raise
    else:
        assert [event for recording in again for event in recording.events] == []
    return past


def goals_of(past: list[Recording]) -> AccountGoals:
    family = ACCOUNT_GOALS.of(ACME)
    return states_of(past, [family]).find(family) or NO_GOALS


def plans_of(past: list[Recording]) -> AccountPlans:
    family = ACCOUNT_PLANS.of(ACME)
    return states_of(past, [family]).find(family) or NO_PLANS


def history(past: list[Recording]) -> list[tuple[Any, Any]]:
    return [(each.stream.id, event) for each in past[len(WORLD) :] for event in each.events]


def refolded(family: Any, past: list[Recording], cut: int) -> Any:
    """Fold what was recorded in two halves, as it is stored."""
    state = None
    events = [each for each in history(past) if type(each[1]) in family.aggregate.events]
    for half in (events[:cut], events[cut:]):
        for stream_id, event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            state = family.evolve(state, stream_id, stored)
    return state


@for_any(st.lists(GOALS, max_size=25), st.integers(0, 25))
def test_whatever_is_asked_goals_stay_in_order(asked: list[Decision], cut: int) -> None:
    past = list(WORLD)
    for decision in (FIRST_GOAL, *asked):
        past = carried_out(past, decision)
        for goal in goals_of(past).by_id.values():
            is_open = goal.state in {GoalState.DRAFT, GoalState.ACTIVE}
            assert (goal.ended_on is None) == is_open
            if goal.state is not GoalState.ABANDONED:
                assert isinstance(goal.terms, GoalDraft) == (goal.state is GoalState.DRAFT)
            if isinstance(goal.terms, GoalDraft):
                assert not goal.measurements

    assert (refolded(ACCOUNT_GOALS, past, cut) or NO_GOALS) == goals_of(past)


@for_any(st.lists(GOALS, max_size=25))
def test_a_goal_is_achieved_only_when_its_target_is_met(asked: list[Decision]) -> None:
    past = list(WORLD)
    for decision in (FIRST_GOAL, *asked):
        before = goals_of(past).by_id
        past = carried_out(past, decision)
        for goal_id, goal in goals_of(past).by_id.items():
            was = before.get(goal_id)
            if goal.state is not GoalState.ACHIEVED or was is None or was.state is goal.state:
                continue
            assert isinstance(goal.terms, SmartGoal)
            found = measures(goal.measured, band=None, as_of=goal.ended_on)
            assert found is not None
            assert meets_target(goal.terms, found)


@for_any(st.lists(GOALS | PLANS | PLANS, max_size=40), st.integers(0, 40))
def test_whatever_is_asked_plans_stay_in_order(asked: list[Decision], cut: int) -> None:
    past = list(WORLD)
    for decision in (*FIRST_PLAN, *asked):
        past = carried_out(past, decision)
        plans = plans_of(past).by_id.values()
        assert len([plan for plan in plans if plan.state is PlanState.ACTIVE]) <= 2
        for plan in plans:
            first_on, last_on = plan.terms.first_on, plan.terms.last_on
            if plan.ended_on is not None:
                assert not plan.open_milestones
                assert not plan.allocations
            for milestone in plan.open_milestones.values():
                assert first_on <= milestone.terms.due_on <= last_on
            for party_id in {party for party, _ in plan.allocations}:
                assert plan.hours_of(party_id) <= plan.contributors[party_id].hours_per_month
            others = [each for each in plans if each is not plan]
            if plan.state is PlanState.ACTIVE:
                assert all(
                    each.state is not PlanState.ACTIVE
                    or each.terms.last_on < first_on
                    or each.terms.first_on > last_on
                    for each in others
                )

    assert (refolded(ACCOUNT_PLANS, past, cut) or NO_PLANS) == plans_of(past)
