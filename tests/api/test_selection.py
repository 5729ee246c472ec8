"""Fit, selection and the tier review over HTTP."""

from typing import Any, Final

import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, LATER, NOWHERE, made, only, post
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio

FACTORS: Final = {
    "growth_potential": 4,
    "long_term_profitability": 3,
    "strategic_value": 5,
    "competitive_intensity": 2,
    "relationship_strength": None,
    "cost_to_serve": 1,
}
IDEAL: Final = {
    "kind": "ideal-customer-profile",
    "criteria": [
        {
            "key": "market",
            "subject": "territory",
            "weight": 60,
            "values": [{"value": "North", "grade": 100}],
        },
        {"key": "culture", "subject": "judgement", "weight": 40},
    ],
    "bands": [{"name": "a", "at_least": "80"}],
    "selection_minimum": "50",
}
WHY: Final = {"reason": "a second plant"}


async def publish(tenure: Tenure, policy: dict[str, Any] = IDEAL) -> None:
    body = {"policy": policy, "reason": "agreed", "effective_from": "2026-01-01"}
    answer = await tenure.clients[Role.ADMIN].post("/policies", json=body)
    assert answer.status_code == 201, answer.text


async def score(tenure: Tenure, account: str, culture: int, *, on: str = DAY) -> str:
    body = {"judgements": {"culture": culture}}
    return await made(tenure, f"/accounts/{account}/fit-scores", body, on=on)


async def test_the_fit_has_a_latest_score_and_a_history(tenure: Tenure) -> None:
    await publish(tenure)
    account = await tenure.account(territory="North", effective_at=DAY)
    base = f"/accounts/{account}"
    never = await tenure.fresh(f"{base}/fit")
    first = await score(tenure, account, 30)
    second = await score(tenure, account, 75, on=LATER)

    now = await tenure.fresh(f"{base}/fit")
    then = await tenure.fresh(f"{base}/fit", as_of="2026-05-03")
    one = await tenure.fresh(first)
    page = await tenure.fresh(f"{base}/fit-scores", limit=1)
    rest = await tenure.fresh(f"{base}/fit-scores", limit=1, after=page["next"])
    csv = await tenure.read(f"{base}/fit-scores", format="csv")

    assert (never["latest"], never["earlier"], never["is_current"]) == (None, [], False)
    assert now["latest"] == await tenure.fresh(second)
    assert now["earlier"] == [one] == [then["latest"]]
    assert (now["latest"]["total"], now["latest"]["band"]) == ("90.0", "a")
    assert (one["total"], one["band"], one["scored_on"]) == ("72.0", None, DAY)
    assert one["grades"] == [
        {"key": "market", "weight": 60, "grade": 100},
        {"key": "culture", "weight": 40, "grade": 30},
    ]
    assert (now["policy_version"], now["is_current"], then["earlier"]) == (1, True, [])
    assert [each["items"][0]["scored_on"] for each in (page, rest)] == [LATER, DAY]
    assert csv.text.splitlines()[1].endswith("market 60 100|culture 40 75,1,4")


async def test_what_cannot_be_scored_is_said(tenure: Tenure) -> None:
    account = await tenure.account()
    base = f"/accounts/{account}/fit-scores"
    without = await tenure.manager.post(base, json={})
    await publish(tenure)
    incomplete = await tenure.manager.post(base, json={"judgements": {"culture": 50}})
    unknown = await tenure.manager.post(base, json={"judgements": {"charm": 50}})
    beyond = await tenure.manager.post(base, json={"judgements": {"culture": 101}})

    problem(without, 409, "insufficient-data")
    assert "market" in problem(incomplete, 409, "insufficient-data")["detail"]
    assert problem(unknown, 409, "unknown-criterion")["current_version"] == 1
    assert fields(problem(beyond, 422, "validation-failed")) == {"judgements.culture"}
    problem(await tenure.read(f"{base}/{NOWHERE}"), 404, "unknown-fit-score")


async def test_an_account_is_selected_reviewed_dropped_and_selected_again(tenure: Tenure) -> None:
    account = await tenure.account()
    base = f"/accounts/{account}"
    await post(tenure, f"{base}/selections", {**WHY, "factors": FACTORS})
    again = await tenure.manager.post(
        f"{base}/selections", json={**WHY, "factors": {**FACTORS, "growth_potential": 1}}
    )
    grown = {**FACTORS, "growth_potential": 5}
    review = {**WHY, "outcome": "keep", "grounds": ["growth-potential"], "factors": grown}
    await post(tenure, f"{base}/selection-reviews", review, on=LATER)
    kept = await only(tenure, "/selection", selected="true")
    drop = {**WHY, "outcome": "drop", "grounds": ["capacity"]}
    await post(tenure, f"{base}/selection-reviews", drop, on=LATER)
    dropped = await only(tenure, "/selection", selected="false")
    twice = await tenure.manager.post(f"{base}/deselections", json=WHY)
    await post(tenure, f"{base}/selections", {**WHY, "factors": FACTORS}, on="2026-05-18")
    await post(tenure, f"{base}/deselections", WHY, on="2026-05-19")
    last = await only(tenure, "/selection")

    problem(again, 409, "already-selected")
    assert {name: kept[name] for name in grown} == grown
    assert (kept["selected_on"], kept["reviewed_on"], kept["review_outcome"]) == (
        DAY,
        LATER,
        "keep",
    )
    assert (dropped["deselected_on"], dropped["review_outcome"]) == (LATER, "drop")
    problem(twice, 409, "not-selected")
    assert (last["selected"], last["selected_on"], last["deselected_on"]) == (
        False,
        "2026-05-18",
        "2026-05-19",
    )


