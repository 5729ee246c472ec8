"""Plays the demo: the history of a small company, through the same commands that everyone uses."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import uuid5

from cli.demo_company import chapters
from cli.demo_company.book import SEED
from cli.demo_company.story import NAMESPACE, Chapter, Step
from ledger.command import Actor, Command, Idempotency
from ledger.ledger import Ledger
from ledger.tenants import DEFAULT_TENANT

ACTOR: Final[Actor] = "demo:company"


async def play(ledger: Ledger, seed: int = SEED) -> None:
    """Record the demo data; what is there already, from a play cut short, adds nothing.

    Raises:
        Exception: the first answer that is no receipt; what stands before it is recorded.
    """
    for answer in await ledger.writer.execute_many(commands(seed)):
        if isinstance(answer, Exception):
            raise answer


def commands(seed: int = SEED) -> Sequence[Command]:
    """Return every command of the demo, in order."""
    return [
        _command(chapter, number, step)
        for chapter in chapters(seed)
        for number, step in enumerate(chapter.steps, start=1)
    ]


def _command(chapter: Chapter, number: int, step: Step) -> Command:
    key = f"demo:{chapter.name}:{number}"
    return Command(
        tenant_id=DEFAULT_TENANT,
        decision=step.decision,
        actor=ACTOR,
        effective_at=step.on,
        command_id=uuid5(NAMESPACE, key),
        correlation_id=uuid5(NAMESPACE, f"demo:{chapter.name}"),
        reason=step.reason,
        # The story is fixed, so that a place in it says all there is to say about the request.
        idempotency=Idempotency(key, sha256(key.encode()).digest()),
    )
