"""To draw up a plan, to activate, revise, review and end it."""

from datetime import timedelta
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.change import Change
from domain.contributor import PlanResourceAllocated
from domain.decision import Decision
from domain.goal import Assessment, GoalAbandoned
from domain.goal_terms import Horizon
from domain.milestone import PlanMilestoneDropped, PlanMilestoneReached
from domain.plan import (
    PLAN,
    PlanAbandoned,
    PlanActivated,
    PlanCompleted,
    PlanEvent,
    PlanReviewed,
    PlanRevised,
    PlanRevision,
)
from tests.domain.goals import DUE, HALF_WAY, OPEN, START, goal
from tests.domain.plans import (
    ADDED,
    CAMPAIGN,
    DRAWN_UP,
    JOINED,
    MILESTONE,
    OTHER_STREAM,
    PLAN_STREAM,
    TERMS,
    WORLD,
    on_plan,
    plan,
    then,
)
from tests.domain.samples import ACCOUNT_STREAM, ACME, BEN, CLIENT, OPENED, OTHER, PARTIES, TODAY
from tests.given import given_streams

CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=HALF_WAY, churned=True, reason_code="price")]
)
ACTIVE: list[PlanEvent] = [ADDED, PlanActivated()]
REACHED = PlanMilestoneReached(milestone_id=CAMPAIGN, reached_on=HALF_WAY)
COMPLETED = PlanCompleted(completed_on=HALF_WAY)
ABANDONED = PlanAbandoned(abandoned_on=HALF_WAY, reason_code="budget")
REVIEWED = PlanReviewed(reviewed_on=HALF_WAY, assessment=Assessment.ON_TRACK, note="as planned")

ACTIVATE = on_plan(commands.activate_plan)
COMPLETE = on_plan(commands.complete_plan)
ABANDON = on_plan(commands.abandon_plan, reason_code="budget", reason="no budget")
REVIEW = on_plan(commands.review_plan, assessment=Assessment.ON_TRACK, note="as planned")


def drawing_up(**changed: Any) -> Decision:
    return on_plan(commands.draw_up_plan, terms=TERMS.model_copy(update=changed))


def revising(reason: str = "the market turned", **changed: Any) -> Decision:
    return on_plan(commands.revise_plan, revision=PlanRevision(**changed), reason=reason)


def test_a_plan_is_drawn_up_as_a_draft() -> None:
    given_streams(*WORLD).when(drawing_up()).then(plan())


def test_a_plan_begins_once_in_an_account_that_is_open() -> None:
    given_streams(*WORLD, plan()).when(drawing_up()).then_refused("already-exists")
    given_streams(CLOSED).when(drawing_up()).then_refused("account-closed")


def test_a_plan_is_owned_by_one_of_ours() -> None:
    given_streams(*WORLD).when(drawing_up(owner_id=CLIENT)).then_refused("party-not-ours")


def test_a_plan_ends_after_it_begins() -> None:
    yesterday = START - timedelta(days=1)
    given_streams(*WORLD).when(drawing_up(last_on=yesterday)).then_refused("period-reversed")
    given_streams(*WORLD, plan()).when(revising(last_on=yesterday)).then_refused("period-reversed")


def test_a_plan_is_activated() -> None:
    given_streams(*WORLD, plan(ADDED)).when(ACTIVATE).then(then(PlanActivated()))
    given_streams(*WORLD, plan(*ACTIVE)).when(ACTIVATE).then()


def test_what_a_plan_lacks_to_be_activated_is_named() -> None:
    nobody = DRAWN_UP.model_copy(update={"plan": TERMS.model_copy(update={"owner_id": None})})
    given_streams(OPEN, *PARTIES, PLAN_STREAM.record([nobody])).when(ACTIVATE).then_refused(
        "plan-incomplete", "an active goal of the account, a milestone .*, an owner;"
    )
    abandoned = goal(GoalAbandoned(abandoned_on=HALF_WAY, reason_code="budget"))
    given_streams(OPEN, *PARTIES, abandoned, plan(ADDED)).when(ACTIVATE).then_refused(
        "plan-incomplete", "lacks an active goal of the account;"
    )
    given_streams(*WORLD, plan(ADDED, REACHED)).when(ACTIVATE).then_refused(
        "plan-incomplete", "lacks a milestone that is still to be reached;"
    )


def test_one_plan_is_active_at_a_time() -> None:
    def other(**changed: Any) -> Any:
        terms = TERMS.model_copy(update=changed)
        drawn_up = DRAWN_UP.model_copy(update={"plan": terms})
        return OTHER_STREAM.record([drawn_up, PlanActivated()])

    ready = plan(ADDED)
    given_streams(*WORLD, other(), ready).when(ACTIVATE).then_refused("duplicate-active-plan")
    ends_as_it_begins = other(first_on=DUE, last_on=DUE)
    given_streams(*WORLD, ends_as_it_begins, ready).when(ACTIVATE).then_refused(
        "duplicate-active-plan"
    )
    follows = other(first_on=DUE + timedelta(days=1), last_on=DUE + timedelta(days=9))
    given_streams(*WORLD, follows, ready).when(ACTIVATE).then(then(PlanActivated()))
    later = revising(last_on=DUE + timedelta(days=1))
    given_streams(*WORLD, follows, plan(*ACTIVE)).when(later).then_refused("duplicate-active-plan")