async def test_a_low_fit_needs_somebodys_word(tenure: Tenure) -> None:
    await publish(tenure)
    account, ada = await tenure.account(territory="South"), await tenure.party()
    client = await tenure.party("theirs")
    path, body = f"/accounts/{account}/selections", {**WHY, "factors": FACTORS}
    unscored = await tenure.manager.post(path, json=body)
    await score(tenure, account, 100)
    low = await tenure.manager.post(path, json=body)
    word = {"reason": "a door to a new market"}
    theirs = await tenure.manager.post(
        path, json={**body, "override": {**word, "approved_by": client}}
    )
    nobody = await tenure.manager.post(
        path, json={**body, "override": {**word, "approved_by": NOWHERE}}
    )
    await post(tenure, path, {**body, "override": {**word, "approved_by": ada}})

    problem(unscored, 409, "insufficient-data")
    problem(low, 409, "fit-below-minimum")
    problem(theirs, 409, "party-not-ours")
    problem(nobody, 404, "unknown-party")
    assert (await only(tenure, "/selection"))["approved_by"] == ada


async def test_the_worklist_ranks_by_any_factor_in_pages(tenure: Tenure) -> None:
    await publish(tenure, {**IDEAL, "selection_minimum": "0"})
    for name, culture, growth, competition in (
        ("Low", 10, 5, 5),
        ("High", 90, 1, 4),
        ("Tied", 90, 3, None),
    ):
        account = await tenure.account(name=name, territory="North")
        await score(tenure, account, culture)
        factors = {**FACTORS, "growth_potential": growth, "competitive_intensity": competition}
        await post(tenure, f"/accounts/{account}/selections", {**WHY, "factors": factors})
    unknown = await tenure.account(name="Unknown", effective_at=DAY)

    async def ranked(**params: Any) -> list[str]:
        found, after = [], None
        while True:
            more: dict[str, Any] = {} if after is None else {"after": after}
            page = await tenure.fresh("/selection", limit=1, **more, **params)
            found += [row["name"] for row in page["items"]]
            after = page["next"]
            if after is None:
                return found

    assert await ranked() == ["Tied", "High", "Low", "Unknown"]
    assert await ranked(by="growth") == ["Low", "Tied", "High", "Unknown"]
    assert await ranked(by="competition") == ["High", "Low", "Tied", "Unknown"]
    assert await ranked(fit_at_least="90") == ["Tied", "High"]
    assert await ranked(scored="false") == ["Unknown"]
    assert await ranked(fit_band="a", by="growth") == ["Tied", "High"]
    assert await ranked(not_reviewed_since=LATER, territory="North", tier="prospect") == [
        "Tied",
        "High",
        "Low",
    ]
    assert await ranked(not_reviewed_since=DAY) == []
    closing = {"churned": False, "reason_code": "double", "reason": "twice"}
    await post(tenure, f"/accounts/{unknown}/closures", closing, on=LATER)
    assert "Unknown" not in await ranked()


async def test_the_worklist_is_csv_too_and_its_cursors_are_its_own(tenure: Tenure) -> None:
    for name in ("One", "Two"):
        await tenure.account(name=name)
    csv = await tenure.read("/selection", format="csv", limit=1)
    cursor = csv.headers["Tenure-Next"]

    other_order = await tenure.read("/selection", after=cursor, by="effort")
    foreign = await tenure.read(
        "/selection", after=(await tenure.fresh("/accounts", limit=1))["next"]
    )

    assert csv.text.splitlines()[0].startswith("account_id,name,tier,manager_id")
    for answer in (other_order, foreign):
        assert fields(problem(answer, 422, "validation-failed")) == {"after"}


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("selections", {"factors": FACTORS}, {"reason"}),
        ("selections", {**WHY, "factors": {}}, {f"factors.{name}" for name in FACTORS}),
        (
            "selections",
            {**WHY, "factors": {**FACTORS, "cost_to_serve": 6}},
            {"factors.cost_to_serve"},
        ),
        ("deselections", {}, {"reason"}),
        ("selection-reviews", {**WHY, "outcome": "keep", "grounds": []}, {"grounds"}),
        ("selection-reviews", {**WHY, "outcome": "perhaps", "grounds": []}, {"outcome"}),
    ],
)
async def test_bad_input_is_named(
    tenure: Tenure, path: str, body: dict[str, Any], wrong: set[str]
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.post(f"/accounts/{account}/{path}", json=body)

    assert answer.status_code == 422
    assert fields(answer.json()) == wrong


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("fit-scores", {}),
        ("selections", {**WHY, "factors": FACTORS}),
        ("deselections", WHY),
        ("selection-reviews", {**WHY, "outcome": "keep", "grounds": ["fit"]}),
    ],
)
async def test_no_account_and_no_right(tenure: Tenure, path: str, body: dict[str, Any]) -> None:
    nowhere = f"/accounts/{NOWHERE}/{path}"

    problem(await tenure.manager.post(nowhere, json=body), 404, "unknown-account")
    problem(await tenure.clients[Role.AUDITOR].post(nowhere, json=body), 403, "forbidden")
    for read in ("fit", "fit-scores"):
        answer = await tenure.read(f"/accounts/{NOWHERE}/{read}")
        problem(answer, 404, "unknown-account")


