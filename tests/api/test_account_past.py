"""An account's past over HTTP: its history, its whole state, and what differs."""

import csv
import io
from typing import Any, Final

import pytest

from ledger.api_keys import Role
from tests.api.conftest import Start, Tenure, euro, problem

pytestmark = pytest.mark.anyio

NOBODY: Final = "01999999-0000-7000-8000-000000000000"


def moments(first: str, last: str = "now") -> dict[str, Any]:
    return {"from": first, "to": last}


async def story(tenure: Tenure) -> str:
    """Record six events: 3 is of the portfolio's coverage, 5 of another account."""
    account = await tenure.account(effective_at="2026-01-01")
    body = {"tier": "sales", "effective_at": "2026-03-01", "reason": "first meeting"}
    assert (await tenure.manager.post(f"/accounts/{account}/tier-changes", json=body)).is_success
    order = await tenure.order(account, "10.00", ordered_on="2026-02-01")
    await tenure.account(name="Other")
    content = {"ordered_on": "2026-04-01", "amount": euro("12.00"), "reason": "typed wrongly"}
    assert (await tenure.manager.post(f"{order}/corrections", json=content)).is_success
    return account


async def test_a_history_has_every_event_with_its_actor_reason_and_proof(tenure: Tenure) -> None:
    account = await story(tenure)
    path = f"/accounts/{account}/history"

    items = (await tenure.fresh(path))["items"]
    table = await tenure.read(path, format="csv", limit=1)
    rest = await tenure.fresh(path, limit=2, after="2")

    names = ["account.opened", "account.tier-changed", "order.placed", "order.corrected"]
    assert [(item["position"], item["name"]) for item in items] == list(
        zip([1, 2, 4, 6], names, strict=True)
    )
    assert (items[1]["reason"], items[1]["effective_at"]) == ("first meeting", "2026-03-01")
    assert all(item["actor"].startswith("key:") and item["recorded_at"] for item in items)
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["name"], table.headers["Tenure-Next"]) == ("account.opened", "1")
    assert rest == {"items": items[2:], "next": None}


@pytest.mark.parametrize(
    ("moment", "positions"),
    [
        ({"known_at": "4"}, [1, 2, 4]),
        ({"as_of": "2026-02-28"}, [1]),
        ({"as_of": "2026-02-28", "known_at": "5"}, [1, 4]),
        ({"as_of": "2026-04-01"}, [1, 2, 4, 6]),
        ({"known_at": "2999-01-01T00:00:00Z"}, [1, 2, 4, 6]),
    ],
)
async def test_history_timeline_and_state_are_of_one_moment(
    tenure: Tenure, moment: dict[str, Any], positions: list[int]
) -> None:
    account = await story(tenure)
    history = await tenure.read(f"/accounts/{account}/history", **moment)
    timeline = await tenure.fresh(f"/accounts/{account}/timeline", **moment)
    state = await tenure.fresh(f"/accounts/{account}/state", **moment)
    orders = await tenure.fresh(f"/accounts/{account}/orders", **moment)
    overview = await tenure.fresh(f"/accounts/{account}", **moment)

    assert [item["position"] for item in history.json()["items"]] == positions
    assert [item["position"] for item in timeline["items"]] == positions[::-1]
    assert state["account"] == overview
    assert state["items"].get("orders", []) == orders["items"]
    assert state["left_out"] == []
    assert history.headers["Tenure-Known-At"] == str(state["known_at"])
    assert history.headers["Tenure-As-Of"] == state["as_of"]


async def test_a_timeline_of_a_day_is_narrowed_and_paged_too(tenure: Tenure) -> None:
    account = await story(tenure)
    path, day = f"/accounts/{account}/timeline", "2026-04-01"

    first = await tenure.fresh(path, as_of=day, limit=1, stream_type="order-book")
    rest = await tenure.fresh(path, as_of=day, after=first["next"], last="2026-02-28")
    named = await tenure.fresh(path, as_of=day, name="account.tier-changed", first="2026-03-01")

    assert [item["position"] for item in first["items"]] == [6]
    assert [item["position"] for item in rest["items"]] == [4, 1]
    assert [item["position"] for item in named["items"]] == [2]