def test_a_plan_is_revised_for_a_reason() -> None:
    changed: dict[str, Any] = {
        "title": "Two audiences",
        "horizon": Horizon.LONG,
        "context": ("new rules",),
    }
    given_streams(*WORLD, plan(*ACTIVE)).when(revising(**changed)).then(
        then(
            PlanRevised(
                title=Change(was="A new audience", now="Two audiences"),
                horizon=Change(was=Horizon.SHORT, now=Horizon.LONG),
                context=Change(was=("short videos take over",), now=("new rules",)),
            )
        )
    )
    given_streams(*WORLD, plan()).when(revising("", **changed)).then_refused("reason-required")
    given_streams(*WORLD, plan()).when(revising(title=TERMS.title, last_on=None)).then()


def test_only_the_owner_of_a_draft_may_become_nobody() -> None:
    given_streams(*WORLD, plan()).when(revising(owner_id=None)).then(
        then(PlanRevised(owner_id=Change(was=TERMS.owner_id, now=None)))
    )
    given_streams(*WORLD, plan(*ACTIVE)).when(revising(owner_id=None)).then_refused(
        "owner-required"
    )
    given_streams(*WORLD, plan()).when(revising(owner_id=CLIENT)).then_refused("party-not-ours")


def test_open_milestones_stay_within_the_revised_period() -> None:
    early = revising(last_on=HALF_WAY - timedelta(days=1))
    given_streams(*WORLD, plan(ADDED)).when(early).then_refused("milestone-out-of-period")
    given_streams(*WORLD, plan(ADDED, REACHED)).when(early).then(
        then(PlanRevised(last_on=Change(was=DUE, now=HALF_WAY - timedelta(days=1))))
    )


def test_a_revised_plan_goes_by_its_new_terms() -> None:
    shorter = PlanRevised(last_on=Change(was=DUE, now=HALF_WAY - timedelta(days=1)))
    add = on_plan(commands.add_milestone, CAMPAIGN, terms=MILESTONE)
    given_streams(*WORLD, plan(shorter)).when(add).then_refused("milestone-out-of-period")


def test_an_active_plan_is_reviewed() -> None:
    given_streams(*WORLD, plan(*ACTIVE)).when(REVIEW).then(then(REVIEWED))
    given_streams(*WORLD, plan(*ACTIVE, REVIEWED)).when(REVIEW).then()
    given_streams(*WORLD, plan()).when(REVIEW).then_refused("plan-not-active")


def test_a_plan_is_completed_without_open_milestones() -> None:
    given_streams(*WORLD, plan(*ACTIVE)).when(COMPLETE).then_refused(
        "open-milestones", "Campaign live"
    )
    given_streams(*WORLD, plan(*ACTIVE, REACHED)).when(COMPLETE).then(then(COMPLETED))
    given_streams(*WORLD, plan(*ACTIVE, REACHED, COMPLETED)).when(COMPLETE).then()
    given_streams(*WORLD, plan()).when(COMPLETE).then_refused("plan-not-active")


def test_the_end_of_a_plan_drops_its_milestones_and_gives_hours_back() -> None:
    allocated: list[PlanEvent] = [
        JOINED,
        PlanResourceAllocated(party_id=BEN, milestone_id=CAMPAIGN, was=0, now=8),
        PlanResourceAllocated(party_id=BEN, milestone_id=None, was=0, now=4),
    ]
    given_streams(*WORLD, plan(*ACTIVE, *allocated)).when(ABANDON).then(
        then(
            PlanMilestoneDropped(milestone_id=CAMPAIGN, dropped_on=HALF_WAY, reason_code="budget"),
            PlanResourceAllocated(party_id=BEN, milestone_id=CAMPAIGN, was=8, now=0),
            PlanResourceAllocated(party_id=BEN, milestone_id=None, was=4, now=0),
            ABANDONED,
        )
    )


def test_a_plan_is_abandoned_once_and_for_a_reason() -> None:
    given_streams(*WORLD, plan()).when(ABANDON).then(then(ABANDONED))
    given_streams(*WORLD, plan(ABANDONED)).when(ABANDON).then()
    silent = on_plan(commands.abandon_plan, reason_code="budget", reason="")
    given_streams(*WORLD, plan()).when(silent).then_refused("reason-required")


@pytest.mark.parametrize("end", [COMPLETED, ABANDONED], ids=lambda end: end.NAME)
def test_a_plan_that_has_ended_stays_as_it_is(end: PlanEvent) -> None:
    later = {"on": TODAY}
    asked = [
        ACTIVATE,
        revising(title="Another"),
        REVIEW,
        on_plan(commands.complete_plan, **later),
        on_plan(commands.abandon_plan, reason_code="budget", reason="no budget", **later),
    ]
    for decision in asked:
        given_streams(*WORLD, plan(end)).when(decision).then_refused("plan-ended")


@pytest.mark.parametrize("decision", [ACTIVATE, revising(title="B"), REVIEW, COMPLETE, ABANDON])
def test_every_command_needs_an_open_account_and_its_own_plan(decision: Decision) -> None:
    given_streams(CLOSED, plan()).when(decision).then_refused("account-closed")
    given_streams(*WORLD).when(decision).then_not_found("plan")
    others = PLAN_STREAM.record([DRAWN_UP.model_copy(update={"account_id": OTHER})])
    given_streams(*WORLD, others).when(decision).then_not_found("plan")


def test_a_plan_begins_with_its_terms() -> None:
    with pytest.raises(ValueError, match=r"plan\.activated stands before plan\.drawn-up"):
        PLAN.evolve(None, PlanActivated())

    assert PLAN.evolve(None, DRAWN_UP).account_id == ACME
