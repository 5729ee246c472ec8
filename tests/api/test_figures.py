"""Published figures over HTTP: told from the log, restated, withdrawn, replayed, explained."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from prov.model import ProvDocument, ProvRecord

from ledger.api_keys import Role
from tests.api.conftest import Tenure, fields, key, problem

pytestmark = pytest.mark.anyio

MAY = {"kpi": "revenue", "period": "2026-05"}


async def publish(tenure: Tenure, headers: Any = None, **body: Any) -> Any:
    return await tenure.manager.post("/figures", json={**MAY, **body}, headers=headers)


async def id_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"].removeprefix("/figures/"))


async def prepared(tenure: Tenure) -> str:
    """Open an account with two orders in May and one in June."""
    account = await tenure.account(effective_at="2026-01-05")
    for day, amount in (("2026-05-20", "10.00"), ("2026-05-21", "7.50"), ("2026-06-01", "1.00")):
        await tenure.order(account, amount, ordered_on=day)
    return account


async def test_a_figure_keeps_its_value_and_is_restated_by_one_that_names_it(
    tenure: Tenure,
) -> None:
    account = await prepared(tenure)
    sent = key()
    first_answer = await publish(tenure, sent)
    first = await id_of(first_answer)
    known_at = tenure.log_size() - 1
    body = {"period": "2026-05", "reason": "month's end"}
    await tenure.clients[Role.ADMIN].post("/periods/closings", json=body)
    await tenure.order(account, "2.50", ordered_on="2026-05-22", reason="the invoice came late")

    again = await publish(tenure, sent)
    assert (again.headers["Location"], again.json()) == (
        f"/figures/{first}",
        first_answer.json(),
    )
    shown = await tenure.fresh(f"/figures/{first}")
    assert shown["values"][0] | {"value": "17.5000000000", "shown": "17.50"} == shown["values"][0]
    assert shown["moment"]["known_at"] == known_at
    assert shown["evidence"]["events"] == 2
    assert shown["stands"] is True
    replay = await tenure.fresh(f"/figures/{first}/replay")
    assert (replay["agrees"], replay["disagreement"], replay["not_checked"]) == (True, None, [])
    assert replay["values"] == shown["values"]
    assert replay["today"]["values"][0]["shown"] == "20.00"
    assert replay["today"]["differs"] is True

    problem(await publish(tenure), 409, "figure-stands")
    unexplained = await publish(tenure, restates=first)
    assert fields(problem(unexplained, 422, "reason-required")) == {"reason"}
    second = await id_of(await publish(tenure, restates=first, reason="a late invoice"))
    lines = (await tenure.fresh("/figures"))["items"]
    assert [(each["figure_id"], each["told"], each["stands"]) for each in lines] == sorted(
        [(second, ["20.00 EUR"], True), (first, ["17.50 EUR"], False)],
        key=lambda each: each[0],
        reverse=True,
    )
    assert (await tenure.fresh(f"/figures/{first}"))["restated_by"] == second
    standing = (await tenure.fresh("/figures", stands="true", kpi="revenue"))["items"]
    assert [each["figure_id"] for each in standing] == [second]

    withdrawal = f"/figures/{second}/withdrawals"
    gone = await tenure.manager.post(withdrawal, json={"reason": "the invoice was another's"})
    assert gone.status_code == 201, gone.text
    assert (await tenure.fresh(f"/figures/{second}"))["stands"] is False
    assert (await tenure.fresh("/figures", stands="true"))["items"] == []
    assert "told" in (await tenure.read("/figures", format="csv")).text.splitlines()[0]
    problem(await tenure.manager.post(withdrawal, json={"reason": " "}), 422, "reason-required")
    elsewhere = f"/figures/{uuid4()}"
    problem(await tenure.manager.post(f"{elsewhere}/withdrawals", json={}), 404, "unknown-figure")
    for path in (elsewhere, f"{elsewhere}/replay", f"{elsewhere}/prov"):
        problem(await tenure.read(path), 404, "unknown-figure")


async def test_a_group_has_the_members_of_its_day_and_not_of_today(tenure: Tenure) -> None:
    account = await prepared(tenure)
    await tenure.order(await tenure.account(name="Baker", effective_at="2026-01-05"), "100.00")
    promoted = await tenure.manager.post(
        f"/accounts/{account}/tier-changes",
        json={
            "tier": "sales",
            "reason": "a customer now",
            "effective_at": "2026-06-05",
        },
    )
    assert promoted.status_code == 201, promoted.text

    asked = {"scope": "tier", "of": "prospect"}
    then = await tenure.fresh(f"/figures/{await id_of(await publish(tenure, **asked))}")
    now = await id_of(await publish(tenure, period="lifetime", **asked))
    whole = await tenure.fresh(f"/figures/{await id_of(await publish(tenure))}")

    assert (then["values"][0]["shown"], then["evidence"]["members"]) == ("117.50", 2)
    assert (whole["values"][0]["shown"], whole["evidence"]["members"]) == ("117.50", None)
    assert (await tenure.fresh(f"/figures/{now}"))["evidence"]["members"] == 1
    figures = (await tenure.fresh("/kpis", kpi="revenue", period="2026-05"))["figures"]
    assert figures[0]["value"] == whole["values"][0]["value"]


async def test_what_is_wrong_with_a_figure_is_said(tenure: Tenure) -> None:
    problem(await publish(tenure), 422, "validation-failed")
    account = await prepared(tenure)
    size = tenure.log_size()
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()

    unknown = problem(await publish(tenure, kpi="luck"), 404, "unknown-kpi")
    assert "net-promoter-score" in unknown["detail"]
    problem(
        await publish(tenure, kpi="top-5-revenue-share", scope="account", of=account),
        404,
        "unknown-kpi",
    )
    beyond = problem(await publish(tenure, known_at=size + 1), 409, "beyond-head")
    assert beyond["head"] == size
    future = problem(await publish(tenure, as_of=tomorrow), 422, "validation-failed")
    assert fields(future) == {"as_of"}
    problem(await publish(tenure, period="2026-13"), 404, "unknown-period")
    problem(await publish(tenure, period="May"), 422, "validation-failed")
    problem(await publish(tenure, scope="tier", of="gold"), 404, "unknown-group")
    problem(await publish(tenure, scope="size"), 404, "unknown-group")
    problem(await publish(tenure, scope="portfolio", of="me"), 404, "unknown-group")
    problem(await publish(tenure, scope="country", of="Spain"), 404, "unknown-group")
    problem(await publish(tenure, scope="industry"), 404, "unknown-group")
    problem(await publish(tenure, of="everybody"), 404, "unknown-group")
    problem(await publish(tenure, scope="account", of=str(uuid4())), 404, "unknown-account")
    problem(await publish(tenure, restates=str(uuid4()), reason="x"), 404, "unknown-figure")
    problem(await publish(tenure, known_at=0), 422, "validation-failed")
    value = {"values": [{"value": "1000000"}]}
    assert fields(problem(await publish(tenure, **value), 422, "validation-failed")) == {"values"}
    auditor = await tenure.clients[Role.AUDITOR].post("/figures", json=MAY)
    problem(auditor, 403, "forbidden")
    assert tenure.log_size() == size
    with psycopg.connect(tenure.database_url) as owner:
        day = owner.execute("SELECT recorded_at::date - 1 FROM ledger.log_head").fetchone()
    assert day is not None
    early = await publish(tenure, known_at=size - 1, as_of=day[0].isoformat(), period="2026")
    assert early.status_code == 201


async def test_where_a_figure_comes_from_is_told_in_prov_json(tenure: Tenure) -> None:
    account = await prepared(tenure)
    asked = {"scope": "account", "of": account}
    first = await id_of(await publish(tenure, **asked))
    answer = await tenure.read(f"/figures/{first}/prov", Role.AUDITOR)
    again = await tenure.read(f"/figures/{first}/prov", Role.AUDITOR)
    figure = await tenure.fresh(f"/figures/{first}")

    assert answer.headers["content-type"] == "application/json"
    assert answer.content == again.content
    told = answer.json()
    records = read_by_others(answer.text)
    declared = {str(each.identifier) for each in records if each.is_element()}
    assert declared == {*told["entity"], *told["activity"], *told["agent"]}
    ends = {str(end) for each in records if each.is_relation() for _, end in each.formal_attributes}
    assert {end for end in ends if end.startswith("tenure:")} == declared
    name = f"tenure:figure/{first}"
    assert told["entity"][name]["tenure:evidence-root"] == figure["evidence"]["root"]
    derived = list(told["wasDerivedFrom"].values())
    assert {each["prov:generatedEntity"] for each in derived} == {name}
    used = sorted(each["prov:usedEntity"] for each in derived)
    assert used == ["tenure:event/2", "tenure:event/3"]
    events = (await tenure.fresh(f"/accounts/{account}/events"))["items"]
    leaves = {f"tenure:event/{each['position']}": each["leaf"] for each in events}
    assert {each: told["entity"][each]["tenure:leaf"] for each in used} == {
        each: leaves[each] for each in used
    }
    (generated,) = told["wasGeneratedBy"].values()
    (associated,) = told["wasAssociatedWith"].values()
    assert associated["prov:activity"] == generated["prov:activity"]
    assert associated["prov:plan"] == "tenure:formula/revenue/1"
    assert told["agent"][associated["prov:agent"]]["tenure:actor"] == figure["actor"]
    later = await id_of(
        await publish(tenure, **asked, as_of="2026-05-20", restates=first, reason="by the 20th")
    )
    revised = (await tenure.read(f"/figures/{later}/prov")).json()
    assert revised["wasDerivedFrom"]["_:revision"]["prov:usedEntity"] == name

    forge(tenure, first)
    problem(await tenure.read(f"/figures/{first}/prov"), 409, "figure-disagrees")
    replay = await tenure.fresh(f"/figures/{first}/replay")
    assert replay["agrees"] is False
    assert replay["disagreement"]["what"] == "evidence_events"
    assert replay["disagreement"] | {"expected": "2", "actual": "1"} == replay["disagreement"]


def forge(tenure: Tenure, figure_id: str) -> None:
    """Change, as superuser, what a published figure says it was reckoned from (attack T19)."""
    with psycopg.connect(tenure.database_url) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER ALL")
        owner.execute(
            "UPDATE ledger.event SET record = convert_to(replace(convert_from(record, 'UTF8'), "
            "'\"events\":2', '\"events\":1'), 'UTF8') "
            "WHERE name = 'figure.published' AND convert_from(record, 'UTF8') LIKE %s",
            (f"%{figure_id}%",),
        )
        owner.execute("ALTER TABLE ledger.event ENABLE TRIGGER ALL")


def read_by_others(text: str) -> Sequence[ProvRecord]:
    """Have the document read by a package that is not ours, and written to mean the same again."""
    document = ProvDocument.deserialize(content=text, format="json")
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert document == again
    return list(document.get_records())
