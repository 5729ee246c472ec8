"""Deals over HTTP: what they serve, how they are talked over, how they end, and the pipeline."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, LATER, NEED, NOWHERE, SIGNAL, made, only, post
from tests.api.conftest import Tenure, euro, fields, key, problem

pytestmark = pytest.mark.anyio

CONTRACT = {
    "signed_on": LATER,
    "starts_on": LATER,
    "ends_on": "2027-05-03",
    "document": "crane.pdf",
    "sha256": "0" * 64,
}
DRAFT = {"document": "crane.pdf", "sha256": "1" * 64}


async def opened(tenure: Tenure, account: str, **terms: Any) -> str:
    body = {"kind": "new-business", "name": "Crane", "amount": euro("1000.00"), **terms}
    return await made(tenure, f"/accounts/{account}/deals", body)


@pytest.fixture
async def account(tenure: Tenure) -> str:
    return await tenure.account(effective_at="2026-01-02")


async def test_a_deal_serves_needs_and_converts_its_signal(tenure: Tenure, account: str) -> None:
    need = (await made(tenure, f"/accounts/{account}/needs", NEED)).rsplit("/", 1)[1]
    signal = (await made(tenure, f"/accounts/{account}/signals", SIGNAL)).rsplit("/", 1)[1]
    owner = await tenure.party()
    deal = await opened(
        tenure,
        account,
        need_ids=[need],
        signal_id=signal,
        owner_id=owner,
        probability="40",
        recurring_monthly=euro("20"),
        customer_value="No lost shifts",
    )

    row = await tenure.fresh(deal)
    assert (row["need_ids"], row["signal_id"], row["owner_id"]) == ([need], signal, owner)
    assert (row["probability"], row["recurring_monthly"]) == ("40", "20")
    assert row["customer_value"] == "No lost shifts"
    raised = await only(tenure, f"/accounts/{account}/signals")
    assert (raised["outcome"], raised["deal_id"]) == ("converted", deal.rsplit("/", 1)[1])
    assert (await only(tenure, "/deals", need_id=need, owner_id=owner))["name"] == "Crane"
    assert (await tenure.fresh("/deals", need_id=NOWHERE))["items"] == []


@pytest.mark.parametrize(
    ("terms", "status", "code"),
    [
        ({"need_ids": [NOWHERE]}, 404, "unknown-need"),
        ({"goal_ids": [NOWHERE]}, 404, "unknown-goal"),
        ({"signal_id": NOWHERE}, 404, "unknown-signal"),
        ({"owner_id": NOWHERE}, 404, "unknown-party"),
        ({"probability": "101"}, 422, "validation-failed"),
        ({"recurring_monthly": {"amount": "1", "currency": "USD"}}, 409, "currency-mismatch"),
        ({"kind": "renewal"}, 409, "first-deal-is-new-business"),
    ],
)
async def test_what_a_deal_names_must_be_right(
    tenure: Tenure, account: str, terms: dict[str, Any], status: int, code: str
) -> None:
    size = tenure.log_size()
    body = {"kind": "new-business", "name": "Crane", "amount": euro("1000.00"), **terms}

    answer = await tenure.manager.post(f"/accounts/{account}/deals", json=body)

    problem(answer, status, code)
    assert tenure.log_size() == size


async def test_a_deal_is_talked_over(tenure: Tenure, account: str) -> None:
    deal = await opened(tenure, account)
    client = await tenure.party(side="theirs")
    proposal = {"customer_value": "No lost shifts", "amount": euro("950.00")}
    payment = {"term": "payment", "ours": "30 days", "theirs": "90 days"}
    sent = key()
    first = await post(tenure, f"{deal}/proposals", proposal, on=LATER, **sent)
    again = await tenure.manager.post(
        f"{deal}/proposals", json={"effective_at": LATER, **proposal}, headers=sent
    )
    await post(tenure, f"{deal}/negotiations", payment, on=LATER)
    await post(tenure, f"{deal}/negotiations", payment | {"agreed": True}, on=LATER)
    await post(tenure, f"{deal}/contract-sendings", {**DRAFT, "to": [client]}, on=LATER)
    await post(tenure, f"{deal}/contract-signatures", CONTRACT, on=LATER)

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    row = await only(tenure, f"{deal}/proposals")
    assert (row["customer_value"], row["presented_on"]) == ("No lost shifts", LATER)
    assert Decimal(row["amount"]) == 950
    rounds = (await tenure.fresh(f"{deal}/negotiations"))["items"]
    assert {(row["round"], row["agreed"]) for row in rounds} == {(1, False), (2, True)}
    row = await tenure.fresh(deal)
    assert (row["contract_sent_on"], row["contract_ends_on"]) == (LATER, "2027-05-03")
    assert (await only(tenure, "/deals", contract_ends_by="2027-05-03"))["name"] == "Crane"
    assert (await tenure.fresh("/deals", contract_ends_by="2027-05-02"))["items"] == []
    off = {"reason_code": "forged", "reason": "so"}
    await post(tenure, f"{deal}/contract-voidings", off, on=LATER)
    row = await tenure.fresh(deal)
    assert (row["contract_signed_on"], row["contract_voided_on"]) == (None, LATER)


async def test_a_deal_that_nobody_knows_is_not_found(tenure: Tenure, account: str) -> None:
    nowhere = f"/accounts/{account}/deals/{NOWHERE}"
    again = await tenure.manager.post(f"{nowhere}/reopenings", json={"reason": "so"})

    problem(again, 404, "unknown-deal")
    problem(await tenure.read(f"{nowhere}/proposals"), 404, "unknown-deal")
    problem(await tenure.read(f"{nowhere}/negotiations"), 404, "unknown-deal")


async def test_a_policy_asks_for_a_contract(tenure: Tenure, account: str) -> None:
    deal = await opened(tenure, account)
    boss = await tenure.party()
    policy = {
        "policy": {"kind": "deals", "contract_required": True},
        "effective_from": DAY,
        "reason": "so",
    }
    answer = await tenure.clients[Role.ADMIN].post("/policies", json=policy)
    assert answer.status_code == 201, answer.text
    word = {"approved_by": boss, "reason": "it is in the post"}

    refused = await tenure.manager.post(f"{deal}/wins", json={"effective_at": LATER})
    await post(tenure, f"{deal}/wins", {"override": word}, on=LATER)

    assert "version 1" in problem(refused, 409, "contract-not-signed")["detail"]
    assert (await tenure.fresh(deal))["status"] == "won"


async def test_a_lost_deal_is_taken_up_again(tenure: Tenure, account: str) -> None:
    deal = await opened(tenure, account)
    early = {"effective_at": DAY, "reason": "they came back"}
    await post(tenure, f"{deal}/losses", {"reason_code": "price", "competitor": "Lift"}, on=LATER)
    row = await tenure.fresh(deal)
    assert (row["status"], row["lost_because"], row["competitor"]) == ("lost", "price", "Lift")

    refused = await tenure.manager.post(f"{deal}/reopenings", json=early)
    await post(tenure, f"{deal}/reopenings", {"reason": "they came back"}, on=LATER)

    problem(refused, 409, "before-the-deal-ended")
    row = await tenure.fresh(deal)
    assert (row["status"], row["lost_on"], row["reopened_on"]) == ("open", None, LATER)


async def test_an_open_deal_changes_hands_kind_currency_and_odds(
    tenure: Tenure, account: str
) -> None:
    await opened(tenure, account, products=["crane"])
    owner = await tenure.party()
    deal = await opened(tenure, account, products=["crane"])
    dollars = {"amount": "1100", "currency": "USD"}
    word = {"approved_by": owner, "reason": "bought from a dealer of ours"}
    await post(tenure, f"{deal}/owner-changes", {"owner_id": owner})
    await post(tenure, f"{deal}/probability-revisions", {"probability": "15"})
    same = await tenure.manager.post(f"{deal}/currency-changes", json={"amount": euro("1")})
    await post(tenure, f"{deal}/currency-changes", {"amount": dollars})
    misfit = await tenure.manager.post(f"{deal}/reclassifications", json={"kind": "renewal"})
    await post(tenure, f"{deal}/reclassifications", {"kind": "renewal", "override": word})

    assert fields(problem(same, 422, "same-currency")) == {"amount"}
    problem(misfit, 409, "renewal-without-contract")
    row = await only(tenure, "/deals", kind="renewal", currency="USD")
    assert (row["owner_id"], row["probability"], row["amount"]) == (owner, "15", "1100")


async def test_the_pipeline_of_a_day_as_known_then(tenure: Tenure, account: str) -> None:
    deal = await opened(tenure, account, expected_close_on="2026-05-01")
    await opened(tenure, account, amount={"amount": "10", "currency": "USD"}, probability="50")
    known = tenure.log_size()
    await post(tenure, f"{deal}/moves", {"stage": "negotiation"}, on=LATER)
    overdue = await only(tenure, "/deals", overdue_as_of="2026-05-02")
    await post(tenure, f"{deal}/wins", {}, on="2026-05-18")

    def told(answer: Any) -> list[tuple[Any, ...]]:
        return [
            (row["stage"], row["currency"], row["deals"], Decimal(row["weighted"]))
            for row in answer["items"]
        ]

    dollars = ("prospecting", "USD", 1, Decimal(5))
    then = await tenure.fresh("/pipeline", as_of=LATER)
    before = await tenure.fresh("/pipeline", as_of=LATER, known_at=str(known))
    table = await tenure.read("/pipeline", as_of=LATER, format="csv")
    assert told(then) == [dollars, ("negotiation", "EUR", 1, Decimal(800))]
    assert told(before) == [("prospecting", "EUR", 1, Decimal(100)), dollars]
    assert told(await tenure.fresh("/pipeline")) == [dollars]
    assert told(await tenure.fresh("/pipeline", as_of="2026-03-01")) == []
    assert (before["known_at"], before["policy_version"]) == (known, 0)
    assert f"deals/{overdue['deal_id']}" in deal
    assert table.text.splitlines()[0] == "stage,kind,currency,deals,amount,weighted"
    assert len(table.text.splitlines()) == 3


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"as_of": "2999-01-01"}, "in-the-future"),
        ({"known_at": "yesterday"}, "bad-known-at"),
        ({"kind": "gift"}, "enum"),
    ],
)
async def test_a_pipeline_nobody_can_know_is_refused(
    tenure: Tenure, params: dict[str, Any], code: str
) -> None:
    body = problem(await tenure.read("/pipeline", **params), 422, "validation-failed")

    assert [error["code"] for error in body["errors"]] == [code]
