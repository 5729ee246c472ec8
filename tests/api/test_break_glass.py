"""Break-glass over HTTP: at once, for a while, on record use by use, and reviewed by another."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role, create_key
from tests.api.conftest import Tenure, fields, key, problem

pytestmark = pytest.mark.anyio

WHY = {"Tenure-Reason": "a complaint about the call"}


def undisclosed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"undisclosed"}


async def opened(client: httpx2.AsyncClient, **body: Any) -> str:
    asked = {"scope": "everything", "minutes": 30, "reason": "a complaint", **body}
    answer = await client.post("/break-glass", json=asked)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/break-glass/{answer.json()['id']}"
    return str(answer.json()["id"])


@pytest.fixture
def seconds_for_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a second where a minute is asked for, which is the least."""
    monkeypatch.setattr("domain.break_glass.timedelta", lambda minutes: timedelta(seconds=minutes))


async def test_access_is_there_at_once_for_what_was_asked_and_each_use_is_on_record(
    tenure: Tenure,
) -> None:
    auditor = tenure.clients[Role.AUDITOR]
    ada, bob = await tenure.party(name="Ada"), await tenure.party(name="Bob")
    account, other = await tenure.account(), await tenure.account()
    for each in (account, other):
        await tenure.manager.post(f"/accounts/{each}/notes", json={"text": "call Ada"})
    await tenure.fresh(f"/accounts/{other}/notes")

    assert undisclosed((await auditor.get(f"/parties/{ada}", headers=WHY)).json()["name"])
    person = await opened(auditor, scope="person", scope_id=ada)
    refused = problem(await auditor.get(f"/parties/{ada}"), 422, "validation-failed")
    assert fields(refused) == {"Tenure-Reason"}
    seen = await auditor.get(f"/parties/{ada}", headers=WHY)
    assert (seen.json()["name"], seen.headers["tenure-break-glass"]) == ("Ada", person)
    assert undisclosed((await auditor.get(f"/parties/{bob}", headers=WHY)).json()["name"])
    notes = f"/accounts/{account}/notes"
    assert undisclosed((await auditor.get(notes)).json()["items"][0]["text"])
    whole = await opened(auditor, scope="account", scope_id=account)
    assert (await auditor.get(notes, headers=WHY)).json()["items"][0]["text"] == "call Ada"
    others = await auditor.get(f"/accounts/{other}/notes", headers=WHY)
    assert undisclosed(others.json()["items"][0]["text"])
    reporter = await tenure.clients[Role.REPORTER].get(f"/parties/{ada}", headers=WHY)
    assert undisclosed(reporter.json()["name"])

    for access, subject in ((person, ada), (whole, account)):
        asked = {"break_glass_id": access}
        (use,) = (await auditor.get("/read-log", params=asked)).json()["items"]
        assert (use["subjects"], use["reason"], use["role"]) == (
            [subject],
            "a complaint about the call",
            "auditor",
        )
        assert (await auditor.get(f"/break-glass/{access}")).json()["uses"] == 1


@pytest.mark.usefixtures("seconds_for_minutes")
async def test_access_ends_by_itself_and_is_reviewed_by_another(tenure: Tenure) -> None:
    auditor, admin = tenure.clients[Role.AUDITOR], tenure.clients[Role.ADMIN]
    ada = await tenure.party(name="Ada")
    access = await opened(auditor, minutes=2)
    assert (await auditor.get(f"/parties/{ada}", headers=WHY)).json()["name"] == "Ada"
    review = {"verdict": "justified", "reason": "the complaint is real"}
    path = f"/break-glass/{access}/review"
    problem(await admin.post(path, json=review), 409, "access-still-open")
    metrics = (await auditor.get("/metrics")).text
    assert 'tenure_break_glass_open{tenant="default"} 1.0' in metrics
    await asyncio.sleep(2.0)

    assert undisclosed((await auditor.get(f"/parties/{ada}", headers=WHY)).json()["name"])
    listed = (await admin.get("/break-glass", params={"status": "awaiting-review"})).json()
    assert [each["break_glass_id"] for each in listed["items"]] == [access]
    assert 'break_glass_unreviewed{tenant="default"} 1.0' in (await admin.get("/metrics")).text
    ready = await admin.get("/readyz")
    assert ready.status_code == 200
    assert "1 break-glass accesses of default await review" in str(ready.json()["degraded"])
    problem(await auditor.post(path, json=review), 403, "reviews-own-access")
    problem(await tenure.manager.post(path, json=review), 403, "forbidden")
    assert fields(
        problem(await admin.post(path, json={"verdict": "justified"}), 422, "reason-required")
    ) == {"reason"}
    assert (await admin.post(path, json=review)).status_code == 201
    assert (await admin.post(path, json=review)).status_code == 200
    other = {**review, "verdict": "not-justified"}
    problem(await admin.post(path, json=other), 409, "already-reviewed")

    row = (await admin.get(f"/break-glass/{access}")).json()
    assert (row["status"], row["verdict"], row["review"]) == (
        "reviewed",
        "justified",
        "the complaint is real",
    )
    assert (await admin.get("/readyz")).json()["degraded"] == []
    refusals = (await admin.get("/read-log", params={"kind": "refusal"})).json()["items"]
    assert [each["code"] for each in refusals] == ["forbidden", "reviews-own-access"]


