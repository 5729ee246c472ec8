"""Accounts in every order, their tiers over time, segments, and all that is overdue."""

from typing import Any

import pytest

from tests.api.concepts import DAY, LATER, NOWHERE, SIGNAL, made, only, post
from tests.api.conftest import Tenure, euro, fields, problem

pytestmark = pytest.mark.anyio

KEY = {"tier": "key", "criteria": ["prestige"], "reason": "so it is"}
SORTS = ["name", "opened_on", "tier", "tier_since", "employees"]


async def company(tenure: Tenure) -> list[str]:
    """Open six accounts that differ in everything, two of them of unknown size."""
    ids = []
    for number, (name, employees) in enumerate(
        [("Éclair", 5), ("acme", None), ("Bolt", 40), ("Zeta", 300), ("Delta", None), ("Acme", 40)]
    ):
        profile = {"employees": employees} if employees else {}
        ids.append(
            await tenure.account(name=name, effective_at=f"2026-01-0{1 + number % 3}", **profile)
        )
    await post(tenure, f"/accounts/{ids[0]}/tier-changes", KEY, on=DAY)
    sales = {"tier": "sales", "reason": "bought"}
    await post(tenure, f"/accounts/{ids[3]}/tier-changes", sales, on=LATER)
    return ids


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
async def test_pages_of_any_order_make_the_whole_list(tenure: Tenure, sort: str) -> None:
    ids = await company(tenure)
    whole = (await tenure.fresh("/accounts", sort=sort))["items"]
    pieces: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = await tenure.fresh("/accounts", sort=sort, limit=1, **after)  # type: ignore[arg-type]
        pieces += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert pieces == whole
    assert {row["account_id"] for row in whole} == set(ids)
    column = sort.removeprefix("-")
    ranks = ["prospect", "sales", "key", "strategic"]
    values = [ranks.index(row[column]) if column == "tier" else row[column] for row in whole]
    known = [value for value in values if value is not None]
    if column != "name":
        assert known == sorted(known, reverse=sort.startswith("-"))
    assert values == [*known, *[None] * (len(values) - len(known))]


async def test_a_cursor_is_of_one_order(tenure: Tenure) -> None:
    await company(tenure)
    page = await tenure.fresh("/accounts", sort="tier", limit=1)

    for sort, cursor in (("name", page["next"]), ("tier", "bm9uc2Vuc2U")):
        answer = await tenure.read("/accounts", sort=sort, after=cursor)
        assert fields(problem(answer, 422, "validation-failed")) == {"after"}
    problem(await tenure.read("/accounts", sort="colour"), 422, "validation-failed")


async def test_accounts_are_found_by_size_country_and_overdue_check_ins(tenure: Tenure) -> None:
    small = await tenure.account(employees=9, country="DE", effective_at="2026-01-02")
    large = await tenure.account(employees=250, country="FR", effective_at="2026-01-02")
    line = await made(tenure, f"/accounts/{large}/relationships", {})
    cadence = {"every_days": 10, "grace_days": 5}
    await post(tenure, f"{line}/cadences", cadence)

    assert (await only(tenure, "/accounts", employees_to=9))["account_id"] == small
    assert (await only(tenure, "/accounts", employees_from=250))["account_id"] == large
    assert (await only(tenure, "/accounts", country="FR"))["account_id"] == large
    assert (await tenure.fresh("/accounts", overdue_as_of="2026-03-17"))["items"] == []
    overdue = await only(tenure, "/accounts", overdue_as_of="2026-03-18")
    assert overdue["account_id"] == large
    table = await tenure.read("/accounts", format="csv", country="FR")
    assert len(table.text.splitlines()) == 2


