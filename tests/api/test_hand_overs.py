"""Hand-overs over HTTP."""

from dataclasses import dataclass
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, LATER, NOWHERE, made, only, post
from tests.api.conftest import Tenure, fields, key, problem

pytestmark = pytest.mark.anyio

LAST = "2026-05-18"


@dataclass
class World:
    """An account with a won deal, its executive, and who shall have it."""

    tenure: Tenure
    account: str
    deal: str
    executive: str
    manager: str
    client: str

    @property
    def base(self) -> str:
        return f"/accounts/{self.account}/hand-overs"

    def terms(self, **more: Any) -> dict[str, Any]:
        return {
            "deal_id": self.deal,
            "from_party_id": self.executive,
            "to_party_id": self.manager,
            "due_on": LATER,
            "brief": {"notes": ["Their plant stops in August"]},
            **more,
        }

    async def introduction(self, **more: Any) -> dict[str, str]:
        """Hold an introduction, and return how a completion names it."""
        start = f"/accounts/{self.account}/relationships"
        relationship = await made(self.tenure, start, {})
        client = {"party_id": self.client, "buying_role": "decision-maker"}
        await post(self.tenure, f"{relationship}/stakeholders", client)
        held = await made(
            self.tenure,
            f"{relationship}/check-ins",
            {
                "channel": "meeting",
                "purpose": "introduction",
                "participants": [self.client],
                "internal_participants": [self.executive, self.manager],
                **more,
            },
            on=LATER,
        )
        return {
            "relationship_id": relationship.rsplit("/", 1)[1],
            "check_in_id": held.rsplit("/", 1)[1],
        }


@pytest.fixture
async def world(tenure: Tenure) -> World:
    account = await tenure.account(effective_at="2026-01-02")
    deal = await tenure.deal(account, effective_at="2026-01-02")
    executive, manager = await tenure.party(), await tenure.party(name="Grace Hopper")
    client = await tenure.party("theirs", name="Somebody")
    base = f"/accounts/{account}"
    role = {"party_id": executive, "role": "account-executive", "primary": True}
    await post(tenure, f"{base}/manager-assignments", role)
    await post(tenure, f"{base}/deals/{deal}/wins", {})
    return World(tenure, account, deal, executive, manager, client)


async def test_a_hand_over_is_returned_resubmitted_accepted_and_completed(world: World) -> None:
    tenure = world.tenure
    here = await made(tenure, world.base, world.terms())
    waiting = await only(tenure, "/hand-overs", open="true", to_party_id=world.manager)
    await post(tenure, f"{here}/returns", {"gaps": ["risks"], "reason": "too thin"}, on=LATER)
    returned = await tenure.fresh(here)
    brief = {"notes": ["Their plant stops in August"], "risks": ["A new buyer in autumn"]}
    await post(tenure, f"{here}/resubmissions", {"brief": brief}, on=LATER)
    await post(tenure, f"{here}/acceptances", {}, on=LATER)
    overdue = await only(tenure, "/hand-overs", overdue_as_of="2026-05-05")
    introduction = await world.introduction()
    await post(tenure, f"{here}/completions", introduction, on=LAST)

    row = await tenure.fresh(here)
    account = await tenure.fresh(f"/accounts/{world.account}")

    assert (waiting["status"], waiting["initiated_on"], waiting["returns"]) == ("initiated", DAY, 0)
    assert (returned["status"], returned["gaps"], returned["returned_on"]) == (
        "returned",
        ["risks"],
        LATER,
    )
    assert overdue["status"] == "accepted"
    assert (row["status"], row["ended_on"], row["returns"]) == ("completed", LAST, 1)
    assert (row["risks"], row["gaps"]) == (brief["risks"], [])
    assert {name: row[name] for name in introduction} == introduction
    assert (account["manager_id"], account["executive_ids"]) == (world.manager, [])
    assert (await tenure.fresh("/hand-overs", open="true"))["items"] == []
    assert (await only(tenure, world.base, open="false", status="completed")) == row
    assert await only(tenure, world.base, overdue_as_of="2026-05-17") == row
    assert (await tenure.fresh("/hand-overs", overdue_as_of=LAST))["items"] == []


async def test_a_hand_over_waits_for_nobody_once_cancelled_or_its_account_closed(
    world: World,
) -> None:
    tenure = world.tenure
    first = await made(tenure, world.base, world.terms())
    await post(tenure, f"{first}/cancellations", {"reason": "the executive stays"}, on=LATER)
    second = await made(tenure, world.base, world.terms(), on=LATER)
    open_ones = [each["hand_over_id"] for each in await items(tenure, "/hand-overs", open="true")]
    closing = {"churned": True, "reason_code": "price", "reason": "dear"}
    told = {"competitor": "Cranes & Co", "notice_on": DAY}
    await post(tenure, f"/accounts/{world.account}/closures", {**closing, **told}, on=LATER)

    late = await tenure.manager.post(f"{second}/acceptances", json={})

    assert open_ones == [second.rsplit("/", 1)[1]]
    assert await items(tenure, "/hand-overs", open="true") == []
    assert len(await items(tenure, "/hand-overs", open="false")) == 2
    problem(late, 409, "account-closed")
    (closed,) = [
        each["data"]
        for each in (await tenure.fresh(f"/accounts/{world.account}/events"))["items"]
        if each["name"] == "account.closed"
    ]
    assert {name: closed[name] for name in told} == told


