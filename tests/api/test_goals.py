"""Goals over HTTP: every command, every view, and what is wrong with a request."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio

NOWHERE = "01999999-0000-7000-8000-000000000000"
START, HALF_WAY, DUE = "2026-01-01", "2026-04-01", "2026-06-30"
SMART: dict[str, Any] = {
    "side": "client",
    "statement": "More visits",
    "metric": {"name": "traffic", "unit": "visits", "direction": "increase"},
    "baseline": {"value": "50000", "on": START},
    "target": "60000",
    "achievability": {"basis": "it worked before"},
    "relevance": {"objective": "a new audience"},
    "start_on": START,
    "due_on": DUE,
    "effective_at": START,
}


async def do(tenure: Tenure, path: str, /, status: int = 201, **body: Any) -> Any:
    answer = await tenure.manager.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer


async def goal_of(tenure: Tenure, account: str, **changed: Any) -> str:
    answer = await do(tenure, f"/accounts/{account}/goals", **SMART | changed)
    return str(answer.headers["Location"])


async def test_a_draft_is_completed_revised_missed_reopened_and_abandoned(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    draft: dict[str, Any] = {
        "side": "client",
        "statement": "More visits",
        "draft": True,
        "effective_at": START,
    }
    goal = (await do(tenure, f"/accounts/{account}/goals", **draft)).headers["Location"]
    shown = await tenure.fresh(goal)
    assert (shown["status"], shown["no_data_because"]) == ("draft", "draft")

    incomplete = await tenure.manager.post(f"{goal}/settings", json={"target": "60000"})
    assert "M: metric" in problem(incomplete, 422, "goal-not-smart")["detail"]
    rest: dict[str, Any] = {
        name: SMART[name] for name in SMART if name not in {"side", "statement"}
    }
    await do(tenure, f"{goal}/settings", **rest)
    why: dict[str, Any] = {
        "reason_code": "client-priority",
        "reason": "they asked",
        "effective_at": HALF_WAY,
    }
    await do(tenure, f"{goal}/revisions", horizon="long", priority=2, **why)
    await do(tenure, f"{goal}/revisions", 200, horizon="long", priority=2, **why)
    await do(tenure, f"{goal}/reviews", assessment="off-track", effective_at=HALF_WAY)
    await do(tenure, f"{goal}/misses", effective_at=DUE)
    assert (await tenure.fresh(goal, as_of=DUE))["status"] == "missed"
    assert (await tenure.fresh(goal, as_of=HALF_WAY))["status"] == "no-data"
    await do(tenure, f"{goal}/reopenings", reason="too early", effective_at=DUE)
    assert (await tenure.fresh(goal, as_of="2026-07-01"))["status"] == "overdue"
    await do(tenure, f"{goal}/abandonments", reason_code="budget", reason="none left")

    answer = await tenure.read(goal)
    body = answer.json()
    assert (body["status"], body["end_reason_code"], body["revisions"]) == (
        "abandoned",
        "budget",
        1,
    )
    assert (body["horizon"], body["priority"], body["assessment"]) == ("long", 2, "off-track")
    assert answer.headers["ETag"] == f'"{body["version"]}"' == '"7"'


async def test_measurements_are_corrected_and_listed(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    goal = await goal_of(tenure, account)
    late = await do(tenure, f"{goal}/measurements", value="55000", measured_on=HALF_WAY)
    await do(tenure, f"{goal}/measurements", value="51000", measured_on="2026-02-01")
    where = late.headers["Location"]
    correction: dict[str, Any] = {
        "value": "54000",
        "measured_on": "2026-03-31",
        "reason": "counted twice",
    }
    await do(tenure, f"{where}/corrections", **correction)

    future = correction | {"measured_on": "2999-01-01"}
    answer = await tenure.manager.post(f"{where}/corrections", json=future)
    assert fields(problem(answer, 422, "measured-in-the-future")) == {"measured_on"}
    page = await tenure.fresh(f"{goal}/measurements")
    assert [Decimal(each["value"]) for each in page["items"]] == [51_000, 54_000]
    one = await tenure.fresh(where)
    assert (one["measured_on"], one["corrections"]) == ("2026-03-31", 1)
    shown = await tenure.fresh(goal, as_of="2026-03-31")
    assert (shown["measured_on"], Decimal(shown["progress"])) == ("2026-03-31", Decimal(40))
    problem(await tenure.read(f"{goal}/measurements/{NOWHERE}"), 404, "unknown-measurement")


async def test_supporting_metrics_have_measurements_of_their_own(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    goal = await goal_of(tenure, account)
    metric: dict[str, Any] = {
        "kind": "activity",
        "key": "posts",
        "unit": "posts a month",
        "effective_at": START,
    }
    where = (await do(tenure, f"{goal}/supporting-metrics", **metric)).headers["Location"]
    for value, day in (("12", "2026-02-28"), ("15", "2026-03-31")):
        measured = await do(tenure, f"{where}/measurements", value=value, measured_on=day)
    again = await tenure.manager.post(f"{goal}/supporting-metrics", json=metric)
    problem(again, 409, "duplicate-metric")

    shown = await tenure.fresh(where)
    assert (shown["measurements"], Decimal(shown["last"]), Decimal(shown["total"])) == (
        2,
        Decimal(15),
        Decimal(27),
    )
    early = await tenure.fresh(where, as_of="2026-02-01")
    assert (early["measurements"], early["last"], early["total"]) == (0, None, None)
    items = (await tenure.fresh(f"{where}/measurements"))["items"]
    assert [Decimal(each["value"]) for each in items] == [12, 15]
    assert (await tenure.fresh(f"{goal}/measurements"))["items"] == []
    assert (await tenure.fresh(goal, as_of=HALF_WAY))["status"] == "no-data"
    assert Decimal((await tenure.fresh(measured.headers["Location"]))["value"]) == 15
    missing = f"{goal}/supporting-metrics/{NOWHERE}"
    problem(await tenure.read(missing), 404, "unknown-supporting-metric")
    problem(await tenure.read(f"{missing}/measurements"), 404, "unknown-supporting-metric")


async def test_the_same_measurement_under_one_key_is_one(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    goal = await goal_of(tenure, account)
    body, headers = {"value": "1", "measured_on": HALF_WAY}, {"Idempotency-Key": "m-1"}
    first = await tenure.manager.post(f"{goal}/measurements", json=body, headers=headers)
    again = await tenure.manager.post(f"{goal}/measurements", json=body, headers=headers)

    assert first.headers["Location"] == again.headers["Location"]
    assert len((await tenure.fresh(f"{goal}/measurements"))["items"]) == 1


async def test_goals_are_listed_by_status_page_by_page(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    other = await tenure.account(name="Other", effective_at=START)
    on_track: list[str] = []
    behind: list[str] = []
    for number in range(6):
        goal = await goal_of(
            tenure, account if number % 2 else other, due_on=f"2026-06-{24 + number}"
        )
        value = "55500" if number in {0, 3, 5} else "50100"
        await do(tenure, f"{goal}/measurements", value=value, measured_on=HALF_WAY)
        (on_track if value == "55500" else behind).append(goal.rpartition("/")[2])
    await goal_of(tenure, account, side="internal")

    async def pages(path: str, **wanted: Any) -> list[str]:
        ids, after = [], None
        while True:
            cursor: dict[str, Any] = {} if after is None else {"after": after}
            page = await tenure.fresh(path, limit=2, as_of=HALF_WAY, **wanted, **cursor)
            ids += [each["goal_id"] for each in page["items"]]
            after = page["next"]
            if after is None:
                return ids
            assert len(page["items"]) == 2

    assert await pages("/goals", status="on-track") == on_track
    assert await pages("/goals", status="off-track") == behind
    assert await pages(f"/accounts/{account}/goals", status="on-track") == on_track[1:]
    assert len(await pages("/goals")) == 7
    assert len(await pages("/goals", side="internal", horizon="short")) == 1
    assert len(await pages("/goals", status="no-data")) == 1
    assert await pages("/goals", status="overdue") == []
    assert len((await tenure.fresh("/goals", status="overdue"))["items"]) == 7
    for status in ("draft", "achieved", "missed", "abandoned", "at-risk"):
        assert await pages("/goals", status=status) == []


async def test_thresholds_are_those_in_force_on_the_day(tenure: Tenure) -> None:
    account = await tenure.account(effective_at=START)
    goal = await goal_of(tenure, account)
    await do(tenure, f"{goal}/measurements", value="54500", measured_on=HALF_WAY)
    strict = {"kind": "goals", "at_risk_beyond": "1", "off_track_beyond": "2"}
    published = await tenure.clients[Role.ADMIN].post(
        "/policies",
        json={"policy": strict, "effective_from": "2026-04-02", "reason": "stricter"},
    )
    assert published.status_code == 201, published.text

    before = await tenure.fresh(goal, as_of=HALF_WAY)
    after = await tenure.fresh(goal, as_of="2026-04-02")
    assert (before["status"], before["policy_version"]) == ("on-track", 0)
    assert (after["status"], after["policy_version"]) == ("off-track", 1)


@pytest.mark.parametrize(
    "path",
    ["", "/measurements", "/supporting-metrics", "/reviews", "/revisions"],
)
async def test_every_list_of_goals_has_a_csv_twin(tenure: Tenure, path: str) -> None:
    account = await tenure.account()
    goal = await goal_of(tenure, account)
    await do(tenure, f"{goal}/measurements", value="1", measured_on=HALF_WAY)
    await do(tenure, f"{goal}/supporting-metrics", kind="activity", key="posts", unit="posts")
    await do(tenure, f"{goal}/reviews", assessment="on-track")
    await do(tenure, f"{goal}/revisions", priority=1, reason_code="error", reason="typo")
    where = f"{goal}{path}" if path else "/goals"
    (item,) = (await tenure.fresh(where))["items"]

    answer = await tenure.manager.get(where, params={"format": "csv"})

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row.keys() == item.keys()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"statement": None}, "goal-not-smart", "body"),
        ({"due_on": START}, "date-order", "due_on"),
        ({"target": "50000"}, "target-equals-baseline", "target"),
        ({"target": "40000"}, "target-against-direction", "target"),
        ({"band": {"low": "1", "high": "2"}}, "target-or-band", "target"),
        ({"baseline": {"value": "1", "on": "2999-01-01"}}, "baseline-in-the-future", "baseline"),
        ({"target": 1.5}, "validation-failed", "target"),
        ({"priority": 6}, "validation-failed", "priority"),
        ({"due_on": "soon"}, "validation-failed", "due_on"),
        ({"colour": "red"}, "validation-failed", "colour"),
    ],
)
async def test_a_goal_that_makes_no_sense_is_422_and_names_the_field(
    tenure: Tenure, changed: dict[str, Any], code: str, field: str
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.post(f"/accounts/{account}/goals", json=SMART | changed)

    assert fields(problem(answer, 422, code)) == {field}


async def test_refusals_and_unknown_ids(tenure: Tenure) -> None:
    account, other = await tenure.account(), await tenure.account(name="Other")
    client = await tenure.party(side="theirs")
    goal = await goal_of(tenure, account)
    goal_id = goal.rpartition("/")[2]

    async def refused(path: str, status: int, code: str, **body: Any) -> None:
        problem(await tenure.manager.post(path, json=body), status, code)

    elsewhere = f"/accounts/{other}/goals/{goal_id}"
    await refused(f"{elsewhere}/misses", 404, "unknown-goal")
    problem(await tenure.read(elsewhere), 404, "unknown-goal")
    problem(await tenure.read(f"/accounts/{NOWHERE}/goals"), 404, "unknown-account")
    await refused(f"{goal}/achievements", 409, "target-not-met")
    await refused(f"{goal}/misses", 409, "not-due", effective_at=HALF_WAY)
    early = {"value": "1", "measured_on": "2025-12-31"}
    await refused(f"{goal}/measurements", 409, "measured-before-start", **early)
    future = await tenure.manager.post(
        f"{goal}/measurements", json={"value": "1", "measured_on": "2999-01-01"}
    )
    assert fields(problem(future, 422, "validation-failed")) == {"measured_on"}
    late = {"value": "1", "measured_on": "2026-07-31"}
    await refused(f"{goal}/measurements", 409, "measured-after-end", **late)
    await refused(f"{goal}/revisions", 422, "reason-required", priority=1, reason_code="error")
    await refused(
        f"/accounts/{account}/goals", 409, "party-not-ours", **SMART | {"owner_id": client}
    )
    await refused(
        f"/accounts/{account}/goals", 404, "unknown-goal", **SMART | {"supports_goal_id": NOWHERE}
    )