async def test_the_tiers_of_an_account_over_time(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-01-02")
    await post(tenure, f"/accounts/{account}/tier-changes", KEY, on=DAY)
    known = tenure.log_size()
    down = {"tier": "sales", "reason": "they shrank"}
    await post(tenure, f"/accounts/{account}/tier-changes", down, on=LATER)

    path = f"/accounts/{account}/tier-history"
    whole = (await tenure.fresh(path))["items"]
    assert [(row["tier"], row["since"], row["until"]) for row in whole] == [
        ("prospect", "2026-01-02", DAY),
        ("key", DAY, LATER),
        ("sales", LATER, None),
    ]
    assert (whole[1]["criteria"], whole[1]["policy_version"]) == (["prestige"], 0)
    assert (whole[2]["reason"], whole[2]["actor"][:4]) == ("they shrank", "key:")
    for moment in ({"as_of": DAY}, {"known_at": str(known)}):
        items = (await tenure.fresh(path, **moment))["items"]  # type: ignore[arg-type]
        assert [(row["tier"], row["until"]) for row in items] == [("prospect", DAY), ("key", None)]
    table = await tenure.read(path, format="csv")
    assert len(table.text.splitlines()) == 4
    problem(await tenure.read(f"/accounts/{NOWHERE}/tier-history"), 404, "unknown-account")


async def test_accounts_fall_into_segments(tenure: Tenure) -> None:
    for employees in (9, 10, 49, 50, 249, 250, None):
        profile = {"employees": employees} if employees else {}
        await tenure.account(territory="North" if employees == 9 else "South", **profile)

    sizes = (await tenure.fresh("/segments", by="size"))["items"]
    assert {row["segment"]: row["accounts"] for row in sizes} == {
        "micro": 1,
        "small": 2,
        "medium": 2,
        "large": 1,
        None: 1,
    }
    places = (await tenure.fresh("/segments", by="territory"))["items"]
    assert [(row["segment"], row["accounts"], row["prospect"]) for row in places] == [
        ("South", 6, 6),
        ("North", 1, 1),
    ]
    tiers = await only(tenure, "/segments", by="tier")
    assert (tiers["segment"], tiers["prospect"], tiers["key"]) == ("prospect", 7, 0)
    table = await tenure.read("/segments", by="country", format="csv")
    assert table.text.splitlines()[0].startswith("segment,accounts")
    problem(await tenure.read("/segments", by="colour"), 422, "validation-failed")
    problem(await tenure.read("/segments"), 422, "validation-failed")


async def test_all_that_is_overdue_in_one_list(tenure: Tenure) -> None:
    manager = await tenure.party()
    account = await tenure.account(effective_at="2026-01-02")
    lead = {"party_id": manager, "role": "account-manager", "primary": True}
    await post(tenure, f"/accounts/{account}/manager-assignments", lead)
    line = await made(tenure, f"/accounts/{account}/relationships", {})
    await post(tenure, f"{line}/cadences", {"every_days": 10})
    promise = {"by": "us", "text": "A second crane", "due_on": "2026-03-10"}
    await post(tenure, f"{line}/commitments", promise)
    await post(tenure, f"/accounts/{account}/signals", {**SIGNAL, "due_on": "2026-03-11"})
    deal = {"kind": "new-business", "name": "Crane", "amount": euro("1")}
    await post(tenure, f"/accounts/{account}/deals", {**deal, "expected_close_on": "2026-03-09"})
    asked = {"department": "operations", "purpose": "advice", "question": "How?"}
    await post(
        tenure, f"/accounts/{account}/collaboration-requests", {**asked, "due_on": "2026-03-08"}
    )

    def kinds(answer: Any) -> list[tuple[str, int]]:
        return [(row["kind"], row["days_overdue"]) for row in answer["items"]]

    assert kinds(await tenure.fresh("/overdue", as_of="2026-03-13")) == [
        ("collaboration-request", 5),
        ("deal", 4),
        ("commitment", 3),
        ("signal", 2),
        ("check-in", 1),
    ]
    assert kinds(await tenure.fresh("/overdue", as_of="2026-03-08")) == []
    one = await only(tenure, "/overdue", as_of="2026-03-13", kind="signal", manager_id=manager)
    assert (one["account_id"], one["manager_id"]) == (account, manager)
    assert (await tenure.fresh("/overdue", as_of="2026-03-13", manager_id=NOWHERE))["items"] == []
    first = await tenure.fresh("/overdue", as_of="2026-03-13", limit=2)
    rest = await tenure.fresh("/overdue", as_of="2026-03-13", after=first["next"])
    assert [row[0] for row in kinds(first)] == ["collaboration-request", "deal"]
    assert [row[0] for row in kinds(rest)] == ["commitment", "signal", "check-in"]
    table = await tenure.read("/overdue", as_of="2026-03-13", format="csv")
    assert len(table.text.splitlines()) == 6


async def test_a_reopened_deal_is_counted_as_open(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-01-02")
    deal = {"kind": "new-business", "name": "Crane", "amount": euro("1")}
    path = await made(tenure, f"/accounts/{account}/deals", deal)
    again = {"reason": "they came back"}

    def counts(row: dict[str, Any]) -> tuple[int, int, int]:
        return row["deals_open"], row["deals_won"], row["deals_lost"]

    await post(tenure, f"{path}/losses", {"reason_code": "price"}, on=LATER)
    await post(tenure, f"{path}/reopenings", again, on=LATER)
    assert counts(await tenure.fresh(f"/accounts/{account}")) == (1, 0, 0)
    await post(tenure, f"{path}/wins", {}, on=LATER)
    await post(tenure, f"{path}/reversals", {"reason_code": "x", "reason": "so"}, on=LATER)
    await post(tenure, f"{path}/reopenings", again, on=LATER)
    assert counts(await tenure.fresh(f"/accounts/{account}")) == (1, 0, 0)
