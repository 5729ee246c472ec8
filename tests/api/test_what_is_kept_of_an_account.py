"""Documents, notes, wishes, inquiries, reviews and advice over HTTP."""

import csv
import io

import psycopg
import pytest

from ledger.api_keys import Role
from tests.api.concepts import DAY, DOCUMENT, LATER, NEED, NOWHERE, made, only, post
from tests.api.conftest import Tenure, fields, problem

pytestmark = pytest.mark.anyio


async def test_a_document_is_attached_and_detached(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}/documents"
    document = await made(tenure, base, DOCUMENT)
    twice = await tenure.manager.post(base, json={**DOCUMENT, "title": "Copy"})
    content = await tenure.manager.post(base, json={**DOCUMENT, "uri": "data:,hello"})
    attached = await only(tenure, base, attached="true", kind="contract")
    await post(tenure, f"{document}/detachments", {"reason": "superseded"}, on=LATER)

    problem(twice, 409, "duplicate-document")
    assert fields(problem(content, 422, "not-a-reference")) == {"uri"}
    assert (attached["uri"], attached["detached_on"]) == (DOCUMENT["uri"], None)
    assert (await tenure.fresh(document))["detached_on"] == LATER
    assert (await tenure.fresh(base, attached="true"))["items"] == []
    assert (await only(tenure, base, attached="false"))["sha256"] == DOCUMENT["sha256"]


async def test_a_notes_text_stands_in_no_record_and_no_view(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}/notes"
    note = await made(tenure, base, {"text": "The buyer likes to sail"})
    await post(tenure, f"{note}/corrections", {"text": "The buyer likes to fish"}, on=LATER)

    shown = await tenure.fresh(note)
    listed = await only(tenure, base)
    by_auditor = await tenure.read(base, Role.AUDITOR)

    assert shown == listed
    assert (shown["text"], shown["added_on"]) == ("The buyer likes to fish", DAY)
    assert shown["corrected_on"] == LATER
    assert set(by_auditor.json()["items"][0]["text"]) == {"undisclosed"}
    assert "fish" not in by_auditor.text
    with psycopg.connect(tenure.database_url) as connection:
        stored = connection.execute(
            "SELECT string_agg(e.record::text || convert_from(e.record, 'UTF8'), '') "
            "|| (SELECT string_agg(n::text, '') FROM projections.note n) FROM ledger.event e"
        ).fetchone()
    assert stored is not None
    assert "likes to" not in stored[0]


async def test_what_the_client_prefers_and_expects(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}"
    await post(tenure, f"{base}/preferences", {"key": "contact", "value": "by phone"})
    await post(tenure, f"{base}/preferences", {"key": "language", "value": "Spanish"})
    await post(tenure, f"{base}/preferences", {"key": "contact", "value": None}, on=LATER)
    await post(tenure, f"{base}/expectations", {"by": "them", "statement": "An answer in a day"})
    await post(tenure, f"{base}/expectations", {"by": "us", "statement": "Payment in time"})

    preference = await only(tenure, f"{base}/preferences")
    expectation = await only(tenure, f"{base}/expectations", by="them")

    assert (preference["key"], preference["value"]) == ("language", "Spanish")
    assert (expectation["statement"], expectation["recorded_on"]) == ("An answer in a day", DAY)


async def test_why_the_client_bought(tenure: Tenure) -> None:
    account = await tenure.account()
    base, deal = f"/accounts/{account}/purchase-reasons", await tenure.deal(account)
    await post(tenure, base, {"deal_id": deal, "purchase_reason": "It broke"})
    await post(
        tenure, base, {"deal_id": deal, "purchase_reason": "Growth", "desired_outcome": "Speed"}
    )

    row = await only(tenure, base)

    assert (row["deal_id"], row["reason"], row["desired_outcome"]) == (deal, "Growth", "Speed")


