"""Two persons erase a third: nothing of them is to be had any more, and the log is as it was."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role, create_key
from ledger.disclosures import digests_root
from ledger.erasure_register import ErasureRegister
from ledger.merkle import leaf_hash
from ledger.signer import Signer
from ledger.tenants import DEFAULT_TENANT
from ledger.tlog_proof import verify_tlog_proof
from tests.api.conftest import Tenure, key, problem
from tests.api.test_audit_log import ORIGIN, seal
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio


async def done(answer: httpx2.Response) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def asked(client: httpx2.AsyncClient, subject_id: str, kind: str = "party") -> str:
    """Ask for an erasure and return its id."""
    body = {
        "subject_kind": kind,
        "subject_id": subject_id,
        "legal_basis": "consent-withdrawn",
        "reason": "asked us to",
    }
    return str((await done(await client.post("/erasures", json=body)))["id"])


async def approved(client: httpx2.AsyncClient, erasure_id: str) -> httpx2.Response:
    return await client.post(f"/erasures/{erasure_id}/approvals", json={})


def kept(tenure: Tenure, subject_id: str) -> tuple[int, int]:
    """Count the keys and the disclosures that are there of a subject."""
    with psycopg.connect(tenure.database_url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM ledger.subject_key WHERE subject_id = %(id)s),"
            " (SELECT count(*) FROM ledger.personal_disclosure WHERE subject_id = %(id)s)",
            {"id": subject_id},
        ).fetchone()
    assert row is not None
    return row


async def keyed(tenure: Tenure, role: Role, **who: str) -> httpx2.AsyncClient:
    """Give a client with a key that the operator made."""
    with psycopg.connect(tenure.database_url, autocommit=True) as owner:
        text = create_key(owner, DEFAULT_TENANT, role, "test", **who)
    return httpx2.AsyncClient(base_url=tenure.url, headers={"X-API-Key": text})


async def test_a_person_is_erased_by_two_others(tenure: Tenure, tmp_path: Path) -> None:
    manager, admin = tenure.manager, tenure.clients[Role.ADMIN]
    contact = {"email": "ada@example.com", "phone": "+44 20 7946 0000"}
    body = {"side": "theirs", "name": "Ada Lovelace", **contact}
    once = key()
    party_id = (await done(await manager.post("/parties", json=body, headers=once)))["id"]
    erasure_id = await asked(manager, party_id)
    assert kept(tenure, party_id) == (1, 3)
    before = await tenure.fresh(f"/erasures/{erasure_id}")
    receipt = await done(await approved(admin, erasure_id))

    assert kept(tenure, party_id) == (0, 0)
    assert before["erasure"]["status"] == "requested"
    assert (before["complete"], before["acknowledgements"]) == (False, [])
    after = await tenure.fresh(f"/erasures/{erasure_id}", Role.AUDITOR)
    assert after["complete"]
    assert len(after["acknowledgements"]) > 40
    assert after["erasure"]["status"] == "erased"
    assert after["erasure"]["disclosures"] == 3
    assert after["erasure"]["requested_by"] != after["erasure"]["decided_by"]
    for role in (Role.MANAGER, Role.AUDITOR):
        shown = await tenure.fresh(f"/parties/{party_id}", role)
        for field in ("name", "email", "phone"):
            assert shown[field].keys() == {"erased", "erased_at", "position"}
            assert shown[field]["position"] == 3
    digests = [shown[field]["erased"] for field in ("name", "email", "phone")]
    assert after["erasure"]["digests_root"] == digests_root(digests)
    again = await approved(admin, erasure_id)
    assert (again.status_code, again.json()["position"]) == (200, None)
    assert receipt["position"] == 4  # the erasure, and what the party's own stream says of it
    (registered,) = ErasureRegister(tmp_path / "erasures.jsonl").read()
    assert (str(registered.erased.subject_id), registered.position) == (party_id, 3)
    listed = await tenure.fresh("/erasures", status="erased", subject_id=party_id)
    assert [row["erasure_id"] for row in listed["items"]] == [erasure_id]
    revised = await manager.post(f"/parties/{party_id}/revisions", json={"name": "Ada King"})
    problem(revised, 409, "person-erased")
    repeated = await manager.post("/parties", json=body, headers=once)
    problem(repeated, 422, "idempotency-key-reused")
    with psycopg.connect(tenure.database_url) as connection:
        row = connection.execute("SELECT idempotency_key FROM ledger.command_outcome").fetchall()
    assert once["Idempotency-Key"] not in str(row)
    assert_log_is_whole(tenure.database_url)


async def test_who_asks_does_not_approve(tenure: Tenure) -> None:
    manager, admin = tenure.manager, tenure.clients[Role.ADMIN]
    party_id = await tenure.party("theirs")
    own = await asked(admin, party_id)
    of_manager = await asked(manager, party_id)
    one = await keyed(tenure, Role.ADMIN, holder="person:7f3a")
    two = await keyed(tenure, Role.ADMIN, holder="person:7f3a")
    of_one = await asked(one, party_id)
    made = await done(await one.post("/api-keys", json={"role": "admin", "label": "another"}))
    by_made = httpx2.AsyncClient(base_url=tenure.url, headers={"X-API-Key": made["key"]})

    problem(await approved(admin, own), 403, "same-person")
    problem(await approved(manager, of_manager), 403, "forbidden")
    problem(await approved(two, of_one), 403, "same-person")
    problem(await approved(by_made, of_one), 403, "same-person")
    reject = {"reason": "a mistake"}
    problem(await two.post(f"/erasures/{of_one}/rejections", json=reject), 403, "same-person")
    problem(await manager.post(f"/erasures/{own}/withdrawals", json={}), 403, "not-the-requester")
    problem(await approved(admin, str(uuid4())), 404, "unknown-erasure")
    assert kept(tenure, party_id) == (1, 1)
    await done(await manager.post(f"/erasures/{of_manager}/withdrawals", json={}))
    await done(await one.post(f"/erasures/{own}/rejections", json=reject))
    problem(await approved(admin, of_manager), 409, "erasure-settled")
    await done(await approved(admin, of_one))
    assert kept(tenure, party_id) == (0, 0)
    for client in (one, two, by_made):
        await client.aclose()


async def test_a_legal_hold_keeps_a_person_until_it_is_released(tenure: Tenure) -> None:
    manager, admin = tenure.manager, tenure.clients[Role.ADMIN]
    account_id, party_id = await tenure.account(), await tenure.party("theirs")
    path = f"/accounts/{account_id}/relationships"
    relationship = (await done(await manager.post(path, json={})))["id"]
    identify = {"party_id": party_id}
    await done(await manager.post(f"{path}/{relationship}/stakeholders", json=identify))
    erasure_id = await asked(manager, party_id)
    hold = {"scope": "account", "subject_id": account_id, "reason": "a court asked"}
    problem(await manager.post("/legal-holds", json=hold), 403, "forbidden")
    placed = await admin.post("/legal-holds", json=hold)
    hold_id = placed.headers["Location"].rpartition("/")[2]

    refused = problem(await approved(admin, erasure_id), 409, "legal-hold")
    assert hold_id in refused["detail"]
    assert kept(tenure, party_id) == (1, 1)
    row = await tenure.fresh(f"/legal-holds/{hold_id}", Role.AUDITOR)
    assert (row["scope"], row["subject_id"], row["reason"]) == (*list(hold.values()),)
    released = await admin.post(f"/legal-holds/{hold_id}/releases", json={"reason": "closed"})
    await done(released)
    await done(await approved(admin, erasure_id))
    assert kept(tenure, party_id) == (0, 0)
    listed = [await tenure.fresh("/legal-holds", in_force=each) for each in (True, False)]
    assert [len(each["items"]) for each in listed] == [0, 1]
    wrong = {"scope": "person", "reason": "whom"}
    problem(await admin.post("/legal-holds", json=wrong), 422, "subject-required")


async def test_texts_about_an_account_are_erased_and_others_may_be_written(tenure: Tenure) -> None:
    account_id = await tenure.account()
    notes = f"/accounts/{account_id}/notes"
    first = await tenure.manager.post(notes, json={"text": "Ada is on leave"})
    erasure_id = await asked(tenure.manager, account_id, "account")
    await done(await approved(tenure.clients[Role.ADMIN], erasure_id))
    await done(await tenure.manager.post(notes, json={"text": "the lease was renewed"}))

    shown = (await tenure.fresh(notes))["items"]
    texts = {row["note_id"]: row["text"] for row in shown}
    of_first = texts.pop(first.headers["Location"].rpartition("/")[2])
    assert of_first.keys() == {"erased", "erased_at", "position"}
    assert list(texts.values()) == ["the lease was renewed"]
    hidden = (await tenure.fresh(notes, Role.AUDITOR))["items"]
    assert sorted(next(iter(row["text"])) for row in hidden) == ["erased", "undisclosed"]


async def test_the_certificate_needs_no_trust(tenure: Tenure, tmp_path: Path) -> None:
    party_id = await tenure.party("theirs")
    erasure_id = await asked(tenure.manager, party_id)
    await done(await approved(tenure.clients[Role.ADMIN], erasure_id))
    auditor = tenure.clients[Role.AUDITOR]
    unsealed = await auditor.get(f"/erasures/{erasure_id}/certificate")
    signer = Signer(tmp_path)
    signer.create_key("tenure-1")
    await seal(tenure, signer)
    certificate = await done(await auditor.get(f"/erasures/{erasure_id}/certificate"))

    problem(unsealed, 404, "not-sealed")
    keys = [signer.key().named(ORIGIN).verifier]
    names = []
    for event in certificate["events"]:
        leaf = leaf_hash(event["record"].encode())
        checkpoint = verify_tlog_proof(event["proof"].encode(), keys, leaf=leaf)
        record = json.loads(event["record"])
        assert (event["leaf"], event["position"]) == (leaf.hex(), record["position"])
        assert record["data"]["erasure_id"] == erasure_id
        names.append(event["name"])
    assert checkpoint.size == certificate["size"] == tenure.log_size()
    assert names == ["erasure.requested", "erasure.personal-data-erased"]
    assert "Ada" not in json.dumps(certificate)
    missing = await auditor.get(f"/erasures/{UUID(int=1)}/certificate")
    problem(missing, 404, "unknown-erasure")
