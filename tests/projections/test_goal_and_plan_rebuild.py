"""The views of goals and plans are the same whether they follow the log or are built anew."""

from decimal import Decimal

import pytest

from domain.change import Change
from domain.contributor import PlanContributorRemoved, PlanResourceAllocated
from domain.event import Event
from domain.goal import Assessment, GoalReviewed, GoalRevised, GoalStatus, RevisionReason
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalSupportingMetricAdded,
    Measurement,
    MetricKind,
    SupportingMetric,
)
from domain.milestone import PlanMilestoneReached
from domain.plan import PlanActivated, PlanCompleted
from domain.plan_record import (
    PlanSolutionDesigned,
    PlanTradeoffRecorded,
    PlanUpdateShared,
    Solution,
    Tradeoff,
)
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from tests.domain.goals import DRAFTED, DUE, FIRST_VALUE, GOAL_SET, HALF_WAY, POSTS, measured
from tests.domain.plans import ADDED, CAMPAIGN, DRAWN_UP, JOINED
from tests.domain.samples import ACME, ANNA, BEN, MAY, uuid
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import rebuilt, rows

pytestmark = pytest.mark.anyio

OF_A_GOAL: list[Event] = [
    DRAFTED,
    GOAL_SET,
    measured("55000", HALF_WAY),
    GoalMeasurementCorrected(
        measurement_id=FIRST_VALUE,
        was=Measurement(value=Decimal(55_000), measured_on=HALF_WAY),
        now=Measurement(value=Decimal(54_000), measured_on=HALF_WAY),
    ),
    GoalSupportingMetricAdded(
        metric_id=POSTS,
        metric=SupportingMetric(kind=MetricKind.ACTIVITY, key="posts", unit="posts"),
    ),
    GoalReviewed(
        reviewed_on=MAY,
        assessment=Assessment.ON_TRACK,
        computed=GoalStatus.ON_TRACK,
        policy_version=0,
    ),
    GoalRevised(
        reason_code=RevisionReason.ERROR, target=Change(was=Decimal(60_000), now=Decimal(59_000))
    ),
]
OF_A_PLAN: list[Event] = [
    DRAWN_UP,
    ADDED,
    JOINED,
    PlanActivated(),
    PlanResourceAllocated(party_id=BEN, milestone_id=CAMPAIGN, was=0, now=8),
    PlanTradeoffRecorded(
        tradeoff_id=uuid(1), tradeoff=Tradeoff(options=("a", 'b "c"'), chosen="a", rationale="so")
    ),
    PlanSolutionDesigned(
        solution_id=uuid(2), solution=Solution(title="Videos", goal_ids=(uuid(1), uuid(2)))
    ),
    PlanUpdateShared(update_id=uuid(3), shared_on=MAY, to=(ANNA, BEN), summary="half-way"),
    PlanMilestoneReached(milestone_id=CAMPAIGN, reached_on=MAY),
    PlanResourceAllocated(party_id=BEN, milestone_id=CAMPAIGN, was=8, now=0),
    PlanContributorRemoved(party_id=BEN),
    PlanCompleted(completed_on=DUE),
]


async def test_a_rebuild_gives_the_same_rows(database_url: str) -> None:
    log = Log()
    url = runtime_conninfo(database_url)
    async with Engine(url, TYPES, EVERY_PROJECTION, batch_max=4, poll_s=0.02) as engine:
        for number in range(3):
            for kind, events in ((600, OF_A_GOAL), (700, OF_A_PLAN)):
                for event in events:
                    log.add(event, account_id=ACME, stream_id=uuid(kind + number), on=MAY)
            log.store(database_url)
            await engine.catch_up(TENANT)
    live = rows(database_url)

    assert await rebuilt(database_url) == live
    for table in ("goal_measurement", "goal_metric", "goal_review", "goal_revision", "goal"):
        assert len(live[table]) == 3
    for table in ("contributor", "milestone", "solution", "tradeoff", "update"):
        assert len(live[f"plan_{table}"]) == 3