async def test_an_admin_opens_it_for_another_and_either_gives_it_back(tenure: Tenure) -> None:
    auditor, admin = tenure.clients[Role.AUDITOR], tenure.clients[Role.ADMIN]
    reporter, ada = tenure.clients[Role.REPORTER], await tenure.party(name="Ada")
    with psycopg.connect(tenure.database_url, autocommit=True) as owner:
        found = owner.execute(
            "SELECT key_id FROM ledger.api_key WHERE role = 'reporter'"
        ).fetchone()
        assert found is not None
        second = create_key(owner, "default", Role.ADMIN, "another admin")
    access = await opened(admin, for_key=str(found[0]))
    assert (await reporter.get(f"/parties/{ada}", headers=WHY)).json()["name"] == "Ada"
    closure = f"/break-glass/{access}/closure"
    problem(await auditor.post(closure, json={}), 403, "forbidden")
    assert (await reporter.post(closure, json={})).status_code == 201
    assert (await reporter.post(closure, json={})).status_code == 200
    assert undisclosed((await reporter.get(f"/parties/{ada}", headers=WHY)).json()["name"])

    review = {"verdict": "not-justified", "reason": "nobody had complained"}
    path = f"/break-glass/{access}/review"
    problem(await admin.post(path, json=review), 403, "reviews-own-access")
    bearer = {"Authorization": f"Bearer {second}"}
    assert (await admin.post(path, json=review, headers=bearer)).status_code == 201
    rows = (await admin.get("/break-glass", params={"format": "csv"})).text.splitlines()
    assert len(rows) == 2
    assert "not-justified" in rows[1]


async def test_what_is_wrong_with_a_request_for_access_is_said(tenure: Tenure) -> None:
    auditor, admin = tenure.clients[Role.AUDITOR], tenure.clients[Role.ADMIN]
    asked = {"scope": "everything", "minutes": 5, "reason": "a complaint"}

    async def refused(client: httpx2.AsyncClient, status: int, code: str, **other: Any) -> Any:
        return problem(await client.post("/break-glass", json={**asked, **other}), status, code)

    assert fields(await refused(auditor, 422, "validation-failed", minutes=241)) == {"minutes"}
    assert fields(await refused(auditor, 422, "reason-required", reason=" ")) == {"reason"}
    assert fields(await refused(auditor, 422, "scope-id-required", scope="account")) == {"scope_id"}
    unwanted = await refused(auditor, 422, "scope-id-not-wanted", scope_id=str(uuid4()))
    assert fields(unwanted) == {"scope_id"}
    await refused(tenure.manager, 409, "needs-no-break-glass")
    await refused(admin, 404, "unknown-api-key", for_key=str(uuid4()))
    await refused(auditor, 403, "forbidden", for_key=str(uuid4()))
    for path in (f"/break-glass/{uuid4()}/closure", f"/break-glass/{uuid4()}/review"):
        body = {} if path.endswith("closure") else {"verdict": "justified", "reason": "x"}
        problem(await admin.post(path, json=body), 404, "unknown-break-glass")
    problem(await admin.get(f"/break-glass/{uuid4()}"), 404, "unknown-break-glass")
    problem(await tenure.manager.get("/break-glass"), 403, "forbidden")


async def test_the_same_request_for_access_is_carried_out_once(tenure: Tenure) -> None:
    auditor, once = tenure.clients[Role.AUDITOR], key()
    asked = {"scope": "everything", "minutes": 5, "reason": "a complaint"}
    answers = [await auditor.post("/break-glass", json=asked, headers=once) for _ in range(2)]
    for _ in range(2):
        await opened(auditor)
    page = (await auditor.get("/break-glass", params={"limit": 2, "status": "open"})).json()
    rest = (await auditor.get("/break-glass", params={"after": page["next"]})).json()

    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replay"] == "true"
    assert (len(page["items"]), len(rest["items"])) == (2, 1)
    assert rest["items"][0]["break_glass_id"] == answers[0].json()["id"]
