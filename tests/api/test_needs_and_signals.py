"""Needs and signals over HTTP."""

import pytest

from tests.api.concepts import DAY, LATER, NEED, NOWHERE, SIGNAL, made, only, post
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio


async def test_a_need_from_identified_to_met(tenure: Tenure) -> None:
    account, client = await tenure.account(), await tenure.party("theirs")
    base = f"/accounts/{account}/needs"
    need = await made(tenure, base, {**NEED, "stated_by": client, "latent": True})
    await post(tenure, f"{need}/revisions", {"priority": 5})
    await post(tenure, f"{need}/solutions", {"description": "Inspect", "feasibility": "confirmed"})
    await post(
        tenure, f"{need}/fulfilments", {"evidence": "None since", "reason": "they say"}, on=LATER
    )
    other = await made(tenure, base, {**NEED, "statement": "Peace"}, on=LATER)
    await post(tenure, f"{other}/withdrawals", {"reason": "a misunderstanding"}, on=LATER)

    settled = await tenure.manager.post(f"{need}/revisions", json={"priority": 1})

    row = await tenure.fresh(need)
    solution = await only(tenure, f"{need}/solutions")
    everywhere = await only(tenure, "/needs", status="met", priority=5, horizon="long")
    here = [each["status"] for each in (await tenure.fresh(base))["items"]]

    assert (row["statement"], row["latent"], row["stated_by"]) == (NEED["statement"], True, client)
    assert (row["priority"], row["status"], row["evidence"]) == (5, "met", "None since")
    assert (row["identified_on"], row["settled_on"]) == (DAY, LATER)
    assert (row["solutions_proposed"], solution["feasibility"]) == (1, "confirmed")
    assert everywhere == row
    assert here == ["withdrawn", "met"]
    problem(settled, 409, "need-settled")


async def test_a_signal_is_open_overdue_and_resolved_as_of_a_day(tenure: Tenure) -> None:
    account = await tenure.account()
    base = f"/accounts/{account}/signals"
    signal = await made(tenure, base, SIGNAL)
    await post(tenure, f"{signal}/assessments", {"severity": 5, "likelihood": None})
    await made(tenure, base, {**SIGNAL, "kind": "opportunity", "due_on": None})
    overdue = await only(tenure, "/signals", overdue_as_of="2026-05-11")
    on_its_day = (await tenure.fresh(base, overdue_as_of="2026-05-10"))["items"]
    await post(tenure, f"{signal}/resolutions", {"outcome": "mitigated"}, on="2026-05-12")

    row = await tenure.fresh(signal)
    still = await only(tenure, base, overdue_as_of="2026-05-11")
    no_more = (await tenure.fresh(base, overdue_as_of="2026-05-12"))["items"]

    assert (overdue["severity"], overdue["likelihood"], overdue["outcome"]) == (5, None, None)
    assert (on_its_day, no_more) == ([], [])
    assert (row["outcome"], row["resolved_on"]) == ("mitigated", "2026-05-12")
    assert still == row
    assert (await only(tenure, base, open="true"))["kind"] == "opportunity"
    assert (await only(tenure, "/signals", kind="risk", open="false")) == row


async def test_a_signal_is_converted_into_a_deal(tenure: Tenure) -> None:
    account = await tenure.account()
    deal = await tenure.deal(account)
    signal = await made(tenure, f"/accounts/{account}/signals", SIGNAL)
    refused = await tenure.manager.post(f"{signal}/resolutions", json={"outcome": "converted"})
    unknown = await tenure.manager.post(
        f"{signal}/resolutions", json={"outcome": "converted", "deal_id": NOWHERE}
    )
    await post(tenure, f"{signal}/resolutions", {"outcome": "converted", "deal_id": deal})

    assert fields(problem(refused, 422, "deal-required")) == {"deal_id"}
    problem(unknown, 404, "unknown-deal")
    assert (await tenure.fresh(signal))["deal_id"] == deal
