"""Goals and what was measured of them: entries in, rows out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.change import Change
from domain.event import Event
from domain.goal import (
    Assessment,
    GoalAbandoned,
    GoalAchieved,
    GoalMissed,
    GoalReopened,
    GoalReviewed,
    GoalRevised,
    GoalState,
    GoalStatus,
    RevisionReason,
)
from domain.goal_progress import Measures
from domain.goal_terms import Achievability, Baseline, GoalDraft, Relevance
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalSupportingMetricAdded,
    GoalSupportingMetricMeasured,
    Measurement,
    MetricKind,
    SupportingMetric,
)
from domain.policy import Goals
from domain.policy_set import InForce
from domain.refusal import NotFound
from projections.day_list import equal
from projections.goal_measurements import GOAL_MEASUREMENTS, read_measures
from projections.goal_metrics import GOAL_METRICS, list_goal_metrics
from projections.goal_reviews import GOAL_REVIEWS, list_goal_reviews
from projections.goal_revisions import GOAL_REVISIONS, list_goal_revisions
from projections.goal_status import GoalFilter, find_goal, list_goals
from projections.goals import GOALS, GoalRow
from tests.domain.goals import (
    DRAFTED,
    DUE,
    FIRST_VALUE,
    GOAL_SET,
    HALF_WAY,
    METRIC,
    POSTS,
    SECOND_VALUE,
    START,
    TRAFFIC,
    measured,
)
from tests.domain.samples import ACME, MAY, TODAY, uuid
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log

HOUSE = InForce(0, Goals())


def log_of(*events: Event, goal_id: UUID = TRAFFIC, log: Log | None = None) -> Log:
    log = log or Log()
    for event in events:
        log.add(event, account_id=ACME, stream_id=goal_id, on=MAY)
    return log


def row_after(*events: Event) -> GoalRow:
    return GOALS.fold({}, log_of(*events).entries)[(TRAFFIC,)]


def revised(**changes: Any) -> GoalRevised:
    return GoalRevised(reason_code=RevisionReason.ERROR, **changes)


def test_a_goal_has_its_terms_in_columns_and_gives_them_back() -> None:
    row = row_after(GOAL_SET)

    assert (row.state, row.set_on, row.begun_on) == (GoalState.ACTIVE, MAY, MAY)
    assert (row.baseline, row.target, row.unit) == (
        Decimal(50_000),
        Decimal(60_000),
        "visits a month",
    )
    assert row.terms == GOAL_SET.goal
    assert (row.version, row.position) == (1, 1)


def test_a_draft_is_set() -> None:
    draft = row_after(DRAFTED)
    assert (draft.state, draft.set_on, draft.metric) == (GoalState.DRAFT, None, None)
    assert isinstance(draft.terms, GoalDraft)

    row = row_after(DRAFTED, GOAL_SET)
    assert (row.state, row.terms, row.version) == (GoalState.ACTIVE, GOAL_SET.goal, 2)


def test_a_revision_changes_its_columns() -> None:
    row = row_after(
        DRAFTED,
        revised(
            metric=Change(was=None, now=METRIC),
            baseline=Change(was=None, now=Baseline(value=Decimal(1), on=START)),
            achievability=Change(was=None, now=Achievability(basis="so", assessed_by=uuid(11))),
            relevance=Change(was=None, now=Relevance(objective="growth")),
            statement=Change(was="More visits", now=None),
        ),
    )

    assert (row.metric, row.baseline, row.baseline_on) == ("web traffic", Decimal(1), START)
    assert (row.achievability, row.assessed_by, row.objective) == ("so", uuid(11), "growth")
    assert (row.statement, row.revisions) == (None, 1)


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (GoalAchieved(achieved_on=MAY, final_value=Decimal(1)), GoalState.ACHIEVED),
        (GoalMissed(missed_on=MAY, final_value=None), GoalState.MISSED),
        (GoalAbandoned(abandoned_on=MAY, reason_code="budget"), GoalState.ABANDONED),
    ],
)
def test_a_goal_ends_and_is_reopened(end: Event, state: GoalState) -> None:
    row, again = row_after(GOAL_SET, end), row_after(GOAL_SET, end, GoalReopened(reopened_on=MAY))

    assert (row.state, row.ended_on) == (state, MAY)
    assert (again.state, again.ended_on, again.final_value) == (GoalState.ACTIVE, None, None)
    assert again.end_reason_code is None


def test_nothing_stands_before_the_beginning() -> None:
    end = GoalMissed(missed_on=MAY, final_value=None)
    correction = GoalMeasurementCorrected(
        measurement_id=FIRST_VALUE,
        was=Measurement(value=Decimal(1), measured_on=MAY),
        now=Measurement(value=Decimal(2), measured_on=MAY),
    )

    with pytest.raises(ValueError, match="stands before"):
        row_after(end)
    with pytest.raises(ValueError, match="stands before"):
        GOAL_MEASUREMENTS.fold({}, log_of(correction).entries)


def test_a_correction_restates_a_measurement() -> None:
    now = Measurement(value=Decimal(2), measured_on=HALF_WAY)
    log = log_of(
        measured("1", MAY),
        GoalMeasurementCorrected(
            measurement_id=FIRST_VALUE,
            was=Measurement(value=Decimal(1), measured_on=MAY),
            now=now,
        ),
    )

    row = GOAL_MEASUREMENTS.fold({}, log.entries)[TRAFFIC, FIRST_VALUE]

    assert (row.value, row.measured_on, row.corrections) == (Decimal(2), HALF_WAY, 1)
    assert (row.first_position, row.position, row.metric_id) == (1, 2, None)


@asynccontextmanager
async def stored(url: str, log: Log) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    async with projecting(url) as connection:
        for view in (GOALS, GOAL_MEASUREMENTS, GOAL_METRICS, GOAL_REVIEWS, GOAL_REVISIONS):
            await view.apply(connection, TENANT, log.entries)
        yield connection


@pytest.mark.anyio
async def test_measures_are_added_up_by_the_database_as_by_the_domain(database_url: str) -> None:
    log = log_of(
        GOAL_SET,
        GoalSupportingMetricAdded(
            metric_id=POSTS, metric=SupportingMetric(kind=MetricKind.ACTIVITY, key="p", unit="p")
        ),
        measured("0.1", MAY),
        measured("0.2", MAY, SECOND_VALUE),
        measured("0.3", HALF_WAY, uuid(63)),
        measured("9", TODAY, uuid(64)),
        GoalSupportingMetricMeasured(
            metric_id=POSTS, measurement_id=uuid(65), value=Decimal(7), measured_on=MAY
        ),
    )
    async with stored(database_url, log) as connection:
        found = await read_measures(connection, TENANT, [TRAFFIC], as_of=MAY)
        metrics = await list_goal_metrics(connection, TENANT, TRAFFIC, as_of=MAY)

    assert found[TRAFFIC] == Measures(3, Fraction(6, 10), Fraction(2, 10), MAY)
    assert found[POSTS] == Measures(1, Fraction(7), Fraction(7), MAY)
    assert [(row.key, row.total) for row in metrics.rows] == [("p", Decimal(7))]


@pytest.mark.anyio
async def test_goals_are_found_by_what_is_reckoned_without_short_pages(database_url: str) -> None:
    log = Log()
    for number in range(1, 1_206):
        goal_id, on_track = UUID(int=number), number % 400 == 0
        log_of(GOAL_SET, goal_id=goal_id, log=log)
        value = "56000" if on_track else "50001"
        log_of(measured(value, HALF_WAY, UUID(int=10_000 + number)), goal_id=goal_id, log=log)
    log_of(DRAFTED, goal_id=uuid(9_999), log=log)
    asked: dict[str, Any] = {"as_of": HALF_WAY, "policy": HOUSE}
    wanted = GoalFilter(status=GoalStatus.ON_TRACK)
    async with stored(database_url, log) as connection:
        first = await list_goals(connection, TENANT, wanted=wanted, limit=2, **asked)
        rest = await list_goals(
            connection, TENANT, wanted=wanted, limit=2, after=first.next, **asked
        )
        everything = await list_goals(connection, TENANT, wanted=GoalFilter(), limit=1_000, **asked)
        last = await list_goals(
            connection, TENANT, wanted=GoalFilter(), limit=1_000, after=everything.next, **asked
        )
        one = await find_goal(connection, TENANT, ACME, uuid(400), **asked)
        with pytest.raises(NotFound):
            await find_goal(connection, TENANT, uuid(2), uuid(400), **asked)

    assert [row.goal_id.int for row in first.rows] == [400, 800]
    assert ([row.goal_id.int for row in rest.rows], rest.next) == ([1_200], None)
    assert len(everything.rows) == 1_000
    assert (len(last.rows), last.rows[-1].status) == (206, GoalStatus.DRAFT)
    assert one == first.rows[0]


@pytest.mark.anyio
async def test_every_status_is_found_by_itself_on_every_day(database_url: str) -> None:
    log = log_of(GOAL_SET, measured("55000", HALF_WAY), goal_id=uuid(1))
    log_of(GOAL_SET, GoalMissed(missed_on=DUE, final_value=None), goal_id=uuid(2), log=log)
    log_of(
        GOAL_SET,
        measured("60000", MAY, SECOND_VALUE),
        GoalAchieved(achieved_on=MAY, final_value=Decimal(60_000)),
        goal_id=uuid(3),
        log=log,
    )
    log_of(DRAFTED, goal_id=uuid(4), log=log)
    log_of(DRAFTED, GoalAbandoned(abandoned_on=MAY, reason_code="x"), goal_id=uuid(5), log=log)
    days = [START - timedelta(days=1), START, HALF_WAY, MAY, DUE, DUE + timedelta(days=1)]
    async with stored(database_url, log) as connection:
        for day in days:
            asked: dict[str, Any] = {"as_of": day, "policy": HOUSE}
            everything = await list_goals(connection, TENANT, wanted=GoalFilter(), **asked)
            assert len(everything.rows) == 5
            for status in GoalStatus:
                wanted = GoalFilter(status=status)
                page = await list_goals(connection, TENANT, wanted=wanted, **asked)
                assert list(page.rows) == [row for row in everything.rows if row.status is status]


@pytest.mark.anyio
async def test_reviews_and_revisions_are_listed_the_latest_first(database_url: str) -> None:
    reviews = [
        GoalReviewed(
            reviewed_on=day,
            assessment=Assessment.AT_RISK,
            computed=GoalStatus.NO_DATA,
            policy_version=0,
        )
        for day in (HALF_WAY, MAY)
    ]
    change = revised(target=Change(was=Decimal(60_000), now=Decimal("58000.50")))
    async with stored(database_url, log_of(GOAL_SET, *reviews, change)) as connection:
        found = await list_goal_reviews(connection, TENANT, TRAFFIC)
        (revision,) = (await list_goal_revisions(connection, TENANT, TRAFFIC)).rows

    assert [row.reviewed_on for row in found.rows] == [MAY, HALF_WAY]
    assert (revision.fields, revision.was, revision.now) == (
        ("target",),
        ('"60000"',),
        ('"58000.50"',),
    )
    assert revision.reason_code is RevisionReason.ERROR


def test_a_condition_on_nothing_is_none() -> None:
    assert equal(side=None, state=GoalState.ACTIVE) == [("state = %s", ["active"])]


EVENTS = st.lists(
    st.sampled_from(
        [
            revised(priority=Change(was=3, now=1)),
            GoalMissed(missed_on=MAY, final_value=None),
            GoalReopened(reopened_on=MAY),
            GoalAbandoned(abandoned_on=date(2026, 5, 1), reason_code="x"),
        ]
    ),
    max_size=8,
)


@settings(max_examples=50)
@for_any(EVENTS, st.integers(0, 9))
def test_a_fold_of_halves_is_the_fold_of_the_whole(events: list[Event], cut: int) -> None:
    entries = log_of(GOAL_SET, *events).entries
    first = GOALS.fold({}, entries[:cut])

    assert first | GOALS.fold(first, entries[cut:]) == GOALS.fold({}, entries)