async def test_a_diff_says_what_changed_from_what_to_what_and_by_whom(tenure: Tenure) -> None:
    account = await story(tenure)

    answer = await tenure.read(f"/accounts/{account}/diff", **moments("5", "now"))
    diff = answer.json()

    (item,) = diff["items"]
    assert (item["view"], item["kind"], len(item["key"])) == ("orders", "changed", 2)
    assert item["columns"] == {
        "ordered_on": {"from": "2026-02-01", "to": "2026-04-01"},
        "amount": {"from": "10.00", "to": "12.00"},
    }
    (event,) = item["events"]
    assert (event["name"], event["reason"]) == ("order.corrected", "typed wrongly")
    assert event["proof"] == "/log/proofs/inclusion?position=6"
    assert (diff["from"]["known_at"], diff["to"]["known_at"]) == (5, 6)
    assert answer.headers["Tenure-Known-At"] == "6"


@pytest.mark.parametrize(
    ("first_and_last", "changed"),
    [
        (("2026-01-31", "2026-02-28"), set()),
        (("2026-01-31@5", "2026-02-28@5"), {"orders"}),
        (("2026-02-28", "2026-03-31"), {"account-overview", "tier-grants"}),
        (("2026-03-31", "now"), {"orders"}),
        (("2026-03-31@5", "2026-03-31"), {"orders"}),
        (("now", "@2"), {"orders"}),
        (("2026-03-31@2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"), {"orders"}),
    ],
)
async def test_a_moment_is_a_day_what_was_known_or_both(
    tenure: Tenure, first_and_last: tuple[str, str], changed: set[str]
) -> None:
    account = await story(tenure)

    diff = await tenure.fresh(f"/accounts/{account}/diff", **moments(*first_and_last))

    assert {item["view"] for item in diff["items"]} == changed
    assert all(item["events"] for item in diff["items"])


async def test_moments_without_the_account_or_a_sense_are_refused(tenure: Tenure) -> None:
    account = await story(tenure)
    path = f"/accounts/{account}"

    for text in ("soon", "2026-02-30", "2999-01-01", "2026-03-31@", "2026-13-01@1", "1@2", ""):
        refused = await tenure.read(f"{path}/diff", **moments(text))
        assert problem(refused, 422, "validation-failed")["errors"][0]["field"] == "from", text
    problem(await tenure.read(f"{path}/diff", **moments("1", "99")), 409, "beyond-head")
    problem(await tenure.read(f"{path}/diff", **moments("0")), 404, "not-there-yet")
    problem(await tenure.read(f"{path}/state", as_of="2025-12-31"), 404, "not-there-yet")
    problem(await tenure.read(f"{path}/state", known_at="99"), 409, "beyond-head")
    problem(await tenure.read(f"{path}/state", as_of="2999-01-01"), 422, "validation-failed")
    problem(await tenure.read(f"/accounts/{NOBODY}/state"), 404, "unknown-account")
    problem(await tenure.read(f"{path}/history", after="x"), 422, "validation-failed")


async def test_events_are_for_those_who_may_read_them_and_states_for_all(tenure: Tenure) -> None:
    account = await story(tenure)
    path = f"/accounts/{account}"

    problem(await tenure.read(f"{path}/history", Role.REPORTER), 403, "forbidden")
    problem(await tenure.read(f"{path}/diff", Role.REPORTER, **moments("1")), 403, "forbidden")
    assert (await tenure.read(f"{path}/state", Role.REPORTER)).status_code == 200


async def test_a_long_history_is_not_read_for_one_request(start: Start) -> None:
    tenure = await start(TENURE_REPLAY_EVENTS_MAX="3")
    account = await story(tenure)

    refused = problem(await tenure.read(f"/accounts/{account}/state"), 422, "too-much-to-replay")

    assert "tenure replay" in refused["detail"]
    assert (await tenure.read(f"/accounts/{account}/state", known_at="3")).is_success
