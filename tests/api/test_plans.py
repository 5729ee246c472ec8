"""Account plans over HTTP: every command, every view, and what competes."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.conftest import Tenure, fields, problem
from tests.api.test_goals import DUE, HALF_WAY, NOWHERE, START, do, goal_of

pytestmark = pytest.mark.anyio

PLAN: dict[str, Any] = {
    "title": "A new audience",
    "first_on": START,
    "last_on": DUE,
    "context": ["short videos take over"],
    "effective_at": START,
}


@dataclass
class World:
    """A plan of an account with a goal, and two of ours who work at it."""

    tenure: Tenure
    account: str
    goal: str
    plan: str
    anna: str
    ben: str

    async def do(self, path: str, /, status: int = 201, **body: Any) -> Any:
        return await do(self.tenure, f"{self.plan}/{path}", status, **body)

    async def milestone(self, **changed: Any) -> str:
        body: dict[str, Any] = {
            "name": "Campaign live",
            "due_on": "2026-02-15",
            "kind": "quick-win",
            "owner_id": self.ben,
            "department": "marketing",
            "goal_id": self.goal.rpartition("/")[2],
            "effective_at": START,
        }
        answer = await self.do("milestones", **body | changed)
        return str(answer.headers["Location"])

    async def read(self, path: str = "", **params: Any) -> Any:
        return await self.tenure.fresh(f"{self.plan}{path}", **params)

    async def refused(self, path: str, status: int, code: str, **body: Any) -> dict[str, Any]:
        answer = await self.tenure.manager.post(f"{self.plan}/{path}", json=body)
        return problem(answer, status, code)


@pytest.fixture
async def world(tenure: Tenure) -> World:
    account = await tenure.account(effective_at=START)
    anna, ben = await tenure.party(), await tenure.party(name="Grace Hopper")
    goal = await goal_of(tenure, account)
    plan = await do(tenure, f"/accounts/{account}/plans", **PLAN | {"owner_id": anna})
    return World(tenure, account, goal, plan.headers["Location"], anna, ben)


async def test_a_plan_from_draft_to_completion(world: World) -> None:
    assert "a milestone" in (await world.refused("activations", 409, "plan-incomplete"))["detail"]
    campaign = await world.milestone()
    await world.do("activations", effective_at=START)
    await world.do("activations", 200, effective_at=START)
    why: dict[str, Any] = {"reason": "the market turned", "effective_at": HALF_WAY}
    await world.do("revisions", title="Two audiences", horizon="long", **why)
    await world.do("reviews", assessment="at-risk", note="late", effective_at=HALF_WAY)
    at = campaign.removeprefix(f"{world.plan}/")
    await world.do(f"{at}/reschedulings", due_on="2026-03-15", **why)
    await world.do(f"{at}/starts", effective_at="2026-02-01")

    shown = await world.read(f"/{at}", as_of=HALF_WAY)
    assert (shown["status"], shown["is_overdue"], shown["due_on"]) == (
        "started",
        True,
        "2026-03-15",
    )
    assert (await world.read(f"/{at}", as_of=START))["status"] == "planned"
    counted = await world.read(as_of=HALF_WAY)
    assert (counted["milestones"], counted["milestones_open"]) == (1, 1)
    assert counted["milestones_overdue"] == 1
    await world.refused("completions", 409, "open-milestones")
    await world.do(f"{at}/reachings", effective_at="2026-04-02")
    await world.refused(f"{at}/reachings", 409, "milestone-ended", effective_at="2026-04-03")
    await world.do("completions", effective_at=DUE)

    answer = await world.tenure.read(world.plan)
    body = answer.json()
    assert (body["state"], body["title"], body["horizon"]) == ("completed", "Two audiences", "long")
    assert (body["revisions"], body["assessment"], body["ended_on"]) == (1, "at-risk", DUE)
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert (await world.read(f"/{at}"))["reschedulings"] == 1
    await world.refused("reviews", 409, "plan-ended", assessment="on-track")


async def test_milestones_are_found_by_day_owner_department_and_status(world: World) -> None:
    first = await world.milestone()
    second = await world.milestone(
        name="Shop", due_on="2026-03-15", department="sales", kind="strategic", owner_id=world.anna
    )
    third = await world.milestone(name="Prizes", due_on="2026-04-15")
    await world.do("activations", effective_at=START)
    at = [each.removeprefix(f"{world.plan}/") for each in (first, second, third)]
    await world.do(f"{at[0]}/misses", effective_at="2026-03-01")
    await world.do(
        f"{at[2]}/drops", reason_code="budget", reason="none left", effective_at="2026-04-02"
    )

    async def names(path: str = "/milestones", **wanted: Any) -> list[str]:
        page = await world.tenure.fresh(path, **{"as_of": HALF_WAY} | wanted)
        return [each["name"] for each in page["items"]]

    assert await names() == ["Campaign live", "Shop", "Prizes"]
    assert await names(overdue="true") == ["Shop"]
    assert await names(overdue="false") == ["Campaign live", "Prizes"]
    assert await names(overdue="true", as_of="2026-02-16") == ["Campaign live"]
    assert await names(status="missed") == ["Campaign live"]
    assert await names(status="planned") == ["Shop", "Prizes"]
    assert await names(status="started") == []
    assert await names(status="dropped", as_of=DUE) == ["Prizes"]
    assert await names(owner_id=world.anna) == ["Shop"]
    assert await names(department="marketing", kind="quick-win") == ["Campaign live", "Prizes"]
    assert await names(goal_id=NOWHERE) == []
    assert await names(f"{world.plan}/milestones", status="planned") == ["Shop", "Prizes"]
    page = await world.tenure.fresh("/milestones", limit=2)
    rest = await world.tenure.fresh("/milestones", limit=2, after=page["next"])
    assert [each["name"] for each in rest["items"]] == ["Prizes"]


async def test_hours_are_allocated_within_the_capacity_or_approved(world: World) -> None:
    campaign = (await world.milestone()).rpartition("/")[2]
    joined: dict[str, Any] = {"department": "marketing", "role": "writer", "hours_per_month": 20}
    await world.do("contributors", party_id=world.ben, working_agreement="by mail", **joined)
    hours: dict[str, Any] = {"party_id": world.ben, "milestone_id": campaign}
    await world.do("allocations", hours_per_month=15, **hours)
    await world.refused("allocations", 409, "contributor-capacity", hours_per_month=21, **hours)
    override = {"approved_by": world.anna, "reason": "only in May"}
    await world.do("allocations", hours_per_month=25, override=override, **hours)

    (shown,) = (await world.read("/contributors"))["items"]
    assert (shown["hours_allocated"], shown["hours_overridden"]) == (25, 1)
    (found,) = (await world.tenure.fresh("/contributors", department="marketing"))["items"]
    assert (found["working_agreement"], found["plan_id"]) == (
        "by mail",
        world.plan.rpartition("/")[2],
    )
    assert (await world.tenure.fresh("/contributors", party_id=world.anna))["items"] == []
    await world.do(f"contributors/{world.ben}/removals")
    assert (await world.read("/contributors"))["items"] == []
    await world.do("contributors", party_id=world.ben, **joined)
    (again,) = (await world.read("/contributors"))["items"]
    assert again["hours_allocated"] == 0
    await world.refused(
        "allocations", 404, "unknown-contributor", party_id=world.anna, hours_per_month=1
    )
    await world.refused(
        "allocations", 422, "validation-failed", party_id=world.ben, hours_per_month=745
    )


async def test_tradeoffs_solutions_and_updates_are_recorded(world: World) -> None:
    deal = await world.tenure.deal(world.account)
    goal = world.goal.rpartition("/")[2]
    choice: dict[str, Any] = {
        "options": ["launch first", "shop first"],
        "chosen": "launch first",
        "rationale": "the season begins",
        "agreed_with": [world.anna],
    }
    await world.do("tradeoffs", **choice)
    solution: dict[str, Any] = {
        "title": "Short videos",
        "goal_ids": [goal],
        "deal_ids": [deal],
        "departments": ["marketing"],
        "feasibility": "feasible",
        "confirmed_by": world.ben,
    }
    await world.do("solutions", **solution)
    await world.do("updates", to=[world.anna], summary="half-way", effective_at=HALF_WAY)

    (tradeoff,) = (await world.read("/tradeoffs"))["items"]
    assert {name: tradeoff[name] for name in choice} == choice
    (designed,) = (await world.read("/solutions"))["items"]
    assert {name: designed[name] for name in solution} == solution
    (update,) = (await world.read("/updates"))["items"]
    assert (update["shared_with"], update["shared_on"]) == ([world.anna], HALF_WAY)
    body = await world.refused("tradeoffs", 422, "chosen-not-an-option", **choice | {"chosen": "x"})
    assert fields(body) == {"chosen"}
    await world.refused("tradeoffs", 422, "options-required", **choice | {"options": ["x"]})
    await world.refused("solutions", 422, "solution-serves-nothing", title="For nothing")
    unconfirmed: dict[str, Any] = solution | {"confirmed_by": None}
    await world.refused("solutions", 422, "confirmation-required", **unconfirmed)
    await world.refused("solutions", 404, "unknown-deal", **solution | {"deal_ids": [NOWHERE]})
    await world.refused("updates", 422, "recipients-required", to=[], summary="nobody")


async def test_what_competes_within_an_account(world: World) -> None:
    tenure, base = world.tenure, f"/accounts/{world.account}"
    owned = {"owner_id": world.anna}
    await goal_of(tenure, world.account, statement="Quick", due_on="2026-06-20", **owned)
    await goal_of(
        tenure, world.account, statement="Lasting", horizon="long", due_on="2026-06-25", **owned
    )
    await goal_of(tenure, world.account, statement="Far", due_on="2026-12-31", **owned)
    await world.milestone(name="One", due_on="2026-03-01")
    await world.milestone(name="Two", due_on="2026-03-10", owner_id=world.anna)
    await world.do("activations", effective_at=START)

    async def pairs(**wanted: Any) -> list[tuple[str, str, str, bool]]:
        page = await tenure.fresh(f"{base}/conflicts", **{"as_of": "2026-02-01"} | wanted)
        return [
            (each["kind"], each["first_name"], each["second_name"], each["is_short_against_long"])
            for each in page["items"]
        ]

    assert await pairs() == [
        ("department", "One", "Two", False),
        ("owner", "Quick", "Lasting", True),
    ]
    assert await pairs(window_days=8) == [("owner", "Quick", "Lasting", True)]
    assert await pairs(window_days=4) == []

    part: dict[str, Any] = {"department": "marketing", "role": "writer", "effective_at": START}
    await world.do("contributors", party_id=world.ben, hours_per_month=20, **part)
    await world.do("allocations", party_id=world.ben, hours_per_month=15, effective_at=START)
    other = await tenure.account(name="Other")
    goal = await goal_of(tenure, other)
    plan = await do(
        tenure, f"/accounts/{other}/plans", **PLAN | {"title": "Elsewhere", "owner_id": world.anna}
    )
    there = World(tenure, other, goal, plan.headers["Location"], world.anna, world.ben)
    await there.milestone()
    await there.do("activations", effective_at=START)
    await there.do("contributors", party_id=world.ben, hours_per_month=10, **part)
    await there.do("allocations", party_id=world.ben, hours_per_month=6, effective_at=START)
    page = await tenure.fresh(f"{base}/conflicts", as_of="2026-02-01", limit=2)
    rest = await tenure.fresh(f"{base}/conflicts", as_of="2026-02-01", limit=2, after=page["next"])
    found = [each for each in page["items"] + rest["items"] if each["kind"] == "capacity"]
    assert [(each["hours_allocated"], each["hours_per_month"]) for each in found] == [(21, 20)]
    assert {found[0]["first_name"], found[0]["second_name"]} == {"A new audience", "Elsewhere"}
    assert len(page["items"] + rest["items"]) == 3
    after_the_plans = [("department", "One", "Two", False), ("owner", "Quick", "Lasting", True)]
    assert await pairs(as_of="2026-07-01") == after_the_plans


@pytest.mark.parametrize(
    "path", ["", "/milestones", "/contributors", "/tradeoffs", "/solutions", "/updates"]
)
async def test_every_list_of_plans_has_a_csv_twin(world: World, path: str) -> None:
    await world.milestone()
    part: dict[str, Any] = {"department": "marketing", "role": "writer", "hours_per_month": 20}
    await world.do("contributors", party_id=world.ben, **part)
    await world.do("tradeoffs", options=["a", "b"], chosen="a", rationale="first")
    await world.do("solutions", title="Videos", goal_ids=[world.goal.rpartition("/")[2]])
    await world.do("updates", to=[world.anna, world.ben], summary="begun")
    where = f"{world.plan}{path}" if path else f"/accounts/{world.account}/plans"
    (item,) = (await world.tenure.fresh(where))["items"]

    answer = await world.tenure.manager.get(where, params={"format": "csv"})

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row.keys() == item.keys()


async def test_plans_are_abandoned_with_their_milestones(world: World) -> None:
    campaign = await world.milestone()
    await world.do("abandonments", reason_code="budget", reason="none left", effective_at=HALF_WAY)

    assert (await world.tenure.fresh(campaign))["status"] == "dropped"
    listed = await world.tenure.fresh(f"/accounts/{world.account}/plans", state="abandoned")
    assert [each["end_reason_code"] for each in listed["items"]] == ["budget"]
    active = await world.tenure.fresh(f"/accounts/{world.account}/plans", state="active")
    assert active["items"] == []


async def test_refusals_and_unknown_ids(world: World) -> None:
    tenure, base = world.tenure, f"/accounts/{world.account}/plans"
    reversed_ = await tenure.manager.post(base, json=PLAN | {"last_on": "2025-12-31"})
    assert fields(problem(reversed_, 422, "period-reversed")) == {"last_on"}
    milestone: dict[str, Any] = {
        "name": "Late",
        "due_on": "2026-07-01",
        "kind": "strategic",
        "owner_id": world.ben,
        "department": "marketing",
    }
    body = await world.refused("milestones", 422, "milestone-serves-nothing", **milestone)
    assert fields(body) == {"goal_id"}
    for_goal: dict[str, Any] = milestone | {"goal_id": world.goal.rpartition("/")[2]}
    await world.refused("milestones", 409, "milestone-out-of-period", **for_goal)
    await world.refused("milestones", 404, "unknown-party", **for_goal | {"owner_id": NOWHERE})
    await world.refused(f"milestones/{NOWHERE}/starts", 404, "unknown-milestone")
    problem(await tenure.read(f"{world.plan}/milestones/{NOWHERE}"), 404, "unknown-milestone")
    problem(await tenure.read(f"{base}/{NOWHERE}"), 404, "unknown-plan")
    problem(await tenure.read(f"{base}/{NOWHERE}/updates"), 404, "unknown-plan")
    problem(await tenure.read(f"/accounts/{NOWHERE}/conflicts"), 404, "unknown-account")
    await world.milestone()
    await world.do("activations", effective_at=START)
    twin = await do(tenure, base, **PLAN | {"owner_id": world.anna})
    second = World(tenure, world.account, world.goal, twin.headers["Location"], "", world.ben)
    await second.milestone()
    await second.refused("activations", 409, "duplicate-active-plan")
