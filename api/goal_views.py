"""Goals over HTTP: how they stand as of a day, and what was measured, revised and reviewed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.goals import GOAL, GOALS, METRIC
from api.reading import (
    LIST_ANSWERS,
    READ_ANSWERS,
    After,
    Form,
    Limit,
    Listed,
    Reading,
    View,
    listed,
    today,
)
from domain.day import Day
from domain.goal import GoalStatus
from domain.goal_terms import GoalSide, Horizon
from domain.policy import Goals
from domain.policy_set import InForce
from projections.account_overview import find_account
from projections.goal_measurements import (
    GoalMeasurementRow,
    find_goal_measurement,
    list_goal_measurements,
)
from projections.goal_metrics import GoalMetricShown, find_goal_metric, list_goal_metrics
from projections.goal_reviews import GoalReviewRow, list_goal_reviews
from projections.goal_revisions import GoalRevisionRow, list_goal_revisions
from projections.goal_status import GoalFilter, GoalShown, find_goal, list_goals
from projections.policies import read_policies

router = APIRouter(tags=["goals"])

AsOf = Annotated[
    Day | None,
    Query(description="the day at whose end it stands so; today, if not given"),
]


@dataclass(frozen=True, slots=True)
class GoalQuery:
    """What goals are looked for, and as of which day."""

    status: GoalStatus | None = None
    as_of: AsOf = None
    horizon: Horizon | None = None
    side: GoalSide | None = None
    owner_id: UUID | None = None
    supports_goal_id: UUID | None = None

    def wanted(self, account_id: UUID | None) -> GoalFilter:
        return GoalFilter(
            account_id,
            self.status,
            self.horizon,
            self.side,
            self.owner_id,
            self.supports_goal_id,
        )


GoalsAsked = Annotated[GoalQuery, Depends()]


@router.get("/goals", responses=LIST_ANSWERS, response_model=Listed[GoalShown])
async def read_all_goals(
    view: Reading,
    response: Response,
    form: Form,
    asked: GoalsAsked,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """Read the goals of all accounts by their due day, each with its status as of a day."""
    return await _listed_goals(view, response, form, asked, None, (after, limit))


@router.get(GOALS, responses=LIST_ANSWERS, response_model=Listed[GoalShown])
async def read_goals(
    account_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    asked: GoalsAsked,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """Read the goals of an account by their due day, each with its status as of a day."""
    await find_account(view.connection, view.tenant_id, account_id)
    return await _listed_goals(view, response, form, asked, account_id, (after, limit))


@router.get(GOAL, responses=READ_ANSWERS, response_model=GoalShown)
async def read_goal(
    account_id: UUID, goal_id: UUID, view: Reading, response: Response, as_of: AsOf = None
) -> Any:
    goal = await _goal(view, account_id, goal_id, as_of)
    response.headers["ETag"] = f'"{goal.version}"'
    return goal


@router.get(
    f"{GOAL}/measurements", responses=LIST_ANSWERS, response_model=Listed[GoalMeasurementRow]
)
async def read_measurements(
    account_id: UUID,
    goal_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """Read what was measured of the goal's own metric, by its day."""
    await _goal(view, account_id, goal_id, None)
    page = await list_goal_measurements(
        view.connection, view.tenant_id, goal_id, metric_id=None, after=after, limit=limit
    )
    return listed(page, GoalMeasurementRow, response, form)


@router.get(
    f"{GOAL}/measurements/{{measurement_id}}",
    responses=READ_ANSWERS,
    response_model=GoalMeasurementRow,
)
async def read_measurement(
    account_id: UUID, goal_id: UUID, measurement_id: UUID, view: Reading
) -> Any:
    """Read one measurement, of the goal's own metric or of one that supports it."""
    await _goal(view, account_id, goal_id, None)
    return await find_goal_measurement(view.connection, view.tenant_id, goal_id, measurement_id)


@router.get(
    f"{GOAL}/supporting-metrics", responses=LIST_ANSWERS, response_model=Listed[GoalMetricShown]
)
async def read_supporting_metrics(
    account_id: UUID,
    goal_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await _goal(view, account_id, goal_id, as_of)
    page = await list_goal_metrics(
        view.connection,
        view.tenant_id,
        goal_id,
        as_of=as_of or today(),
        after=after,
        limit=limit,
    )
    return listed(page, GoalMetricShown, response, form)


@router.get(METRIC, responses=READ_ANSWERS, response_model=GoalMetricShown)
async def read_supporting_metric(
    account_id: UUID, goal_id: UUID, metric_id: UUID, view: Reading, as_of: AsOf = None
) -> Any:
    await _goal(view, account_id, goal_id, as_of)
    return await find_goal_metric(
        view.connection, view.tenant_id, goal_id, metric_id, as_of=as_of or today()
    )


@router.get(
    f"{METRIC}/measurements", responses=LIST_ANSWERS, response_model=Listed[GoalMeasurementRow]
)
async def read_supporting_measurements(
    account_id: UUID,
    goal_id: UUID,
    metric_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """Read what was measured of a supporting metric, by its day."""
    await _goal(view, account_id, goal_id, None)
    await find_goal_metric(view.connection, view.tenant_id, goal_id, metric_id, as_of=today())
    page = await list_goal_measurements(
        view.connection, view.tenant_id, goal_id, metric_id=metric_id, after=after, limit=limit
    )
    return listed(page, GoalMeasurementRow, response, form)


@router.get(f"{GOAL}/reviews", responses=LIST_ANSWERS, response_model=Listed[GoalReviewRow])
async def read_reviews(
    account_id: UUID,
    goal_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await _goal(view, account_id, goal_id, None)
    page = await list_goal_reviews(
        view.connection, view.tenant_id, goal_id, after=after, limit=limit
    )
    return listed(page, GoalReviewRow, response, form)


@router.get(f"{GOAL}/revisions", responses=LIST_ANSWERS, response_model=Listed[GoalRevisionRow])
async def read_revisions(
    account_id: UUID,
    goal_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await _goal(view, account_id, goal_id, None)
    page = await list_goal_revisions(
        view.connection, view.tenant_id, goal_id, after=after, limit=limit
    )
    return listed(page, GoalRevisionRow, response, form)


async def _listed_goals(
    view: View,
    response: Response,
    form: str,
    asked: GoalQuery,
    account_id: UUID | None,
    page: tuple[str | None, int],
) -> Any:
    day = asked.as_of or today()
    after, limit = page
    found = await list_goals(
        view.connection,
        view.tenant_id,
        wanted=asked.wanted(account_id),
        as_of=day,
        policy=await _policy(view, day),
        after=after,
        limit=limit,
    )
    return listed(found, GoalShown, response, form)


async def _goal(view: View, account_id: UUID, goal_id: UUID, as_of: date | None) -> GoalShown:
    day = as_of or today()
    return await find_goal(
        view.connection,
        view.tenant_id,
        account_id,
        goal_id,
        as_of=day,
        policy=await _policy(view, day),
    )


async def _policy(view: View, day: date) -> InForce[Goals]:
    """Return the thresholds that the tenant's goals are graded by on a day."""
    types = view.service.ledger.types
    policies, _ = await read_policies(
        view.connection, types, view.tenant_id, known_at=view.position
    )
    return policies.in_force(Goals, day)
