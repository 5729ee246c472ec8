"""The example that Tenure was built from, end to end over HTTP.

A key account wants to reach a new audience: its web traffic is to grow by 20 % in six months. The
plan has a campaign as its milestone; posts, impressions and clicks tell on the way how it goes.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import Tenure

pytestmark = pytest.mark.anyio

START, HALF_WAY, DUE = "2026-01-01", "2026-04-01", "2026-06-30"


async def done(tenure: Tenure, path: str, **body: Any) -> str:
    """Carry out a command, and return the last id in where it can be read, or else its stream's."""
    answer = await tenure.manager.post(path, json=body)
    assert answer.status_code == 201, answer.text
    location = answer.headers.get("Location", "")
    return str(location.rpartition("/")[2] or answer.json()["id"])


async def test_a_key_account_reaches_a_new_audience(tenure: Tenure) -> None:
    manager, marketing = await tenure.party(), await tenure.party(name="Grace Hopper")
    client = await tenure.party(side="theirs", name="Client Person")
    account = await tenure.account(effective_at=START)
    base = f"/accounts/{account}"
    await done(
        tenure,
        f"{base}/tier-changes",
        tier="key",
        criteria=["growth-area"],
        reason="grows with us",
        effective_at=START,
    )
    goal = await done(
        tenure,
        f"{base}/goals",
        side="client",
        statement="Reach a new audience: 20 % more visits to the website in six months",
        metric={"name": "web traffic", "unit": "visits a month", "direction": "increase"},
        baseline={"value": "50000", "on": START},
        target="60000",
        achievability={"basis": "the last campaign brought 15 %", "resources": "two writers"},
        realism="the market for short videos grows",
        relevance={"objective": "a younger audience"},
        start_on=START,
        due_on=DUE,
        horizon="short",
        priority=1,
        owner_id=manager,
        effective_at=START,
    )
    sales = await done(
        tenure,
        f"{base}/goals",
        side="internal",
        supports_goal_id=goal,
        statement="Sell the campaign that brings the visits",
        metric={"name": "campaigns sold", "unit": "campaigns", "direction": "increase"},
        baseline={"value": "0", "on": START},
        target="1",
        achievability={"basis": "the client has a budget for it"},
        relevance={"objective": "grow with the client"},
        start_on=START,
        due_on=DUE,
        owner_id=manager,
        effective_at=START,
    )
    at_goal = f"{base}/goals/{goal}"

    plan = await done(
        tenure,
        f"{base}/plans",
        title="A new audience",
        first_on=START,
        last_on=DUE,
        owner_id=manager,
        context=["short videos take over", "the client's sector advertises online"],
        effective_at=START,
    )
    at_plan = f"{base}/plans/{plan}"
    campaign = await done(
        tenure,
        f"{at_plan}/milestones",
        name="Campaign live",
        due_on="2026-02-15",
        kind="quick-win",
        owner_id=marketing,
        department="marketing",
        goal_id=goal,
        effective_at=START,
    )
    await done(
        tenure,
        f"{at_plan}/contributors",
        party_id=marketing,
        department="marketing",
        role="copywriter",
        working_agreement="asks by Monday, drafts by Thursday",
        hours_per_month=40,
        effective_at=START,
    )
    await done(
        tenure,
        f"{at_plan}/allocations",
        party_id=marketing,
        milestone_id=campaign,
        hours_per_month=30,
        effective_at=START,
    )
    await done(tenure, f"{at_plan}/activations", effective_at=START)
    await done(tenure, f"{at_plan}/milestones/{campaign}/reachings", effective_at="2026-02-10")

    for kind, key, unit, values in (
        ("activity", "posts", "posts a month", ("12", "15")),
        ("engagement", "impressions", "views a month", ("80000", "120000")),
        ("engagement", "clicks", "clicks a month", ("2400", "4100")),
    ):
        metric = await done(
            tenure,
            f"{at_goal}/supporting-metrics",
            kind=kind,
            key=key,
            unit=unit,
            effective_at=START,
        )
        for value, day in zip(values, ("2026-02-28", "2026-03-31"), strict=True):
            path = f"{at_goal}/supporting-metrics/{metric}/measurements"
            await done(tenure, path, value=value, measured_on=day)

    await done(
        tenure, f"{at_goal}/measurements", value="55000", measured_on=HALF_WAY, source="analytics"
    )
    half_way = await tenure.fresh(at_goal, as_of=HALF_WAY)
    assert half_way["status"] == "on-track"
    assert [Decimal(half_way[share]) for share in ("progress", "elapsed")] == [50, 50]
    assert half_way["policy_version"] == 0

    await done(
        tenure, f"{at_goal}/reviews", assessment="at-risk", note="rivals", effective_at=HALF_WAY
    )
    await done(
        tenure,
        f"{at_plan}/updates",
        to=[client, manager],
        summary="half-way, on track",
        effective_at=HALF_WAY,
    )
    await done(
        tenure,
        f"{at_goal}/revisions",
        target="58000",
        reason_code="market-change",
        reason="a rival began to advertise",
        effective_at="2026-04-15",
    )
    await done(tenure, f"{at_goal}/measurements", value="58400", measured_on="2026-06-15")
    await done(tenure, f"{at_goal}/achievements", effective_at="2026-06-15")

    achieved = await tenure.fresh(at_goal, as_of=DUE)
    assert achieved["status"] == "achieved"
    assert Decimal(achieved["final_value"]) == 58_400
    assert Decimal(achieved["progress"]) == 105
    assert achieved["supports_goal_id"] is None
    (supporting,) = (await tenure.fresh("/goals", supports_goal_id=goal))["items"]
    assert supporting["goal_id"] == sales
    metrics = (await tenure.fresh(f"{at_goal}/supporting-metrics", as_of="2026-03-15"))["items"]
    assert {each["key"]: Decimal(each["last"]) for each in metrics} == {
        "posts": 12,
        "impressions": 80_000,
        "clicks": 2_400,
    }
    (revision,) = (await tenure.fresh(f"{at_goal}/revisions"))["items"]
    assert (revision["fields"], revision["was"], revision["now"]) == (
        ["target"],
        ['"60000"'],
        ['"58000"'],
    )
    (review,) = (await tenure.fresh(f"{at_goal}/reviews"))["items"]
    assert (review["assessment"], review["computed"]) == ("at-risk", "on-track")
    planned = await tenure.fresh(at_plan, as_of=DUE)
    assert (planned["milestones_reached"], planned["milestones_open"]) == (1, 0)
    (contributor,) = (await tenure.fresh(f"{at_plan}/contributors"))["items"]
    assert (contributor["hours_per_month"], contributor["hours_allocated"]) == (40, 0)
    await done(tenure, f"{at_plan}/completions", effective_at=DUE)