async def items(tenure: Tenure, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await tenure.fresh(path, **params))["items"]
    return found


async def test_hand_overs_are_listed_in_pages_and_as_csv(world: World) -> None:
    tenure = world.tenure
    for day in (DAY, LATER):
        here = await made(tenure, world.base, world.terms(due_on=None), on=day)
        await post(tenure, f"{here}/cancellations", {"reason": "not yet"}, on=LATER)
    first = await tenure.fresh("/hand-overs", limit=1)
    second = await tenure.fresh("/hand-overs", limit=1, after=first["next"])
    csv = await tenure.read(world.base, format="csv")

    days = [page["items"][0]["initiated_on"] for page in (first, second)]
    assert days == [LATER, DAY]
    assert second["next"] is None
    assert csv.text.splitlines()[0].startswith("account_id,hand_over_id,deal_id")
    assert len(csv.text.splitlines()) == 3


async def test_what_stands_against_a_hand_over_is_said(world: World) -> None:
    tenure = world.tenure
    not_won = await tenure.deal(world.account, name="Another")
    unwon = await tenure.manager.post(world.base, json=world.terms(deal_id=not_won, due_on=None))
    here = await made(tenure, world.base, world.terms())
    again = await tenure.manager.post(world.base, json=world.terms(due_on=None))
    at_once = await tenure.manager.post(
        f"/accounts/{world.account}/immediate-hand-overs",
        json={
            "deal_id": world.deal,
            "from_party_id": world.executive,
            "to_party_id": world.manager,
        },
    )
    early = await tenure.manager.post(
        f"{here}/completions", json={"relationship_id": NOWHERE, "check_in_id": NOWHERE}
    )
    await post(tenure, f"{here}/acceptances", {}, on=LATER)
    named = await world.introduction(purpose="catch-up")
    without = await tenure.manager.post(f"{here}/completions", json=named)
    unknown = await tenure.manager.post(
        f"{here}/completions", json={**named, "check_in_id": NOWHERE}
    )

    problem(unwon, 409, "deal-not-won")
    for answer in (again, at_once):
        problem(answer, 409, "hand-over-open")
    assert problem(early, 409, "hand-over-not-accepted")["current_version"] > 0
    problem(without, 409, "introduction-not-held")
    problem(unknown, 404, "unknown-check-in")


async def test_bad_input_is_named(world: World) -> None:
    tenure = world.tenure
    nowhere = f"{world.base}/{NOWHERE}"
    empty = await tenure.manager.post(world.base, json=world.terms(brief={"notes": []}))
    late = await tenure.manager.post(
        world.base, json=world.terms(due_on="2026-01-01", effective_at=DAY)
    )
    reason = await tenure.manager.post(
        f"{await made(tenure, world.base, world.terms())}/returns", json={}
    )
    missing = await tenure.manager.post(f"{nowhere}/completions", json={})
    bad_status = await tenure.read("/hand-overs", status="lost")

    assert fields(problem(empty, 422, "validation-failed")) == {"brief.notes"}
    assert fields(problem(late, 422, "due-before-it-begins")) == {"due_on"}
    assert fields(problem(reason, 422, "reason-required")) == {"reason"}
    assert fields(problem(missing, 422, "validation-failed")) == {"relationship_id", "check_in_id"}
    assert fields(problem(bad_status, 422, "validation-failed")) == {"status"}
    for verb, body in (
        ("acceptances", {}),
        ("returns", {"reason": "thin"}),
        ("resubmissions", {"brief": {"notes": ["more"]}}),
        ("completions", {"relationship_id": NOWHERE, "check_in_id": NOWHERE}),
        ("cancellations", {"reason": "no"}),
    ):
        answer = await tenure.manager.post(f"{nowhere}/{verb}", json=body)
        problem(answer, 404, "unknown-hand-over")
        elsewhere = f"/accounts/{NOWHERE}/hand-overs/{NOWHERE}/{verb}"
        problem(await tenure.manager.post(elsewhere, json=body), 404, "unknown-account")
        answer = await tenure.clients[Role.REPORTER].post(f"{nowhere}/{verb}", json=body)
        problem(answer, 403, "forbidden")
    problem(await tenure.read(nowhere), 404, "unknown-hand-over")
    problem(await tenure.read(f"/accounts/{NOWHERE}/hand-overs"), 404, "unknown-account")


async def test_a_hand_over_sent_twice_under_a_key_is_one(world: World) -> None:
    headers = key()
    first = await world.tenure.manager.post(
        world.base, json=world.terms(due_on=None), headers=headers
    )
    second = await world.tenure.manager.post(
        world.base, json=world.terms(due_on=None), headers=headers
    )

    assert first.headers["Location"] == second.headers["Location"]
    assert len(await items(world.tenure, world.base)) == 1
