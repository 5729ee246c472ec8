"""Collaboration requests over HTTP, and what hangs on their answers."""

from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, LATER, NEED, NOWHERE, made, only, post
from tests.api.conftest import Tenure, problem

pytestmark = pytest.mark.anyio

LAST = "2026-05-18"
ASKED = {
    "department": "operations",
    "purpose": "feasibility",
    "question": "Can a second crane be there by June?",
    "due_on": LATER,
}


@pytest.fixture
async def account(tenure: Tenure) -> str:
    return await tenure.account(effective_at="2026-01-02")


async def asked_for(tenure: Tenure, account: str, **more: Any) -> str:
    return await made(tenure, f"/accounts/{account}/collaboration-requests", {**ASKED, **more})


async def of_operations(tenure: Tenure) -> str:
    return await tenure.party(department="operations")


async def test_a_department_is_asked_and_answers(tenure: Tenure, account: str) -> None:
    need = (await made(tenure, f"/accounts/{account}/needs", NEED)).rsplit("/", 1)[1]
    request = await asked_for(tenure, account, need_id=need)
    olga, other = await of_operations(tenure), await tenure.party()
    await post(tenure, f"{request}/acknowledgements", {"by": olga}, on=DAY)
    yes = {"answer": "yes", "text": "With two fitters"}

    stranger = await tenure.manager.post(f"{request}/answers", json={"by": other, **yes})
    await post(tenure, f"{request}/answers", {"by": olga, **yes}, on=LATER)
    await post(tenure, f"{request}/fulfilments", {}, on=LAST)
    again = await tenure.manager.post(
        f"{request}/cancellations", json={"reason": "so", "effective_at": LAST}
    )

    problem(stranger, 409, "not-the-department-asked")
    assert "nothing else" in problem(again, 409, "illegal-transition")["detail"]
    row = await tenure.fresh(request)
    assert (row["status"], row["answer"], row["answered_by"]) == ("fulfilled", "yes", olga)
    assert (row["answer_text"], row["settled_on"], row["need_id"]) == (
        "With two fitters",
        LATER,
        need,
    )


async def test_requests_are_listed_by_department_and_day(tenure: Tenure, account: str) -> None:
    request = await asked_for(tenure, account)
    await asked_for(tenure, account, department="marketing", due_on=LAST)

    overdue = await only(tenure, "/collaboration-requests", overdue_as_of="2026-05-05")
    assert overdue["request_id"] in request
    assert (await tenure.fresh("/collaboration-requests", overdue_as_of=LATER))["items"] == []
    found = await only(tenure, "/collaboration-requests", department="marketing", open=True)
    assert found["due_on"] == LAST
    assert len((await tenure.fresh(f"/accounts/{account}/collaboration-requests"))["items"]) == 2
    assert (await tenure.fresh("/collaboration-requests", open=False))["items"] == []
    table = await tenure.read("/collaboration-requests", format="csv")
    assert len(table.text.splitlines()) == 3


async def test_a_declined_request_goes_to_somebody_else(tenure: Tenure, account: str) -> None:
    request, olga = await asked_for(tenure, account), await of_operations(tenure)
    boss = await tenure.party()
    no = {"by": olga, "reason_code": "no-capacity", "reason": "all are away"}
    await post(tenure, f"{request}/declines", no, on=LATER)
    declined = await tenure.fresh(request)
    await post(tenure, f"{request}/escalations", {"to": boss, "reason": "it is urgent"}, on=LATER)
    await post(tenure, f"{request}/answers", {"by": boss, "answer": "no"}, on=LATER)

    assert (declined["declined_because"], declined["settled_on"]) == ("no-capacity", LATER)
    row = await tenure.fresh(request)
    assert (row["status"], row["answer"], row["escalated_to"]) == ("answered", "no", boss)
    assert row["declined_because"] is None


async def test_a_large_promise_waits_for_a_yes(tenure: Tenure, account: str) -> None:
    policy = {
        "policy": {"kind": "commitments", "unconfirmed_hours_max": 40},
        "effective_from": "2026-01-02",
        "reason": "so",
    }
    await tenure.clients[Role.ADMIN].post("/policies", json=policy)
    line = await made(tenure, f"/accounts/{account}/relationships", {})
    request, olga = await asked_for(tenure, account), await of_operations(tenure)
    promise = {
        "by": "us",
        "text": "A second crane",
        "due_on": LAST,
        "effort_hours": 80,
        "collaboration_request_id": request.rsplit("/", 1)[1],
        "effective_at": LATER,
    }

    early = await tenure.manager.post(f"{line}/commitments", json=promise)
    await post(tenure, f"{request}/answers", {"by": olga, "answer": "yes"}, on=LATER)
    kept = await tenure.manager.post(f"{line}/commitments", json=promise)

    problem(early, 409, "commitment-unconfirmed")
    assert kept.status_code == 201, kept.text


async def test_a_solution_is_confirmed_by_those_who_deliver_it(
    tenure: Tenure, account: str
) -> None:
    need = await made(tenure, f"/accounts/{account}/needs", NEED)
    request = await asked_for(tenure, account)
    solution = {
        "description": "Inspect every month",
        "feasibility": "confirmed",
        "request_id": request.rsplit("/", 1)[1],
    }

    early = await tenure.manager.post(f"{need}/solutions", json=solution)

    problem(early, 409, "feasibility-unconfirmed")
    unknown = {**solution, "request_id": NOWHERE}
    answer = await tenure.manager.post(f"{need}/solutions", json=unknown)
    problem(answer, 404, "unknown-collaboration-request")


async def test_a_department_of_a_party_is_shown(tenure: Tenure) -> None:
    olga = await of_operations(tenure)
    await post(tenure, f"/parties/{olga}/revisions", {"department": "engineering"})

    assert (await tenure.fresh(f"/parties/{olga}"))["department"] == "engineering"


async def test_a_known_decision_maker_completes_what_is_known(tenure: Tenure, account: str) -> None:
    key = {"tier": "key", "criteria": ["prestige"], "reason": "so"}
    await post(tenure, f"/accounts/{account}/tier-changes", key)
    line = await made(tenure, f"/accounts/{account}/relationships", {})
    before = await tenure.fresh(f"/accounts/{account}/completeness")
    boss = {"party_id": await tenure.party(side="theirs"), "buying_role": "decision-maker"}
    await post(tenure, f"{line}/stakeholders", boss)
    after = await tenure.fresh(f"/accounts/{account}/completeness")

    assert "decision-maker" in {item["key"] for item in before["missing"]}
    assert "decision-maker" not in {item["key"] for item in after["missing"]}
    await post(tenure, f"{line}/stakeholders/{boss['party_id']}/departures", {}, on=LATER)
    gone = await tenure.fresh(f"/accounts/{account}/completeness")
    assert "decision-maker" in {item["key"] for item in gone["missing"]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "gossip"}, "validation-failed"),
        ({"due_on": "2026-01-01"}, "due-before-requested"),
        ({"question": ""}, "validation-failed"),
    ],
)
async def test_a_bad_question_is_not_asked(
    tenure: Tenure, account: str, change: dict[str, Any], code: str
) -> None:
    path = f"/accounts/{account}/collaboration-requests"

    answer = await tenure.manager.post(path, json={"effective_at": DAY, **ASKED, **change})

    problem(answer, 422, code)
    problem(await tenure.read(f"{path}/{NOWHERE}"), 404, "unknown-collaboration-request")
