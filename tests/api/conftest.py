"""A real server on a real socket and a real database, for each test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import uvicorn

from api.app import create_app
from ledger.api_keys import Role, create_key
from ledger.ledger import Ledger, open_ledger
from ledger.settings import load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION

TODAY_OR_BEFORE = "2026-05-20"


@dataclass
class Tenure:
    """A running service, and clients of it in every role."""

    url: str
    database_url: str
    ledger: Ledger
    clients: dict[Role, httpx2.AsyncClient] = field(default_factory=dict)

    @property
    def manager(self) -> httpx2.AsyncClient:
        return self.clients[Role.MANAGER]

    async def account(self, **profile: Any) -> str:
        """Open an account and return its id."""
        return str(await self._done("/accounts", {"name": "Acme", **profile}))

    async def deal(self, account_id: str, **terms: Any) -> str:
        body = {"kind": "new-business", "name": "First", "amount": euro("900.00"), **terms}
        return str(await self._done(f"/accounts/{account_id}/deals", body))

    async def order(self, account_id: str, amount: str = "12.50", **content: Any) -> str:
        """Place an order and return where it stands."""
        body = {"ordered_on": TODAY_OR_BEFORE, "amount": euro(amount), **content}
        answer = await self.manager.post(f"/accounts/{account_id}/orders", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    async def party(self, side: str = "ours", name: str = "Ada Lovelace", **contact: str) -> str:
        return str(await self._done("/parties", {"side": side, "name": name, **contact}))

    async def fresh(self, path: str, role: Role = Role.MANAGER, **params: Any) -> Any:
        """Read once the views hold everything recorded so far."""
        answer = await self.read(path, role, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, path: str, role: Role = Role.MANAGER, **params: Any) -> httpx2.Response:
        params["min_position"] = self.log_size()
        return await self.clients[role].get(path, params=params)

    def log_size(self) -> int:
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(
                "SELECT size FROM ledger.log_head WHERE tenant_id = owner"
            ).fetchone()
        assert row is not None
        return int(row[0])

    async def _done(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.manager.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


Start = Callable[..., Awaitable[Tenure]]


def euro(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def key(**more: str) -> dict[str, str]:
    """Make headers with an idempotency key that nobody has used."""
    return {"Idempotency-Key": uuid4().hex, **more}


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Check that the answer is a problem of this status and code, in the form of RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code"} <= body.keys()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["detail"]
    return body


def fields(body: dict[str, Any]) -> set[str]:
    """Name the fields that a problem finds fault with."""
    return {error["field"] for error in body["errors"]}


@pytest.fixture
async def start(database_url: str, tmp_path: Path) -> AsyncIterator[Start]:
    """Start services on the database, with settings of the test's own."""
    async with AsyncExitStack() as stack:

        async def start_one(**environment: str) -> Tenure:
            return await stack.enter_async_context(_running(database_url, tmp_path, environment))

        yield start_one


@pytest.fixture
async def tenure(start: Start) -> Tenure:
    return await start()


@asynccontextmanager
async def _running(url: str, data_dir: Path, environment: dict[str, str]) -> AsyncIterator[Tenure]:
    settings = load_settings({"TENURE_DATA_DIR": str(data_dir), **environment})
    with socket.socket() as listener, psycopg.connect(url, autocommit=True) as owner:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with (
            AsyncExitStack() as stack,
            open_ledger(url, settings) as ledger,
            Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION, poll_s=0.02) as engine,
        ):
            ledger.writer.on_commit(engine.wake)
            app = create_app(ledger, engine, settings)
            server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
            serving = asyncio.create_task(server._serve([listener]))
            tenure = Tenure(address, url, ledger)
            for role in Role:
                bearer = f"Bearer {create_key(owner, DEFAULT_TENANT, role, 'test')}"
                client = httpx2.AsyncClient(base_url=address, headers={"Authorization": bearer})
                tenure.clients[role] = await stack.enter_async_context(client)
            try:
                yield tenure
            finally:
                server.should_exit = True
                await serving
