"""What holds of every concept of an account over HTTP: unknown ids, wrong fields, keys, pages."""

from typing import Any

import pytest

from tests.api.concepts import DOCUMENT, NEED, NOWHERE, SIGNAL, only, post
from tests.api.conftest import Tenure, fields, key, problem

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "path",
    [
        "needs",
        "signals",
        "documents",
        "notes",
        "preferences",
        "expectations",
        "purchase-reasons",
        "attributes",
        "inquiries",
        "reviews",
        "recommendations",
        "information",
        "completeness",
        "industry-notes",
        "timeline",
    ],
)
async def test_an_unknown_account_is_404(tenure: Tenure, path: str) -> None:
    answer = await tenure.manager.get(f"/accounts/{NOWHERE}/{path}")

    problem(answer, 404, "unknown-account")


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        ("needs", "need"),
        ("signals", "signal"),
        ("documents", "document"),
        ("notes", "note"),
        ("inquiries", "inquiry"),
        ("reviews", "review"),
        ("recommendations", "recommendation"),
    ],
)
async def test_what_an_account_does_not_have_is_404(
    tenure: Tenure, concept: str, kind: str
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.get(f"/accounts/{account}/{concept}/{NOWHERE}")

    problem(answer, 404, f"unknown-{kind}")


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("needs", {**NEED, "priority": 6}, "priority"),
        ("needs", {**NEED, "statement": " "}, "statement"),
        ("needs", {**NEED, "mood": "good"}, "mood"),
        ("signals", {**SIGNAL, "likelihood": 0.5}, "likelihood"),
        ("signals", {**SIGNAL, "due_on": 5}, "due_on"),
        ("documents", {**DOCUMENT, "uri": "crane.pdf"}, "uri"),
        ("notes", {"text": ""}, "text"),
        ("notes", {"text": "x" * 20_001}, "text"),
        ("notes", {"text": "\0"}, "text"),
        ("preferences", {"key": "Contact me", "value": "x"}, "key"),
        ("inquiries", {"channel": "pigeon", "topic": "x"}, "channel"),
        ("mergers", {"into": "nobody"}, "into"),
    ],
)
async def test_a_wrong_field_is_named(
    tenure: Tenure, path: str, body: dict[str, Any], wrong: str
) -> None:
    account = await tenure.account()

    answer = await tenure.manager.post(f"/accounts/{account}/{path}", json=body)

    named = fields(problem(answer, 422, "validation-failed"))
    assert any(name.split(".")[0] == wrong for name in named), named
    assert tenure.log_size() == 1


async def test_what_is_made_under_a_key_keeps_its_id(tenure: Tenure) -> None:
    account, headers = await tenure.account(), key()
    first = await post(tenure, f"/accounts/{account}/needs", NEED, **headers)

    again = await post(tenure, f"/accounts/{account}/needs", NEED, **headers)

    assert again.headers["Location"] == first.headers["Location"]
    assert (await only(tenure, "/needs"))["need_id"] == first.headers["Location"].rpartition("/")[2]


async def test_lists_by_name_and_by_day_go_on_where_their_page_ended(tenure: Tenure) -> None:
    base = f"/accounts/{await tenure.account()}"
    for number in range(5):
        await post(tenure, f"{base}/preferences", {"key": f"k{4 - number}", "value": "x"})
        await post(tenure, f"{base}/inquiries", {"channel": "call", "topic": f"t{number}"})
    await tenure.fresh(base)

    async def walk(path: str, field: str) -> list[str]:
        found, after = [], None
        while True:
            params = {"limit": 2} | ({"after": after} if after else {})
            page = (await tenure.manager.get(path, params=params)).json()
            found += [item[field] for item in page["items"]]
            after = page["next"]
            if after is None:
                return found

    assert await walk(f"{base}/preferences", "key") == ["k0", "k1", "k2", "k3", "k4"]
    assert sorted(await walk(f"{base}/inquiries", "topic")) == ["t0", "t1", "t2", "t3", "t4"]
    cursor = {"after": "nonsense"}
    problem(
        await tenure.manager.get(f"{base}/preferences", params=cursor), 422, "validation-failed"
    )
