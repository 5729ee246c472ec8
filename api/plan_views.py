"""Account plans over HTTP: plans, milestones, contributors, records, and what competes."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.goal_views import AsOf
from api.plan_work import CONTRIBUTORS, MILESTONE, MILESTONES
from api.plans import PLAN, PLANS
from api.reading import (
    LIST_ANSWERS,
    READ_ANSWERS,
    After,
    Form,
    Limit,
    Listed,
    Reading,
    ReadingOfAll,
    View,
    listed,
    today,
)
from domain.conflict import Conflict
from domain.goal_terms import Horizon
from domain.milestone import MilestoneKind, MilestoneState
from domain.plan import PlanState
from domain.words import Label
from projections.account_overview import find_account
from projections.conflicts import list_conflicts
from projections.plan_contributors import (
    ContributorFilter,
    PlanContributorRow,
    list_contributors,
)
from projections.plan_milestones import (
    MilestoneFilter,
    PlanMilestoneShown,
    find_milestone,
    list_milestones,
)
from projections.plan_solutions import PlanSolutionRow, list_solutions
from projections.plan_tradeoffs import PlanTradeoffRow, list_tradeoffs
from projections.plan_updates import PlanUpdateRow, list_updates
from projections.plans import PlanFilter, PlanShown, find_plan, list_plans

router = APIRouter(tags=["plans"])


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list is asked for."""

    after: After = None
    limit: Limit = 100


PageAsked = Annotated[Pages, Depends()]


@dataclass(frozen=True, slots=True)
class MilestoneQuery:
    """What milestones are looked for, and as of which day."""

    status: MilestoneState | None = None
    overdue: bool | None = None
    as_of: AsOf = None
    goal_id: UUID | None = None
    owner_id: UUID | None = None
    department: Label | None = None
    kind: MilestoneKind | None = None

    def wanted(self, account_id: UUID | None, plan_id: UUID | None) -> MilestoneFilter:
        return MilestoneFilter(
            account_id=account_id,
            plan_id=plan_id,
            goal_id=self.goal_id,
            owner_id=self.owner_id,
            department=self.department,
            kind=self.kind,
            status=self.status,
            overdue=self.overdue,
        )


MilestonesAsked = Annotated[MilestoneQuery, Depends()]


@router.get("/milestones", responses=LIST_ANSWERS, response_model=Listed[PlanMilestoneShown])
async def read_all_milestones(
    view: Reading, response: Response, form: Form, asked: MilestonesAsked, page: PageAsked
) -> Any:
    """Read the milestones of all accounts by their due day; `overdue=true`: open after it."""
    return await _milestones(view, response, form, asked.wanted(None, None), asked, page)


@router.get(MILESTONES, responses=LIST_ANSWERS, response_model=Listed[PlanMilestoneShown])
async def read_milestones(  # each is a part of the question
    account_id: UUID,
    plan_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    asked: MilestonesAsked,
    page: PageAsked,
) -> Any:
    """Read the milestones of a plan by their due day."""
    await _plan(view, account_id, plan_id)
    wanted = asked.wanted(account_id, plan_id)
    return await _milestones(view, response, form, wanted, asked, page)


@router.get(MILESTONE, responses=READ_ANSWERS, response_model=PlanMilestoneShown)
async def read_milestone(
    account_id: UUID, plan_id: UUID, milestone_id: UUID, view: Reading, as_of: AsOf = None
) -> Any:
    await _plan(view, account_id, plan_id)
    return await find_milestone(
        view.connection, view.tenant_id, plan_id, milestone_id, as_of=as_of or today()
    )


@router.get(PLANS, responses=LIST_ANSWERS, response_model=Listed[PlanShown])
async def read_plans(  # each is a filter of the list
    account_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
    state: PlanState | None = None,
    horizon: Horizon | None = None,
    as_of: AsOf = None,
) -> Any:
    """Read the plans of an account, the latest first, with their milestones counted."""
    await find_account(view.connection, view.tenant_id, account_id)
    found = await list_plans(
        view.connection,
        view.tenant_id,
        wanted=PlanFilter(account_id, state, horizon),
        as_of=as_of or today(),
        after=page.after,
        limit=page.limit,
    )
    return listed(found, PlanShown, response, form)


