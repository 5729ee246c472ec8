"""Portfolios over HTTP: capacity, races for the last points, transfers."""

import asyncio
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, LATER, NOWHERE, only, post
from tests.api.conftest import Tenure, problem

pytestmark = pytest.mark.anyio

KEY = {"tier": "key", "criteria": ["prestige"], "reason": "so it is"}


async def opened(tenure: Tenure, **more: Any) -> str:
    """Give somebody a portfolio, and return who."""
    manager = await tenure.party()
    await post(tenure, "/portfolios", {"manager_id": manager, **more})
    return manager


async def led_by(tenure: Tenure, manager: str) -> str:
    account = await tenure.account(effective_at="2026-01-02")
    lead = {"party_id": manager, "role": "account-manager", "primary": True}
    await post(tenure, f"/accounts/{account}/manager-assignments", lead)
    return account


async def test_a_portfolio_shows_its_load(tenure: Tenure) -> None:
    manager = await opened(tenure, capacity=8, focus={"territories": ["North"]})
    account = await led_by(tenure, manager)
    await post(tenure, f"/accounts/{account}/tier-changes", KEY, on=LATER)

    shown = await tenure.fresh(f"/portfolios/{manager}")
    assert (shown["load"], shown["capacity"], shown["load_percent"]) == (3, 8, "37.5")
    assert (shown["over_capacity"], shown["accounts"], shown["capacity_is_own"]) == (False, 1, True)
    held = await only(tenure, f"/portfolios/{manager}/accounts")
    assert (held["account_id"], held["tier"], held["points"]) == (account, "key", 3)
    assert (await only(tenure, "/portfolios", territory="North"))["manager_id"] == manager
    assert (await tenure.fresh("/portfolios", territory="South"))["items"] == []
    table = await tenure.read("/portfolios", format="csv")
    assert table.text.splitlines()[0].startswith("manager_id,load,capacity")


