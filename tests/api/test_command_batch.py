"""`POST /commands`: many commands in one request, a line each, and an outcome a line."""

import json
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from api.command_batch import LINES_MAX
from api.command_lines import TextLine, cut
from ledger.api_keys import Role, create_key
from ledger.tenants import DEFAULT_TENANT
from tests.api.concepts import LATER, NOWHERE
from tests.api.conftest import Start, Tenure, euro, problem
from tests.api.service import Service
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio

Lines = list[dict[str, Any]]


def opening(name: str, key_: str, **more: Any) -> dict[str, Any]:
    return {"path": "/accounts", "body": {"name": name}, "idempotency_key": key_, **more}


def ordering(account: str, key_: str, amount: str = "1.00") -> dict[str, Any]:
    body = {"ordered_on": LATER, "amount": euro(amount)}
    return {"path": f"/accounts/{account}/orders", "body": body, "idempotency_key": key_}


async def sent(client: httpx2.AsyncClient, lines: Lines | str) -> Lines:
    text = lines if isinstance(lines, str) else "".join(json.dumps(line) + "\n" for line in lines)
    answer = await client.post(
        "/commands", content=text.encode(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_each_line_has_its_outcome_in_order(tenure: Tenure) -> None:
    account = await tenure.account()
    good = ordering(account, "o-1")
    bad = ordering(account, "o-2", "-1.00")
    unknown = ordering(NOWHERE, "o-3")

    outcomes = await sent(tenure.manager, [good, bad, unknown, opening("New", "a-1")])

    assert [(each["line"], each["status"]) for each in outcomes] == [
        (1, 201),
        (2, 422),
        (3, 404),
        (4, 201),
    ]
    assert outcomes[0]["receipt"]["version"] == 1
    assert outcomes[0]["location"].startswith(f"/accounts/{account}/orders/")
    assert outcomes[1]["problem"]["code"] == "negative-amount"
    assert outcomes[2]["problem"]["code"] == "unknown-account"
    assert len((await tenure.fresh(f"/accounts/{account}/orders"))["items"]) == 1


async def test_the_same_batch_again_adds_nothing(tenure: Tenure) -> None:
    account = await tenure.account()
    lines = [ordering(account, f"o-{number}") for number in range(200)]
    first = await sent(tenure.manager, lines)
    size = tenure.log_size()

    again = await sent(tenure.manager, lines)

    assert tenure.log_size() == size
    assert [each["receipt"] for each in again] == [each["receipt"] for each in first]
    assert all(each["replayed"] for each in again)
    assert not any("replayed" in each for each in first)
    versions = [each["receipt"]["version"] for each in first]
    assert versions == list(range(1, 201))


async def test_a_line_is_the_command_that_it_stands_for(tenure: Tenure) -> None:
    account = await tenure.account()
    line = ordering(account, "o-1")
    alone = await tenure.manager.post(
        line["path"],
        content=json.dumps(line["body"], separators=(",", ":")),
        headers={"Idempotency-Key": "o-1", "Content-Type": "application/json"},
    )

    (outcome,) = await sent(tenure.manager, [line])

    assert (outcome["receipt"], outcome["replayed"]) == (alone.json(), True)
    (other,) = await sent(tenure.manager, [ordering(account, "o-1", "2.00")])
    assert (other["status"], other["problem"]["code"]) == (422, "idempotency-key-reused")


async def test_later_lines_name_what_earlier_ones_create(tenure: Tenure) -> None:
    party = {
        "path": "/parties",
        "body": {"side": "ours", "name": "Ada Lovelace"},
        "idempotency_key": "p-1",
        "as": "ada",
    }
    lead = {
        "path": "/accounts/{acme}/manager-assignments",
        "body": {"party_id": "{ada}", "role": "account-manager", "primary": True},
        "idempotency_key": "m-1",
    }
    lines = [opening("Acme", "a-1", **{"as": "acme"}), party, lead, ordering("{acme}", "o-1")]

    outcomes = await sent(tenure.manager, lines)
    again = await sent(tenure.manager, lines)

    assert [each["status"] for each in outcomes] == [201, 201, 201, 201], outcomes
    assert [each["receipt"] for each in again] == [each["receipt"] for each in outcomes]
    account, ada = outcomes[0]["receipt"]["id"], outcomes[1]["receipt"]["id"]
    assert (await tenure.fresh(f"/accounts/{account}"))["manager_id"] == ada


async def test_what_builds_on_a_refused_line_is_not_done(tenure: Tenure) -> None:
    lines = [
        opening("", "a-1", **{"as": "acme"}),
        ordering("{acme}", "o-1"),
        opening("Other", "a-2", **{"as": "acme"}),
        ordering("{nobody}", "o-2"),
    ]

    outcomes = await sent(tenure.manager, lines)

    assert [(each["status"], each["problem"]["code"]) for each in outcomes] == [
        (422, "validation-failed"),
        (424, "earlier-line-refused"),
        (422, "name-taken"),
        (422, "validation-failed"),
    ]


async def test_a_version_may_be_insisted_on(tenure: Tenure) -> None:
    account = await tenure.account()
    line = {
        "path": f"/accounts/{account}/profile-revisions",
        "body": {"territory": "North"},
        "idempotency_key": "r-1",
    }

    (early,) = await sent(tenure.manager, [{**line, "if_match": 7}])
    (right,) = await sent(tenure.manager, [{**line, "idempotency_key": "r-2", "if_match": 1}])

    assert (early["status"], early["problem"]["current_version"]) == (412, 1)
    assert right["status"] == 201


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("{", 422, "validation-failed"),
        ('{"path": "/accounts", "body": {}}', 422, "validation-failed"),
        ('{"path": "/nowhere", "idempotency_key": "k"}', 404, "unknown-command"),
        ('{"path": "/accounts?x=1", "idempotency_key": "k"}', 422, "validation-failed"),
        ('{"path": "/accounts", "idempotency_key": "k k"}', 422, "validation-failed"),
        ('{"path": "/accounts", "idempotency_key": "k", "more": 1}', 422, "validation-failed"),
        ('{"path": "/commands", "idempotency_key": "k"}', 404, "unknown-command"),
        ("[1]", 422, "validation-failed"),
        ('"\ud83d\ude00"', 422, "validation-failed"),
    ],
)
async def test_a_line_that_is_none_does_not_hold_up_the_others(
    tenure: Tenure, text: str, status: int, code: str
) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    good = json.dumps(opening("Acme", "a-1"))

    bad, fine = await sent(tenure.manager, f"\n{text}\n\n{good}")

    assert (bad["line"], bad["status"], bad["problem"]["code"]) == (2, status, code)
    assert (fine["line"], fine["status"]) == (4, 201)
    assert bad["problem"]["instance"].startswith("urn:uuid:")