@router.get(PLAN, responses=READ_ANSWERS, response_model=PlanShown)
async def read_plan(
    account_id: UUID, plan_id: UUID, view: Reading, response: Response, as_of: AsOf = None
) -> Any:
    day = as_of or today()
    plan = await find_plan(view.connection, view.tenant_id, account_id, plan_id, as_of=day)
    response.headers["ETag"] = f'"{plan.version}"'
    return plan


@router.get("/contributors", responses=LIST_ANSWERS, response_model=Listed[PlanContributorRow])
async def read_all_contributors(
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
    party_id: UUID | None = None,
    department: Label | None = None,
) -> Any:
    """Read who contributes to any plan: department, role, working agreement and hours."""
    wanted = ContributorFilter(party_id=party_id, department=department)
    return await _contributors(view, response, form, wanted, page)


@router.get(CONTRIBUTORS, responses=LIST_ANSWERS, response_model=Listed[PlanContributorRow])
async def read_contributors(
    account_id: UUID,
    plan_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
) -> Any:
    """Read who contributes to a plan, and how many hours a month are allocated."""
    await _plan(view, account_id, plan_id)
    return await _contributors(view, response, form, ContributorFilter(plan_id=plan_id), page)


@router.get(f"{PLAN}/tradeoffs", responses=LIST_ANSWERS, response_model=Listed[PlanTradeoffRow])
async def read_tradeoffs(
    account_id: UUID,
    plan_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
) -> Any:
    await _plan(view, account_id, plan_id)
    found = await list_tradeoffs(
        view.connection, view.tenant_id, plan_id, after=page.after, limit=page.limit
    )
    return listed(found, PlanTradeoffRow, response, form)


@router.get(f"{PLAN}/solutions", responses=LIST_ANSWERS, response_model=Listed[PlanSolutionRow])
async def read_solutions(
    account_id: UUID,
    plan_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
) -> Any:
    await _plan(view, account_id, plan_id)
    found = await list_solutions(
        view.connection, view.tenant_id, plan_id, after=page.after, limit=page.limit
    )
    return listed(found, PlanSolutionRow, response, form)


@router.get(f"{PLAN}/updates", responses=LIST_ANSWERS, response_model=Listed[PlanUpdateRow])
async def read_updates(
    account_id: UUID,
    plan_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    page: PageAsked,
) -> Any:
    await _plan(view, account_id, plan_id)
    found = await list_updates(
        view.connection, view.tenant_id, plan_id, after=page.after, limit=page.limit
    )
    return listed(found, PlanUpdateRow, response, form)


@router.get(
    "/accounts/{account_id}/conflicts", responses=LIST_ANSWERS, response_model=Listed[Conflict]
)
async def read_conflicts(  # each is a part of the question
    account_id: UUID,
    view: ReadingOfAll,
    response: Response,
    form: Form,
    page: PageAsked,
    as_of: AsOf = None,
    window_days: Annotated[
        int, Query(ge=0, le=366, description="due days this far apart compete still")
    ] = 14,
) -> Any:
    """Read which open goals and milestones of an account compete, two by two.

    They compete when they have the same owner, or the same department, and are due at most
    `window_days` apart; `is_short_against_long` marks a pair of which one is for the short run and
    the other for the long. Plans compete for a contributor when the hours allocated in all plans
    of the tenant that run on the day exceed the greatest capacity stated in any of them.
    """
    await find_account(view.connection, view.tenant_id, account_id)
    found = await list_conflicts(
        view.connection,
        view.tenant_id,
        account_id,
        as_of=as_of or today(),
        window_days=window_days,
        after=page.after,
        limit=page.limit,
    )
    return listed(found, Conflict, response, form)


async def _plan(view: View, account_id: UUID, plan_id: UUID) -> None:
    """Make sure that the plan is the account's."""
    await find_plan(view.connection, view.tenant_id, account_id, plan_id, as_of=today())


async def _milestones(
    view: View,
    response: Response,
    form: str,
    wanted: MilestoneFilter,
    asked: MilestoneQuery,
    page: Pages,
) -> Any:
    found = await list_milestones(
        view.connection,
        view.tenant_id,
        wanted=wanted,
        as_of=asked.as_of or today(),
        after=page.after,
        limit=page.limit,
    )
    return listed(found, PlanMilestoneShown, response, form)


async def _contributors(
    view: View, response: Response, form: str, wanted: ContributorFilter, page: Pages
) -> Any:
    found = await list_contributors(
        view.connection, view.tenant_id, wanted=wanted, after=page.after, limit=page.limit
    )
    return listed(found, PlanContributorRow, response, form)
