"""Plans, milestones and contributors: entries in, rows out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from domain.change import Change
from domain.contributor import (
    PlanContributorAdded,
    PlanContributorRemoved,
    PlanResourceAllocated,
)
from domain.event import Event
from domain.goal import Assessment
from domain.milestone import (
    MilestoneState,
    PlanMilestoneDropped,
    PlanMilestoneMissed,
    PlanMilestoneReached,
    PlanMilestoneRescheduled,
    PlanMilestoneStarted,
)
from domain.override import Override
from domain.plan import (
    PlanAbandoned,
    PlanActivated,
    PlanCompleted,
    PlanReviewed,
    PlanRevised,
    PlanState,
)
from domain.plan_record import PlanUpdateShared
from domain.refusal import NotFound
from projections.conflicts import list_conflicts
from projections.goals import GOALS
from projections.plan_contributors import (
    PLAN_CONTRIBUTORS,
    ContributorFilter,
    PlanContributorRow,
    list_contributors,
)
from projections.plan_milestones import (
    PLAN_MILESTONES,
    MilestoneFilter,
    PlanMilestoneRow,
    find_milestone,
    list_milestones,
)
from projections.plan_solutions import PLAN_SOLUTIONS
from projections.plan_tradeoffs import PLAN_TRADEOFFS
from projections.plan_updates import PLAN_UPDATES, list_updates
from projections.plans import PLANS, PlanFilter, PlanRow, find_plan, list_plans
from tests.domain.goals import DUE, HALF_WAY, START
from tests.domain.plans import (
    ADDED,
    CAMPAIGN,
    CONTRIBUTOR,
    DRAWN_UP,
    JOINED,
    OTHER_PLAN,
    PLAN_ID,
)
from tests.domain.samples import ACME, ANNA, BEN, MAY, uuid
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log

VIEWS = (
    GOALS,
    PLANS,
    PLAN_CONTRIBUTORS,
    PLAN_MILESTONES,
    PLAN_SOLUTIONS,
    PLAN_TRADEOFFS,
    PLAN_UPDATES,
)
MOVED = PlanMilestoneRescheduled(milestone_id=CAMPAIGN, was=HALF_WAY, now=MAY)
STARTED = PlanMilestoneStarted(milestone_id=CAMPAIGN, started_on=HALF_WAY)
REACHED = PlanMilestoneReached(milestone_id=CAMPAIGN, reached_on=DUE)


def log_of(*events: Event, log: Log | None = None, **where: Any) -> Log:
    log = log or Log()
    for event in events:
        placed: dict[str, Any] = {"account_id": ACME, "stream_id": PLAN_ID, "on": MAY}
        log.add(event, **placed | where)
    return log


def plan_after(*events: Event) -> PlanRow:
    return PLANS.fold({}, log_of(DRAWN_UP, *events).entries)[(PLAN_ID,)]


def milestone_after(*events: Event) -> PlanMilestoneRow:
    return PLAN_MILESTONES.fold({}, log_of(ADDED, *events).entries)[PLAN_ID, CAMPAIGN]


def contributor_after(*events: Event) -> PlanContributorRow:
    return PLAN_CONTRIBUTORS.fold({}, log_of(*events).entries)[PLAN_ID, BEN]


def allocated(was: int, now: int, **more: Any) -> PlanResourceAllocated:
    return PlanResourceAllocated(party_id=BEN, milestone_id=None, was=was, now=now, **more)


def test_a_plan_is_drawn_up_activated_revised_and_reviewed() -> None:
    row = plan_after(
        PlanActivated(),
        PlanRevised(title=Change(was="A new audience", now="Two"), context=Change(was=(), now=())),
        PlanReviewed(reviewed_on=HALF_WAY, assessment=Assessment.ON_TRACK),
    )

    assert (row.state, row.activated_on, row.drawn_up_on) == (PlanState.ACTIVE, MAY, MAY)
    assert (row.title, row.context, row.revisions) == ("Two", (), 1)
    assert (row.reviewed_on, row.assessment) == (HALF_WAY, Assessment.ON_TRACK)
    assert (row.version, row.position) == (4, 4)


def test_a_plan_ends() -> None:
    completed = plan_after(PlanCompleted(completed_on=DUE))
    abandoned = plan_after(PlanAbandoned(abandoned_on=DUE, reason_code="budget"))

    assert (completed.state, completed.ended_on) == (PlanState.COMPLETED, DUE)
    assert (abandoned.state, abandoned.end_reason_code) == (PlanState.ABANDONED, "budget")


def test_a_milestone_moves_starts_and_ends() -> None:
    row = milestone_after(MOVED, STARTED)
    assert (row.state, row.started_on, row.due_on) == (MilestoneState.STARTED, HALF_WAY, MAY)
    assert (row.reschedulings, row.position, row.ended_on) == (1, 3, None)

    for event, state in (
        (REACHED, MilestoneState.REACHED),
        (PlanMilestoneMissed(milestone_id=CAMPAIGN, missed_on=DUE), MilestoneState.MISSED),
        (
            PlanMilestoneDropped(milestone_id=CAMPAIGN, dropped_on=DUE, reason_code="x"),
            MilestoneState.DROPPED,
        ),
    ):
        ended = milestone_after(event)
        assert (ended.state, ended.ended_on) == (state, DUE)


def test_a_contributors_hours_are_the_sum_of_what_is_allocated() -> None:
    override = Override(approved_by=ANNA, reason="for a month")
    less = PlanContributorAdded(
        party_id=BEN, contributor=CONTRIBUTOR.model_copy(update={"hours_per_month": 10})
    )
    row = contributor_after(JOINED, allocated(0, 8), allocated(8, 25, override=override), less)

    assert (row.hours_per_month, row.hours_allocated, row.hours_overridden) == (10, 25, 1)
    assert (row.added_on, row.removed_on, row.contribution_id) == (MAY, None, uuid(1))


def test_a_contributor_goes_and_comes_again() -> None:
    gone = [JOINED, allocated(0, 8), allocated(8, 0), PlanContributorRemoved(party_id=BEN)]

    assert contributor_after(*gone).removed_on == MAY
    again = contributor_after(*gone, JOINED)
    assert (again.removed_on, again.hours_allocated) == (None, 0)


def test_nothing_stands_before_the_beginning() -> None:
    update = PlanUpdateShared(update_id=uuid(1), shared_on=MAY, to=(ANNA,), summary="begun")
    for view, *events in (
        (PLANS, PlanActivated()),
        (PLAN_MILESTONES, STARTED),
        (PLAN_CONTRIBUTORS, allocated(0, 1)),
        (PLAN_UPDATES, update, update),
    ):
        with pytest.raises(ValueError, match=r"plan\."):
            view.fold({}, log_of(*events).entries)


@asynccontextmanager
async def stored(url: str, log: Log) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    async with projecting(url) as connection:
        for view in VIEWS:
            await view.apply(connection, TENANT, log.entries)
        yield connection


@pytest.mark.anyio
async def test_every_status_of_milestones_is_found_by_itself_on_every_day(
    database_url: str,
) -> None:
    log = log_of(DRAWN_UP)
    ends: list[list[Event]] = [[], [STARTED], [STARTED, REACHED], [REACHED]]
    for number, events in enumerate(ends, start=1):
        for event in (ADDED, *events):
            mine = event.model_copy(update={"milestone_id": uuid(number)})
            log_of(mine, log=log)
    days = [START, HALF_WAY, HALF_WAY + timedelta(days=1), DUE]
    async with stored(database_url, log) as connection:
        for day in days:
            every = await list_milestones(connection, TENANT, wanted=MilestoneFilter(), as_of=day)
            assert len(every.rows) == 4
            for state in MilestoneState:
                wanted = MilestoneFilter(status=state)
                page = await list_milestones(connection, TENANT, wanted=wanted, as_of=day)
                assert list(page.rows) == [row for row in every.rows if row.status is state]
            for overdue in (True, False):
                wanted = MilestoneFilter(overdue=overdue)
                page = await list_milestones(connection, TENANT, wanted=wanted, as_of=day)
                assert list(page.rows) == [row for row in every.rows if row.is_overdue is overdue]
        one = await find_milestone(connection, TENANT, PLAN_ID, uuid(2), as_of=DUE)
        with pytest.raises(NotFound):
            await find_milestone(connection, TENANT, PLAN_ID, uuid(9), as_of=DUE)

    assert (one.status, one.is_overdue) == (MilestoneState.STARTED, True)


@pytest.mark.anyio
async def test_plans_are_listed_with_their_milestones_counted(database_url: str) -> None:
    log = log_of(DRAWN_UP, ADDED, REACHED)
    later = DRAWN_UP.plan.model_copy(update={"first_on": HALF_WAY})
    log_of(DRAWN_UP.model_copy(update={"plan": later}), log=log, stream_id=OTHER_PLAN)
    async with stored(database_url, log) as connection:
        page = await list_plans(connection, TENANT, wanted=PlanFilter(), as_of=DUE, limit=1)
        rest = await list_plans(
            connection, TENANT, wanted=PlanFilter(), as_of=DUE, limit=1, after=page.next
        )
        before = await find_plan(connection, TENANT, ACME, PLAN_ID, as_of=MAY)
        with pytest.raises(NotFound):
            await find_plan(connection, TENANT, uuid(2), PLAN_ID, as_of=MAY)

    assert [row.plan_id for row in (*page.rows, *rest.rows)] == [OTHER_PLAN, PLAN_ID]
    assert (rest.rows[0].milestones_reached, rest.rows[0].milestones_open) == (1, 0)
    assert (before.milestones_open, before.milestones_overdue) == (1, 1)


@pytest.mark.anyio
async def test_one_colleague_in_several_plans_is_listed_once_for_each(database_url: str) -> None:
    log = Log()
    for number in range(1, 6):
        log_of(DRAWN_UP, JOINED, log=log, stream_id=uuid(200 + number))
    seen, after = [], None
    async with stored(database_url, log) as connection:
        while True:
            page = await list_contributors(
                connection, TENANT, wanted=ContributorFilter(party_id=BEN), after=after, limit=2
            )
            seen += [row.plan_id for row in page.rows]
            after = page.next
            if after is None:
                break

    assert seen == [uuid(200 + number) for number in range(1, 6)]


@pytest.mark.anyio
async def test_conflicts_are_read_page_by_page(database_url: str) -> None:
    log = log_of(DRAWN_UP, PlanActivated())
    for number in range(1, 5):
        log_of(ADDED.model_copy(update={"milestone_id": uuid(number)}), log=log)
    seen, after = [], None
    async with stored(database_url, log) as connection:
        while True:
            page = await list_conflicts(
                connection, TENANT, ACME, as_of=MAY, window_days=0, after=after, limit=5
            )
            seen += [(row.kind, row.first_id, row.second_id) for row in page.rows]
            after = page.next
            if after is None:
                break
        updates = await list_updates(connection, TENANT, PLAN_ID)

    assert len(seen) == len(set(seen)) == 12  # six pairs, by owner and by department
    assert updates.rows == []
