"""The tenant's policies over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ledger.api_keys import Role
from tests.api.conftest import Start, Tenure, fields, problem

pytestmark = pytest.mark.anyio

MARGIN = {"kind": "gross-margin", "margin": "40"}


async def publish(tenure: Tenure, policy: dict[str, Any], **more: Any) -> Any:
    body = {"policy": policy, "reason": "agreed by the board", **more}
    return await tenure.clients[Role.ADMIN].post("/policies", json=body)


async def test_before_anything_is_published_the_defaults_hold(tenure: Tenure) -> None:
    answer = await tenure.fresh("/policies")

    by_kind = {item["kind"]: item for item in answer["items"]}
    assert len(by_kind) == 14
    assert {item["version"] for item in by_kind.values()} == {0}
    assert by_kind["capacity"]["policy"]["portfolio"] == 30


async def test_a_policy_holds_from_its_day_on(tenure: Tenure) -> None:
    published = await publish(tenure, MARGIN, effective_from="2026-03-01")
    await publish(tenure, {**MARGIN, "margin": "45.5"}, effective_from="2099-01-01")

    assert published.status_code == 201
    assert published.headers["Location"] == "/policies/gross-margin"
    before, now, later = [
        {item["kind"]: item for item in (await tenure.fresh("/policies", on=day))["items"]}
        for day in ("2026-02-28", "2026-03-01", "2099-01-01")
    ]
    assert before["gross-margin"] == {
        "kind": "gross-margin",
        "version": 0,
        "policy": {"kind": "gross-margin", "margin": None},
    }
    assert now["gross-margin"]["version"] == 1
    assert later["gross-margin"]["policy"]["margin"] == "45.5"


async def test_every_version_stays_to_be_read(tenure: Tenure) -> None:
    first = (await publish(tenure, MARGIN, effective_from="2026-03-01")).json()
    body = {"kind": "gross-margin", "version": 1, "reason": "a typing error"}
    retired = await tenure.clients[Role.ADMIN].post("/policies/retirements", json=body)

    answer = await tenure.read("/policies/gross-margin")
    assert retired.status_code == 201
    assert answer.headers["ETag"] == retired.headers["ETag"] == '"2"'
    assert answer.json()["items"] == [
        {"version": 1, "effective_from": "2026-03-01", "retired": True, "policy": MARGIN}
    ]
    known = await tenure.fresh("/policies", on="2026-04-01", known_at=first["position"])
    assert {"gross-margin": 1}.items() <= {
        item["kind"]: item["version"] for item in known["items"]
    }.items()


async def test_policies_are_the_administrators_to_publish(tenure: Tenure) -> None:
    answer = await tenure.manager.post("/policies", json={"policy": MARGIN, "reason": "mine"})

    problem(answer, 403, "forbidden")
    assert tenure.log_size() == 0


async def test_what_is_wrong_with_a_policy_is_said(tenure: Tenure) -> None:
    weights = {"kind": "health-weights", "satisfaction": 31}

    problem(await publish(tenure, weights), 409, "weights-must-total-100")
    unknown = problem(await publish(tenure, {"kind": "lunch"}), 422, "validation-failed")
    over = problem(await publish(tenure, {**MARGIN, "margin": "101"}), 422, "validation-failed")
    assert fields(unknown) == {"policy"}
    assert fields(over) == {"policy.gross-margin.margin"}
    body = {"kind": "gross-margin", "version": 1, "reason": "a typing error"}
    retired = await tenure.clients[Role.ADMIN].post("/policies/retirements", json=body)
    problem(retired, 404, "unknown-policy")
    problem(await tenure.read("/policies/lunch"), 422, "validation-failed")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
async def test_the_business_day_is_that_of_the_calendar(start: Start, zone: str) -> None:
    """One of the two is on another day than UTC at any time."""
    first = await start()
    calendar = {"kind": "business-calendar", "time_zone": zone}
    await publish(first, calendar, effective_from="2020-01-01")
    tenure = await start()
    today = datetime.now(ZoneInfo(zone)).date()

    account = await tenure.account()
    overview = await tenure.fresh(f"/accounts/{account}")
    tomorrow = {"name": "Later", "effective_at": (today + timedelta(days=1)).isoformat()}
    refused = await tenure.manager.post("/accounts", json=tomorrow)

    assert overview["opened_on"] == today.isoformat()
    problem(refused, 422, "validation-failed")


async def test_currencies_and_words_are_held_to_their_policies(tenure: Tenure) -> None:
    await publish(tenure, {"kind": "currencies", "allowed": ["EUR"]}, effective_from="2026-01-01")
    words = {"kind": "taxonomies", "territories": ["North"]}
    await publish(tenure, words, effective_from="2026-01-01")
    account = await tenure.account(territory="North")
    dollars = {"amount": {"amount": "1", "currency": "USD"}}

    order = await tenure.manager.post(f"/accounts/{account}/orders", json=dollars)
    east = await tenure.manager.post("/accounts", json={"name": "Other", "territory": "East"})

    assert fields(problem(order, 422, "currency-not-allowed")) == {"amount"}
    assert fields(problem(east, 422, "unknown-territory")) == {"territory"}
