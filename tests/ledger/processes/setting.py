"""What the processes and the tests that start them agree on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from domain.aggregates import EVERY_AGGREGATE, EVERY_FAMILY
from domain.commands import open_account
from domain.decision import Decision
from domain.money import Money
from domain.order_book import OrderContent
from domain.profile import Profile
from ledger.command import Command
from ledger.event_types import EventTypes
from ledger.migrate import runtime_conninfo
from ledger.transaction import Stores
from ledger.vault import Vault
from ledger.writer import Writer

DAY = date(2026, 1, 1)
ACCOUNTS = tuple(UUID(int=number) for number in range(1, 9))


@asynccontextmanager
async def writer_on(url: str, vault_file: Path, **limits: int) -> AsyncIterator[Writer]:
    stores = Stores(EventTypes(EVERY_AGGREGATE), EVERY_FAMILY, Vault.open(vault_file))
    async with Writer(runtime_conninfo(url), stores, **limits) as writer:
        yield writer


def command(decision: Decision, *, tenant_id: str = "default", on: date = DAY) -> Command:
    return Command(
        tenant_id=tenant_id,
        decision=decision,
        actor="test:someone",
        effective_at=on,
        command_id=uuid4(),
        correlation_id=uuid4(),
    )


def opening(account_id: UUID, name: str = "Acme") -> Command:
    return command(open_account(account_id, profile=Profile(name=name), on=DAY, today=DAY))


def order_of(amount: str, *, on: date = DAY) -> OrderContent:
    return OrderContent(ordered_on=on, amount=Money(amount=Decimal(amount), currency="EUR"))
