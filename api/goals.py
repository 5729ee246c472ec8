"""Goals over HTTP: every command about one."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from typing_extensions import override

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from domain import commands
from domain.day import Day
from domain.goal import Assessment, RevisionReason
from domain.goal_terms import GoalDraft, GoalTerms
from domain.measurement import Measurement, SupportingMetric
from domain.money import Amount
from domain.words import Code, Name

router = APIRouter(tags=["goals"])

GOALS = "/accounts/{account_id}/goals"
GOAL = f"{GOALS}/{{goal_id}}"
METRIC = f"{GOAL}/supporting-metrics/{{metric_id}}"


class NewGoal(GoalDraft, Body):
    """A SMART goal, unless it is to be kept as a draft for now."""

    draft: bool = Field(default=False, description="keep it as a draft; it may be incomplete")


class GoalSetting(GoalTerms, Body):
    """What completes a draft; a field that is left out stays as drafted."""


class GoalAdjustment(GoalTerms, Body):
    """What is to be adjusted; a field that is left out stays."""

    reason_code: RevisionReason


class NewMeasurement(Body):
    """A measurement takes effect on its own day: `measured_on` stands for `effective_at`."""

    DAY_FIELD: ClassVar[str] = "measured_on"

    measured_on: Day | None = Field(None, description="the day of the value; today, if not given")
    value: Amount
    source: Name | None = None

    @property
    @override
    def day(self) -> date | None:
        return self.measured_on or self.effective_at

    @property
    def measurement(self) -> Measurement:
        return Measurement(value=self.value, measured_on=self.on)


class MeasurementCorrection(Measurement, Body):
    pass


class GoalReview(Body):
    assessment: Assessment
    note: Name | None = None


class NewSupportingMetric(SupportingMetric, Body):
    pass


class GoalAbandonment(Body):
    reason_code: Code


@command(router, GOALS)
async def set_new_goal(account_id: UUID, body: NewGoal, asked: CommandAsked) -> Response:
    begin = commands.draft_goal if body.draft else commands.set_new_goal
    draft = only(body, GoalDraft)
    decision = begin(account_id, asked.new_id(), draft=draft, on=body.on, today=today())
    return await asked.carry_out(decision, body, location=f"/accounts/{account_id}/goals/{{id}}")


@command(router, f"{GOAL}/settings")
async def set_goal(
    account_id: UUID, goal_id: UUID, body: GoalSetting, asked: CommandAsked
) -> Response:
    decision = commands.set_goal(
        account_id, goal_id, terms=only(body, GoalTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/revisions")
async def revise_goal(
    account_id: UUID, goal_id: UUID, body: GoalAdjustment, asked: CommandAsked
) -> Response:
    decision = commands.revise_goal(
        account_id,
        goal_id,
        terms=only(body, GoalTerms),
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/measurements")
async def measure_progress(
    account_id: UUID, goal_id: UUID, body: NewMeasurement, asked: CommandAsked
) -> Response:
    measurement_id = asked.new_id()
    decision = commands.measure_progress(
        account_id,
        goal_id,
        measurement_id,
        measurement=body.measurement,
        source=body.source,
        today=today(),
    )
    location = f"/accounts/{account_id}/goals/{goal_id}/measurements/{measurement_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{GOAL}/measurements/{{measurement_id}}/corrections")
async def correct_measurement(
    account_id: UUID,
    goal_id: UUID,
    measurement_id: UUID,
    body: MeasurementCorrection,
    asked: CommandAsked,
) -> Response:
    decision = commands.correct_measurement(
        account_id,
        goal_id,
        measurement_id,
        measurement=only(body, Measurement),
        reason=body.reason,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/reviews")
async def review_goal(
    account_id: UUID, goal_id: UUID, body: GoalReview, asked: CommandAsked
) -> Response:
    decision = commands.review_goal(
        account_id,
        goal_id,
        assessment=body.assessment,
        note=body.note,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/supporting-metrics")
async def add_supporting_metric(
    account_id: UUID, goal_id: UUID, body: NewSupportingMetric, asked: CommandAsked
) -> Response:
    metric_id = asked.new_id()
    decision = commands.add_supporting_metric(
        account_id,
        goal_id,
        metric_id,
        metric=only(body, SupportingMetric),
        on=body.on,
        today=today(),
    )
    location = f"/accounts/{account_id}/goals/{goal_id}/supporting-metrics/{metric_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{METRIC}/measurements")
async def measure_supporting_metric(
    account_id: UUID, goal_id: UUID, metric_id: UUID, body: NewMeasurement, asked: CommandAsked
) -> Response:
    measurement_id = asked.new_id()
    decision = commands.measure_supporting_metric(
        account_id,
        goal_id,
        metric_id,
        measurement_id,
        measurement=body.measurement,
        source=body.source,
        today=today(),
    )
    location = f"/accounts/{account_id}/goals/{goal_id}/measurements/{measurement_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{GOAL}/achievements")
async def achieve_goal(
    account_id: UUID, goal_id: UUID, body: Body, asked: CommandAsked
) -> Response:
    decision = commands.achieve_goal(account_id, goal_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/misses")
async def miss_goal(account_id: UUID, goal_id: UUID, body: Body, asked: CommandAsked) -> Response:
    decision = commands.miss_goal(account_id, goal_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/abandonments")
async def abandon_goal(
    account_id: UUID, goal_id: UUID, body: GoalAbandonment, asked: CommandAsked
) -> Response:
    decision = commands.abandon_goal(
        account_id,
        goal_id,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{GOAL}/reopenings")
async def reopen_goal(account_id: UUID, goal_id: UUID, body: Body, asked: CommandAsked) -> Response:
    decision = commands.reopen_goal(
        account_id, goal_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)
