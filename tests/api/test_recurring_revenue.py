"""Recurring revenue over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.concepts import DAY, LATER, NOWHERE, only, post
from tests.api.conftest import Tenure, euro, key, problem

pytestmark = pytest.mark.anyio

APRIL, LAST = "2026-04-01", "2026-05-18"
PLAN = {"product_line": "service", "monthly": euro("100.00"), "starts_on": DAY}


async def started(tenure: Tenure, account: str, **more: Any) -> str:
    answer = await tenure.manager.post(
        f"/accounts/{account}/recurring-revenue", json={**PLAN, **more}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"]).removesuffix("/movements")


@pytest.fixture
async def account(tenure: Tenure) -> str:
    return await tenure.account(effective_at="2026-01-02")


def movements(answer: Any) -> list[tuple[str, str, Decimal]]:
    return [(row["kind"], row["moved_on"], Decimal(row["change"])) for row in answer["items"]]


async def test_every_movement_is_told(tenure: Tenure, account: str) -> None:
    line = await started(tenure, account)
    more = {"kind": "expansion", "monthly": euro("150")}
    await post(tenure, f"{line}/changes", more, on=APRIL)
    await post(tenure, f"{line}/endings", {"kind": "churn", "reason_code": "price"}, on=LATER)
    await post(tenure, f"{line}/reactivations", {"monthly": euro("80")}, on=LAST)

    assert movements(await tenure.fresh(f"{line}/movements")) == [
        ("new", DAY, Decimal(100)),
        ("expansion", APRIL, Decimal(50)),
        ("churn", LATER, Decimal(-150)),
        ("reactivation", LAST, Decimal(80)),
    ]
    lines = f"/accounts/{account}/recurring-revenue"
    for day, monthly, latest in (
        (DAY, 100, "new"),
        (APRIL, 150, "expansion"),
        (LATER, 0, "churn"),
        (LAST, 80, "reactivation"),
    ):
        row = await only(tenure, lines, as_of=day)
        told = (Decimal(row["monthly"]), row["latest"], row["since"])
        assert told == (Decimal(monthly), latest, day)
        assert row["starts_on"] == DAY
    assert (await tenure.fresh(lines, as_of="2026-03-01"))["items"] == []
    assert (await tenure.fresh(lines, as_of=LATER, running=True))["items"] == []
    assert (await only(tenure, lines, as_of=LATER, running=False))["latest"] == "churn"


async def test_what_was_known_is_told_as_it_was_known(tenure: Tenure, account: str) -> None:
    line = await started(tenure, account)
    known = tenure.log_size()
    wrong = {"monthly": euro("90"), "moved_on": APRIL, "reason": "typing error"}
    await post(tenure, f"{line}/corrections", wrong, on=LAST)
    corrected = tenure.log_size()
    await post(tenure, f"{line}/voidings", {"reason": "never signed"}, on=LAST)

    path = f"{line}/movements"
    assert movements(await tenure.fresh(path, known_at=str(known))) == [("new", DAY, Decimal(100))]
    assert movements(await tenure.fresh(path, known_at=str(corrected))) == [
        ("new", APRIL, Decimal(90))
    ]
    problem(await tenure.read(path), 404, "unknown-recurring-revenue")
    lines = f"/accounts/{account}/recurring-revenue"
    assert (await tenure.fresh(lines))["items"] == []
    assert (await tenure.fresh(lines, known_at=str(corrected), as_of=DAY))["items"] == []
    row = await only(tenure, lines, known_at=str(corrected))
    assert (Decimal(row["monthly"]), row["starts_on"]) == (Decimal(90), APRIL)


async def test_lines_of_all_accounts_are_pages(tenure: Tenure, account: str) -> None:
    other = await tenure.account(effective_at="2026-01-02")
    days = [DAY, APRIL, LATER]
    for day in days:
        await started(tenure, other, starts_on=day, product_line="parts")
    dollars = {"amount": "5", "currency": "USD"}
    await started(tenure, account, monthly=dollars)

    first = await tenure.fresh("/recurring-revenue", product_line="parts", limit=2)
    rest = await tenure.fresh("/recurring-revenue", product_line="parts", after=first["next"])
    assert [row["starts_on"] for row in first["items"]] == [LATER, APRIL]
    assert ([row["starts_on"] for row in rest["items"]], rest["next"]) == ([DAY], None)
    assert (await only(tenure, "/recurring-revenue", currency="USD"))["account_id"] == account
    table = await tenure.read("/recurring-revenue", format="csv")
    assert len(table.text.splitlines()) == 5


async def test_a_client_that_leaves_pays_no_longer(tenure: Tenure, account: str) -> None:
    line = await started(tenure, account)
    left = {"churned": True, "reason_code": "price", "reason": "so they said"}
    await post(tenure, f"/accounts/{account}/closures", left, on=LATER)

    assert movements(await tenure.fresh(f"{line}/movements"))[-1] == ("churn", LATER, Decimal(-100))


async def test_it_is_safe_to_send_again(tenure: Tenure, account: str) -> None:
    path, headers = f"/accounts/{account}/recurring-revenue", key()
    first = await tenure.manager.post(path, json=PLAN, headers=headers)
    again = await tenure.manager.post(path, json=PLAN, headers=headers)

    assert again.json() == first.json()
    assert len((await tenure.fresh(path))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"monthly": euro("0")}, 422, "monthly-not-positive"),
        ({"starts_on": "2999-01-01"}, 422, "validation-failed"),
        ({"deal_id": NOWHERE}, 404, "unknown-deal"),
        ({"product_line": ""}, 422, "validation-failed"),
        ({"monthly": {"amount": "1"}}, 422, "validation-failed"),
    ],
)
async def test_what_cannot_be_is_not_started(
    tenure: Tenure, account: str, change: dict[str, Any], status: int, code: str
) -> None:
    path = f"/accounts/{account}/recurring-revenue"

    problem(await tenure.manager.post(path, json={**PLAN, **change}), status, code)


async def test_what_does_not_fit_says_what_would(tenure: Tenure, account: str) -> None:
    line = await started(tenure, account)
    less = {"effective_at": APRIL, "kind": "expansion", "monthly": euro("50")}
    answer = await tenure.manager.post(f"{line}/changes", json=less)

    assert "no expansion" in problem(answer, 409, "kind-does-not-fit")["detail"]
    nowhere = f"/accounts/{account}/recurring-revenue/{NOWHERE}/voidings"
    answer = await tenure.manager.post(nowhere, json={"reason": "so"})
    problem(answer, 404, "unknown-recurring-revenue")
