"""The work of a plan: milestones, contributors and the hours they give."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import commands
from domain.contributor import (
    Contributor,
    PlanContributorAdded,
    PlanContributorRemoved,
    PlanResourceAllocated,
)
from domain.decision import Decision
from domain.milestone import (
    PlanMilestoneAdded,
    PlanMilestoneDropped,
    PlanMilestoneMissed,
    PlanMilestoneReached,
    PlanMilestoneRescheduled,
    PlanMilestoneStarted,
)
from domain.override import Override
from domain.plan import PlanAbandoned, PlanActivated, PlanEvent
from tests.domain.goals import DUE, HALF_WAY, START
from tests.domain.plans import (
    ADDED,
    CAMPAIGN,
    CONTRIBUTOR,
    JOINED,
    LAUNCH,
    MILESTONE,
    WORLD,
    on_plan,
    plan,
    then,
)
from tests.domain.samples import ANNA, BEN, CLIENT, TODAY, uuid
from tests.given import given_streams

ACTIVE: list[PlanEvent] = [ADDED, PlanActivated()]
ENDED = PlanAbandoned(abandoned_on=HALF_WAY, reason_code="budget")
STARTED = PlanMilestoneStarted(milestone_id=CAMPAIGN, started_on=HALF_WAY)
REACHED = PlanMilestoneReached(milestone_id=CAMPAIGN, reached_on=HALF_WAY)
MISSED = PlanMilestoneMissed(milestone_id=CAMPAIGN, missed_on=HALF_WAY)
DROPPED = PlanMilestoneDropped(milestone_id=CAMPAIGN, dropped_on=HALF_WAY, reason_code="budget")
OVERRIDE = Override(approved_by=ANNA, reason="only until the launch")

START_IT = on_plan(commands.start_milestone, CAMPAIGN)
REACH = on_plan(commands.reach_milestone, CAMPAIGN)
MISS = on_plan(commands.miss_milestone, CAMPAIGN)
DROP = on_plan(commands.drop_milestone, CAMPAIGN, reason_code="budget", reason="no budget")


def adding(id_: UUID = CAMPAIGN, **changed: Any) -> Decision:
    terms = MILESTONE.model_copy(update=changed)
    return on_plan(commands.add_milestone, id_, terms=terms)


def rescheduling(due_on: date, reason: str = "the client is late") -> Decision:
    return on_plan(commands.reschedule_milestone, CAMPAIGN, due_on=due_on, reason=reason)


def joining(contributor: Contributor = CONTRIBUTOR, party_id: UUID = BEN) -> Decision:
    return on_plan(commands.add_contributor, party_id=party_id, contributor=contributor)


def allocating(hours: int, milestone_id: UUID | None = CAMPAIGN, **more: Any) -> Decision:
    arguments = {"party_id": BEN, "milestone_id": milestone_id, "hours_per_month": hours} | more
    return on_plan(commands.allocate_resource, **arguments)


def allocated(was: int, now: int, milestone_id: UUID | None = CAMPAIGN) -> PlanResourceAllocated:
    return PlanResourceAllocated(party_id=BEN, milestone_id=milestone_id, was=was, now=now)


def test_a_milestone_is_added() -> None:
    given_streams(*WORLD, plan()).when(adding()).then(then(ADDED))
    given_streams(*WORLD, plan(ADDED)).when(adding()).then()
    given_streams(*WORLD, plan(ADDED)).when(adding(name="Other")).then_refused("already-exists")
    given_streams(*WORLD, plan(ENDED)).when(adding()).then_refused("plan-ended")


@pytest.mark.parametrize("due_on", [START - timedelta(days=1), DUE + timedelta(days=1)])
def test_a_milestone_is_due_within_the_plans_period(due_on: date) -> None:
    world = given_streams(*WORLD, plan(ADDED))
    world.when(adding(LAUNCH, due_on=due_on)).then_refused("milestone-out-of-period")
    world.when(rescheduling(due_on)).then_refused("milestone-out-of-period")


def test_a_milestone_serves_a_goal_or_a_need_of_the_account() -> None:
    world = given_streams(*WORLD, plan())
    world.when(adding(goal_id=None)).then_refused("milestone-serves-nothing")
    world.when(adding(goal_id=uuid(99))).then_not_found("goal")
    world.when(adding(goal_id=None, need_id=uuid(99))).then_not_found("need")
    for_a_need = MILESTONE.model_copy(update={"goal_id": None, "need_id": uuid(81)})
    world.when(adding(goal_id=None, need_id=uuid(81))).then(
        then(PlanMilestoneAdded(milestone_id=CAMPAIGN, milestone=for_a_need))
    )


def test_a_milestone_is_owned_by_one_of_ours() -> None:
    given_streams(*WORLD, plan()).when(adding(owner_id=CLIENT)).then_refused("party-not-ours")


def test_a_milestone_is_rescheduled_for_a_reason() -> None:
    world = given_streams(*WORLD, plan(ADDED))
    world.when(rescheduling(DUE)).then(
        then(PlanMilestoneRescheduled(milestone_id=CAMPAIGN, was=HALF_WAY, now=DUE))
    )
    world.when(rescheduling(HALF_WAY)).then()
    world.when(rescheduling(DUE, "")).then_refused("reason-required")
    moved = PlanMilestoneRescheduled(milestone_id=CAMPAIGN, was=HALF_WAY, now=DUE)
    given_streams(*WORLD, plan(*ACTIVE, moved)).when(MISS).then_refused("not-due", str(DUE))


@pytest.mark.parametrize(
    ("decision", "event"), [(START_IT, STARTED), (REACH, REACHED), (MISS, MISSED), (DROP, DROPPED)]
)
def test_a_milestone_is_started_reached_missed_or_dropped(
    decision: Decision, event: PlanEvent
) -> None:
    given_streams(*WORLD, plan(*ACTIVE)).when(decision).then(then(event))
    given_streams(*WORLD, plan(*ACTIVE, event)).when(decision).then()
    given_streams(*WORLD, plan()).when(decision).then_not_found("milestone")
    if event is not STARTED:
        given_streams(*WORLD, plan(*ACTIVE, STARTED)).when(decision).then(then(event))


@pytest.mark.parametrize("end", [REACHED, MISSED, DROPPED], ids=lambda end: end.NAME)
def test_a_milestone_ends_once(end: PlanEvent) -> None:
    later = {"on": TODAY}
    asked = [
        START_IT,
        rescheduling(DUE),
        on_plan(commands.reach_milestone, CAMPAIGN, **later),
        on_plan(commands.miss_milestone, CAMPAIGN, **later),
        on_plan(commands.drop_milestone, CAMPAIGN, reason_code="x", reason="y", **later),
    ]
    for decision in asked:
        given_streams(*WORLD, plan(*ACTIVE, end)).when(decision).then_refused("milestone-ended")


def test_a_milestone_is_worked_at_in_an_active_plan_and_missed_once_due() -> None:
    for decision in (START_IT, REACH, MISS):
        given_streams(*WORLD, plan(ADDED)).when(decision).then_refused("plan-not-active")
    given_streams(*WORLD, plan(ADDED)).when(DROP).then(then(DROPPED))
    early = on_plan(commands.miss_milestone, CAMPAIGN, on=HALF_WAY - timedelta(days=1))
    given_streams(*WORLD, plan(*ACTIVE)).when(early).then_refused("not-due", str(HALF_WAY))
    silent = on_plan(commands.drop_milestone, CAMPAIGN, reason_code="budget", reason="")
    given_streams(*WORLD, plan(*ACTIVE)).when(silent).then_refused("reason-required")


@pytest.mark.parametrize(("decision", "event"), [(REACH, REACHED), (MISS, MISSED), (DROP, DROPPED)])
def test_a_milestone_that_has_ended_needs_no_hours(decision: Decision, event: PlanEvent) -> None:
    past = plan(*ACTIVE, JOINED, allocated(0, 8), allocated(0, 4, None))
    given_streams(*WORLD, past).when(decision).then(then(event, allocated(8, 0)))


def test_a_colleague_contributes() -> None:
    given_streams(*WORLD, plan()).when(joining()).then(then(JOINED))
    given_streams(*WORLD, plan(JOINED)).when(joining()).then()
    given_streams(*WORLD, plan()).when(joining(party_id=CLIENT)).then_refused("party-not-ours")
    given_streams(*WORLD, plan(ENDED)).when(joining()).then_refused("plan-ended")


def test_a_colleague_may_contribute_otherwise_but_not_below_what_is_allocated() -> None:
    less = CONTRIBUTOR.model_copy(update={"hours_per_month": 8, "working_agreement": "by mail"})
    past = plan(*ACTIVE, JOINED, allocated(0, 8))
    given_streams(*WORLD, past).when(joining(less)).then(
        then(PlanContributorAdded(party_id=BEN, contributor=less))
    )
    too_little = CONTRIBUTOR.model_copy(update={"hours_per_month": 7})
    given_streams(*WORLD, past).when(joining(too_little)).then_refused("contributor-capacity")


def test_a_contributor_who_goes_gives_the_hours_back() -> None:
    leave = on_plan(commands.remove_contributor, party_id=BEN)
    removed = PlanContributorRemoved(party_id=BEN)
    given_streams(*WORLD, plan(*ACTIVE, JOINED, allocated(0, 8))).when(leave).then(
        then(allocated(8, 0), removed)
    )
    given_streams(*WORLD, plan(JOINED, removed)).when(leave).then()
    given_streams(*WORLD, plan(JOINED, ENDED)).when(leave).then_refused("plan-ended")


def test_hours_are_allocated_up_to_the_capacity() -> None:
    past = plan(*ACTIVE, JOINED, allocated(0, 8))
    world = given_streams(*WORLD, past)
    world.when(allocating(8)).then()
    world.when(allocating(20)).then(then(allocated(8, 20)))
    world.when(allocating(12, None)).then(then(allocated(0, 12, None)))
    world.when(allocating(21)).then_refused("contributor-capacity", "21 hours .* can give 20")
    world.when(allocating(13, None)).then_refused("contributor-capacity")
    world.when(allocating(0)).then(then(allocated(8, 0)))
    given_streams(*WORLD, plan(*ACTIVE, JOINED, allocated(0, 8), allocated(8, 0))).when(
        allocating(0)
    ).then()


def test_one_of_ours_may_approve_more_than_the_capacity() -> None:
    world = given_streams(*WORLD, plan(*ACTIVE, JOINED))
    above = allocated(0, 30).model_copy(update={"override": OVERRIDE})
    world.when(allocating(30, override=OVERRIDE)).then(then(above))
    world.when(allocating(10, override=OVERRIDE)).then(then(allocated(0, 10)))
    theirs = OVERRIDE.model_copy(update={"approved_by": CLIENT})
    world.when(allocating(30, override=theirs)).then_refused("party-not-ours")
    beyond = given_streams(*WORLD, plan(*ACTIVE, JOINED, above))
    beyond.when(allocating(25)).then(then(allocated(30, 25)))


def test_hours_are_a_contributors_and_for_a_milestone_that_is_open() -> None:
    given_streams(*WORLD, plan(*ACTIVE)).when(allocating(1)).then_not_found("contributor")
    world = given_streams(*WORLD, plan(*ACTIVE, JOINED, REACHED))
    world.when(allocating(1)).then_refused("milestone-ended")
    world.when(allocating(1, LAUNCH)).then_not_found("milestone")
    given_streams(*WORLD, plan(JOINED, ENDED)).when(allocating(1, None)).then_refused("plan-ended")
