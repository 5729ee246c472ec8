"""How complete an account is, what was learned, and what a merger leaves, over HTTP."""

import pytest

from tests.api.concepts import DAY, LATER, NEED, made, only, post
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio


async def test_completeness_says_what_is_missing(tenure: Tenure) -> None:
    account = await tenure.account(country="DE", annual_revenue=None, employees=5)
    base = f"/accounts/{account}"
    at_first = await tenure.fresh(f"{base}/completeness")
    change = {"tier": "key", "criteria": ["prestige"], "reason": "grew"}
    await post(tenure, f"{base}/tier-changes", change)
    revenue = {"amount": {"amount": "5000000", "currency": "EUR"}, "year": 2025}
    profile = {"industry": {"label": "Construction"}, "annual_revenue": revenue}
    await post(tenure, f"{base}/profile-revisions", profile)
    await made(tenure, f"{base}/needs", NEED)
    gap = {"requirement_key": "decision-maker", "source": "call", "not_applicable": True}
    await post(tenure, f"{base}/information", gap)
    of_profile = await tenure.manager.post(
        f"{base}/information", json={"requirement_key": "country", "source": "call"}
    )

    now = await tenure.fresh(f"{base}/completeness")

    assert (at_first["tier"], at_first["percent"]) == ("prospect", "33.33")
    assert [item["key"] for item in at_first["missing"]] == ["industry", "territory"]
    assert (now["tier"], now["percent"], now["policy_version"]) == ("key", "75.00", 0)
    assert [item["key"] for item in now["missing"]] == ["territory", "legal-name"]
    assert (await only(tenure, f"{base}/information"))["not_applicable"] is True
    problem(of_profile, 409, "unknown-requirement")


async def test_what_was_learned_is_shown_on_the_accounts_of_its_industry(tenure: Tenure) -> None:
    builder = await tenure.account(industry={"label": "Construction"})
    baker = await tenure.account(name="Baker")
    ours = await tenure.party()
    learned = {
        "topic": "regulation",
        "title": "Cranes are inspected yearly",
        "source": "Official Journal",
        "learned_by": ours,
        "learned_on": DAY,
    }
    of_industry = await made(tenure, "/learnings", {**learned, "industry": "Construction"})
    await made(tenure, "/learnings", {**learned, "account_id": baker, "topic": "market-research"})
    wrong = await made(tenure, "/learnings", {**learned, "industry": "Construction"})
    await post(tenure, f"{wrong}/withdrawals", {"reason": "repealed"}, on=LATER)
    both = await tenure.manager.post(
        "/learnings", json={**learned, "industry": "Construction", "account_id": baker}
    )
    tomorrow = await tenure.manager.post("/learnings", json={**learned, "learned_on": "2999-01-01"})

    row = await tenure.fresh(of_industry)
    withdrawn = await tenure.read(wrong)

    assert (await only(tenure, f"/accounts/{builder}/industry-notes")) == row
    of_baker = await only(tenure, f"/accounts/{baker}/industry-notes")
    assert (of_baker["topic"], of_baker["account_id"]) == ("market-research", baker)
    assert (await only(tenure, "/learnings", industry="Construction", withdrawn="false")) == row
    assert len((await tenure.fresh("/learnings", learned_by=ours))["items"]) == 3
    assert (await only(tenure, "/learnings", topic="market-research")) == of_baker
    assert (withdrawn.json()["withdrawn_on"], withdrawn.headers["ETag"]) == (LATER, '"2"')
    assert fields(problem(both, 422, "applies-to-both")) == {"industry"}
    assert fields(problem(tomorrow, 422, "validation-failed")) == {"learned_on"}
    events = (await tenure.fresh(f"/accounts/{baker}/events"))["items"]
    assert [event["name"] for event in events] == ["account.opened", "learning.logged"]


async def test_a_merged_account_names_the_one_it_lives_on_in(tenure: Tenure) -> None:
    account, into = await tenure.account(), await tenure.account(name="Acme Ltd")
    itself = {"into": account, "reason": "a mistake"}
    refused = await tenure.manager.post(f"/accounts/{account}/mergers", json=itself)
    await post(tenure, f"/accounts/{account}/mergers", {"into": into, "reason": "the same"})

    answer = await tenure.manager.post(f"/accounts/{account}/needs", json=NEED)

    assert fields(problem(refused, 422, "merge-into-itself")) == {"into"}
    assert into in problem(answer, 409, "account-merged")["detail"]
    overview = await tenure.fresh(f"/accounts/{account}")
    assert (overview["status"], overview["merged_into"]) == ("merged", into)
    assert (await only(tenure, "/accounts", status="merged"))["account_id"] == account