async def test_two_claims_on_the_last_points_one_wins(tenure: Tenure) -> None:
    manager = await opened(tenure, capacity=4)
    accounts = [await led_by(tenure, manager) for _ in range(6)]

    answers = await asyncio.gather(
        *(
            tenure.manager.post(f"/accounts/{account}/tier-changes", json=KEY)
            for account in accounts
        )
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201, 409, 409, 409, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "holds 3 of 4 points" in problem(refused, 409, "capacity-exceeded")["detail"]
    assert (await tenure.fresh(f"/portfolios/{manager}"))["load"] == 3
    keys = (await tenure.fresh("/accounts", tier="key"))["items"]
    assert len(keys) == 1


async def test_somebodys_word_lets_a_portfolio_hold_more(tenure: Tenure) -> None:
    manager = await opened(tenure, capacity=0)
    account = await led_by(tenure, manager)
    word = {"approved_by": manager, "reason": "until June"}

    await post(tenure, f"/accounts/{account}/tier-changes", {**KEY, "override": word})

    assert (await only(tenure, "/portfolios", over_capacity=True))["load_percent"] is None
    assert (await only(tenure, f"/portfolios/{manager}/accounts"))["overridden_by"] == manager
    accepted = {"points": 3, "until": LATER, "override": word}
    await post(tenure, f"/portfolios/{manager}/over-capacity-acceptances", accepted, on=LATER)
    assert (await tenure.fresh("/portfolios", over_capacity=True, as_of=LATER))["items"] == []
    assert (await only(tenure, "/portfolios", over_capacity=True, as_of="2026-05-05"))["load"] == 3
    assert (await only(tenure, "/portfolios", over_capacity=False, as_of=LATER))["load"] == 3


async def test_a_manager_hands_accounts_on(tenure: Tenure) -> None:
    old, new = await opened(tenure), await opened(tenure, capacity=1)
    account = await led_by(tenure, old)
    small = {"to_manager_id": new}
    await post(tenure, f"/accounts/{account}/tier-changes", KEY)
    refused = await tenure.manager.post(f"/portfolios/{old}/transfers", json=small)
    await post(tenure, f"/portfolios/{new}/capacity-changes", {"capacity": 3})

    await post(tenure, f"/portfolios/{old}/transfers", small, on=LATER)

    problem(refused, 409, "capacity-exceeded")
    assert (await tenure.fresh(f"/portfolios/{old}"))["load"] == 0
    assert (await only(tenure, f"/portfolios/{new}/accounts"))["account_id"] == account
    assert (await tenure.fresh(f"/portfolios/{old}/accounts"))["items"] == []
    before = await only(tenure, f"/portfolios/{old}/accounts", released=True)
    assert before["released_on"] == LATER
    assert (await only(tenure, "/accounts", manager_id=new))["account_id"] == account
    await post(tenure, f"/portfolios/{old}/closures", {}, on=LATER)
    assert (await only(tenure, "/portfolios", open=True))["manager_id"] == new
    assert (await only(tenure, "/portfolios", open=False))["manager_id"] == old


async def test_a_portfolio_begins_with_what_its_manager_leads(tenure: Tenure) -> None:
    manager = await tenure.party()
    account = await led_by(tenure, manager)
    answer = await post(tenure, "/portfolios", {"manager_id": manager, "account_ids": [account]})

    assert answer.headers["Location"] == f"/portfolios/{manager}"
    assert (await tenure.fresh(f"/portfolios/{manager}"))["accounts"] == 1


async def test_what_a_manager_learned_and_is_there_for(tenure: Tenure) -> None:
    manager = await opened(tenure)
    training = {"title": "Negotiating", "source": "Trade school", "hours": 16}
    await post(tenure, f"/portfolios/{manager}/trainings", training, on=LATER)
    await post(tenure, f"/portfolios/{manager}/focus-changes", {"industries": ["Food"]})

    logged = await only(tenure, f"/portfolios/{manager}/trainings")
    assert (logged["title"], logged["topic"], logged["hours"]) == ("Negotiating", "training", 16)
    assert (await only(tenure, "/portfolios", industry="Food"))["manager_id"] == manager


async def test_another_policy_weighs_anew(tenure: Tenure) -> None:
    manager = await opened(tenure)
    account = await led_by(tenure, manager)
    await post(tenure, f"/accounts/{account}/tier-changes", KEY)
    policy = {
        "policy": {"kind": "capacity", "tiers": [{"tier": "key", "points": 2}], "portfolio": 4},
        "effective_from": LATER,
        "reason": "so",
    }
    answer = await tenure.clients[Role.ADMIN].post("/policies", json=policy)
    assert answer.status_code == 201, answer.text

    await post(tenure, f"/portfolios/{manager}/reweighings", {}, on=LATER)

    shown = await tenure.fresh(f"/portfolios/{manager}")
    assert (shown["load"], shown["capacity"], shown["policy_version"]) == (2, 4, 1)
    assert (await tenure.fresh(f"/portfolios/{manager}", as_of=DAY))["capacity"] == 30


async def test_the_share_of_key_accounts_is_kept(tenure: Tenure) -> None:
    policy = {
        "policy": {"kind": "tier-criteria", "key_share_max": "50"},
        "effective_from": DAY,
        "reason": "so",
    }
    await tenure.clients[Role.ADMIN].post("/policies", json=policy)
    account, other = await tenure.account(), await tenure.account()
    refused = await tenure.manager.post(f"/accounts/{account}/tier-changes", json=KEY)
    sales = {"tier": "sales", "reason": "bought"}
    await tenure.manager.post(f"/accounts/{other}/tier-changes", json=sales)
    taken = await tenure.manager.post(f"/accounts/{account}/tier-changes", json=KEY)

    assert "1 of 1" in problem(refused, 409, "key-share-exceeded")["detail"]
    assert taken.status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/portfolios", {"manager_id": NOWHERE}, 404, "unknown-party"),
        ("/portfolios", {"manager_id": NOWHERE, "capacity": -1}, 422, "validation-failed"),
        (f"/portfolios/{NOWHERE}/closures", {}, 404, "unknown-portfolio"),
        (f"/portfolios/{NOWHERE}/transfers", {"to_manager_id": NOWHERE}, 404, "unknown-portfolio"),
        (f"/portfolios/{NOWHERE}/trainings", {"title": ""}, 422, "validation-failed"),
    ],
)
async def test_what_is_not_there_or_not_right(
    tenure: Tenure, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    problem(await tenure.manager.post(path, json=body), status, code)
    problem(await tenure.read(f"/portfolios/{NOWHERE}"), 404, "unknown-portfolio")
    problem(await tenure.read(f"/portfolios/{NOWHERE}/accounts"), 404, "unknown-portfolio")
