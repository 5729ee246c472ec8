"""The timeline of an account: everything that happened, the latest first, as fields."""

import csv
import io
from typing import Any

import pytest

from ledger.api_keys import Role
from tests.api.conftest import Tenure, problem

pytestmark = pytest.mark.anyio


async def story(tenure: Tenure) -> tuple[str, str, str]:
    """Record six events on several days; return the account, a party and a deal."""
    account = await tenure.account(effective_at="2026-01-01")
    client = await tenure.party("theirs", name="Ada Lovelace")
    deal = await tenure.deal(account, effective_at="2026-02-01")
    await tenure.account(name="Other")
    for path, body in (
        ("needs", {"statement": "Peace", "source": "data", "stated_by": client}),
        ("notes", {"text": "Ada likes to sail"}),
        ("purchase-reasons", {"deal_id": deal, "purchase_reason": "It broke"}),
    ):
        answer = await tenure.manager.post(
            f"/accounts/{account}/{path}",
            json={"effective_at": "2026-03-01", "reason": "asked", **body},
        )
        assert answer.status_code == 201, answer.text
    await tenure.order(account)
    return account, client, deal


async def test_a_timeline_tells_everything_the_latest_first(tenure: Tenure) -> None:
    account, client, deal = await story(tenure)

    items = (await tenure.fresh(f"/accounts/{account}/timeline"))["items"]

    assert [item["name"] for item in items] == [
        "order.placed",
        "account.purchase-reason-recorded",
        "account.note-added",
        "account.need-identified",
        "deal.opened",
        "account.opened",
    ]
    bought, need, opened = items[1], items[3], items[4]
    assert bought["subjects"] == [{"kind": "deal", "id": deal}]
    assert {"kind": "stated_by", "id": client} in need["subjects"]
    assert (opened["stream_type"], opened["stream_id"], opened["subjects"]) == ("deal", deal, [])
    assert (need["effective_at"], need["reason"]) == ("2026-03-01", "asked")
    assert need["actor"].startswith("key:")
    assert need["recorded_at"]


async def test_a_timeline_discloses_nothing(tenure: Tenure) -> None:
    account, _, _ = await story(tenure)

    answer = await tenure.read(f"/accounts/{account}/timeline")

    assert answer.status_code == 200
    assert "Ada" not in answer.text


async def test_a_timeline_is_narrowed_by_kind_and_by_day(tenure: Tenure) -> None:
    account, _, _ = await story(tenure)
    path = f"/accounts/{account}/timeline"

    async def names(**params: Any) -> list[str]:
        return [item["name"] for item in (await tenure.fresh(path, **params))["items"]]

    assert await names(stream_type="deal") == ["deal.opened"]
    assert await names(stream_type=["deal", "order-book"]) == ["order.placed", "deal.opened"]
    assert await names(name=["account.opened", "deal.opened"]) == ["deal.opened", "account.opened"]
    assert await names(last="2026-01-31") == ["account.opened"]
    assert await names(first="2026-02-01", last="2026-02-01") == ["deal.opened"]
    assert await names(name="deal.won") == []


async def test_a_timeline_goes_on_where_its_page_ended(tenure: Tenure) -> None:
    account, _, _ = await story(tenure)
    path = f"/accounts/{account}/timeline"
    whole = (await tenure.fresh(path))["items"]

    first = await tenure.fresh(path, limit=4)
    rest = await tenure.fresh(path, limit=4, after=first["next"])

    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None


async def test_a_timeline_has_a_csv_twin(tenure: Tenure) -> None:
    account, client, _ = await story(tenure)

    answer = await tenure.read(f"/accounts/{account}/timeline", format="csv", limit=4)

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Tenure-Next"] == rows[-1]["position"]
    assert f"stated_by:{client}" in rows[3]["subjects"].split("|")


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 19, "\u0661"])
async def test_a_cursor_of_another_list_is_422(tenure: Tenure, after: str) -> None:
    account = await tenure.account()

    answer = await tenure.read(f"/accounts/{account}/timeline", after=after)

    problem(answer, 422, "validation-failed")


async def test_a_timeline_is_for_those_who_may_read_events(tenure: Tenure) -> None:
    account = await tenure.account()

    answer = await tenure.clients[Role.REPORTER].get(f"/accounts/{account}/timeline")

    problem(answer, 403, "forbidden")