async def test_attributes_are_as_the_policy_says(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}/attributes"
    definitions = [
        {"key": "fleet", "label": "Cranes", "type": "number"},
        {"key": "union", "label": "Union", "type": "flag"},
    ]
    published = await tenure.clients[Role.ADMIN].post(
        "/policies",
        json={
            "policy": {"kind": "attributes", "definitions": definitions},
            "effective_from": "2026-01-01",
            "reason": "agreed",
        },
    )
    assert published.status_code == 201, published.text
    await post(tenure, base, {"key": "fleet", "value": {"type": "number", "value": "7.50"}})
    await post(tenure, base, {"key": "union", "value": {"type": "flag", "value": True}})
    mismatch = await tenure.manager.post(
        base, json={"key": "fleet", "value": {"type": "text", "value": "seven"}}
    )
    unknown = await tenure.manager.post(
        base, json={"key": "colour", "value": {"type": "text", "value": "red"}}
    )
    malformed = await tenure.manager.post(base, json={"key": "fleet", "value": {"type": "none"}})

    rows = (await tenure.fresh(base))["items"]

    assert [(row["key"], row["type"], row["value"]) for row in rows] == [
        ("fleet", "number", "7.50"),
        ("union", "flag", "true"),
    ]
    problem(mismatch, 409, "attribute-type-mismatch")
    problem(unknown, 409, "unknown-attribute")
    problem(malformed, 422, "validation-failed")


async def test_an_inquiry_waits_and_is_resolved(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}/inquiries"
    inquiry = await made(tenure, base, {"channel": "chat", "topic": "Where is the manual?"})
    await made(tenure, base, {"channel": "e-mail", "topic": "And the key?"})
    await post(tenure, f"{inquiry}/resolutions", {"outcome": "Sent it"}, on=LATER)

    assert (await tenure.fresh(inquiry))["outcome"] == "Sent it"
    assert (await only(tenure, "/inquiries", open="true"))["channel"] == "e-mail"
    assert (await only(tenure, base, open="false", channel="chat"))["resolved_on"] == LATER
    problem(
        await tenure.manager.post(f"{inquiry}/resolutions", json={"outcome": "Called"}),
        409,
        "inquiry-resolved",
    )


async def test_an_account_is_reviewed(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}/reviews"
    figure = {"kpi": "revenue", "value": "1200.50", "unit": "EUR", "known_at": 1}
    absent = {"kpi": "average-order-value", "value": None, "unit": "EUR", "known_at": 1}
    body = {
        "period": "2026-Q1",
        "findings": ["Orders came late", "Prices | held"],
        "figures": [figure, absent],
        "next_review_on": "2026-08-01",
    }
    review = await made(tenure, base, body, on=LATER)
    early = await tenure.manager.post(base, json={**body, "effective_at": "2026-03-31"})
    unreadable = await tenure.manager.post(base, json={**body, "period": "2026-Q5"})
    luck = {**body, "figures": [{**figure, "kpi": "luck"}], "effective_at": LATER}
    unknown = await tenure.manager.post(base, json=luck)

    row = await tenure.fresh(review)
    csv_twin = await tenure.manager.get(base, params={"format": "csv"})

    assert (row["period"], row["findings"]) == ("2026-Q1", body["findings"])
    assert row["figures"] == [figure, absent]
    assert (row["reviewed_on"], row["next_review_on"]) == (LATER, "2026-08-01")
    assert await only(tenure, base) == row
    (line,) = csv.DictReader(io.StringIO(csv_twin.text))
    assert line["figures"] == "revenue 1200.50 EUR @1|average-order-value - EUR @1"
    assert line.keys() == row.keys()
    problem(early, 409, "period-not-over")
    assert fields(problem(unreadable, 422, "validation-failed")) == {"period"}
    problem(unknown, 404, "unknown-kpi")


async def test_a_recommendation_is_taken_or_declined(tenure: Tenure) -> None:
    account = await tenure.account()
    base = f"/accounts/{account}/recommendations"
    need = await made(tenure, f"/accounts/{account}/needs", NEED)
    need_id = need.rpartition("/")[2]
    advice = {"statement": "Offer service", "basis": ["They asked twice"], "need_id": need_id}
    taken = await made(tenure, base, advice)
    declined = await made(tenure, base, {**advice, "need_id": None}, on=LATER)
    await post(tenure, f"{taken}/acceptances", {}, on=LATER)
    await post(tenure, f"{declined}/declines", {"reason": "no budget"}, on=LATER)
    unknown = await tenure.manager.post(base, json={**advice, "need_id": NOWHERE})

    row = await tenure.fresh(taken)

    assert (row["status"], row["need_id"], row["settled_on"]) == ("taken", need_id, LATER)
    assert row["basis"] == ["They asked twice"]
    assert (await only(tenure, base, status="declined"))["statement"] == "Offer service"
    problem(unknown, 404, "unknown-need")
