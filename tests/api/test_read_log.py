"""Who read what is on record: once a request, without what it said, and before it is shown."""

import asyncio
import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi.responses import Response, StreamingResponse

from api import read_kinds
from api.app import create_app
from api.read_so_far import this_read
from api.security import Reader
from cli.openapi import openapi_text
from ledger.api_keys import Role, create_key
from ledger.settings import load_settings
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from tests.api.conftest import Start, Tenure, fields, problem
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio

READS = "default~reads"


def stored(tenure: Tenure) -> list[dict[str, Any]]:
    """Return the records of the read log, as they are sealed."""
    with psycopg.connect(tenure.database_url) as connection:
        rows = connection.execute(
            "SELECT record FROM ledger.event WHERE tenant_id = %s ORDER BY position", (READS,)
        ).fetchall()
    return [json.loads(record) for (record,) in rows]


async def on_record(tenure: Tenure, count: int) -> list[dict[str, Any]]:
    """Return the records once there are so many; what is noted is committed a moment later."""
    for _ in range(100):
        if len(found := stored(tenure)) >= count:
            return found
        await asyncio.sleep(0.02)
    return stored(tenure)


async def reads(tenure: Tenure, role: Role = Role.AUDITOR, **wanted: str) -> Any:
    answer = await tenure.clients[role].get("/read-log", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def note(tenure: Tenure, account: str, text: str = "Ada is leaving") -> None:
    answer = await tenure.manager.post(f"/accounts/{account}/notes", json={"text": text})
    assert answer.status_code == 201, answer.text


async def test_a_shown_person_is_on_record_before_the_answer_and_never_what_it_said(
    tenure: Tenure,
) -> None:
    ada = await tenure.party(name="Ada Lovelace", email="ada@example.com")
    conversation = str(uuid4())
    answer = await tenure.manager.get(
        f"/parties/{ada}",
        params={"min_position": tenure.log_size()},
        headers={
            b"Tenure-Reason": "she calls — now".encode(),
            b"X-Correlation-Id": conversation.encode(),
        },
    )
    (record,) = stored(tenure)

    assert answer.json()["name"] == "Ada Lovelace"
    assert record["stream_id"] == answer.headers["tenure-read-id"]
    assert record["name"] == "read.answered"
    assert record["actor"].startswith("key:")
    assert record["reason"] == "she calls — now"
    assert record["correlation_id"] == conversation
    data = record["data"]
    assert data["kind"] == "disclosure"
    assert data["reader"] == {"role": "manager", "key_label": "test"}
    assert data["route"] == "/parties/{party_id}"
    assert data["path"] == [{"name": "party_id", "value": ada}]
    assert (data["subjects"], data["values"], data["status"]) == ([ada], 2, 200)
    assert "Ada" not in json.dumps(record)
    assert "example.com" not in json.dumps(record)


async def test_each_kind_of_read_is_on_record_once(tenure: Tenure) -> None:
    account = await tenure.account()
    await note(tenure, account)
    await tenure.fresh(f"/accounts/{account}/notes")
    for path in ("/accounts", "/kpis", "/overdue"):
        await tenure.fresh(path)
    await tenure.fresh("/deals", format="json")
    await tenure.fresh("/events", Role.AUDITOR)
    await tenure.fresh(f"/accounts/{account}/deals")  # of one account, and of no person
    await tenure.fresh("/policies")
    await tenure.clients[Role.AUDITOR].get("/log/keys")
    found = await on_record(tenure, 6)
    assert await reads(tenure)
    entries = await on_record(tenure, 7)

    assert [(each["data"]["kind"], each["data"]["route"]) for each in found] == [
        ("disclosure", "/accounts/{account_id}/notes"),
        ("list", "/accounts"),
        ("list", "/kpis"),
        ("list", "/overdue"),
        ("list", "/deals"),
        ("records", "/events"),
    ]
    assert found[0]["account_id"] == account
    assert found[0]["data"]["subjects"] == [account]
    assert found[1]["data"]["rows"] == 1
    assert [each["data"]["kind"] for each in entries[6:]] == ["read-log"]
    assert assert_log_is_whole(tenure.database_url, READS) == len(entries)
    assert assert_log_is_whole(tenure.database_url) == tenure.log_size()
    with psycopg.connect(tenure.database_url) as connection:  # no view is made of what was read
        fed = connection.execute("SELECT DISTINCT tenant_id FROM projections.checkpoint").fetchall()
    assert fed == [("default",)]


async def test_a_search_word_is_not_kept_but_that_there_was_one(tenure: Tenure) -> None:
    await tenure.account(name="Acme")
    answer = await tenure.read(
        "/accounts", name="Ada Lovelace", status="open", format="csv", wholly="unknown"
    )
    assert answer.status_code == 200, answer.text
    (record,) = await on_record(tenure, 1)

    assert answer.headers["content-type"].startswith("text/csv")
    kept = {each["name"]: each["value"] for each in record["data"]["filters"]}
    assert kept == {
        "name": None,
        "status": "open",
        "format": "csv",
        "min_position": str(tenure.log_size()),
    }
    assert record["data"]["form"] == "csv"
    assert "Lovelace" not in json.dumps(record)
    assert "wholly" not in json.dumps(record)


async def test_refusals_are_on_record_and_counted(tenure: Tenure) -> None:
    reporter, account = tenure.clients[Role.REPORTER], await tenure.account()
    for _ in range(5):
        problem(await reporter.get("/events"), 403, "forbidden")
    body = {"name": "Acme"}
    problem(await reporter.post("/accounts", json=body), 403, "forbidden")
    problem(await reporter.post(f"/accounts/{account}/notes", json={"text": "x"}), 403, "forbidden")
    found = await on_record(tenure, 3)
    await tenure.ledger.reads.flush()
    counted = (await on_record(tenure, 4))[3:]

    assert [(each["data"]["method"], each["data"]["route"]) for each in found] == [
        ("get", "/events"),
        ("post", "/accounts"),
        ("post", "/accounts/{account_id}/notes"),
    ]
    assert found[2]["data"]["path"] == [{"name": "account_id", "value": account}]
    assert [each["data"]["times"] for each in counted] == [4]
    (row, *_) = await reads(tenure, kind="refusal")
    assert (row["route"], row["code"], row["status"]) == ("GET /events", "forbidden", 403)


async def test_a_revoked_key_is_on_record_and_a_wrong_one_is_nobodys(tenure: Tenure) -> None:
    with psycopg.connect(tenure.database_url, autocommit=True) as owner:
        text = create_key(owner, "default", Role.MANAGER, "the old CRM")
        owner.execute("UPDATE ledger.api_key SET revoked_at = now() WHERE label = 'the old CRM'")
    forged = text[:-1] + ("A" if text[-1] != "A" else "B")
    async with httpx2.AsyncClient(base_url=tenure.url) as anyone:
        for key in (text, forged, "nonsense"):
            answer = await anyone.get("/accounts", headers={"X-API-Key": key})
            problem(answer, 401, "unauthenticated")
        problem(await anyone.get("/accounts"), 401, "unauthenticated")
    (record,) = await on_record(tenure, 1)
    await asyncio.sleep(0.1)

    assert record["data"]["reader"] == {"role": "manager", "key_label": "the old CRM"}
    assert (record["data"]["status"], record["data"]["code"]) == (401, "unauthenticated")
    assert len(stored(tenure)) == 1


CANNOT_BE_WRITTEN = {
    "no right to insert": (
        "REVOKE INSERT ON ledger.event FROM tenure_runtime",
        "GRANT INSERT ON ledger.event TO tenure_runtime",
    ),
    "no read log, and none can be begun": (
        "REVOKE EXECUTE ON FUNCTION ledger.begin_read_log FROM tenure_runtime",
        "GRANT EXECUTE ON FUNCTION ledger.begin_read_log TO tenure_runtime",
    ),
}


@pytest.mark.parametrize("why", CANNOT_BE_WRITTEN)
async def test_personal_values_are_not_shown_when_the_read_cannot_be_on_record(
    tenure: Tenure, why: str
) -> None:
    forbid, allow = CANNOT_BE_WRITTEN[why]
    ada, account = await tenure.party(), await tenure.account()
    await note(tenure, account)
    await tenure.fresh(f"/accounts/{account}/deals")
    with psycopg.connect(tenure.database_url, autocommit=True) as owner:
        owner.execute(forbid)
        person = await tenure.manager.get(f"/parties/{ada}")
        notes = await tenure.manager.get(f"/accounts/{account}/notes")
        accounts = await tenure.manager.get("/accounts")
        ready = (await tenure.manager.get("/readyz")).json()
        owner.execute(allow)

    for answer in (person, notes):
        assert problem(answer, 503, "read-not-logged")["detail"].endswith("ask again in a moment")
        assert "retry-after" in answer.headers
        assert "Lovelace" not in answer.text
        assert "leaving" not in answer.text
    assert accounts.status_code == 200  # of no person: it is answered, and what is lost is counted
    assert "could not be put on record" in str(ready["degraded"])
    assert (await tenure.manager.get(f"/parties/{ada}")).json()["name"] == "Ada Lovelace"
    assert (await tenure.manager.get("/readyz")).json()["degraded"] == []
    assert "tenure_reads_lost 1.0" in (await tenure.manager.get("/metrics")).text


async def test_a_locked_read_log_holds_nothing_up_but_personal_values(
    tenure: Tenure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.read_log._COMMIT_SECONDS_MAX", 0.3)
    ada = await tenure.party()
    assert (await tenure.manager.get(f"/parties/{ada}")).status_code == 200
    with psycopg.connect(tenure.database_url) as blocker:
        blocker.execute("SELECT FROM ledger.log_head WHERE tenant_id = %s FOR UPDATE", (READS,))
        problem(await tenure.manager.get(f"/parties/{ada}"), 503, "read-not-logged")
        assert (await tenure.manager.get("/accounts")).status_code == 200
        assert await tenure.account()  # commands have a writer of their own
        blocker.rollback()
    assert (await tenure.manager.get(f"/parties/{ada}")).status_code == 200
    kinds = [each["data"]["kind"] for each in await on_record(tenure, 4)]

    # What was refused is on record nevertheless: it came about as the lock was gone.
    assert kinds == ["disclosure", "disclosure", "list", "disclosure"]


async def test_what_was_noted_is_on_record_when_the_service_has_stopped(start: Start) -> None:
    tenure = await start()
    await asyncio.gather(*[tenure.manager.get("/accounts") for _ in range(60)])
    for _ in range(3):
        problem(await tenure.clients[Role.REPORTER].get("/events"), 403, "forbidden")
    await tenure.ledger.reads.__aexit__(None, None, None)

    found = stored(tenure)
    assert [each["data"].get("kind") for each in found].count("list") == 60
    assert [each["data"]["times"] for each in found if each["name"] == "read.refused"] == [1, 2]


async def test_the_read_log_is_searched_and_paged(tenure: Tenure) -> None:
    ada, bob, account = (
        await tenure.party(name="Ada"),
        await tenure.party(name="Bob"),
        await tenure.account(),
    )
    await note(tenure, account)
    for path in (f"/parties/{ada}", f"/parties/{bob}", f"/accounts/{account}/notes", "/accounts"):
        await tenure.fresh(path)
    await tenure.fresh(f"/parties/{ada}", Role.ADMIN)
    await on_record(tenure, 5)
    every = await reads(tenure, Role.ADMIN)

    def routes(items: Sequence[Any]) -> list[str]:
        return [each["route"] for each in items]

    assert len(every) == 5
    assert [each["position"] for each in every] == [5, 4, 3, 2, 1]
    of_ada = await reads(tenure, subject_id=ada)
    assert [each["role"] for each in of_ada] == ["admin", "manager"]
    assert routes(await reads(tenure, account_id=account)) == ["/accounts/{account_id}/notes"]
    assert routes(await reads(tenure, kind="list")) == ["/accounts"]
    by_admin = await reads(tenure, actor=of_ada[0]["actor"], kind="disclosure")
    assert [each["position"] for each in by_admin] == [5]
    assert await reads(tenure, last="2020-01-01") == []
    day = every[0]["recorded_at"][:10]
    assert len(await reads(tenure, first=day, last=day, kind="disclosure")) == 4
    auditor = tenure.clients[Role.AUDITOR]
    page = (await auditor.get("/read-log", params={"kind": "disclosure", "limit": 3})).json()
    rest = await reads(tenure, kind="disclosure", after=page["next"])
    assert [each["position"] for each in [*page["items"], *rest]] == [5, 3, 2, 1]
    assert fields(problem(await auditor.get("/read-log?after=x"), 422, "validation-failed"))
    problem(await tenure.manager.get("/read-log"), 403, "forbidden")


async def test_a_person_can_be_told_who_was_shown_their_data(tenure: Tenure) -> None:
    ada = await tenure.party()
    await tenure.fresh(f"/parties/{ada}")
    path, admin = f"/parties/{ada}/readers", tenure.clients[Role.ADMIN]
    (row,) = (await admin.get(path)).json()["items"]
    text = (await admin.get(path, params={"format": "csv"})).text
    problem(await admin.get(f"/parties/{uuid4()}/readers"), 404, "unknown-party")
    problem(await tenure.manager.get(path), 403, "forbidden")

    assert (row["role"], row["kind"], row["subjects"]) == ("manager", "disclosure", [ada])
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["subjects"] == ada
    assert line["read_id"] == row["read_id"]


async def test_verifying_a_log_is_one_entry_and_not_thousands(tenure: Tenure) -> None:
    await tenure.account()
    await tenure.fresh("/accounts")
    auditor = tenure.clients[Role.AUDITOR]
    await on_record(tenure, 1)
    for _ in range(4):
        assert (await auditor.get("/log/tile/entries/000.p/1")).status_code == 200
        assert (await auditor.get("/read-log/log/tile/entries/000.p/1")).status_code == 200
    found = await on_record(tenure, 3)
    await tenure.ledger.reads.flush()
    later = (await on_record(tenure, 5))[3:]

    assert [each["data"]["kind"] for each in found] == ["list", "records", "read-log"]
    assert [(each["data"]["kind"], each["data"]["times"]) for each in later] == [
        ("records", 3),
        ("read-log", 3),
    ]
    problem(await tenure.manager.get("/read-log/log/records/1"), 403, "forbidden")
    assert json.loads((await auditor.get("/read-log/log/records/1")).content) == found[0]


async def test_a_reason_is_plain_text(tenure: Tenure) -> None:
    for reason in (b"x" * 501, b"\xff\xfe"):
        answer = await tenure.manager.get("/accounts", headers={b"Tenure-Reason": reason})
        assert fields(problem(answer, 422, "validation-failed")) == {"Tenure-Reason"}


async def test_an_export_is_on_record_with_every_person_in_it_or_is_not_given(
    tenure: Tenure,
) -> None:
    """Any route may tell of an export: the answer waits, however it is made."""
    ledger, people = tenure.ledger, [uuid4() for _ in range(2_001)]
    engine = Engine("", ledger.types, EVERY_PROJECTION)
    app = create_app(ledger, engine, load_settings({}))

    async def take(_: Reader) -> Response:
        this_read().export(form="bag", rows=7, subjects=people, values=4_002)
        return StreamingResponse(iter(["Ada ", "Lovelace"]), media_type="application/zip")

    app.add_api_route("/bags", take, methods=["POST"])
    bearer = tenure.manager.headers["authorization"]
    headers = {"Authorization": bearer, "Tenure-Reason": "the yearly audit"}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://tenure", headers=headers
    ) as client:
        given = await client.post("/bags", params={"who": "Ada"})
        with psycopg.connect(tenure.database_url, autocommit=True) as owner:
            owner.execute("REVOKE INSERT ON ledger.event FROM tenure_runtime")
            withheld = await client.post("/bags")
            owner.execute("GRANT INSERT ON ledger.event TO tenure_runtime")
    found = stored(tenure)

    assert (given.status_code, given.text) == (200, "Ada Lovelace")
    assert [len(each["data"]["subjects"]) for each in found] == [1_000, 1_000, 1]
    assert [each["version"] for each in found] == [1, 2, 3]
    assert {(each["data"]["kind"], each["data"]["form"]) for each in found} == {("export", "bag")}
    assert {each["reason"] for each in found} == {"the yearly audit"}
    assert found[0]["data"]["filters"] == []
    problem(withheld, 503, "read-not-logged")
    assert "Ada" not in withheld.text


def test_every_route_that_is_not_put_on_record_is_there() -> None:
    paths = json.loads(openapi_text())["paths"]
    known = {path for path, operations in paths.items() if "get" in operations}
    listed = read_kinds.NOT_ABOUT_ACCOUNTS | read_kinds.COUNTED | read_kinds._RECORDS

    assert {path.replace(":path}", "}") for path in listed} - known == set()
