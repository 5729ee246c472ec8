"""Commands: a receipt for what was recorded, the same for the same request, and refusals."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role
from tests.api.conftest import Start, Tenure, euro, key, problem

pytestmark = pytest.mark.anyio


async def test_the_first_receipt(tenure: Tenure) -> None:
    answer = await tenure.manager.post("/accounts", json={"name": "Acme"})

    receipt = answer.json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/accounts/{receipt['id']}"
    assert UUID(answer.headers["X-Correlation-Id"])
    assert (receipt["version"], receipt["position"]) == (1, 1)
    assert len(receipt["leaf"]) == 64


async def test_who_when_and_why_stand_in_the_envelope(tenure: Tenure) -> None:
    correlation, causation = str(uuid4()), str(uuid4())
    account = await tenure.account(effective_at="2026-02-01")
    await tenure.manager.post(
        f"/accounts/{account}/tier-changes",
        json={"tier": "sales", "reason": "first order", "effective_at": "2026-03-01"},
        headers={"X-Correlation-Id": correlation, "X-Causation-Id": causation},
    )

    opened, changed = (await tenure.fresh(f"/accounts/{account}/events", Role.AUDITOR))["items"]

    assert (opened["name"], opened["effective_at"]) == ("account.opened", "2026-02-01")
    assert changed["effective_at"] == "2026-03-01"
    assert changed["reason"] == "first order"
    assert changed["actor"].startswith("key:")
    assert (changed["correlation_id"], changed["causation_id"]) == (correlation, causation)


async def test_the_same_request_under_one_key_is_done_once(tenure: Tenure) -> None:
    headers = key()
    first = await tenure.manager.post("/accounts", json={"name": "Acme"}, headers=headers)

    again = await tenure.manager.post("/accounts", json={"name": "Acme"}, headers=headers)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    assert tenure.log_size() == 1


async def test_an_order_placed_again_under_one_key_is_named_by_its_first_id(
    tenure: Tenure,
) -> None:
    account, headers = await tenure.account(), key()
    body = {"ordered_on": "2026-01-15", "amount": euro("10.00")}
    first = await tenure.manager.post(f"/accounts/{account}/orders", json=body, headers=headers)

    again = await tenure.manager.post(f"/accounts/{account}/orders", json=body, headers=headers)

    assert again.headers["Location"] == first.headers["Location"]
    order = await tenure.fresh(first.headers["Location"])
    assert order["amount"] in ("10.00", euro("10.00"))


async def test_one_key_sent_many_times_at_once_is_done_once(tenure: Tenure) -> None:
    headers = key()
    answers = await asyncio.gather(
        *[tenure.manager.post("/accounts", json={"name": "A"}, headers=headers) for _ in range(20)]
    )

    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert tenure.log_size() == 1


async def test_nothing_to_change_is_200_without_a_position(tenure: Tenure) -> None:
    account = await tenure.account(territory="South")

    answer = await tenure.manager.post(
        f"/accounts/{account}/profile-revisions", json={"territory": "South"}
    )

    assert (answer.status_code, answer.json()["position"]) == (200, None)
    assert answer.headers["ETag"] == '"1"'


async def test_if_match_lets_the_current_version_pass_and_no_other(tenure: Tenure) -> None:
    account = await tenure.account()
    path = f"/accounts/{account}/profile-revisions"

    passed = await tenure.manager.post(path, json={"territory": "N"}, headers={"If-Match": '"1"'})
    stale = await tenure.manager.post(path, json={"territory": "S"}, headers={"If-Match": '"1"'})
    anyway = await tenure.manager.post(path, json={"territory": "E"}, headers={"If-Match": "*"})

    assert (passed.status_code, passed.headers["ETag"]) == (201, '"2"')
    assert problem(stale, 412, "version-conflict")["current_version"] == 2
    assert (anyway.status_code, anyway.headers["ETag"]) == (201, '"3"')


async def test_of_two_commands_racing_for_a_version_one_wins(tenure: Tenure) -> None:
    account = await tenure.account()
    answers = await asyncio.gather(
        *[
            tenure.manager.post(
                f"/accounts/{account}/profile-revisions",
                json={"territory": territory},
                headers={"If-Match": '"1"'},
            )
            for territory in ("North", "South")
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [201, 412]


async def test_a_refusal_is_409_with_its_code_and_the_current_version(tenure: Tenure) -> None:
    account = await tenure.account()
    closure = {"churned": False, "reason_code": "double", "reason": "opened twice"}
    await tenure.manager.post(f"/accounts/{account}/closures", json=closure)

    answer = await tenure.manager.post(
        f"/accounts/{account}/profile-revisions", json={"territory": "South"}
    )

    assert problem(answer, 409, "account-closed")["current_version"] == 2


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("deals/{deal}/reversals", {"reason_code": "x", "reason": "y"}, "nothing-to-reverse"),
        (
            "deals",
            {"kind": "renewal", "name": "R", "amount": euro("1")},
            "renewal-without-contract",
        ),
        ("orders/{order}/refunds", {"amount": euro("99.00")}, "refund-exceeds-order"),
        (
            "orders/{order}/refunds",
            {"amount": {"amount": "1", "currency": "USD"}},
            "currency-mismatch",
        ),
        ("orders/{order}/cancellations", {"effective_at": "2026-01-01"}, "before-the-order"),
        ("closures", {"churned": True, "reason_code": "x", "reason": "y"}, "open-deals"),
    ],
)
async def test_each_refusal_of_the_domain_is_409(
    tenure: Tenure, path: str, body: dict[str, Any], code: str
) -> None:
    account = await tenure.account(effective_at="2026-01-01")
    deal = await tenure.deal(account, effective_at="2026-01-02")
    order = (await tenure.order(account)).rpartition("/")[2]

    answer = await tenure.manager.post(
        f"/accounts/{account}/{path.format(deal=deal, order=order)}", json=body
    )

    problem(answer, 409, code)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tier-changes", {"tier": "sales"}),
        ("closures", {"churned": False, "reason_code": "double"}),
        ("tier-changes", {"tier": "key", "reason": "grew"}),
    ],
)
async def test_what_a_command_must_say_is_422_where_missing(
    tenure: Tenure, path: str, body: dict[str, Any]
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.post(f"/accounts/{account}/{path}", json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_another_accounts_deal_is_404(tenure: Tenure) -> None:
    account, other = await tenure.account(), await tenure.account(name="Other")
    deal = await tenure.deal(account)

    answer = await tenure.manager.post(
        f"/accounts/{other}/deals/{deal}/moves", json={"stage": "proposal"}
    )

    problem(answer, 404, "unknown-deal")


async def test_an_account_is_handed_over_after_a_won_deal(tenure: Tenure) -> None:
    account = await tenure.account()
    executive, manager = await tenure.party(), await tenure.party(name="Grace Hopper")
    deal = await tenure.deal(account)
    for path, body in (
        ("manager-assignments", {"party_id": executive, "role": "account-executive"}),
        (f"deals/{deal}/moves", {"stage": "negotiation"}),
        (f"deals/{deal}/wins", {}),
        (
            "immediate-hand-overs",
            {"deal_id": deal, "from_party_id": executive, "to_party_id": manager},
        ),
    ):
        answer = await tenure.manager.post(f"/accounts/{account}/{path}", json=body)
        assert answer.status_code == 201, answer.text

    overview = await tenure.fresh(f"/accounts/{account}")
    assert manager in str(overview)
    assert executive not in str(overview)


async def test_a_full_queue_is_503_with_retry_after_and_records_nothing(start: Start) -> None:
    tenure = await start(TENURE_QUEUE_COMMANDS_MAX="1")
    async with await psycopg.AsyncConnection.connect(tenure.database_url) as blocker:
        await blocker.execute("SELECT FROM ledger.log_head FOR UPDATE")
        sent = [
            asyncio.create_task(tenure.manager.post("/accounts", json={"name": f"Acme {n}"}))
            for n in range(6)
        ]
        await asyncio.wait(sent, timeout=1)
        refused = [task.result() for task in sent if task.done()]
        await blocker.rollback()
    answers = await asyncio.gather(*sent)

    for answer in refused:
        problem(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) >= 1
    recorded = [answer for answer in answers if answer.status_code == 201]
    assert len(recorded) == tenure.log_size() == 6 - len(refused)


async def test_a_revoked_key_opens_nothing_within_seconds(tenure: Tenure) -> None:
    admin = tenure.clients[Role.ADMIN]
    made = (await admin.post("/api-keys", json={"role": "reporter", "label": "for a test"})).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    async with httpx2.AsyncClient(base_url=tenure.url, headers=headers) as client:
        assert (await client.get("/accounts")).status_code == 200
        assert (await admin.delete(f"/api-keys/{made['key_id']}")).status_code == 204
        for _ in range(70):
            answer = await client.get("/accounts")
            if answer.status_code == 401:
                break
            await asyncio.sleep(0.1)

    problem(answer, 401, "unauthenticated")


async def test_only_an_admin_makes_keys(tenure: Tenure) -> None:
    answer = await tenure.manager.post("/api-keys", json={"role": "admin", "label": "mine"})

    problem(answer, 403, "forbidden")
