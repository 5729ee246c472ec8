"""Bad input is answered with what is wrong and where, and leaves nothing behind."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from ledger.api_keys import Role
from tests.api.conftest import Start, Tenure, euro, fields, key, problem

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
NOWHERE = "01999999-0000-7000-8000-000000000000"


async def test_no_key_is_401_and_says_how_to_send_one(tenure: Tenure) -> None:
    async with httpx2.AsyncClient(base_url=tenure.url) as stranger:
        answer = await stranger.get("/accounts")

    assert "X-API-Key" in problem(answer, 401, "unauthenticated")["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("text", ["", "tenure_", f"tenure_{'0' * 32}_{'A' * 43}", "\u00e9"])
async def test_a_wrong_key_is_401(tenure: Tenure, text: str) -> None:
    headers = {b"X-API-Key": text.encode("latin-1")}
    async with httpx2.AsyncClient(base_url=tenure.url, headers=headers) as stranger:
        answer = await stranger.get("/accounts")

    problem(answer, 401, "unauthenticated")


async def test_a_good_key_may_also_come_in_its_own_header(tenure: Tenure) -> None:
    text = tenure.manager.headers["Authorization"].removeprefix("Bearer ")
    async with httpx2.AsyncClient(base_url=tenure.url, headers={"X-API-Key": text}) as client:
        answer = await client.get("/accounts")

    assert answer.status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REPORTER])
async def test_a_role_that_may_not_command_is_403(tenure: Tenure, role: Role) -> None:
    answer = await tenure.clients[role].post("/accounts", json={"name": "Acme"})

    problem(answer, 403, "forbidden")
    assert tenure.log_size() == 0


@pytest.mark.parametrize("path", ["/events", "/accounts/{}/events"])
async def test_a_reporter_may_not_read_events(tenure: Tenure, path: str) -> None:
    account = await tenure.account()

    answer = await tenure.clients[Role.REPORTER].get(path.format(account))

    problem(answer, 403, "forbidden")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tier-changes", {"tier": "sales", "reason": "grew"}),
        ("orders", {"ordered_on": "2026-01-15", "amount": euro("1.00")}),
        ("deals", {"kind": "new-business", "name": "First", "amount": euro("1.00")}),
        ("closures", {"churned": False, "reason_code": "double", "reason": "opened twice"}),
    ],
)
async def test_a_command_on_an_unknown_account_is_404(
    tenure: Tenure, path: str, body: dict[str, Any]
) -> None:
    answer = await tenure.manager.post(f"/accounts/{NOWHERE}/{path}", json=body)

    problem(answer, 404, "unknown-account")


@pytest.mark.parametrize("path", ["", "/orders", "/deals", "/events", "/kpis"])
async def test_reading_an_unknown_account_is_404(tenure: Tenure, path: str) -> None:
    answer = await tenure.manager.get(f"/accounts/{NOWHERE}{path}")

    problem(answer, 404, "unknown-account")


async def test_an_unknown_path_and_method_are_problems_too(tenure: Tenure) -> None:
    nowhere = await tenure.manager.get("/nowhere")
    patched = await tenure.manager.patch("/accounts", json={})

    assert nowhere.headers["content-type"] == "application/problem+json"
    assert nowhere.status_code == 404
    assert patched.headers["content-type"] == "application/problem+json"
    assert (patched.status_code, "POST" in patched.headers["Allow"]) == (405, True)


async def test_a_malformed_id_is_422_and_named(tenure: Tenure) -> None:
    answer = await tenure.manager.post("/accounts/seven/orders", json={"amount": euro("1")})

    assert any("account_id" in name for name in fields(problem(answer, 422, "validation-failed")))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "amount"),
        ({"amount": euro("-1.00")}, "amount"),
        ({"amount": euro(-1)}, "amount"),
        ({"amount": euro("1.1234567")}, "amount.amount"),
        ({"amount": euro("a lot")}, "amount.amount"),
        ({"amount": euro("NaN")}, "amount.amount"),
        ({"amount": {"amount": "1.00", "currency": "XXX"}}, "amount.currency"),
        ({"amount": {"amount": "1.00", "currency": "eur"}}, "amount.currency"),
        ({"amount": {"amount": "1.00"}}, "amount.currency"),
        ({"amount": euro("1.00"), "ordered_on": "0"}, "ordered_on"),
        ({"amount": euro("1.00"), "ordered_on": 0}, "ordered_on"),
        ({"amount": euro("1.00"), "ordered_on": "2026-02-30"}, "ordered_on"),
        ({"amount": euro("1.00"), "ordered_on": "9999-12-31"}, "ordered_on"),
        ({"amount": euro("1.00"), "reason": "x" * 501}, "reason"),
        ({"amount": euro("1.00"), "reason": "a\0b"}, "reason"),
        ({"amount": euro("1.00"), "colour": "red"}, "colour"),
    ],
    ids=str,
)
async def test_a_bad_order_is_422_with_the_field_named(
    tenure: Tenure, body: dict[str, Any], field: str
) -> None:
    account = await tenure.account()
    before = tenure.log_size()

    answer = await tenure.manager.post(
        f"/accounts/{account}/orders", json={"ordered_on": "2026-01-15"} | body
    )

    assert answer.status_code == 422, answer.text
    assert any(name.removeprefix("body.").startswith(field) for name in fields(answer.json()))
    assert tenure.log_size() == before


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Acme", "country": "XX"}, "country"),
        ({"name": "Acme", "employees": 10**17}, "employees"),
        ({"name": "Acme", "employees": -1}, "employees"),
        ({"name": "Acme", "effective_at": "9999-12-31"}, "effective_at"),
    ],
    ids=str,
)
async def test_a_bad_profile_is_422_with_the_field_named(
    tenure: Tenure, profile: dict[str, Any], field: str
) -> None:
    answer = await tenure.manager.post("/accounts", json=profile)

    assert answer.status_code == 422, answer.text
    assert any(name.removeprefix("body.").startswith(field) for name in fields(answer.json()))
    assert tenure.log_size() == 0


async def test_what_was_sent_is_not_repeated(tenure: Tenure) -> None:
    sent = "Margaret-Hamilton"
    for body in (
        {"name": "Acme", "country": sent},
        {"name": "Acme", "annual_revenue": {"amount": {"amount": "1", "currency": sent}}},
        {"name": "Acme", "effective_at": sent},
    ):
        answer = await tenure.manager.post("/accounts", json=body)

        assert answer.status_code == 422
        assert sent not in answer.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'{"name": NaN}', b"[" * 9_999]
)
async def test_what_is_not_json_is_422(tenure: Tenure, body: bytes) -> None:
    answer = await tenure.manager.post("/accounts", content=body, headers=JSON)

    problem(answer, 422, "validation-failed")


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_another_form_than_json_is_415(tenure: Tenure, media_type: str) -> None:
    answer = await tenure.manager.post(
        "/accounts", content=b'{"name": "Acme"}', headers={"Content-Type": media_type}
    )

    assert "application/json" in problem(answer, 415, "not-json")["detail"]
    assert tenure.log_size() == 0


async def test_everything_that_is_wrong_is_named_at_once(tenure: Tenure) -> None:
    answer = await tenure.manager.post(
        "/accounts/seven/orders", json={"amount": {"amount": "1", "currency": "ZZZ"}, "colour": 1}
    )

    body = problem(answer, 422, "validation-failed")
    assert fields(body) == {"account_id", "amount.currency", "colour"}


async def test_a_number_keeps_all_its_digits_or_is_refused(tenure: Tenure) -> None:
    account = await tenure.account()
    body = b'{"ordered_on":"2026-01-15","amount":{"amount":12345678901234.123456,"currency":"EUR"}}'

    answer = await tenure.manager.post(f"/accounts/{account}/orders", content=body, headers=JSON)

    if answer.status_code == 201:
        orders = await tenure.fresh(f"/accounts/{account}/orders")
        assert "12345678901234.123456" in str(orders)
    else:
        problem(answer, 422, "validation-failed")


async def test_a_body_over_the_limit_is_413(start: Start) -> None:
    tenure = await start(TENURE_BODY_BYTES_MAX="1024")
    too_long = b'{"name": "' + b"x" * 2_000 + b'"}'

    async def in_chunks() -> AsyncIterator[bytes]:
        for index in range(0, len(too_long), 100):
            yield too_long[index : index + 100]

    announced = await tenure.manager.post("/accounts", content=too_long, headers=JSON)
    chunked = await tenure.manager.post("/accounts", content=in_chunks(), headers=JSON)

    problem(announced, 413, "body-too-large")
    problem(chunked, 413, "body-too-large")
    assert tenure.log_size() == 0


async def test_an_event_too_large_for_the_log_is_413(tenure: Tenure) -> None:
    account = await tenure.account()
    line = {"product": "x" * 120, "quantity": "1", "amount": euro("1.00")}
    body = {"ordered_on": "2026-01-15", "amount": euro("400.00"), "lines": [line] * 400}

    answer = await tenure.manager.post(f"/accounts/{account}/orders", json=body)

    problem(answer, 413, "record-too-large")
    assert tenure.log_size() == 1


@pytest.mark.parametrize("text", ["7", '"seven"', '"7', '"7", "8"', 'W/"7"', '"-1"', ""])
async def test_a_malformed_if_match_is_refused(tenure: Tenure, text: str) -> None:
    account = await tenure.account()

    answer = await tenure.manager.post(
        f"/accounts/{account}/profile-revisions",
        json={"territory": "South"},
        headers={"If-Match": text},
    )

    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert tenure.log_size() == 1


@pytest.mark.parametrize("header", ["X-Correlation-Id", "X-Causation-Id"])
async def test_a_malformed_correlation_is_422(tenure: Tenure, header: str) -> None:
    answer = await tenure.manager.post("/accounts", json={"name": "A"}, headers={header: "seven"})

    problem(answer, 422, "validation-failed")


@pytest.mark.parametrize("text", ["", "a b", "x" * 129, "\u00e9"])
async def test_a_malformed_idempotency_key_is_422(tenure: Tenure, text: str) -> None:
    headers = {b"Idempotency-Key": text.encode("latin-1")}
    answer = await tenure.manager.post("/accounts", json={"name": "Acme"}, headers=headers)

    problem(answer, 422, "validation-failed")
    assert tenure.log_size() == 0


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=100000",
        "after=nonsense",
        "tier=gold",
        "manager_id=seven",
        "name=%00",
        "industry=a%00b",
        "format=xml",
        "min_position=-1",
        "min_position=99999999999999999999",
    ],
)
async def test_a_bad_parameter_is_422(tenure: Tenure, query: str) -> None:
    answer = await tenure.manager.get(f"/accounts?{query}")

    problem(answer, 422, "validation-failed")


@pytest.mark.parametrize("period", ["2026-13", "may", "2026-W2", "", "0000", "ttm@2026-02-30"])
async def test_a_period_that_does_not_exist_is_404_and_says_which_there_are(
    tenure: Tenure, period: str
) -> None:
    account = await tenure.account()
    await tenure.fresh(f"/accounts/{account}")

    answer = await tenure.manager.get(f"/accounts/{account}/kpis", params={"period": period})

    assert answer.status_code == 404, answer.text
    assert "2026-Q2" in answer.json()["detail"]


async def test_an_unknown_kpi_is_404_and_says_which_there_are(tenure: Tenure) -> None:
    account = await tenure.account()
    await tenure.fresh(f"/accounts/{account}")

    answer = await tenure.manager.get(f"/accounts/{account}/kpis/happiness/history?period=2026")

    assert answer.status_code == 404
    assert "average-order-value" in answer.json()["detail"]


async def test_a_key_reused_with_another_body_is_422(tenure: Tenure) -> None:
    headers = key()
    await tenure.manager.post("/accounts", json={"name": "Acme"}, headers=headers)

    answer = await tenure.manager.post("/accounts", json={"name": "Acme Ltd"}, headers=headers)

    problem(answer, 422, "idempotency-key-reused")
    assert tenure.log_size() == 1
