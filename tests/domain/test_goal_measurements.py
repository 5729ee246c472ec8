"""To measure a goal and the metrics that support it, and to correct what was measured."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.decision import Decision
from domain.goal import GoalAchieved, GoalMissed
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricAdded,
    GoalSupportingMetricMeasured,
    Measurement,
    MetricKind,
    SupportingMetric,
)
from domain.policy import Goals
from domain.policy_set import POLICIES, PolicyPublished
from tests.domain.goals import (
    DRAFTED,
    DUE,
    FIRST_VALUE,
    GOAL_STREAM,
    HALF_WAY,
    OPEN,
    POSTS,
    SECOND_VALUE,
    START,
    goal,
    measured,
    on_goal,
)
from tests.domain.samples import MAY, TODAY, TOMORROW, uuid
from tests.given import given_streams

METRIC = SupportingMetric(kind=MetricKind.ACTIVITY, key="posts", unit="posts a month")
ADDED = GoalSupportingMetricAdded(metric_id=POSTS, metric=METRIC)
POSTED = GoalSupportingMetricMeasured(
    metric_id=POSTS, measurement_id=SECOND_VALUE, value=Decimal(12), measured_on=HALF_WAY
)
HALF = measured("55000", HALF_WAY)


def at(value: str, on: date) -> Measurement:
    return Measurement(value=Decimal(value), measured_on=on)


def measuring(on: date, value: str = "55000", **more: Any) -> Decision:
    return on_goal(commands.measure_progress, FIRST_VALUE, measurement=at(value, on), **more)


def posting(on: date = HALF_WAY, value: str = "12", metric_id: Any = POSTS) -> Decision:
    return on_goal(
        commands.measure_supporting_metric, metric_id, SECOND_VALUE, measurement=at(value, on)
    )


def correcting(value: str, on: date, id_: Any = FIRST_VALUE, reason: str = "typo") -> Decision:
    return on_goal(commands.correct_measurement, id_, measurement=at(value, on), reason=reason)


def adding(metric: SupportingMetric = METRIC, id_: Any = POSTS) -> Decision:
    return on_goal(commands.add_supporting_metric, id_, metric=metric, on=MAY)


def test_progress_is_measured() -> None:
    given_streams(OPEN, goal()).when(measuring(HALF_WAY)).then(GOAL_STREAM.record([HALF]))
    with_source = GoalProgressMeasured(**dict(HALF) | {"source": "analytics"})
    given_streams(OPEN, goal()).when(measuring(HALF_WAY, source="analytics")).then(
        GOAL_STREAM.record([with_source])
    )


def test_a_measurement_is_recorded_once() -> None:
    given_streams(OPEN, goal(HALF)).when(measuring(HALF_WAY)).then()
    given_streams(OPEN, goal(HALF)).when(measuring(HALF_WAY, "1")).then_refused("already-measured")


@pytest.mark.parametrize("measure", [measuring, posting])
def test_a_goal_is_measured_within_its_span(measure: Any) -> None:
    world = given_streams(OPEN, goal(ADDED))
    world.when(measure(START - timedelta(days=1))).then_refused("measured-before-start", str(START))
    world.when(measure(TOMORROW)).then_refused("measured-in-the-future")


def test_a_goal_takes_measurements_some_days_after_its_end() -> None:
    strict = Goals(measuring_grace_days=5)
    published = POLICIES.record([PolicyPublished(version=1, effective_from=START, policy=strict)])
    reached = measured("60000", HALF_WAY, uuid(101))
    ended = goal(reached, GoalAchieved(achieved_on=HALF_WAY, final_value=Decimal(60_000)))
    last = HALF_WAY + timedelta(days=5)

    world = given_streams(OPEN, published, ended)
    world.when(measuring(last)).then(GOAL_STREAM.record([measured("55000", last)]))
    world.when(measuring(last + timedelta(days=1))).then_refused("measured-after-end", str(last))
    without = given_streams(OPEN, ended)
    without.when(measuring(last + timedelta(days=1))).then(
        GOAL_STREAM.record([measured("55000", last + timedelta(days=1))])
    )


def test_a_draft_is_not_measured() -> None:
    draft = GOAL_STREAM.record([DRAFTED])
    given_streams(OPEN, draft).when(measuring(HALF_WAY)).then_refused("goal-not-set")


def test_a_measurement_is_corrected_also_after_the_end() -> None:
    correction = GoalMeasurementCorrected(
        measurement_id=FIRST_VALUE, was=at("55000", HALF_WAY), now=at("56000", MAY)
    )
    for past in (goal(HALF), goal(HALF, GoalMissed(missed_on=DUE, final_value=Decimal(55_000)))):
        world = given_streams(OPEN, past)
        world.when(correcting("56000", MAY)).then(GOAL_STREAM.record([correction]))
    given_streams(OPEN, goal(HALF, correction)).when(correcting("56000", MAY)).then()


def test_a_correction_names_a_measurement_a_reason_and_a_day_within_the_span() -> None:
    world = given_streams(OPEN, goal(HALF))
    world.when(correcting("1", MAY, SECOND_VALUE)).then_not_found("measurement")
    world.when(correcting("1", MAY, reason="")).then_refused("reason-required")
    early = START - timedelta(days=1)
    world.when(correcting("1", early)).then_refused("measured-before-start")


def test_metrics_that_support_a_goal_are_measured() -> None:
    given_streams(OPEN, goal()).when(adding()).then(GOAL_STREAM.record([ADDED]))
    given_streams(OPEN, goal(ADDED)).when(adding()).then()
    given_streams(OPEN, goal(ADDED)).when(posting()).then(GOAL_STREAM.record([POSTED]))
    given_streams(OPEN, goal(ADDED, POSTED)).when(posting()).then()


def test_the_key_of_a_supporting_metric_is_unique_within_its_goal() -> None:
    other = METRIC.model_copy(update={"unit": "posts a week"})
    world = given_streams(OPEN, goal(ADDED))
    world.when(adding(other, uuid(72))).then_refused("duplicate-metric", "posts")
    missed = goal(GoalMissed(missed_on=DUE, final_value=None))
    given_streams(OPEN, missed).when(adding()).then_refused("goal-ended")


def test_a_supporting_metric_is_known_before_it_is_measured() -> None:
    given_streams(OPEN, goal()).when(posting()).then_not_found("supporting-metric")


def test_a_supporting_measurement_is_corrected_like_any_other() -> None:
    correction = GoalMeasurementCorrected(
        measurement_id=SECOND_VALUE, was=at("12", HALF_WAY), now=at("13", HALF_WAY)
    )
    given_streams(OPEN, goal(ADDED, POSTED)).when(correcting("13", HALF_WAY, SECOND_VALUE)).then(
        GOAL_STREAM.record([correction])
    )


def test_a_supporting_measurement_is_not_the_goals_own() -> None:
    achieve = on_goal(commands.achieve_goal, on=TODAY)
    given_streams(OPEN, goal(ADDED, POSTED)).when(achieve).then_refused("target-not-met", "nothing")