async def test_a_line_too_long_is_refused_alone(start: Start) -> None:
    tenure = await start(TENURE_BODY_BYTES_MAX="2048")
    long = opening("x" * 3_000, "a-1")
    lines = [opening("Acme", "a-2"), long, *[opening("Acme", f"b-{n}") for n in range(100)]]

    outcomes = await sent(tenure.manager, lines)

    assert [each["status"] for each in outcomes] == [201, 413, *[201] * 100]


async def test_an_empty_batch_has_no_outcomes(tenure: Tenure) -> None:
    assert await sent(tenure.manager, "") == []


async def test_who_may_not_command_may_not_send_many(tenure: Tenure) -> None:
    body = json.dumps(opening("Acme", "a-1"))
    auditor = await tenure.clients[Role.AUDITOR].post("/commands", content=body)
    async with httpx2.AsyncClient(base_url=tenure.url) as client:
        nobody = await client.post("/commands", content=body)

    problem(auditor, 403, "forbidden")
    problem(nobody, 401, "unauthenticated")


async def test_a_killed_batch_is_sent_again(database_url: str, tmp_path: Path) -> None:
    """SIGKILL in the middle: what was carried out is not done twice, the rest is done."""
    service = Service(database_url, tmp_path)
    with service.running():
        pass  # the tables are there now
    with psycopg.connect(database_url, autocommit=True) as owner:
        bearer = f"Bearer {create_key(owner, DEFAULT_TENANT, Role.MANAGER, 'test')}"
    lines: Lines = [opening("Acme", "a-1", **{"as": "acme"})]
    lines += [ordering("{acme}", f"o-{number}") for number in range(3_000)]

    def client() -> httpx2.AsyncClient:
        headers = {"Authorization": bearer}
        return httpx2.AsyncClient(base_url=service.url, headers=headers, timeout=120)

    with service.running() as process:
        async with client() as http:
            text = "".join(json.dumps(line) + "\n" for line in lines)

            async def slowly() -> Any:
                yield text[: len(text) // 2].encode()
                with psycopg.connect(database_url, autocommit=True) as reader:
                    while _orders(reader) < 100:
                        pass
                process.kill()
                yield text[len(text) // 2 :].encode()

            with pytest.raises(httpx2.TransportError):
                await http.post("/commands", content=slowly())
    with psycopg.connect(database_url) as reader:
        done_before = _orders(reader)
    with service.running():
        async with client() as http:
            outcomes = await sent(http, lines)

    assert 100 <= done_before < 3_000
    assert {each["status"] for each in outcomes} == {201}
    assert sum(1 for each in outcomes if "replayed" in each) >= done_before
    with psycopg.connect(database_url) as reader:
        assert _orders(reader) == 3_000
    assert assert_log_is_whole(database_url) == 3_001


def _orders(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM ledger.event_readable WHERE name = 'order.placed'"
    ).fetchone()
    assert row is not None
    return int(row[0])


@for_any(st.lists(st.text("ab\n ", max_size=9).map(str.encode), max_size=9), st.integers(1, 6))
async def test_lines_are_those_of_the_text_however_it_is_cut(
    chunks: list[bytes], bytes_max: int
) -> None:
    async def sending() -> Any:
        for chunk in chunks:
            yield chunk

    found = [line async for line in cut(sending(), bytes_max=bytes_max)]

    expected = [
        TextLine(number, text if len(text) <= bytes_max else None)
        for number, text in enumerate(b"".join(chunks).split(b"\n"), start=1)
        if text.strip() or len(text) > bytes_max
    ]
    assert found == expected
    assert LINES_MAX == 10_000
