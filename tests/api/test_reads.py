"""Reads: as fresh as asked, page by page, in JSON and CSV, and personal only to those who may."""

import csv
import io

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role
from projections.versions import Outdated
from tests.api.conftest import Tenure, problem

pytestmark = pytest.mark.anyio


async def test_an_account_is_read_as_it_stands(tenure: Tenure) -> None:
    account = await tenure.account(country="DE", employees=40)

    answer = await tenure.read(f"/accounts/{account}")

    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Tenure-Position"] == answer.headers["Tenure-Head"] == "1"
    assert float(answer.headers["Tenure-Lag-Seconds"]) == 0
    body = answer.json()
    assert (body["name"], body["country"], body["employees"]) == ("Acme", "DE", 40)
    assert (body["status"], body["tier"]) == ("open", "prospect")


async def test_a_position_that_does_not_come_is_503_and_says_where_the_views_are(
    tenure: Tenure,
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.get(
        f"/accounts/{account}", params={"min_position": 9}, timeout=20
    )

    body = problem(answer, 503, "not-yet")
    assert "1" in body["detail"]
    assert int(answer.headers["Retry-After"]) >= 1


async def test_a_list_goes_on_where_its_page_ended(tenure: Tenure) -> None:
    for name in ("delta", "Alpha", "charlie", "Bravo", "echo"):
        await tenure.account(name=name)
    await tenure.fresh("/accounts")

    names, after = [], None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (await tenure.manager.get("/accounts", params=params)).json()
        names += [account["name"] for account in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert names == ["Alpha", "Bravo", "charlie", "delta", "echo"]


async def test_a_list_is_narrowed(tenure: Tenure) -> None:
    await tenure.account(name="North One", territory="North")
    await tenure.account(name="South One", territory="South")

    by_territory = await tenure.fresh("/accounts", territory="South")
    by_name = await tenure.fresh("/accounts", name="north")

    assert [account["name"] for account in by_territory["items"]] == ["South One"]
    assert [account["name"] for account in by_name["items"]] == ["North One"]


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_list_has_a_csv_twin(tenure: Tenure, by_header: bool) -> None:  # noqa: FBT001
    await tenure.account(name='Comma, "Quote"')
    (item,) = (await tenure.fresh("/accounts"))["items"]

    answer = await tenure.manager.get(
        "/accounts",
        headers={"Accept": "text/csv"} if by_header else {},
        params={} if by_header else {"format": "csv"},
    )

    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["name"] == 'Comma, "Quote"'
    assert row.keys() == item.keys()


async def test_orders_and_deals_of_an_account(tenure: Tenure) -> None:
    account = await tenure.account()
    location = await tenure.order(account, "12.50", number="A-1")
    deal = await tenure.deal(account)

    (order,) = (await tenure.fresh(f"/accounts/{account}/orders"))["items"]
    (row,) = (await tenure.fresh(f"/accounts/{account}/deals"))["items"]

    assert order["number"] == "A-1"
    assert location.endswith(order["order_id"])
    assert row["deal_id"] == deal


async def test_a_figure_its_history_and_its_evidence(tenure: Tenure) -> None:
    account = await tenure.account(effective_at="2026-01-01")
    await tenure.order(account, "10.00", ordered_on="2026-05-01")
    await tenure.order(account, "15.00", ordered_on="2026-05-02")
    base = f"/accounts/{account}/kpis"

    now = await tenure.fresh(base, period="2026-05")
    before = await tenure.fresh(base, period="2026-05", known_at="2")
    history = await tenure.fresh(f"{base}/revenue/history", period="2026-05")
    evidence = await tenure.fresh(f"{base}/revenue/evidence", period="2026-05")

    def shown(body: dict, kpi: str) -> str:  # type: ignore[type-arg]  # JSON
        (figure,) = [figure for figure in body["figures"] if figure["kpi"] == kpi]
        return str(figure["shown"])

    assert shown(now, "revenue") == "25.00"
    assert shown(now, "average-order-value") == "12.50"
    assert shown(before, "revenue") == "10.00"
    assert len(history["items"]) == 2
    assert [line["position"] for line in evidence["items"]] == [2, 3]


async def test_knowledge_beyond_the_log_is_refused(tenure: Tenure) -> None:
    account = await tenure.account()

    answer = await tenure.read(f"/accounts/{account}/kpis", period="2026", known_at="99")

    assert problem(answer, 409, "beyond-head")["head"] == 1


@pytest.mark.parametrize(
    "known_at", ["yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "-1"]
)
async def test_a_malformed_known_at_is_422(tenure: Tenure, known_at: str) -> None:
    account = await tenure.account()

    answer = await tenure.read(f"/accounts/{account}/kpis", period="2026", known_at=known_at)

    problem(answer, 422, "validation-failed")


@pytest.mark.parametrize("role", Role)
async def test_personal_data_are_for_managers_and_admins(tenure: Tenure, role: Role) -> None:
    party = await tenure.party(name="Ada Lovelace", email="ada@example.org")
    await tenure.manager.post(f"/parties/{party}/revisions", json={"name": "Ada King"})

    answer = await tenure.read(f"/parties/{party}", role)

    body = answer.json()
    assert answer.status_code == 200, answer.text
    if role in {Role.MANAGER, Role.ADMIN}:
        assert (body["name"], body["email"]) == ("Ada King", "ada@example.org")
    else:
        assert set(body["name"]) == {"undisclosed"}
        assert "Ada" not in answer.text


async def test_events_never_disclose(tenure: Tenure) -> None:
    await tenure.party(name="Ada Lovelace")

    events = await tenure.manager.get("/events")

    assert events.status_code == 200, events.text
    assert "Ada" not in events.text


async def test_events_go_on_where_the_page_ended(tenure: Tenure) -> None:
    account = await tenure.account()
    for _ in range(4):
        await tenure.order(account)

    first = await tenure.fresh("/events", Role.AUDITOR, limit=3)
    rest = await tenure.fresh("/events", Role.AUDITOR, limit=3, after=first["next"])

    positions = [event["position"] for event in first["items"] + rest["items"]]
    assert positions == [1, 2, 3, 4, 5]


async def test_the_service_tells_how_it_is(tenure: Tenure) -> None:
    await tenure.account()
    async with httpx2.AsyncClient(base_url=tenure.url) as stranger:
        alive = await stranger.get("/livez")
        ready = await stranger.get("/readyz")
        metrics = await stranger.get("/metrics")
        docs = await stranger.get("/docs")

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert "tenure_projection_lag_events" in metrics.text
    assert docs.status_code == 200
    assert "cdn" not in docs.text


async def test_an_outdated_view_degrades_the_service_and_stops_nothing(tenure: Tenure) -> None:
    with psycopg.connect(tenure.database_url) as owner:
        owner.execute("INSERT INTO projections.built (projection, version) VALUES ('deals', 7)")
    async with httpx2.AsyncClient(base_url=tenure.url) as stranger:
        ready = await stranger.get("/readyz")

    assert ready.status_code == 200
    assert (ready.json()["ready"], ready.json()["reasons"]) == (True, [])
    assert ready.json()["degraded"] == [str(Outdated("deals", built=7, program=1))]


async def test_a_service_whose_log_is_empty_tells_how_it_is(tenure: Tenure) -> None:
    metrics = await tenure.manager.get("/metrics")
    ready = await tenure.manager.get("/readyz")
    events = await tenure.clients[Role.AUDITOR].get("/events")

    assert (metrics.status_code, ready.status_code, events.status_code) == (200, 200, 200)
    assert 'tenure_projection_lag_events{tenant="default"} 0.0' in metrics.text
    assert events.json()["items"] == []