async def test_the_tier_review_tells_who_would_keep_a_tier(tenure: Tenure) -> None:
    accounts = {}
    for name, tier, criteria in (
        ("Anvil", "key", ["growth-area"]),
        ("Bolt", "key", ["growth-area", "prestige", "revenue-share"]),
        ("Crane", "strategic", ["revenue-share", "named-list"]),
        ("Derrick", "sales", []),
    ):
        account = accounts[name] = await tenure.account(name=name, effective_at="2025-06-02")
        body = {"tier": tier, "criteria": criteria, "reason": "so it was agreed"}
        await post(tenure, f"/accounts/{account}/tier-changes", body, on="2026-01-12")
    for name, amount in (("Bolt", "500.00"), ("Crane", "90.00")):
        await tenure.order(accounts[name], amount, ordered_on="2026-02-02")
    await tenure.order(accounts["Crane"], "9000.00", ordered_on="2025-02-02")

    async def names(**params: Any) -> list[str]:
        day = {"as_of": "2026-05-20"}
        found = (await tenure.fresh("/tier-review", **day | params))["items"]
        return [row["name"] for row in found]

    by_policy = await tenure.fresh("/tier-review", as_of="2026-05-20")
    strict: dict[str, Any] = {"criteria": ["prestige", "revenue-share"], "at_least": 2}
    money: dict[str, Any] = {"revenue_at_least": "100", "currency": "EUR"}
    asked = await tenure.fresh("/tier-review", as_of="2026-05-20", **strict, **money)
    page = await tenure.fresh("/tier-review", as_of="2026-05-20", limit=1, **strict)

    assert [(row["name"], row["keeps"]) for row in by_policy["items"]] == [
        ("Anvil", True),
        ("Bolt", True),
        ("Crane", True),
    ]
    assert [(row["name"], row["falls_short_of"], row["revenue"]) for row in asked["items"]] == [
        ("Anvil", ["criteria", "revenue"], None),
        ("Bolt", [], "500.00"),
        ("Crane", ["criteria", "revenue"], "90.00"),
    ]
    assert asked["items"][1]["since"] == "2026-01-12"
    assert await names(keeps="true", **strict) == ["Bolt"]
    assert await names(keeps="false", tier="strategic", **strict) == ["Crane"]
    assert await names(fit_at_least="1", keeps="true") == []
    assert await names(as_of="2026-01-11") == []
    assert [row["name"] for row in page["items"]] == ["Anvil"]
    assert await names(after=page["next"], **strict) == ["Bolt", "Crane"]
    await post(
        tenure,
        f"/accounts/{accounts['Anvil']}/tier-changes",
        {"tier": "sales", "reason": "not worth it"},
        on="2026-05-11",
    )
    assert await names() == ["Bolt", "Crane"]
    assert await names(as_of="2026-05-10") == ["Anvil", "Bolt", "Crane"]
    csv = await tenure.read("/tier-review", format="csv", as_of="2026-05-20", **strict)
    assert csv.text.splitlines()[0].endswith("fit,revenue,keeps,falls_short_of")
    assert csv.text.splitlines()[2].endswith("revenue-share|named-list,,,False,criteria")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"revenue_at_least": "5"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"tier": "sales"}, "tier"),
        ({"at_least": "7"}, "at_least"),
        ({"fit_at_least": "101"}, "fit_at_least"),
        ({"criteria": "charm"}, "criteria[0]"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"as_of": "0001-01-01"}, "as_of"),
        ({"after": "x"}, "after"),
    ],
)
async def test_a_question_that_makes_no_sense_is_named(
    tenure: Tenure, params: dict[str, Any], field: str
) -> None:
    answer = await tenure.read("/tier-review", **params)

    assert fields(problem(answer, 422, "validation-failed")) == {field}
