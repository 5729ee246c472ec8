"""Reads of the past over HTTP: of every view, at any moment."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from api.past import PastReads, ReplaysBusy
from cli.openapi import openapi_text
from tests.api.conftest import Start, Tenure, problem
from tests.projections.demo_log import play_demo
from tests.projections.log import TYPES

pytestmark = pytest.mark.anyio

TABLE_OF: Final = {
    "account_id": "account_overview",
    "answer_id": "survey_answer",
    "deal_id": "deal_negotiation JOIN projections.deal USING (tenant_id, deal_id)",
    "figure_id": "published_figure",
    "fit_score_id": "fit_score",
    "hold_id": "legal_hold",
    "kind": "(VALUES ('goals')) AS policy (kind)",
    "manager_id": "portfolio",
    "measurement_id": "goal_measurement",
    "metric_id": "goal_metric",
    "milestone_id": "plan_milestone",
    "order_id": "customer_order",
    "party_id": "stakeholder",
    "recurring_id": "recurring_movement",
    "request_id": "collaboration_request",
    "review_id": "account_review",
}
"""The table to take ids from, by the last id of an address; else it is named as the id is."""
ANSWERS_BY_ITSELF: Final = re.compile(
    "/(events|log/.*|kpi-definitions|policies.*|api-keys|livez|readyz|metrics|parked|export.zip)"
    "|/(read-log|break-glass).*|.*/(readers|certificate)"
    "|.*/(kpis.*|events|lifetime-value|timeline|diff|history)"
    "|/(lifetime-value-fits|erasures|legal-holds|figures)/.*"
)
"""What shows no view, or has tests of its own for its moments, or what the demo has none of."""
NEEDED: Final[dict[str, dict[str, Any]]] = {"/segments": {"by": "tier"}}


def test_whatever_shows_a_view_shows_it_as_it_stood(paths: dict[str, Any]) -> None:
    without = {path for path, names in paths.items() if not {"as_of", "known_at"} <= names}

    assert {path for path in without if not ANSWERS_BY_ITSELF.fullmatch(path)} == set()


async def test_the_past_of_now_is_what_every_address_shows(
    database_url: str, tmp_path: Path, start: Start, paths: dict[str, Any]
) -> None:
    head = len(await play_demo(database_url, tmp_path))
    tenure, shown = await start(), 0
    while (await tenure.read("/accounts")).status_code == 503:
        pass  # the views are being made
    for path in paths:
        if ANSWERS_BY_ITSELF.fullmatch(path):
            continue
        for ids in of_path(database_url, path):
            address = path.format(**ids)
            live = await tenure.read(address, **NEEDED.get(path, {}))
            past = await tenure.read(address, known_at=str(head), **NEEDED.get(path, {}))
            assert live.status_code == past.status_code == 200, (address, past.text)
            assert past.text == live.text, address
            assert past.headers["Tenure-Known-At"] == str(head), address
            assert past.headers["Tenure-As-Of"] == live.headers["Tenure-As-Of"], address
            assert {"Tenure-Parked", "Tenure-Parked-Count"}.isdisjoint(past.headers), address
            shown += bool(live.json().get("items", True))

    assert shown >= 65, "addresses with something to compare"


async def test_lists_are_read_as_of_a_day_and_as_known_then(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-01-01")
    await change_tier(tenure, account, "sales", "2026-02-01")
    known = tenure.log_size()
    await change_tier(tenure, account, "key", "2026-04-01")
    late = await tenure.account(name="Late", effective_at="2026-03-01")

    async def tiers(**moment: Any) -> list[tuple[str, str]]:
        items = (await tenure.fresh("/accounts", **moment))["items"]
        return [(item["name"], item["tier"]) for item in items]

    assert await tiers() == [("Acme", "key"), ("Late", "prospect")]
    assert await tiers(as_of="2026-03-31") == [("Acme", "sales"), ("Late", "prospect")]
    assert await tiers(as_of="2026-02-28") == [("Acme", "sales")]
    assert await tiers(known_at=str(known)) == [("Acme", "sales")]
    assert await tiers(known_at=str(known), as_of="2026-01-31") == [("Acme", "prospect")]
    assert await tiers(known_at="0") == []
    assert await tiers(known_at="2000-01-01T00:00:00Z") == []
    assert await tiers(tier="key", as_of="2026-03-31") == []
    table = await tenure.read("/accounts", as_of="2026-02-28", format="csv")
    moment = table.headers["Tenure-As-Of"], table.headers["Tenure-Known-At"]
    assert moment == ("2026-02-28", str(tenure.log_size()))
    assert late not in table.text


async def change_tier(tenure: Tenure, account: str, tier: str, on: str) -> None:
    body = {
        "tier": tier,
        "criteria": ["prestige", "growth-area", "revenue-share"] if tier == "key" else [],
        "effective_at": on,
        "reason": "as agreed",
    }
    answer = await tenure.manager.post(f"/accounts/{account}/tier-changes", json=body)
    assert answer.status_code == 201, answer.text


async def test_a_moment_that_cannot_be_read_is_refused_in_one_sentence(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-03-01")
    head = tenure.log_size()

    early = problem(await tenure.read(f"/accounts/{account}", as_of="2026-02-28"), 404, NOT_YET)
    unknown = problem(await tenure.read(f"/accounts/{account}/deals", known_at="0"), 404, NOT_YET)
    beyond = problem(await tenure.read("/accounts", known_at=str(head + 1)), 409, "beyond-head")
    figure = problem(await tenure.read("/pipeline", known_at="999"), 409, "beyond-head")

    assert f"exists since 2026-03-01, and is known since position {head}" in early["detail"]
    assert unknown["detail"] == early["detail"]
    assert (beyond["head"], figure["head"]) == (head, head)
    for known_at in ("yesterday", "-1", "2026-05-31T12:00:00", ""):
        problem(await tenure.read("/accounts", known_at=known_at), 422, "validation-failed")
    problem(await tenure.read("/accounts", as_of="2026-02-30"), 422, "validation-failed")
    problem(await tenure.read(f"/accounts/{NOBODY}", as_of="2026-03-01"), 404, "unknown-account")


async def test_a_party_is_read_as_it_stood(tenure: Tenure) -> None:
    party = await tenure.party(name="Ada Lovelace")
    known = tenure.log_size()
    revised = {"name": "Ada King"}
    assert (await tenure.manager.post(f"/parties/{party}/revisions", json=revised)).is_success

    assert (await tenure.fresh(f"/parties/{party}"))["name"] == "Ada King"
    then = await tenure.fresh(f"/parties/{party}", known_at=str(known))
    assert (then["name"], then["version"]) == ("Ada Lovelace", 1)
    problem(await tenure.read(f"/parties/{party}", known_at="0"), 404, "unknown-party")


async def test_more_than_may_be_replayed_is_refused_with_a_way_out(start: Start) -> None:
    tenure = await start(TENURE_REPLAY_EVENTS_MAX="2")
    first, _, _ = [await tenure.account(name=name) for name in ("One", "Two", "Three")]

    refused = problem(await tenure.read("/accounts", known_at="3"), 422, "too-much-to-replay")

    assert "ask for one account" in refused["detail"]
    assert (await tenure.fresh(f"/accounts/{first}", known_at="3"))["name"] == "One"
    assert len((await tenure.fresh("/accounts", known_at="2"))["items"]) == 2


async def test_no_more_than_two_look_back_at_a_time() -> None:
    reads = PastReads(TYPES, events_max=1, wait_s=0.05)
    async with reads.turn(), reads.turn():
        with pytest.raises(ReplaysBusy):
            async with reads.turn():
                pass

    async with reads.turn():
        pass  # a turn that was waited for in vain is not lost


NOT_YET: Final = "not-there-yet"
NOBODY: Final = "01999999-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def paths() -> dict[str, set[str]]:
    """Name the parameters of everything that can be read, by its address."""
    return {
        path: {parameter["name"] for parameter in operations["get"].get("parameters", ())}
        for path, operations in json.loads(openapi_text())["paths"].items()
        if "get" in operations
    }


def of_path(url: str, path: str) -> Iterator[dict[str, str]]:
    """Yield ids that there are for an address, of one row."""
    names = re.findall(r"{(\w+)}", path)
    if not names:
        yield {}
        return
    table = TABLE_OF.get(names[-1], names[-1].removesuffix("_id"))
    table = table if table.startswith("(") else f"projections.{table}"
    with psycopg.connect(url) as connection:
        query = f"SELECT {', '.join(names)} FROM {table} ORDER BY 1 DESC, 2 LIMIT 1"  # noqa: S608
        if len(names) == 1:
            query = query.replace(", 2 LIMIT", " LIMIT")
        rows = connection.execute(query).fetchall()
    assert rows, f"the demo has nothing for {path}"
    for row in rows:
        yield dict(zip(names, map(str, row), strict=True))
