"""Write without end: orders of a few shared accounts, each acknowledged one printed.

`python -m tests.ledger.processes.write URL VAULT_FILE NAME`
"""

import asyncio
import sys
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from domain.commands import place_order
from ledger.command import Command, Idempotency, Outcome
from tests.ledger.processes.setting import ACCOUNTS, DAY, order_of, writer_on

IN_FLIGHT = 16


async def main(url: str, vault_file: Path, name: str) -> None:
    async with writer_on(url, vault_file) as writer:
        number = 0
        while True:
            keys = [f"{name}-{number + i}" for i in range(IN_FLIGHT)]
            number += IN_FLIGHT
            answers = await writer.execute_many([_command(key) for key in keys])
            for key, answer in zip(keys, answers, strict=True):
                if not isinstance(answer, Outcome):
                    raise answer
                print(answer.receipt.position, order_id_of(key), flush=True)


def order_id_of(key: str) -> UUID:
    return uuid5(UUID(int=0), key)


def _command(key: str) -> Command:
    order_id = order_id_of(key)
    account_id = ACCOUNTS[order_id.int % len(ACCOUNTS)]
    return Command(
        tenant_id="default",
        decision=place_order(account_id, order_id=order_id, content=order_of("1.00"), today=DAY),
        actor="test:writer",
        effective_at=date(2026, 1, 1),
        command_id=uuid4(),
        correlation_id=uuid4(),
        idempotency=Idempotency(key, order_id.bytes * 2),
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
