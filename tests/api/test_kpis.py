"""KPIs over HTTP: of accounts and of groups, as of any day, as known at any position."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ledger.api_keys import Role
from tests.api.concepts import made, post
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio

JANUARY, MARCH, APRIL, MAY = "2026-01-02", "2026-03-02", "2026-04-01", "2026-05-04"


@pytest.fixture
async def account(tenure: Tenure) -> str:
    return await tenure.account(effective_at=JANUARY, industry={"label": "Shipping"})


async def figure(tenure: Tenure, path: str, kpi: str, **asked: Any) -> Any:
    """Return the only figure of this KPI."""
    (found,) = (await tenure.fresh(path, kpi=kpi, **asked))["figures"]
    assert found["kpi"] == kpi
    return found


async def surveyed(
    tenure: Tenure, account: str, scores: list[int], *, instrument: str = "nps", on: str = MAY
) -> list[str]:
    """Record anonymous answers to a survey, and return where they stand."""
    lines = f"/accounts/{account}/relationships"
    relationship = await made(tenure, lines, {}, on=JANUARY)
    client = await tenure.party("theirs", "Clara Client")
    await post(tenure, f"{relationship}/stakeholders", {"party_id": client}, on=JANUARY)
    asked = {"instrument": instrument, "wave": "2026-Q2", "recipients": [client]}
    survey = await made(tenure, f"{relationship}/surveys", asked, on=on)
    return [await made(tenure, f"{survey}/answers", {"score": score}, on=on) for score in scores]


async def test_every_kpi_is_defined_by_its_formula_and_its_events(tenure: Tenure) -> None:
    items = (await tenure.fresh("/kpi-definitions"))["items"]

    by_name = {each["kpi"]: each for each in items}
    assert by_name["net-promoter-score"]["formula"].startswith("100 × (promoters")
    assert "relationship.survey-answered" in by_name["net-promoter-score"]["events"]
    assert "order.refunded" in by_name["revenue"]["events"]
    assert by_name["customer-lifetime-value"]["policy"] == "gross-margin"
    assert by_name["portfolio-load"]["groups_only"]
    assert len(by_name) == len(items) >= 30


async def test_a_score_its_evidence_and_its_history(tenure: Tenure, account: str) -> None:
    answers = await surveyed(tenure, account, [9, 10, 8, 3])
    known = tenure.log_size()
    await post(tenure, f"{answers[3]}/corrections", {"score": 9, "reason": "misread"}, on=MAY)
    base = f"/accounts/{account}/kpis"

    now = await figure(tenure, base, "net-promoter-score", period="2026-05")
    then = await figure(tenure, base, "net-promoter-score", period="2026-05", known_at=str(known))
    before = await figure(tenure, base, "net-promoter-score", period="2026-05", as_of="2026-05-03")
    evidence = await tenure.fresh(f"{base}/net-promoter-score/evidence", period="2026-05")
    history = await tenure.fresh(f"{base}/net-promoter-score/history", period="2026-05")

    assert (now["shown"], then["shown"], before["no_data"]) == ("75", "25", "no-answers")
    assert now["flags"] == ["insufficient-data"]
    sums = dict.fromkeys(("promoters", "detractors", "recommendation-answers"), Decimal(0))
    for line in evidence["items"]:
        sums[line["measure"]] += Decimal(line["contribution"])
    assert list(sums.values()) == [3, 0, 4]
    assert [each["figure"]["shown"] for each in history["items"]] == [
        None,  # the survey was sent
        "100",
        "100",
        "67",
        "25",
        "75",
    ]
    last = history["items"][-1]
    assert (last["restates"], last["event"]) == (True, "relationship.survey-answer-corrected")
    assert last["figure"]["position"] == known + 1


async def test_the_mean_of_answers_and_the_share_of_the_satisfied(
    tenure: Tenure, account: str
) -> None:
    """Pisano (catalogue A5): 10 very good, 4 good, 2 bad; they print the mean cut to 84.37."""
    await surveyed(tenure, account, [5] * 10 + [4] * 4 + [2] * 2, instrument="csat")
    base = f"/accounts/{account}/kpis"

    mean = await figure(tenure, base, "mean-satisfaction", period="2026-05")
    share = await figure(tenure, base, "customer-satisfaction", period="2026-05")
    evidence = await tenure.fresh(f"{base}/mean-satisfaction/evidence", period="2026-05")

    assert (Decimal(mean["value"]), mean["shown"]) == (Decimal("84.375"), "84.4")
    assert share["shown"] == "87.5"
    assert sum(
        Decimal(line["contribution"])
        for line in evidence["items"]
        if line["measure"] == "satisfaction-points"
    ) == Decimal(mean["numerator"])


async def test_pages_of_evidence_and_history_add_up_to_the_whole(
    tenure: Tenure, account: str
) -> None:
    await surveyed(tenure, account, [9, 10, 8, 3])
    base = f"/accounts/{account}/kpis/net-promoter-score"
    for what, limit in (("evidence", 2), ("history", 3)):
        whole = await tenure.fresh(f"{base}/{what}")
        found, after, pages = [], 0, 0
        while after is not None:
            page = await tenure.fresh(f"{base}/{what}", limit=limit, after=after)
            found += page["items"]
            after, pages = page["next"], pages + 1

        assert found == whole["items"]
        assert pages > 1


async def test_a_group_has_the_accounts_that_belonged_to_it_then(
    tenure: Tenure, account: str
) -> None:
    other = await tenure.account(effective_at=JANUARY)
    await tenure.order(account, "100.00", ordered_on=MARCH)
    await tenure.order(other, "7.00", ordered_on=MARCH)
    await post(
        tenure, f"/accounts/{account}/tier-changes", {"tier": "sales", "reason": "so"}, on=APRIL
    )

    async def revenue(**asked: Any) -> list[str]:
        found = await tenure.fresh("/kpis", kpi="revenue", **asked)
        return [each["shown"] for each in found["figures"]]

    assert await revenue(period="2026") == ["107.00"]
    assert await revenue(period="2026", tier="sales") == ["100.00"]
    assert await revenue(period="2026", tier="prospect") == ["7.00"]
    assert await revenue(period="2026-03", tier="prospect") == ["107.00"]  # both were, in March
    assert await revenue(period="2026-03", tier="sales") == [None]
    assert await revenue(period="2026", tier="sales", as_of="2026-03-31") == [None]
    assert await revenue(period="2026", industry="Shipping") == ["100.00"]
    assert await revenue(period="2026", industry="Fishing") == [None]


async def test_a_portfolio_is_what_its_manager_led(tenure: Tenure, account: str) -> None:
    ada, ben = await tenure.party(), await tenure.party(name="Ben")
    lead = {"role": "account-manager", "primary": True}
    path = f"/accounts/{account}/manager-assignments"
    await post(tenure, path, {"party_id": ada, **lead}, on=MARCH)
    await post(tenure, path, {"party_id": ben, **lead}, on=APRIL)
    await tenure.order(account, "100.00", ordered_on=MARCH)

    async def revenue(manager: str, as_of: str) -> Any:
        found = await figure(tenure, "/kpis", "revenue", portfolio=manager, as_of=as_of)
        return found["shown"]

    assert await revenue(ada, "2026-03-31") == "100.00"
    assert await revenue(ben, "2026-03-31") is None
    assert await revenue(ada, MAY) is None
    assert await revenue(ben, MAY) == "100.00"


async def test_load_and_share_are_figures_of_groups(tenure: Tenure, account: str) -> None:
    manager = await tenure.party()
    await post(tenure, "/portfolios", {"manager_id": manager, "capacity": 4}, on=JANUARY)
    lead = {"party_id": manager, "role": "key-account-manager", "primary": True}
    await post(tenure, f"/accounts/{account}/manager-assignments", lead, on=JANUARY)
    key = {"tier": "key", "criteria": ["prestige"], "reason": "so"}
    await post(tenure, f"/accounts/{account}/tier-changes", key, on=MARCH)

    load = await figure(tenure, "/kpis", "portfolio-load", portfolio=manager, period="2026")
    share = await figure(tenure, "/kpis", "key-account-share", period="2026")
    answer = await tenure.read(f"/accounts/{account}/kpis", kpi="portfolio-load")

    assert (load["shown"], load["numerator"], load["denominator"]) == ("75.0", "3", "4")
    assert share["shown"] == "100.0"
    assert "of an account" in problem(answer, 404, "unknown-kpi")["detail"]


async def test_the_margin_in_force_is_named(tenure: Tenure, account: str) -> None:
    await tenure.order(account, "200.00", ordered_on=MARCH)
    base, kpi = f"/accounts/{account}/kpis", "customer-lifetime-value"
    unknown = await figure(tenure, base, kpi)
    margin = {"policy": {"kind": "gross-margin", "margin": "30"}, "reason": "so"}
    body = margin | {"effective_from": APRIL}
    answer = await tenure.clients[Role.ADMIN].post("/policies", json=body)
    assert answer.status_code == 201, answer.text

    known = await figure(tenure, base, kpi)
    earlier = await figure(tenure, base, kpi, as_of="2026-03-31")

    assert (unknown["shown"], unknown["flags"]) == ("200.00", ["margin-unknown"])
    assert (known["shown"], known["policy_version"]) == ("60.00", 1)
    assert (earlier["shown"], earlier["policy_version"]) == ("200.00", 0)


async def test_health_tells_its_parts(tenure: Tenure, account: str) -> None:
    await surveyed(tenure, account, [9, 10, 9, 10])
    risk = {"kind": "risk", "title": "The buyer retires", "severity": 4, "source": "check-in"}
    await post(tenure, f"/accounts/{account}/signals", risk, on=MAY)

    health = await figure(tenure, f"/accounts/{account}/kpis", "health", period="2026-05")

    scores = {part["name"]: part["score"] for part in health["parts"]}
    assert Decimal(scores["satisfaction"]) == 100
    assert Decimal(scores["risks"]) == 60
    assert scores["cadence"] is scores["goals"] is scores["revenue-trend"] is None
    assert health["shown"] == "90"  # (30 · 100 + 10 · 60) / 40
    assert (health["band"], health["flags"]) == (None, ["insufficient-data"])


async def test_a_series_tells_one_period_after_another(tenure: Tenure, account: str) -> None:
    await tenure.order(account, "10.00", ordered_on=MARCH)
    await tenure.order(account, "20.00", ordered_on=MAY)
    asked: dict[str, Any] = {"first": "2026-02-01", "last": "2026-05-20"}

    for base in (f"/accounts/{account}/kpis", "/kpis"):
        months = await tenure.fresh(f"{base}/revenue/series", **asked)
        quarters = await tenure.fresh(f"{base}/revenue/series", grain="quarter", **asked)

        told = [(each["period"], each["figures"][0]["shown"]) for each in months["items"]]
        assert told == [
            ("2026-02", None),
            ("2026-03", "10.00"),
            ("2026-04", "0.00"),
            ("2026-05", "20.00"),
        ]
        assert [each["period"] for each in quarters["items"]] == ["2026-Q1", "2026-Q2"]


async def test_a_history_is_drawn_with_the_position_of_each_point(
    tenure: Tenure, account: str
) -> None:
    order = await tenure.order(account, "10.00", ordered_on=MARCH)
    await tenure.order(account, "20.00", ordered_on=MAY)
    await post(tenure, f"{order}/cancellations", {"reason": "so"}, on=MAY)

    answer = await tenure.read(f"/accounts/{account}/kpis/revenue/history.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    svg = ET.fromstring(answer.text)  # noqa: S314  # our own answer
    circles = list(svg.iter("{http://www.w3.org/2000/svg}circle"))
    assert [each.get("data-position") for each in circles] == ["2", "3", "4"]
    assert [each.get("data-restates") for each in circles] == ["false", "false", "true"]
    assert "<script" not in answer.text


async def test_a_picture_without_data_says_so(tenure: Tenure, account: str) -> None:
    for path in (f"/accounts/{account}/kpis", "/kpis"):
        answer = await tenure.read(f"{path}/revenue/history.svg", period="2026")

        assert "no data yet" in answer.text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"as_of": "2999-01-01"}, "as_of"),
        ({"as_of": "1999-01-01"}, "as_of"),
        ({"known_at": "0"}, "known_at"),
    ],
)
async def test_a_moment_that_never_was_is_422(
    tenure: Tenure, account: str, asked: dict[str, Any], field: str
) -> None:
    for path in (f"/accounts/{account}/kpis", "/kpis", "/kpis/revenue/history"):
        answer = await tenure.read(path, **asked)

        assert fields(problem(answer, 422, "validation-failed")) == {field}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"tier": "key", "industry": "Shipping"}, "industry"),
        ({"first": "2026-05-01", "last": "2026-04-01"}, "first"),
        ({"first": "1900-01-01"}, "first"),
        ({"last": "2999-01-01"}, "last"),
        ({"grain": "week"}, "grain"),
        ({"size": "vast"}, "size"),
    ],
)
async def test_a_group_or_series_that_cannot_be_is_422(
    tenure: Tenure, account: str, asked: dict[str, Any], field: str
) -> None:
    answer = await tenure.read("/kpis/revenue/series", **asked)

    assert account
    assert fields(problem(answer, 422, "validation-failed")) == {field}


async def test_what_does_not_exist_is_404_and_says_what_does(tenure: Tenure, account: str) -> None:
    for path in ("/kpis", f"/accounts/{account}/kpis"):
        unknown = await tenure.read(f"{path}/happiness/evidence")
        week = await tenure.read(path, period="2026-W2")

        assert "net-promoter-score" in problem(unknown, 404, "unknown-kpi")["detail"]
        assert "2026-Q2" in problem(week, 404, "unknown-period")["detail"]


async def test_views_that_do_not_hold_a_position_yet_are_503(tenure: Tenure, account: str) -> None:
    await tenure.fresh(f"/accounts/{account}")

    answer = await tenure.manager.get("/kpis", params={"min_position": 10_000}, timeout=30)

    problem(answer, 503, "not-yet")
    assert "position 1 of 1" in answer.json()["detail"]
