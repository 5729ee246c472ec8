"""Parked accounts over HTTP: reads say so, the service is degraded, and an admin sees to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import pytest

from ledger.api_keys import Role
from tests.api.conftest import Tenure, problem

pytestmark = pytest.mark.anyio

DIRE: Final = "666.00"


@contextmanager
def _bug(url: str) -> Iterator[None]:
    """Have the view of deals fail at deals of a certain amount, until it is mended."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ALTER TABLE projections.deal ADD CONSTRAINT bug CHECK (amount <> 666)")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE projections.deal DROP CONSTRAINT IF EXISTS bug")


async def test_reads_of_a_parked_account_say_so_and_all_others_do_not(tenure: Tenure) -> None:
    parked, other = await tenure.account(name="Parked"), await tenure.account(name="Other")
    with _bug(tenure.database_url):
        await tenure.deal(parked, amount={"amount": DIRE, "currency": "EUR"})
        at = tenure.log_size()
        await tenure.deal(parked)
        await tenure.deal(other)
        read = await tenure.read(f"/accounts/{parked}")
        deals = await tenure.read(f"/accounts/{parked}/deals")
        beside = await tenure.read(f"/accounts/{other}")
        overall = await tenure.read("/deals", format="csv")
        unknown = await tenure.manager.get("/accounts/nonsense")
        ready = await tenure.manager.get("/readyz")
        metrics = (await tenure.manager.get("/metrics")).text

    assert read.headers["Tenure-Parked"] == f"deals@{at}"
    assert (deals.json()["items"], deals.headers["Tenure-Parked"]) == ([], f"deals@{at}")
    assert "Tenure-Parked" not in beside.headers
    assert overall.headers["Tenure-Parked-Count"] == "1"
    assert len(overall.text.splitlines()) == 2
    assert unknown.status_code == 422
    assert ready.status_code == 200
    assert (ready.json()["ready"], ready.json()["reasons"]) == (True, [])
    assert "deals of default has parked 1" in ready.json()["degraded"][0]
    assert 'tenure_projection_parked{projection="deals",tenant="default"} 1.0' in metrics
    assert 'tenure_projection_lag_events{tenant="default"} 0.0' in metrics
    assert 'tenure_projection_lanes_held{tenant="default"} 8.0' in metrics
    assert 'tenure_projection_events_per_second{tenant="default"}' in metrics


async def test_an_admin_tries_again_and_the_account_is_whole_once_that_goes_well(
    tenure: Tenure,
) -> None:
    account_id, admin = await tenure.account(), tenure.clients[Role.ADMIN]
    with _bug(tenure.database_url):
        await tenure.deal(account_id, amount={"amount": DIRE, "currency": "EUR"})
        at = tenure.log_size()
        await tenure.deal(account_id, name="Second")
        await tenure.read("/deals")
        (listed,) = (await admin.get("/parked")).json()["items"]
        again = (await admin.post(f"/parked/deals/{account_id}/retries")).json()
        (counted,) = (await admin.get("/parked")).json()["items"]
    mended = (await admin.post(f"/parked/deals/{account_id}/retries")).json()
    read = await tenure.read(f"/accounts/{account_id}/deals")
    ready = (await tenure.manager.get("/readyz")).json()

    assert (listed["projection"], listed["strand_id"]) == ("deals", account_id)
    assert (listed["strand_kind"], listed["position"]) == ("account", at)
    assert (listed["error_class"], listed["attempts"]) == ("CheckViolation", 1)
    assert (again["position"], again["error_class"]) == (at, "CheckViolation")
    assert counted["attempts"] == 2
    assert mended["position"] is None
    assert len(read.json()["items"]) == 2
    assert "Tenure-Parked" not in read.headers
    assert ready == {"ready": True, "reasons": [], "degraded": []}


async def test_an_admin_gives_up_the_event_at_fault_for_a_reason(tenure: Tenure) -> None:
    account_id, admin = await tenure.account(), tenure.clients[Role.ADMIN]
    path = f"/parked/deals/{account_id}/discards"
    with _bug(tenure.database_url):
        await tenure.deal(account_id, amount={"amount": DIRE, "currency": "EUR"})
        await tenure.deal(account_id, name="Second")
        await tenure.read("/deals")
        silent = await admin.post(path, json={})
        blank = await admin.post(path, json={"reason": "  "})
        given_up = await admin.post(path, json={"reason": "recorded by a faulty script"})
        read = await tenure.read(f"/accounts/{account_id}/deals")
        twice = await admin.post(path, json={"reason": "recorded by a faulty script"})
    with psycopg.connect(tenure.database_url) as owner:
        (kept,) = owner.execute(
            "SELECT discarded_by, reason, error_class FROM projections.discarded"
        ).fetchall()

    problem(silent, 422, "validation-failed")
    problem(blank, 422, "validation-failed")
    assert given_up.json()["position"] is None
    assert [deal["name"] for deal in read.json()["items"]] == ["Second"]
    assert problem(twice, 404, "not-parked").get("parked", []) == []
    assert kept[0].startswith("key:")
    assert kept[1:] == ("recorded by a faulty script", "CheckViolation")


async def test_what_is_not_parked_is_not_found_and_what_is_is_named(tenure: Tenure) -> None:
    account_id, other = await tenure.account(), await tenure.account()
    admin = tenure.clients[Role.ADMIN]
    with _bug(tenure.database_url):
        await tenure.deal(account_id, amount={"amount": DIRE, "currency": "EUR"})
        at = tenure.log_size()
        await tenure.read("/deals")
        answer = await admin.post(f"/parked/deals/{other}/retries")

    body = problem(answer, 404, "not-parked")
    assert body["parked"] == [f"deals: account {account_id} at {at}"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.REPORTER])
async def test_admins_alone_see_to_what_is_parked(tenure: Tenure, role: Role) -> None:
    client, account_id = tenure.clients[role], await tenure.account()

    problem(await client.get("/parked"), 403, "forbidden")
    problem(await client.post(f"/parked/deals/{account_id}/retries"), 403, "forbidden")
    given_up = await client.post(f"/parked/deals/{account_id}/discards", json={"reason": "x"})
    problem(given_up, 403, "forbidden")
