"""A plan for the tests: half a year, one campaign, two colleagues."""

from collections.abc import Callable
from typing import Any

from domain.account_plans import plan_stream
from domain.contributor import Contributor, PlanContributorAdded
from domain.decision import Decision
from domain.event import Recording
from domain.milestone import MilestoneKind, MilestoneTerms, PlanMilestoneAdded
from domain.plan import PlanDrawnUp, PlanEvent, PlanTerms
from tests.domain.goals import DUE, HALF_WAY, OPEN, START, TRAFFIC, goal
from tests.domain.samples import ACME, ANNA, BEN, PARTIES, TODAY, uuid

PLAN_ID, OTHER_PLAN = uuid(201), uuid(202)
CAMPAIGN, LAUNCH = uuid(211), uuid(212)

TERMS = PlanTerms(
    title="A new audience",
    first_on=START,
    last_on=DUE,
    owner_id=ANNA,
    context=("short videos take over",),
)
MILESTONE = MilestoneTerms(
    name="Campaign live",
    due_on=HALF_WAY,
    kind=MilestoneKind.QUICK_WIN,
    owner_id=BEN,
    department="marketing",
    goal_id=TRAFFIC,
)
CONTRIBUTOR = Contributor(department="marketing", role="copywriter", hours_per_month=20)
DRAWN_UP = PlanDrawnUp(account_id=ACME, plan=TERMS)
ADDED = PlanMilestoneAdded(milestone_id=CAMPAIGN, milestone=MILESTONE)
JOINED = PlanContributorAdded(party_id=BEN, contributor=CONTRIBUTOR)

PLAN_STREAM = plan_stream(PLAN_ID, account_id=ACME)
OTHER_STREAM = plan_stream(OTHER_PLAN, account_id=ACME)
WORLD = [OPEN, *PARTIES, goal()]


def plan(*events: PlanEvent) -> Recording:
    return PLAN_STREAM.record([DRAWN_UP, *events])


def then(*events: PlanEvent) -> Recording:
    return PLAN_STREAM.record(events)


def on_plan(command: Callable[..., Decision], *ids: Any, **arguments: Any) -> Decision:
    return command(ACME, PLAN_ID, *ids, **{"on": HALF_WAY, "today": TODAY} | arguments)
