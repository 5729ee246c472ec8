"""Acts on the ledger as whom an API key stands for, so that a command line is somebody, too."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import uuid4

import typer

from api.business_day import BusinessDays, today
from api.problems import Forbidden
from api.security import require_role
from cli.running_database import running_database
from domain.decision import Decision
from domain.refusal import NotFound, Refused
from ledger.api_keys import KeyRing, Principal, Role
from ledger.command import Command, Receipt
from ledger.ledger import Ledger, open_ledger
from ledger.settings import Settings, load_settings

T = TypeVar("T")

ApiKey = Annotated[
    str,
    typer.Option(
        envvar="OPERATOR_API_KEY", help="Of the person who does this; two of them erase a third."
    ),
]
Reason = Annotated[str, typer.Option(help="Why; it stands in the log. No names of persons.")]


@dataclass(frozen=True, slots=True)
class Acting:
    """An open ledger, and the person who does something to it."""

    ledger: Ledger
    settings: Settings
    principal: Principal

    async def carry_out(self, decision: Decision, *, reason: str = "") -> Receipt:
        command_id = uuid4()
        outcome = await self.ledger.writer.execute(
            Command(
                tenant_id=self.principal.tenant_id,
                decision=decision,
                actor=self.principal.actor,
                effective_at=today(),
                command_id=command_id,
                correlation_id=command_id,
                reason=reason or None,
            )
        )
        return outcome.receipt


def act(api_key: str, allowed: frozenset[Role], work: Callable[[Acting], Awaitable[T]]) -> T:
    """Do the work as the key's principal, on the database itself; refusals are one sentence."""
    settings = load_settings()

    async def run(url: str) -> T:
        async with open_ledger(url, settings) as ledger:
            principal = await KeyRing(ledger.pool).find(api_key)
            if principal is None:
                raise Forbidden("this API key opens nothing; give one in OPERATOR_API_KEY")
            require_role(principal, allowed)
            await BusinessDays(ledger.pool, ledger.types).use(principal.tenant_id)
            return await work(Acting(ledger, settings, principal))

    with running_database() as url:
        try:
            return asyncio.run(run(url))
        except (Forbidden, Refused, NotFound) as error:
            raise typer.BadParameter(str(error)) from None
