"""`tenure serve` is killed under load, again and again: nothing is lost, doubled or half-done."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role, create_key
from ledger.tenants import DEFAULT_TENANT
from tests.api.service import Service
from tests.ledger.log import assert_log_is_whole
from tests.projections.rebuild import caught_up, rebuilt

pytestmark = pytest.mark.anyio

KILLS = 20
SENDERS = 16
ACCOUNTS = 8
SECONDS_OF_LOAD = (0.1, 0.7)
SENT_AGAIN = 40

Answers = dict[str, dict[str, Any]]


@dataclass
class Client:
    """Sends orders, each under a key of its own, and remembers what came of it."""

    url: str
    bearer: str
    accounts: list[str] = field(default_factory=list)
    receipts: Answers = field(default_factory=dict)
    """The acknowledged keys."""
    unanswered: set[str] = field(default_factory=set)
    _sent: int = 0

    async def open_accounts(self) -> None:
        async with self._connected() as http:
            for number in range(ACCOUNTS):
                answer = await http.post("/accounts", json={"name": f"Account {number}"})
                self.accounts.append(answer.raise_for_status().json()["id"])

    async def send_until_gone(self) -> None:
        """Send from many connections at once, until the service is no more."""
        async with self._connected() as http:
            await asyncio.gather(*(self._send_on(http) for _ in range(SENDERS)))

    async def send_again(self, keys: list[str]) -> Answers:
        async with self._connected() as http:
            answers = await asyncio.gather(*(self._post(http, key) for key in keys))
        assert all(answer.status_code == 201 for answer in answers)
        return {key: answer.json() for key, answer in zip(keys, answers, strict=True)}

    async def _send_on(self, http: httpx2.AsyncClient) -> None:
        with suppress(httpx2.TransportError):
            while True:
                self._sent += 1
                key = f"key-{self._sent}"
                self.unanswered.add(key)
                answer = await self._post(http, key)
                assert answer.status_code == 201, answer.text
                self.receipts[key] = answer.json()
                self.unanswered.remove(key)

    async def _post(self, http: httpx2.AsyncClient, key: str) -> httpx2.Response:
        number = int(key.removeprefix("key-"))
        body = {
            "ordered_on": f"2026-0{number % 9 + 1}-15",
            "amount": {"amount": f"{number}.00", "currency": "EUR"},
        }
        path = f"/accounts/{self.accounts[number % ACCOUNTS]}/orders"
        return await http.post(path, json=body, headers={"Idempotency-Key": key})

    def _connected(self) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=30)


async def test_a_service_killed_under_load_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url) as owner:
        bearer = create_key(owner, DEFAULT_TENANT, Role.MANAGER, "test")
    service = Service(database_url, tmp_path)
    client = Client(service.url, bearer)
    with service.running():
        await client.open_accounts()
    dice = random.Random(20261123)  # noqa: S311  # when it dies is no secret

    for _ in range(KILLS):
        with service.running() as process:
            await _assert_sent_again_adds_nothing_twice(client, database_url)
            sending = asyncio.create_task(client.send_until_gone())
            await asyncio.sleep(dice.uniform(*SECONDS_OF_LOAD))
            process.kill()
            await sending
        _wait_until_alone(database_url)
        assert_log_is_whole(database_url)
        _assert_each_is_there_once(client, database_url)
        assert await caught_up(database_url) == await rebuilt(database_url)

    assert len(client.receipts) > KILLS * SENDERS


async def _assert_sent_again_adds_nothing_twice(client: Client, url: str) -> None:
    """Send the unanswered again, as a client must, and some that were acknowledged long ago."""
    unanswered, before = sorted(client.unanswered), _orders(url)
    again = await client.send_again(unanswered)
    known = set(before)
    added = [key for key, receipt in again.items() if receipt["position"] not in known]
    client.receipts |= again
    client.unanswered -= set(again)
    some = list(client.receipts)[:: max(1, len(client.receipts) // SENT_AGAIN)]

    assert await client.send_again(some) == {key: client.receipts[key] for key in some}
    assert len(_orders(url)) == len(before) + len(added)


def _assert_each_is_there_once(client: Client, url: str) -> None:
    """Every acknowledged order stands at its own position, with the amount that it was sent with.

    What was not acknowledged may be there too, at most once.
    """
    orders = _orders(url)
    for key, receipt in client.receipts.items():
        assert orders[receipt["position"]] == int(key.removeprefix("key-"))
    sent = [int(key.removeprefix("key-")) for key in [*client.receipts, *client.unanswered]]
    assert len(set(orders.values())) == len(orders)
    assert set(orders.values()) <= set(sent)


def _orders(url: str) -> dict[int, int]:
    """Return the amounts of all orders, which tell them apart, by their positions."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT position, (data -> 'amount' ->> 'amount')::numeric::bigint "
            "FROM ledger.event_readable WHERE name = 'order.placed'"
        )
        return dict(rows.fetchall())


def _wait_until_alone(url: str) -> None:
    """Wait until nothing that the service left behind holds a connection any more."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        if row == (0,):
            return
        time.sleep(0.05)
    raise AssertionError("something goes on without the service")
