"""Closed periods over HTTP: who closes them, what gets in afterwards, and how it is marked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.conftest import Tenure, euro, fields, problem

pytestmark = pytest.mark.anyio

CLOSE = {"period": "2026-05", "reason": "month's end"}


async def close(tenure: Tenure, path: str = "/periods/closings", **body: Any) -> Any:
    return await tenure.clients[Role.ADMIN].post(path, json={**CLOSE, **body})


async def test_what_comes_after_the_close_says_why_and_is_marked(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-01-05")
    await tenure.order(account, "10.00", ordered_on="2026-05-20")
    closed = await close(tenure)
    body = {"ordered_on": "2026-05-21", "amount": euro("5.00")}
    orders = f"/accounts/{account}/orders"
    refused = problem(await tenure.manager.post(orders, json=body), 409, "period-closed")
    batch = [{"path": orders, "body": body, "idempotency_key": key} for key in ("one", "two")]
    lines = await tenure.manager.post("/commands", content="\n".join(map(json.dumps, batch)))
    late = await tenure.manager.post(orders, json={**body, "reason": "the invoice came late"})

    assert closed.status_code == late.status_code == 201
    assert closed.headers["Location"] == "/periods"
    assert "2026-05-21 was closed with 2026-05" in refused["detail"]
    assert "from 2026-06-01 on" in refused["detail"]
    assert lines.text.count('"period-closed"') == 2
    timeline = (await tenure.fresh(f"/accounts/{account}/timeline"))["items"]
    assert [each["restated_period"] for each in timeline] == ["2026-05", None, None]
    kpi = f"/accounts/{account}/kpis/revenue"
    history = (await tenure.fresh(f"{kpi}/history", period="2026-05"))["items"]
    assert [(each["restates"], each["restated_period"]) for each in history] == [
        (False, None),
        (True, "2026-05"),
    ]
    evidence = (await tenure.fresh(f"{kpi}/evidence", period="2026-05"))["items"]
    assert [each["restated_period"] for each in evidence] == [None, "2026-05"]
    coverage = await tenure.fresh(f"/accounts/{account}/kpis/average-order-value/history")
    assert coverage["items"][-1]["restated_period"] == "2026-05"


async def test_periods_are_told_with_how_that_came_about(tenure: Tenure) -> None:
    nothing = await tenure.fresh("/periods", Role.AUDITOR)
    await close(tenure)
    reopened = await close(tenure, "/periods/reopenings", reason="an invoice is missing")
    await close(tenure, period="2026-Q2")
    now = await tenure.read("/periods", Role.AUDITOR)
    before = await tenure.fresh("/periods", known_at=reopened.json()["position"])

    assert (nothing["open_from"], nothing["items"], nothing["history"]) == (None, [], [])
    today = datetime.now(UTC).date().isoformat()
    assert now.json()["items"] == [{"period": "2026-Q2", "until": "2026-07-01", "closed_on": today}]
    assert (now.json()["open_from"], now.headers["ETag"]) == ("2026-07-01", '"3"')
    assert (before["open_from"], len(before["history"])) == (None, 2)
    told = [(each["event"], each["period"], each["reason"]) for each in now.json()["history"]]
    assert told == [
        ("period.closed", "2026-05", "month's end"),
        ("period.reopened", "2026-05", "an invoice is missing"),
        ("period.closed", "2026-Q2", "month's end"),
    ]
    assert now.json()["history"][0]["actor"].startswith("key:")


async def test_what_is_wrong_with_a_close_is_said(tenure: Tenure) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)

    problem(await close(tenure, period=f"{tomorrow.year + 1}"), 409, "period-not-over")
    problem(await close(tenure, reason=""), 422, "reason-required")
    nonsense = problem(await close(tenure, period="May"), 422, "validation-failed")
    no_month = problem(await close(tenure, period="2026-13"), 422, "validation-failed")
    future = await close(tenure, effective_at=tomorrow.isoformat())
    assert fields(problem(future, 422, "validation-failed")) == {"effective_at"}
    assert fields(nonsense) == fields(no_month) == {"period"}
    problem(await close(tenure, "/periods/reopenings"), 409, "period-not-closed")
    problem(await tenure.manager.post("/periods/closings", json=CLOSE), 403, "forbidden")
    assert tenure.log_size() == 0
    assert (await close(tenure)).status_code == 201
    problem(await close(tenure), 409, "period-already-closed")
    problem(await close(tenure, period="2026-08"), 409, "earlier-period-open")
